"""The event loop that a student's code gets: no file descriptors, no real waiting, one virtual clock.

All of the co-operation with the trusted side lives in ``select()``: there, and only there, a loop is idle or between
two rounds of callbacks. The *served* loop passes the baton to the trusted side (see ``serve``); every other loop, such
as the one that ``asyncio.run`` makes in a script, is alone and jumps from timer to timer by itself.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from autograder.jail.limits import MAX_SPINS, SPIN_TICK_NS

from .clock import to_ns

if TYPE_CHECKING:
    from .runtime import Runtime
    from .threads import Actor


_SHORTEST = 2e-9


class NoFiles(selectors.BaseSelector):
    """A selector without files, whose waiting is done by the loop that it belongs to."""

    def __init__(self) -> None:
        self.wait: Callable[[], None] = lambda: None
        self._map: dict[Any, selectors.SelectorKey] = {}

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        """Remember a file; it will never be ready."""
        key = selectors.SelectorKey(fileobj, -1, events, data)
        self._map[fileobj] = key
        return key

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        """Forget a file."""
        return self._map.pop(fileobj)

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Let virtual time pass."""
        self.wait()
        return []

    def get_map(self) -> dict[Any, selectors.SelectorKey]:
        """Return what is registered."""
        return self._map


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop on the jail's clock."""

    runtime: Runtime

    def __init__(self, selector: selectors.BaseSelector | None = None) -> None:
        files = NoFiles()
        super().__init__(files)
        files.wait = self._wait
        self._clock_resolution = 1e-9
        self._clock = self.runtime.clock
        self._instant = -1
        self._rounds = 0
        self._reported = False
        self._since_yield = 0
        self._parked: Actor | None = None
        self.served = False
        self.runtime.loops.add(self)

    # The self-pipe exists to wake a real select(); nothing here ever sleeps in one.
    def _make_self_pipe(self) -> None:
        self._internal_fds = 0

    def _close_self_pipe(self) -> None:
        self._internal_fds = 0

    def _write_to_self(self) -> None:
        if self._parked is not None:
            self.runtime.conductor.wake(self._parked)

    def time(self) -> float:
        """Return the virtual time in seconds."""
        return self._clock.ns / 1e9

    def call_later(self, delay: float, callback: Any, *args: Any, **kwargs: Any) -> asyncio.TimerHandle:  # type: ignore[override]
        """Keep a timer; one with any delay, were it a rounding error of 1e-15 s, never fires at this instant.

        Else ``while clock() < deadline: await sleep(deadline - clock())`` would go round and round at one instant.
        """
        return super().call_later(max(delay, _SHORTEST) if delay > 0 else delay, callback, *args, **kwargs)

    def call_at(self, when: float, callback: Any, *args: Any, **kwargs: Any) -> asyncio.TimerHandle:  # type: ignore[override]
        """Keep a timer; one in the future never fires at this instant."""
        now = self.time()
        return super().call_at(max(when, now + _SHORTEST) if when > now else when, callback, *args, **kwargs)

    def add_signal_handler(self, sig: int, callback: Any, *args: Any) -> None:  # type: ignore[override]
        """Accept a handler as a real loop does; no signal ever comes."""
        self._check_number(sig)
        self._signal_handlers[sig] = asyncio.Handle(callback, args, self, None)  # type: ignore[attr-defined]

    def remove_signal_handler(self, sig: int) -> bool:
        """Tell whether there was a handler, and forget it."""
        self._check_number(sig)
        return self._signal_handlers.pop(sig, None) is not None  # type: ignore[attr-defined]

    def _check_number(self, sig: int) -> None:
        if hasattr(self, "_check_signal"):
            self._check_signal(sig)
        else:  # on Windows, where a loop knows no signals; the program is to do what it does elsewhere
            self.__dict__.setdefault("_signal_handlers", {})

    def create_task(self, coro: Coroutine[Any, Any, Any], **kwargs: Any) -> asyncio.Task[Any]:  # type: ignore[override]
        """Create a task whose life is written to the timeline."""
        return self.runtime.recorder.create_task(self, super().create_task, coro, kwargs)

    def _asyncgen_firstiter_hook(self, agen: Any) -> None:
        self.runtime.recorder.event("generator", agen.__name__[:80])
        super()._asyncgen_firstiter_hook(agen)  # type: ignore[misc]

    def default_exception_handler(self, context: dict[str, Any]) -> None:
        """Record what asyncio would only log: an exception that nobody retrieved."""
        self.runtime.recorder.unhandled(context)
        super().default_exception_handler(context)

    def next_timer(self) -> int | None:
        """Return the instant of the loop's earliest timer in nanoseconds."""
        scheduled = self._scheduled  # type: ignore[attr-defined]
        return to_ns(scheduled[0]._when) if scheduled else None

    def _wait(self) -> None:
        """Return when there is something to do: now, or after time has passed."""
        self._count_round()
        conductor = self.runtime.conductor
        if not conductor.is_main():
            self._wait_in_thread()
            return
        if conductor.ready or conductor.next_wake() is not None:
            self._run_threads()
        if self.served:
            self._since_yield = self.runtime.server.between_rounds(self, self._since_yield)
            return
        while not self._has_work():
            upcoming = self.next_event()
            if upcoming is None:
                self.runtime.stuck("deadlock", "nothing that the program waits for can ever happen")
            self._clock.advance(upcoming)
            conductor.run_due()
            if self._timer_due():
                return

    def _run_threads(self) -> None:
        self.runtime.conductor.run_due()

    def next_event(self) -> int | None:
        """Return the earliest instant at which a timer fires or a thread wakes."""
        timer, wake = self.next_timer(), self.runtime.conductor.next_wake()
        if timer is None or wake is None:
            return wake if timer is None else timer
        return min(timer, wake)

    def _has_work(self) -> bool:
        return bool(self._ready) or self._stopping or self._timer_due()  # type: ignore[attr-defined]

    def _timer_due(self) -> bool:
        timer = self.next_timer()
        return timer is not None and timer <= self._clock.ns

    def _wait_in_thread(self) -> None:
        """Wait as a thread among others: until a timer is due or another thread calls in."""
        conductor = self.runtime.conductor
        while not self._has_work():
            self._parked = conductor.current()
            conductor.wait(self.next_timer(), "the thread's event loop")
            self._parked = None

    def _count_round(self) -> None:
        if self._clock.ns != self._instant:
            self._instant, self._rounds = self._clock.ns, 0
            return
        self._rounds += 1
        if self._rounds > MAX_SPINS:
            if not self._reported:
                self._reported = True
                self.runtime.recorder.spinning("busy-poll")
            later = self._clock.ns + SPIN_TICK_NS
            upcoming = self.next_event()
            if upcoming is not None and self._clock.ns < upcoming <= later:
                later = upcoming
                self._rounds = (
                    MAX_SPINS - 1
                )  # who polls for what happens at that instant shall see it then, not a tick later
            self._clock.advance(later)
            self._instant = self._clock.ns

    def close(self) -> None:
        """Close the loop; the served one, and one that may yet be served, is left to the end of the test."""
        if self.runtime.loading:
            self._open_again()  # for the next asyncio.run of the same file, which will find it used
        elif not self.served:
            super().close()

    def begin_again(self) -> None:
        """Forget that a program ran here while its file was loaded, whose queues and events know this loop."""
        self._scheduled.clear()  # type: ignore[attr-defined]
        self._ready.clear()  # type: ignore[attr-defined]
        self._open_again()
        self.set_task_factory(None)
        self.set_exception_handler(None)
        self.set_debug(False)

    def _open_again(self) -> None:
        self._asyncgens_shutdown_called = self._executor_shutdown_called = False
        self._default_executor = None


def install(runtime: Runtime, kind: type[VirtualLoop] = VirtualLoop) -> None:
    """Make every way to get an event loop give a `VirtualLoop`, of this kind."""
    VirtualLoop.runtime = runtime
    module: Any = asyncio
    module.SelectorEventLoop = kind
    for name in ("EventLoop", "ProactorEventLoop"):
        if hasattr(module, name):
            setattr(module, name, kind)
    module.new_event_loop = module.events.new_event_loop = runtime.new_loop
    for policy in list(vars(module).values()):  # of Unix one, of Windows two
        if isinstance(policy, type) and hasattr(policy, "_loop_factory"):
            policy._loop_factory = staticmethod(runtime.new_loop)
