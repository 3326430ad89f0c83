"""Which blanks of a skeleton are still open, read from a student's text. It is not compiled, let alone run."""

from __future__ import annotations

import re
from dataclasses import dataclass

from autograder.model import Notebook

_COMMENT = re.compile(r"\s*# Blank (\d+)[^:]*: (.*)")
_CALL = re.compile(r"\bblank\(\s*(\d+)\s*\)")
_SAID_SO = re.compile(r"SystemExit: Blank (\d+) is still open|NotImplementedError: blank\((\d+)\)")
"""As a skeleton says it, and as a notebook does, in which no program can be ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBlank:
    """A blank in which the skeleton's ``blank(...)`` still stands."""

    number: int
    line: int
    """Where it stands, counted from 1; 0 if that is not known."""
    prompt: str
    """What is asked, as the comment above it says; empty if there is none."""
    hints: tuple[str, ...] = ()
    """What helps, from the gentlest hint on."""
    cell: int = 0
    """In a notebook: the number of the cell in which the line is counted."""


@dataclass(frozen=True, slots=True)
class Traces:
    """What a student's text shows of its blanks."""

    open: dict[int, OpenBlank]
    comments: dict[int, tuple[int, int]]
    """Number of a blank to cell and line of its comment, which most students leave where it is."""


def read_blanks(source: bytes, notebook: Notebook | None = None) -> Traces:
    """Return what a file shows, whatever its encoding and line ends; ``notebook`` if it was joined of cells."""
    found = Traces({}, {})
    prompts: dict[int, str] = {}
    for number, line in enumerate(re.split("\r\n|\r|\n", source.decode("utf-8-sig", "replace")), 1):
        cell, at = (0, number) if notebook is None else notebook.place(number)
        comment = _COMMENT.fullmatch(line)
        if comment is not None:
            prompts.setdefault(int(comment[1]), comment[2].strip())
            found.comments.setdefault(int(comment[1]), (cell, at))
            continue
        for call in _CALL.finditer(line.partition("#")[0]):
            blank = int(call[1])
            prompt = prompts.get(blank, "")
            found.open.setdefault(blank, OpenBlank(number=blank, line=at, prompt=prompt, cell=cell))
    return found


def blank_that_stopped(message: str) -> int | None:
    """Return the blank that a test's message names, if a blank has ended the program."""
    said = _SAID_SO.match(message)
    return int(said[1] or said[2]) if said is not None else None
