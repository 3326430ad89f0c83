"""The trusted side's hold on the process of one test: its channel, its limits, and how it ended."""

from __future__ import annotations

import re
import signal
from dataclasses import dataclass

from autograder.jail.limits import BROKEN_RUNTIME, LOST_CHANNEL, JailLimits

from .wire import TestChannel


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a child ended, as its parent in the jail saw it."""

    exit: int
    cpu_seconds: float
    memory_kb: int
    errors: str
    was_alive: bool = False
    """It had closed its channel, but was still there some time later."""
    out_of_memory: bool = False
    """The kernel has killed it, because its jail had used up its memory."""

    def describe(self) -> str:
        """Say it in words, for a child that nobody meant to end."""
        if self.out_of_memory:
            text = "it was stopped for the memory that its jail had used up"
        elif self.was_alive or self.exit == LOST_CHANNEL:
            text = "it closed its connection to the grader"
        elif self.exit == BROKEN_RUNTIME:
            text = "it broke the interpreter that it runs in (were builtins or standard modules replaced?)"
        elif self.exit < 0:
            number = -self.exit
            name = signal.Signals(number).name if number in set(signal.Signals) else f"signal {number}"
            text = f"it was stopped by {name}"
        else:
            text = f"it ended itself with status {self.exit} (os._exit?)"
        crash = self.crash()
        return f"{text}; {crash}" if crash else text

    def crash(self) -> str:
        """Return the innermost line of the submission that the interpreter's crash report names."""
        for line in self.errors.splitlines():
            if '"/submission/' in line:
                # Of a notebook, each cell is a file to Python.
                place = re.sub(r', (cell \d+)", (line \d+)', r'", \1, \2', line.strip())
                return place.replace('"/submission/', '"')[:200]
        return ""


class Child:
    """The process of one test."""

    def __init__(self, channel: TestChannel, limits: JailLimits) -> None:
        self.channel = channel
        self.limits = limits
        self.ending: Ending | None = None

    def drop(self) -> None:
        """Be done with the process, however it ends."""
        raise NotImplementedError

    def kill(self, hung_up: bool = False, report: bool = False) -> Ending:
        """End the process, if it still runs, and say how it ended.

        With ``hung_up`` it has closed its channel, so it is given a moment to end in its own way first. With
        ``report`` it is first made to write down where it is, as far as it lets itself be made to.
        """
        raise NotImplementedError
