"""One test's child: virtual time, the student's module, and the way out when something can never end."""

from __future__ import annotations

import _thread
import asyncio
import faulthandler
import mmap
import os
import random
import signal
import sys
import traceback
import weakref
from collections.abc import Callable
from types import FrameType, ModuleType
from typing import Any, NoReturn

from autograder.jail.limits import BROKEN_RUNTIME, LOST_CHANNEL, JailLimits
from autograder.jail.protocol import Channel, Stream, TooLarge

from . import clock as clock_module
from . import loop as loop_module
from . import schedule as schedule_module
from . import spin, threads
from .load import ROOT, Globals, Sources, own_modules, remember_our_modules
from .operations import Operations
from .output import Discarded, Printed
from .record import Recorder
from .rehearsal import rehearse
from .serve import Server
from .watch import Watch

_OWN = (
    Server,
    Operations,
    Recorder,
    Channel,
    Printed,
    Sources,
    loop_module.VirtualLoop,
    clock_module.VirtualClock,
)
_RESERVE_BYTES = 8 * 2**20


class Runtime:
    """Everything that a child process shares: made and warmed once in the zygote, used once after the fork."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.clock = clock_module.VirtualClock()
        self.conductor = threads.Conductor(self.clock)
        self.loops: weakref.WeakSet[Any] = weakref.WeakSet()
        self.recorder = Recorder(self)
        self.watch = Watch(self.recorder.tampered)
        self.server: Server
        self._channel: Channel
        self._exit = os._exit
        self._reserve: mmap.mmap | None = None
        self._make_loop: type[loop_module.VirtualLoop] = loop_module.VirtualLoop
        self._loop: loop_module.VirtualLoop
        self.scattered: object = None
        self.loading = False
        self.globals_at_first = Globals()
        self.start_timer: Callable[[JailLimits], object] = lambda limits: None
        """What watches the time of a test from its beginning on."""
        self._cpu_seconds = 0.0
        self._samples: spin.Samples | None = None

    def install(self) -> None:
        """Put virtual time under ``time``, ``threading`` and ``asyncio``."""
        clock_module.install(self.clock)
        threads.install(self.conductor, self.recorder.blocking)
        loop_module.install(self)
        self.clock.on_spin = self.recorder.spinning
        self.conductor.on_deadlock = lambda why: self.stuck("deadlock", f"every thread waits: {why}")

    def prepare(self) -> None:
        """Do before the fork what every child needs alike; each page of memory that a child writes to costs time."""
        random.seed(0)
        self.recorder.watch_coroutines()
        self._loop = loop_module.VirtualLoop()
        remember_our_modules()
        self.watch.remember()

    def heed_signals(self) -> None:
        """Let signals watch the processor time of a forked child, and make it report where it crashes."""
        signal.signal(signal.SIGPROF, self._cpu_over)
        # A child's descriptor 2 is its own crash report. For a call into C that never comes back, the kernel's own
        # limit ends it with SIGXCPU. Not on SIGPROF: a report from inside a signal handler reads frames that may be
        # half made, and of the many samples that are taken one in thousands would crash.
        faulthandler.enable(2)
        faulthandler.register(signal.SIGXCPU, 2, all_threads=False, chain=True)
        self.start_timer = lambda limits: signal.setitimer(signal.ITIMER_PROF, limits.cpu_seconds)

    def serve(self, stream: Stream, limits: JailLimits, schedule: int = 0) -> NoReturn:
        """Run one test in this process, under a schedule, and never return."""
        if schedule:
            schedule_module.follow(self, schedule)
        self._channel = Channel(stream)
        self._channel.max_frame = limits.frame_bytes
        self.clock.limit_ns = limits.virtual_ns
        self.clock.on_limit = lambda: self.stuck(
            "virtual", f"still running after {limits.virtual_ns / 1e9:g} s"
        )
        self.conductor.max_threads = limits.threads
        self._reserve = mmap.mmap(
            -1, _RESERVE_BYTES
        )  # counts against the limit, but no page of it is touched
        self._cpu_seconds = limits.cpu_seconds
        self.start_timer(limits)
        out = Printed(self.recorder, limits.output_bytes, self._flooded)
        sys.stdout = sys.__stdout__ = out  # type: ignore[misc,assignment]
        sys.stderr = sys.__stderr__ = Discarded()  # type: ignore[misc,assignment]
        self.watch.begin(out, self.sources.flagged, _OWN)
        self.server = Server(self, self._channel, limits)
        self.server.serve_without_loop()
        self._loop.begin_again()
        asyncio.set_event_loop(self._loop)
        self.server.serve(self._loop)
        self.leave()

    def _cpu_over(self, signum: int, frame: FrameType | None) -> None:
        """Take the time to see where the program spins, then stop it.

        Python calls this only between two of its instructions, so not while a call into C goes on for ever: there the
        crash report that is written at the kernel's limit names the line.
        """
        self.sample(frame)
        signal.setitimer(signal.ITIMER_PROF, spin.SAMPLE_SECONDS)

    def sample(self, frame: FrameType | None) -> None:
        """Note where a program is that has used up its processor time; once that tells enough, stop it.

        ``frame`` is the main thread's.
        """
        samples = self._samples = self._samples or spin.Samples(self.sources)
        samples.add(self.conductor.running_frame(frame))
        if samples.enough:
            text = f"it used {self._cpu_seconds:g} s of processor time"
            self.stuck("cpu", text, samples.places() or [""])

    def use_loops(self, kind: type[loop_module.VirtualLoop]) -> None:
        """Make all loops of this kind, before any is used."""
        self._make_loop = kind
        self._loop = kind()

    def new_loop(self) -> loop_module.VirtualLoop:
        """Make an event loop; while a file is loaded it is always the one that will serve the test, too.

        So a queue or an event that a program makes when it is loaded, or in a bare ``asyncio.run``, works in a test.
        """
        return self._loop if self.loading and not self._loop.is_running() else self._make_loop()

    # -- the student's file -----------------------------------------------------------------------------------

    def load(self, name: str) -> ModuleType:
        """Run a file as a module and return it; virtual time used by a bare ``asyncio.run`` is taken back."""
        as_name = name.removesuffix(".py").replace("/", ".")
        self.loading = True
        try:
            module = self.sources.run(name, as_name)
        except SystemExit as done:
            # sys.exit(asyncio.run(main())) without a guard is a program that has come to its good end.
            if done.code not in (None, 0):
                raise
            module = sys.modules[as_name]
        finally:
            self.loading = False
        self.globals_at_first.remember(own_modules())
        self.clock.ns = 0
        self.clock.reads = 0
        return module

    def run_script(self, name: str) -> dict[str, Any]:
        """Run a file as ``__main__`` to its end and say how it ended."""
        status: Any = 0
        error = ""
        where: list[Any] = []
        try:
            self.sources.run(name, "__main__")
        except SystemExit as exit_:
            code = exit_.code
            status = code if type(code) is int else 0 if code is None else 1
        except BaseException as problem:  # noqa: BLE001 - whatever ends a program is its way of ending
            status = 1
            error = f"{type(problem).__name__}: {str(problem)[:500]}"
            frames = [f for f in traceback.extract_tb(problem.__traceback__) if f.filename.startswith(ROOT)]
            where = [
                [f.filename[len(ROOT) :], f.lineno or 0, f.name, (f.line or "")[:120]] for f in frames[-1:]
            ]
        self._join_threads()
        return {"status": status, "error": error, "where": where}

    def _join_threads(self) -> None:
        while self.conductor.run_due() or self.conductor.next_wake() is not None:
            wake = self.conductor.next_wake()
            if wake is not None:
                self.clock.advance(wake)

    def _flooded(self) -> None:
        kept = self.server.limits.output_bytes >> 10
        self.stuck("output", f"it prints without end ({kept} KB are kept)")

    # -- ways out ---------------------------------------------------------------------------------------------

    def stuck(self, why: str, text: str, places: list[str] | None = None) -> NoReturn:
        """Tell the trusted side that this test can never end by itself, and stop for good."""
        try:
            places = [place for place in places or self.recorder.parked() or [self._here()] if place]
            try:
                self._channel.send(["stuck", why, text, places, self.recorder.take()])
            except TooLarge:
                self._channel.send(["stuck", why, text, places, []])
        finally:
            self.leave()

    def make_room(self, error: BaseException) -> None:
        """After a MemoryError, give back enough to tell of it."""
        if isinstance(error, MemoryError):
            self._reserve = None
            traceback.clear_frames(error.__traceback__)

    def _here(self) -> str:
        return self._place(sys._getframe(1))

    def _place(self, frame: FrameType | None) -> str:
        while frame is not None:
            filename = frame.f_code.co_filename
            if filename.startswith(ROOT):
                source = self.sources.line(filename, frame.f_lineno)
                return (
                    f"{frame.f_code.co_qualname[:80]}, {self.sources.at(filename, frame.f_lineno)}: {source}"
                )
            frame = frame.f_back
        return ""

    def give_up(self) -> NoReturn:
        """End this process because its runtime does not work any more."""
        self._exit(BROKEN_RUNTIME)
        raise AssertionError

    def hang_up(self) -> NoReturn:
        """End this process because there is nobody left to talk to."""
        self._exit(LOST_CHANNEL)
        raise AssertionError

    def leave(self) -> NoReturn:
        """End this process at once; whatever it might still do is of no interest."""
        self._exit(0)
        raise AssertionError


def warm(runtime: Runtime) -> None:
    """Run a little of everything before the fork, so that no child pays for first uses."""

    async def nothing() -> None:
        await asyncio.sleep(0)

    async def something() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(nothing())
        async with asyncio.timeout(1):
            await asyncio.gather(nothing(), asyncio.sleep(0.01))
        await asyncio.wait([asyncio.create_task(nothing())], timeout=1)

    asyncio.run(something())
    rehearse(runtime)
    # asyncio.get_event_loop() makes a loop only for a program in which nobody has set one yet, not even to None.
    asyncio.events._event_loop_policy = None  # type: ignore[attr-defined]
    asyncio.events._init_event_loop_policy()  # type: ignore[attr-defined]
    try:
        raise ValueError
    except ValueError as error:
        traceback.extract_tb(error.__traceback__)
    runtime.clock.ns = 0
    runtime.recorder.take()
    runtime.loops.clear()
    assert _thread is not None
