"""Time watched by a thread, where there are no signals to watch it: processor time, and how long nothing happens.

The thread stops a program that has used up its processor time, and names the loop. Shortly before the wall time is up
it writes down where the program waits, since the trusted side will end it without a word. While a call into C keeps the
interpreter to itself no thread runs: then `faulthandler`, which needs no interpreter, writes down where that is.
"""

from __future__ import annotations

import _thread
import faulthandler
import os
import sys
import time
from typing import TYPE_CHECKING

from autograder.jail.limits import JailLimits
from autograder.jail.protocol import Channel

from . import spin
from .load import ROOT

if TYPE_CHECKING:
    from .runtime import Runtime

_LOOK_SECONDS = 0.05
_SILENCE_SECONDS = 1.0
_NEARLY = 0.9
"""Share of the wall time after which it is written down where the program is."""

_FOR_EVER = 6
"""Times the wall time after which a process whose grader is gone ends itself."""

_SEND = Channel.send.__code__


class Vigil:
    """Watches one test from `begin` on; to be made before anything of the standard library is replaced."""

    def __init__(self, runtime: Runtime, errors: int) -> None:
        """``errors`` is the descriptor that is to take the crash report."""
        self._runtime = runtime
        self._errors = errors
        self._limits = JailLimits()
        self._main = _thread.get_ident()
        self._now = time.monotonic
        self._used = time.process_time
        self._exit, self._write = os._exit, os.write
        self._truncate, self._seek = os.ftruncate, os.lseek
        self._gate = _thread.allocate_lock()
        self._gate.acquire()
        faulthandler.enable(errors)
        _thread.start_new_thread(self._watch, ())

    def begin(self, limits: JailLimits) -> None:
        """A test begins."""
        self._limits = limits
        self._gate.release()

    def _watch(self) -> None:
        self._gate.acquire()
        limits = self._limits
        began, used_before = self._now(), self._used()
        last_look, last_sample = began, 0.0
        wait = _LOOK_SECONDS
        next_report = _NEARLY * limits.wall_seconds
        while True:
            faulthandler.dump_traceback_later(_SILENCE_SECONDS, file=self._errors)
            self._gate.acquire(timeout=wait)
            now = self._now()
            if now - last_look > _NEARLY * _SILENCE_SECONDS:
                # It came back, so what was written meanwhile no longer holds.
                (self._report if now - began > _NEARLY * limits.wall_seconds else self._clear)()
            last_look = now
            used = self._used() - used_before
            if used > limits.cpu_seconds:
                wait = spin.SAMPLE_SECONDS
                if used > last_sample:
                    last_sample = used
                    self._stop_soon()
            if now - began > next_report:
                next_report += (1 - _NEARLY) * limits.wall_seconds
                self._report()
            if now - began > _FOR_EVER * limits.wall_seconds:
                self._exit(1)

    def _stop_soon(self) -> None:
        """Take a sample; with the last one the program is stopped.

        What the main thread is sending must not be torn apart by that. And from here on the interpreter is not to be
        given to it before the message is out.
        """
        before = sys.getswitchinterval()
        sys.setswitchinterval(60)
        frame = sys._current_frames().get(self._main)
        inner = frame
        while inner is not None and inner.f_code is not _SEND:
            inner = inner.f_back
        if inner is None:
            self._runtime.sample(frame)
        sys.setswitchinterval(before)

    def _report(self) -> None:
        """Write down, in the form of a crash report, where the program is."""
        frame = self._runtime.conductor.running_frame(sys._current_frames().get(self._main))
        lines = []
        while frame is not None:
            code = frame.f_code
            if code.co_filename.startswith(ROOT):
                lines.append(f'  File "{code.co_filename}", line {frame.f_lineno} in {code.co_name}\n')
            frame = frame.f_back
        # What was there is written over and never taken away first: the process may be ended at any moment from now on.
        report = "".join(lines).encode("utf-8", "replace")
        self._seek(self._errors, 0, os.SEEK_SET)
        self._write(self._errors, report)
        self._truncate(self._errors, len(report))

    def _clear(self) -> None:
        self._truncate(self._errors, 0)
        self._seek(self._errors, 0, os.SEEK_SET)
