"""Threads on virtual time: actors of which exactly one runs at any moment.

The main thread conducts. Another thread runs only when the conductor lets it, and gives the turn back when it
sleeps, waits for a lock, or ends. So ``time.sleep`` in a thread, ``asyncio.to_thread``, pools, queues, events and joins
all take virtual time, and every run schedules them in the same order. It works because all waiting in the standard
library's pure Python layers comes down to ``Lock.acquire``, which `VirtualLock` replaces.
"""

from __future__ import annotations

import _thread
import heapq
import queue
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from types import FrameType
from typing import Any

from .clock import VirtualClock, to_ns


class Actor:
    """One thread of the program: its real gate, and whether it has ended."""

    __slots__ = ("done", "gate", "joiners", "seq", "started", "waits_for", "woken")

    def __init__(self, seq: int) -> None:
        self.seq = seq
        self.gate = _real_lock()
        self.gate.acquire()
        self.started = False
        self.done = False
        self.woken = False
        self.waits_for = ""
        self.joiners: list[Actor] = []


_real_lock = _thread.allocate_lock
_get_ident = _thread.get_ident
_HAS_TIMER = hasattr(signal, "SIGPROF")


class Conductor:
    """Gives the turn to one thread at a time, in the order in which they became ready."""

    def __init__(self, clock: VirtualClock, max_threads: int = 64) -> None:
        self.clock = clock
        self.max_threads = max_threads
        self.main = Actor(0)
        self.main_ident = 0
        self.actors: dict[int, Actor] = {}
        self.queue: Callable[[], deque[Actor]] = deque
        """Makes what holds the threads that wait for something."""
        self.switch: Callable[[], bool] | None = None
        """Asked whether the turn passes from a thread that could go on, where others can run, too; None: never."""
        self.ready: deque[Actor] = deque()
        self._sleepers: list[tuple[int, int, Actor, int]] = []
        self._count = 0
        self._tickets: dict[Actor, int] = {}
        self._running: Actor | None = None
        self._conducting = False
        self.on_deadlock: Callable[[str], None] = lambda why: None

    def current(self) -> Actor:
        """Return the actor of the calling thread."""
        return self.actors.get(_get_ident(), self.main)

    def is_main(self) -> bool:
        """Tell whether the conductor's own thread is calling."""
        return _get_ident() not in self.actors

    # -- time -------------------------------------------------------------------------------------------------

    def next_wake(self) -> int | None:
        """Return the instant of the earliest sleeping thread, in nanoseconds."""
        while self._sleepers and self._tickets.get(self._sleepers[0][2]) != self._sleepers[0][3]:
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else None

    def run_due(self) -> bool:
        """Let every thread run that can run at this instant; tell whether any did."""
        ran = False
        while True:
            wake = self.next_wake()
            while wake is not None and wake <= self.clock.ns:
                actor = heapq.heappop(self._sleepers)[2]
                self._make_ready(actor)
                wake = self.next_wake()
            if not self.ready:
                return ran
            self._run(self.ready.popleft())
            ran = True
            if self.switch is not None and self._conducting and self.main.woken and self.switch():
                return ran

    def _run(self, actor: Actor) -> None:
        self._running = actor
        actor.gate.release()
        self.main.gate.acquire()
        self._running = None

    def running_frame(self, main: FrameType | None) -> FrameType | None:
        """Return the frame of the thread whose turn it is; ``main`` is the conductor's own."""
        for ident, actor in self.actors.items():
            if actor is self._running:
                return sys._current_frames().get(ident)
        return main

    def _make_ready(self, actor: Actor) -> None:
        self._tickets.pop(actor, None)
        actor.woken = True
        if actor is not self.main and not actor.done and actor not in self.ready:
            self.ready.append(actor)

    def wake(self, actor: Actor) -> None:
        """Make a waiting actor look again at what it waits for."""
        self._make_ready(actor)

    def may_switch(self) -> None:
        """Let another thread go on here, if it is to."""
        if self.switch is not None and not self.is_main() and self.switch():
            self.wait(self.clock.ns, "its turn")

    def wait(self, deadline: int | None, why: str = "") -> None:
        """Give up the turn until `wake` is called for this thread or the clock reaches ``deadline`` (ns)."""
        actor = self.current()
        actor.woken = False
        actor.waits_for = why
        if actor is self.main:
            self._conducting = True
            try:
                self._conduct(deadline)
            finally:
                self._conducting = False
        else:
            if deadline is not None:
                self._count += 1
                self._tickets[actor] = self._count
                heapq.heappush(self._sleepers, (deadline, self._count, actor, self._count))
            self.main.gate.release()
            actor.gate.acquire()
        actor.waits_for = ""

    def _conduct(self, deadline: int | None) -> None:
        """Block the main thread: let the others run and time pass, until it is woken or the deadline comes."""
        while not self.main.woken:
            if self.run_due():
                continue
            wake = self.next_wake()
            if deadline is not None and (wake is None or wake >= deadline):
                self.clock.advance(deadline)
                self.run_due()
                return
            if wake is None:
                self.on_deadlock(self.main.waits_for)
                return
            self.clock.advance(wake)

    # -- threads ----------------------------------------------------------------------------------------------

    def start(
        self, real_start: Callable[..., Any], function: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> Any:
        """Start a real thread that waits for its first turn; raise RuntimeError beyond the thread limit."""
        if len(self.actors) >= self.max_threads:
            raise RuntimeError(f"can't start new thread: {self.max_threads} run already")
        self._count += 1
        actor = Actor(self._count)
        registered = _real_lock()
        registered.acquire()

        def gated(*call_args: Any, **call_kwargs: Any) -> None:
            # The conductor's thread watches the processor time, and a blocked one wakes for its own signals only.
            if _HAS_TIMER:
                signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPROF})
            self.actors[_get_ident()] = actor
            registered.release()
            actor.gate.acquire()
            try:
                function(*call_args, **call_kwargs)
            finally:
                actor.done = True
                del self.actors[_get_ident()]
                for joiner in actor.joiners:
                    self._make_ready(joiner)
                self.main.gate.release()

        result = real_start(gated, *args, **kwargs)
        registered.acquire()
        self._make_ready(actor)
        return result

    def join(self, ident: int | None, deadline: int | None) -> bool:
        """Wait until the thread with this identity has ended; tell whether it has."""
        actor = self.actors.get(ident or 0)
        if actor is None:
            return True
        while not actor.done:
            if deadline is not None and self.clock.ns >= deadline:
                return False
            actor.joiners.append(self.current())
            self.wait(deadline, "thread.join()")
        return True


class VirtualLock:
    """``threading.Lock`` for actors: waiting gives up the turn, and its time-out is virtual."""

    __slots__ = ("__weakref__", "_conductor", "_locked", "_waiters")
    conductor: Conductor

    def __init__(self) -> None:
        self._locked = False
        self._waiters: deque[Actor] = self.conductor.queue()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take the lock; ``timeout`` is in virtual seconds."""
        if not self._locked:
            self._locked = True
            return True
        if not blocking:
            return False
        conductor = self.conductor
        clock = conductor.clock
        deadline = None if timeout is None or timeout < 0 else clock.ns + to_ns(timeout)
        actor = conductor.current()
        while self._locked:
            if deadline is not None and clock.ns >= deadline:
                if actor in self._waiters:
                    self._waiters.remove(actor)
                return False
            if actor not in self._waiters:
                self._waiters.append(actor)
            conductor.wait(deadline, "lock.acquire()")
        if actor in self._waiters:
            self._waiters.remove(actor)
        self._locked = True
        return True

    def release(self) -> None:
        """Free the lock; raise RuntimeError if it is free."""
        if not self._locked:
            raise RuntimeError("release unlocked lock")
        self._locked = False
        if self._waiters:
            self.conductor.wake(self._waiters.popleft())
        if self.conductor.switch is not None:
            self.conductor.may_switch()

    def locked(self) -> bool:
        """Tell whether somebody holds it."""
        return self._locked

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *exc_info: object) -> None:
        self.release()

    def _at_fork_reinit(self) -> None:
        self.__init__()  # type: ignore[misc]


def install(conductor: Conductor, on_blocking: Callable[[float], None]) -> None:
    """Replace the primitives of ``threading``, ``queue`` and ``time.sleep``; no thread may run yet."""
    VirtualLock.conductor = conductor
    threading_module: Any = threading
    threading_module.Lock = threading_module._allocate_lock = VirtualLock
    threading_module.RLock = threading_module._RLock = threading_module._PyRLock
    threading_module._CRLock = None
    queue_module: Any = queue
    queue_module.SimpleQueue = queue_module._PySimpleQueue

    def starter(real: Callable[..., Any]) -> Callable[..., Any]:
        def start(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            return conductor.start(real, function, *args, **kwargs)

        return start

    for name in ("_start_new_thread", "_start_joinable_thread"):
        if hasattr(threading_module, name):
            setattr(threading_module, name, starter(getattr(threading_module, name)))
    thread_module: Any = _thread
    thread_module.start_new_thread = starter(_thread.start_new_thread)

    real_join = threading.Thread.join

    def join(self: threading.Thread, timeout: float | None = None) -> None:
        """Wait (in virtual seconds) until the thread ends."""
        if not self._started.is_set() or self is threading.current_thread():  # type: ignore[attr-defined]
            real_join(self, timeout)  # raises what it always raised
            return
        deadline = None if timeout is None else conductor.clock.ns + to_ns(max(timeout, 0))
        if conductor.join(self.ident, deadline):
            real_join(self, None)

    threading_module.Thread.join = join

    def sleep(seconds: float) -> None:
        if conductor.is_main():
            on_blocking(float(seconds))
        deadline = conductor.clock.ns + (max(to_ns(float(seconds)), 1) if seconds > 0 else 0)
        while True:
            conductor.wait(deadline, "time.sleep()")
            if conductor.clock.ns >= deadline:
                return

    conductor.clock.sleep = sleep
    assert time.sleep is not None
