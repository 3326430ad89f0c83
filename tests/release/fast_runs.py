"""Runs programs as ``__main__``, one forked process each, on a clock that jumps: ``fast_runs.py FOLDER``.

For every ``NAME.py`` in the folder it leaves ``NAME.out``, ``NAME.err`` and ``NAME.code`` beside it. The process is a
real one from its start as the program to the interpreter's last word; only starting Python is saved, which would
take most of the time.
"""

import asyncio
import os
import runpy
import selectors
import sys
import time
from pathlib import Path

now = 0.0


class Jumping(selectors.DefaultSelector):
    """Waits for nothing: time goes on at once to the next timer."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        global now
        if timeout is None:
            raise RuntimeError("the program would hang: it waits, and nothing is left that could happen")
        now += max(timeout, 0)
        return super().select(0)


class JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        super().__init__(Jumping())

    def time(self) -> float:
        return now


def start(program: Path) -> int:
    """Fork a process and return its number; in the process itself return 0."""
    pid = os.fork()
    if pid == 0:
        for descriptor, ending in ((1, ".out"), (2, ".err")):
            file = os.open(program.with_suffix(ending), os.O_CREAT | os.O_WRONLY)
            os.dup2(file, descriptor)
    return pid


def main(folder: Path) -> None:
    asyncio.events.new_event_loop = JumpingLoop
    time.perf_counter = lambda: now
    for program in sorted(folder.glob("*.py")):
        pid = start(program)
        if pid == 0:
            runpy.run_path(str(program), run_name="__main__")
            return
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        program.with_suffix(".code").write_text(str(code))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
