"""The timeline of one test: what the student's tasks did, and what they left undone.

Each event is a list ``[ns, kind, task, line, text]``. Kinds: created, started, waiting, resumed, cancelled, finished,
raised (tasks); generator (an async one was begun); print; blocking, busy-poll, busy-wait; never-awaited, lost (an
exception that nobody retrieved); cut (from here on what is printed is not kept); tampered (what `watch` saw).
"""

from __future__ import annotations

import asyncio
import collections.abc
import gc
import sys
import warnings
import weakref
from collections.abc import Callable, Container, Coroutine
from types import FrameType
from typing import TYPE_CHECKING, Any

from autograder.jail.limits import MAX_EVENTS

from .load import frame_line, line_in_file

if TYPE_CHECKING:
    from .runtime import Runtime

_RARE = frozenset({"blocking", "never-awaited", "lost", "busy-poll", "busy-wait", "cut", "tampered"})
_MAX_LEFTOVERS = 50
_LONGEST_NAME = 80
_NOT_STARTED = "(not started)"


def _short(name: object) -> str:
    """Return a name that a program chose, cut to what the trusted side takes; not all are short, or texts."""
    return str(name)[:_LONGEST_NAME]


class TracedCoroutine(collections.abc.Coroutine[Any, Any, Any]):
    """A task's coroutine, with each step written down. asyncio takes it as it takes any coroutine."""

    __slots__ = ("__name__", "__qualname__", "_inner", "_recorder", "_started", "name")

    def __init__(self, inner: Coroutine[Any, Any, Any], recorder: Recorder) -> None:
        self._inner = inner
        self._recorder = recorder
        self._started = False
        self.name = ""
        self.__name__ = getattr(inner, "__name__", type(inner).__name__)
        self.__qualname__ = getattr(inner, "__qualname__", self.__name__)

    def send(self, value: Any) -> Any:
        """Run the coroutine to its next suspension."""
        if self._started:
            self._recorder.event("resumed", self.name)
        else:
            self._started = True
            self._recorder.event("started", self.name)
        return self._step(self._inner.send, value)

    def throw(self, *error: Any) -> Any:
        """Raise inside the coroutine; how a cancellation arrives."""
        kind = "resumed"
        if isinstance(error[0], asyncio.CancelledError) or error[0] is asyncio.CancelledError:
            kind = "cancelled"
        self._started = True
        self._recorder.event(kind, self.name)
        return self._step(self._inner.throw, *error)

    def _step(self, run: Callable[..., Any], *args: Any) -> Any:
        try:
            waits_for = run(*args)
        except StopIteration:
            self._recorder.event("finished", self.name)
            raise
        except BaseException as error:
            self._recorder.event("raised", self.name, 0, _short(type(error).__name__))
            raise
        self._recorder.event("waiting", self.name, suspended_line(self._inner))
        return waits_for

    def close(self) -> None:
        """Close the coroutine."""
        self._inner.close()

    def __await__(self) -> TracedCoroutine:
        return self

    def __iter__(self) -> TracedCoroutine:
        return self

    def __next__(self) -> Any:
        return self.send(None)

    def __repr__(self) -> str:
        return repr(self._inner)

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("cr_", "gi_", "ag_")):
            return getattr(self._inner, name)
        raise AttributeError(name)


def suspended_frame(awaitable: Any) -> FrameType | None:
    """Return the innermost frame of the submission in which a coroutine is suspended."""
    found = None
    for _ in range(200):
        if isinstance(awaitable, TracedCoroutine):
            awaitable = awaitable._inner
        for prefix in ("cr", "gi", "ag"):
            frame = getattr(awaitable, prefix + "_frame", None)
            if frame is not None:
                if frame.f_code.co_filename.startswith("/submission/"):
                    found = frame
                awaitable = getattr(awaitable, "gi_yieldfrom" if prefix == "gi" else prefix + "_await", None)
                break
        else:
            return found
    return found


def suspended_line(awaitable: Any) -> int:
    """Return the line at which a coroutine is suspended, 0 if it is not in the submission."""
    return frame_line(suspended_frame(awaitable))


def calling_line() -> int:
    """Return the line of the submission from which the runtime was called, 0 if from none."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename.startswith("/submission/"):
            return frame_line(frame)
        frame = frame.f_back
    return 0


class Recorder:
    """Collects events until the next message takes them along."""

    def __init__(self, runtime: Runtime) -> None:
        self._clock = runtime.clock
        self._runtime = runtime
        self._events: list[list[Any]] = []
        self._count = 0
        self._rare = 0
        self.lost: list[str] = []
        self.never_awaited: list[str] = []
        self.mirrors: set[asyncio.Task[Any]] = set()
        self._of_the_test: weakref.WeakSet[asyncio.Task[Any]] = weakref.WeakSet()

    def event(self, kind: str, task: str = "", line: int = 0, text: str = "") -> None:
        """Write one event down; beyond `MAX_EVENTS` only the rare kinds are kept."""
        self._count += 1
        if self._count > MAX_EVENTS:
            if kind not in _RARE or self._rare >= MAX_EVENTS:
                return
            self._rare += 1
        self._events.append([self._clock.ns, kind, task, line, text])

    def tampered(self, line: int, what: str) -> None:
        """Write down what the program did to its interpreter, for the trusted side to pass on as a claim."""
        self.event("tampered", "", line, what)

    def printed(self, text: str) -> None:
        """Write down what the program printed; never dropped, since output has a limit of its own."""
        last = self._events[-1] if self._events else None
        if last is not None and last[1] == "print" and last[0] == self._clock.ns:
            last[4] += text
            return
        self._events.append([self._clock.ns, "print", "", 0, text])

    def cut(self) -> None:
        """Write down that the program prints more than is kept."""
        self.event("cut", "", calling_line())

    def take(self) -> list[list[Any]]:
        """Return the events since the last call."""
        events, self._events = self._events, []
        return events

    def blocking(self, seconds: float) -> None:
        """Write down a ``time.sleep`` on the thread of a running event loop."""
        if asyncio._get_running_loop() is not None:
            self.event("blocking", "", calling_line(), repr(seconds))

    def spinning(self, kind: str) -> None:
        """Write down that the program polls without waiting."""
        self.event(kind, "", calling_line())

    def create_task(
        self, loop: Any, create: Callable[..., asyncio.Task[Any]], coro: Any, kwargs: dict[str, Any]
    ) -> asyncio.Task[Any]:
        """Create a task around a traced coroutine."""
        if not asyncio.iscoroutine(coro):
            return create(coro, **kwargs)
        traced = TracedCoroutine(coro, self)
        # The name is asyncio's own (Task-1, Task-2, ..) and known only once the task exists; an eager task has run
        # by then, so it starts under the coroutine's name.
        traced.name = _short(traced.__name__)
        task = create(traced, **kwargs)
        line = calling_line()
        if not line:
            self._of_the_test.add(task)
        self.event("created", traced.name, line)
        return task

    def unhandled(self, context: dict[str, Any]) -> None:
        """Write down an exception that no one retrieved."""
        error = context.get("exception")
        # An error that the test threw in is not the student's to retrieve.
        if error is not None and not hasattr(error, "__autograder_host__"):
            text = f"{_short(type(error).__name__)}: {str(error)[:200]}"
            self.lost += [text] if len(self.lost) < _MAX_LEFTOVERS else []
            self.event("lost", "", 0, text)

    def watch_coroutines(self) -> None:
        """From now on notice coroutines that are thrown away without having been awaited."""
        sys.set_coroutine_origin_tracking_depth(1)

        def warn_unawaited(coro: Any) -> None:
            filename, number, _ = coro.cr_origin[0] if coro.cr_origin else ("", 0, "")
            line = line_in_file(filename, number)
            name = _short(getattr(coro, "__qualname__", "coroutine"))
            if len(self.never_awaited) < _MAX_LEFTOVERS:
                where = self._runtime.sources.at(filename, number)
                self.never_awaited.append(f"{name} ({where})" if line else name)
            self.event("never-awaited", "", line, name)

        warnings_module: Any = warnings
        warnings_module._warn_unawaited_coroutine = warn_unawaited

    def leftovers(
        self, but: Container[asyncio.Task[Any]] = (), or_but: Container[Any] = ()
    ) -> dict[str, list[str]]:
        """Return what the program has left undone: tasks, exceptions, coroutines, async generators.

        Not told of are the tasks in ``but`` and the generators in ``or_but``.
        """
        self.collect()
        pending = [self.describe(task) for task in self.unfinished() if task not in but]
        generators = [
            f"{_short(generator.__qualname__)} ({self._at(generator.ag_frame)})"
            for generator in self.open_generators()
            if generator not in or_but
        ]
        return {
            "pending": sorted(pending)[:_MAX_LEFTOVERS],
            "lost": list(self.lost),
            "never_awaited": list(self.never_awaited),
            "open_generators": sorted(generators)[:_MAX_LEFTOVERS],
        }

    def collect(self) -> None:
        """Let go of what nobody holds: a coroutine or a failed task may hide in a ring of references."""
        gc.collect()

    def unfinished(self) -> list[asyncio.Task[Any]]:
        """Return the program's own tasks that have not ended."""
        return [
            task
            for loop in self._open_loops()
            for task in asyncio.all_tasks(loop)
            if task not in self.mirrors and task not in self._of_the_test
        ]

    def open_generators(self) -> list[Any]:
        """Return the program's async generators that were begun and have not ended."""
        return [
            generator
            for loop in self._open_loops()
            for generator in list(loop._asyncgens)
            if generator.ag_frame is not None and not generator.__name__.startswith("_autograder")
        ]

    def _open_loops(self) -> list[Any]:
        return [loop for loop in sorted(self._runtime.loops, key=id) if not loop.is_closed()]

    def parked(self) -> list[str]:
        """Return where each unfinished task waits, for a program that can never go on."""
        tasks = {task for task in self.mirrors if not task.done()}
        for loop in self._runtime.loops:
            if not loop.is_closed():
                tasks |= asyncio.all_tasks(loop)
        places = [self.describe(task) for task in tasks]
        return sorted(filter(None, places), key=lambda place: (place.endswith(_NOT_STARTED), place))[:20]

    def describe(self, task: asyncio.Task[Any]) -> str:
        """Say in which function, line and statement of the submission a task waits."""
        coro: Any = task.get_coro()
        place = self.place(coro)
        if place or task in self.mirrors:
            return place
        return f"{_short(getattr(coro, '__qualname__', coro))} {_NOT_STARTED}"

    def place(self, awaitable: Any) -> str:
        """Say in which function, line and statement of the submission a coroutine waits; nothing if in none."""
        frame = suspended_frame(awaitable)
        if frame is None:
            return ""
        source = self._runtime.sources.line(frame.f_code.co_filename, frame.f_lineno)
        return f"{_short(frame.f_code.co_qualname)}, {self._at(frame)}: {source}"

    def _at(self, frame: FrameType) -> str:
        return self._runtime.sources.at(frame.f_code.co_filename, frame.f_lineno)
