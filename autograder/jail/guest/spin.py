"""Where a program spins: the loop that used up the processor time, named alike in every run.

The signal that says "time is up" lands on any line of an endless loop. So a few samples of the stack are taken, a
little apart; the innermost call that all of them share is the one that does not end, and the outermost loop in it is
what gets named.
"""

from __future__ import annotations

import ast
from types import FrameType

from .load import ROOT, Sources

SAMPLE_SECONDS = 0.004
_SAMPLES = 8
_MAX_SAMPLES = 60


class Samples:
    """Stacks of the submission's frames, outermost first."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._common: list[FrameType] | None = None
        self._lines: dict[FrameType, int] = {}
        self._count = 0
        self._hits = 0

    @property
    def enough(self) -> bool:
        """Tell whether there are as many as needed."""
        return self._hits >= _SAMPLES or self._count >= _MAX_SAMPLES

    def add(self, frame: FrameType | None) -> None:
        """Take one more sample."""
        self._count += 1
        stack = []
        while frame is not None:
            if frame.f_code.co_filename.startswith(ROOT):
                stack.append(frame)
            frame = frame.f_back
        if not stack:
            return  # the signal met the event loop
        self._hits += 1
        stack.reverse()
        self._lines = {each: each.f_lineno for each in stack}
        if self._common is None:
            self._common = stack
        else:
            shared = 0
            while shared < min(len(stack), len(self._common)) and stack[shared] is self._common[shared]:
                shared += 1
            self._common = stack[:shared] or self._common[:1]

    def places(self) -> list[str]:
        """Name the loop; nothing if no sample met the submission."""
        if not self._common:
            return []
        frame = self._common[-1]
        filename = frame.f_code.co_filename
        line = self._loop_line(filename, frame.f_lineno or self._lines.get(frame, 0))
        line = line or frame.f_code.co_firstlineno
        where = self._sources.at(filename, line)
        return [f"{frame.f_code.co_qualname}, {where}: {self._sources.line(filename, line)}"]

    def _loop_line(self, filename: str, line: int) -> int:
        """Return the first line of the outermost loop around a line, within the function that the line is in."""
        try:
            name = filename.removeprefix(ROOT)
            tree = ast.parse(self._sources.files.get(name) or "".join(self._sources.lines(filename)))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return 0
        around = [
            node
            for node in ast.walk(tree)
            if isinstance(node, (ast.stmt, ast.expr)) and node.lineno <= line <= (node.end_lineno or 0)
        ]
        functions = [
            node.lineno for node in around if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        ]
        begin = max(functions, default=0)
        loops = [node.lineno for node in around if isinstance(node, (ast.While, ast.For, ast.AsyncFor))]
        return min((number for number in loops if number > begin), default=0)
