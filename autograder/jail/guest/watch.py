"""What a running program did to its interpreter, as far as that shows: functions replaced, frames and memory looked at.

A claim of the jail's: a program that knows this module can wipe what it holds, or put everything back before it is
looked at. Nearly all of it is for submissions in which `tamper` has found red flags: an audit hook, and a comparison of
all that stands in asyncio, builtins and the like whenever a call of the test's ends. For the others only the best known
names are compared, since whatever is looked at in a process that was forked costs the copy of a page (all of it would
make the tests of an honest submission dearer by 8 %, this by less than 1 %).
"""

from __future__ import annotations

import asyncio
import asyncio.events
import asyncio.tasks
import builtins
import json
import operator
import struct
import sys
import threading
import time
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

from .load import ROOT, frame_line

Tell = Callable[[int, str], None]
"""Takes a line (0: unknown) and ``code what``."""

_MOST = 40
"""Things told in one test."""

_EVENTS = {
    "sys._getframe": "inspects_frames",
    "sys._current_frames": "inspects_frames",
    "gc.get_objects": "inspects_memory",
    "gc.get_referrers": "inspects_memory",
    "gc.get_referents": "inspects_memory",
    "sys.settrace": "tracing",
    "sys.setprofile": "tracing",
    "sys.addaudithook": "tracing",
    "ctypes.dlopen": "native_code",
    "ctypes.dlsym": "native_code",
    "ctypes.string_at": "native_code",
    "ctypes.cdata": "native_code",
    "code.__new__": "function_internals",
    "function.__new__": "function_internals",
    "object.__setattr__": "function_internals",
    "object.__getattr__": "inspects_frames",
    "os.fork": "process_control",
    "os.forkpty": "process_control",
    "os.exec": "process_control",
    "os.posix_spawn": "process_control",
    "os.system": "process_control",
    "os.kill": "process_control",
    "subprocess.Popen": "process_control",
    "socket.__new__": "raw_descriptors",
}
_FRAME_HOLDERS = frozenset(("gi_frame", "cr_frame", "ag_frame", "tb_frame"))
_CODE_HOLDERS = frozenset(("__code__", "__class__"))

_FIRST = (
    (
        asyncio,
        ("sleep", "gather", "wait", "wait_for", "create_task", "current_task", "Task", "Future", "run"),
    ),
    (asyncio, ("get_running_loop", "timeout", "TaskGroup", "Event", "Queue")),
    (time, ("time", "monotonic", "perf_counter", "sleep")),
    (builtins, ("print", "len", "isinstance", "getattr", "type", "str", "int", "dict", "list", "__import__")),
)
"""What is looked at in every program. Nearly all of it a test's process touches anyway."""


class Watch:
    """Remembers what stood under each name before the student's file was loaded."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._told: set[str] = set()
        self._fine: set[int] = set()
        self._on = False
        self._first: list[tuple[Callable[[Any], Any], Any, tuple[Any, ...]]] = []
        self._closely = False
        self._all: list[_Owner] = []
        self._out: object = None

    def remember(self) -> None:
        """Note how the best known names are. Once, before the fork."""
        for module, names in _FIRST:
            space = vars(module)
            self._first.append((operator.itemgetter(*names), space, tuple(space[name] for name in names)))

    def begin(self, out: object, closely: bool, own: tuple[type, ...]) -> None:
        """From now on a program runs, that prints to ``out``; with ``closely`` all else is watched as well.

        ``own`` are the runtime's classes. Nothing of the student's may have run yet.
        """
        self._out = out
        if closely:
            self._all += [_Owner("library_replaced", each) for each in _libraries()]
            self._all += [_Owner("runtime_replaced", each) for each in own]
            self._closely = self._on = True
            sys.addaudithook(self._audit)

    def forgive(self, value: object) -> None:
        """A test itself puts this in the place of something."""
        self._fine.add(id(value))

    def look(
        self,
        all_of: Callable[..., bool] = all,
        each: Any = map,
        same: Callable[[Any, Any], bool] = operator.is_,
    ) -> None:
        """Compare; what is another now is told, once. (The defaults are ours even when builtins are replaced.)"""
        if self._closely:
            self._compare()
            return
        try:
            for get, space, before in self._first:
                if not all_of(each(same, get(space), before)):
                    break
            else:
                return
        except KeyError:
            pass  # something was deleted
        for (module, names), (_, space, before) in zip(_FIRST, self._first, strict=True):
            for name, value in zip(names, before, strict=True):
                now = space.get(name)
                if now is not value and id(now) not in self._fine:
                    self._note(0, f"library_replaced {module.__name__}.{name}")

    def _compare(self) -> None:
        for owner in self._all:
            for what, now in owner.changes():
                if id(now) not in self._fine:
                    self._note(0, what)
        if getattr(sys, "stdout", None) is not self._out:
            self._note(0, "redirects_output sys.stdout")

    def _note(self, line: int, what: str) -> None:
        if what not in self._told and len(self._told) < _MOST:
            self._told.add(what)
            self._tell(line, what)

    def _audit(self, event: str, args: tuple[Any, ...]) -> None:
        """Called by the interpreter for everything that it finds worth auditing; most of it is of no interest."""
        if event in _EVENTS and self._on:
            self._on = False  # what is done here must not call it again
            try:
                self._seen(event, args, sys._getframe(1))
            except Exception:  # noqa: BLE001 - an error here would come out in the middle of the student's code
                pass
            finally:
                self._on = True

    def _seen(self, event: str, args: tuple[Any, ...], frame: FrameType) -> None:
        if event == "object.__getattr__":
            if args[1] not in _FRAME_HOLDERS:
                return
            event = args[1]
        elif event == "object.__setattr__":
            if args[1] not in _CODE_HOLDERS:
                return
            event = f"{args[1]} = .."
        filename = frame.f_code.co_filename
        # Code that was made from a text by exec() has the name "<string>".
        if filename.startswith((ROOT, "<")) and not filename.startswith("<frozen"):
            code = _EVENTS.get(event) or ("function_internals" if "=" in event else "inspects_frames")
            line = frame_line(frame) if filename.startswith(ROOT) else 0
            self._note(line, f"{code} {event}")


class _Owner:
    """The members of one module or class."""

    def __init__(self, code: str, owner: Any) -> None:
        self._prefix = f"{code} {owner.__name__}"
        self._space: Mapping[str, Any] = vars(owner)
        self._before = {name: value for name, value in self._space.items() if callable(value) and name != "_"}
        self._values = list(self._space.values())

    def changes(
        self,
        all_of: Callable[..., bool] = all,
        each: Any = map,
        same: Callable[[Any, Any], bool] = operator.is_,
    ) -> list[tuple[str, Any]]:
        """Return what is not as it was, each with what stands there now."""
        values = self._space.values()
        if all_of(each(same, values, self._values)):
            return []
        # Some change all the time, such as the policy of event loops: from now on compare with what is there now.
        self._values = [*values]
        return [
            (f"{self._prefix}.{name}", self._space.get(name))
            for name, before in self._before.items()
            if self._space.get(name) is not before
        ]


def _libraries() -> list[Any]:
    """Return the modules and classes of which every member is compared."""
    return [
        *(asyncio, asyncio.events, asyncio.tasks, asyncio.futures, asyncio.base_events, asyncio.runners),
        *(asyncio.locks, asyncio.queues, asyncio.timeouts, asyncio.taskgroups, asyncio.BaseEventLoop),
        *(builtins, time, json, threading, struct),
    ]
