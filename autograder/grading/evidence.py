"""Traces of tampering, put into words for the teacher who judges them. They never change a score.

Three sources, of different worth. What the files say (`autograder.jail.guest.tamper`) was read before any of it ran:
it is certain, but says nothing of what the program did. What the trusted side saw of its channel and of how a process
ended is certain as well. What the jail noticed while the program ran is a claim that a forger can wipe: its presence
tells something, its absence nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from autograder.model import Evidence, Exercise, Notebook
from autograder.testing.traces import Trace

MOST = 20
"""Pieces of evidence in one report."""

_MOST_PLACES = 4
_MOST_LINES = 4
_MOST_ROWS = 20_000
_LONGEST = 100
_LAST_LINE = 10_000_000

CODES: dict[str, str] = {
    # What the trusted side knows.
    "forged_answer": "Sent the grader an answer to a question that it had not asked",
    "wrote_to_protocol": "Sent the grader what is not the protocol, as a program does that writes to the channel",
    "closed_channel": "Closed the grader's channel while a test was running",
    "broke_runtime": "Broke the grader's runtime inside the jail",
    "forbidden_call": "Was stopped by the kernel for a system call that no Python program makes",
    "ended_process": "Ended its own process in the middle of a test",
    # What the jail claims.
    "runtime_replaced": "While it ran, parts of the grader's runtime in the jail had been replaced",
    "library_replaced": "While it ran, parts of the standard library had been replaced",
    # What the files say, and what of it was seen while it ran.
    "reaches_runtime": "Speaks of the grader or of its runtime",
    "patches_library": "Assigns to parts of the standard library",
    "raw_descriptors": "Uses file descriptors or sockets itself, as one would to get at the grader's channel",
    "inspects_frames": "Looks into stack frames, where the variables of other code can be read",
    "inspects_memory": "Looks through the objects of its interpreter",
    "module_table": "Gets at the table of modules or at the import system",
    "tracing": "Uses functions that trace, profile or audit what runs",
    "native_code": "Calls native code",
    "library_internals": "Uses private parts of the standard library",
    "function_internals": "Gets at the inside of functions or classes",
    "lying_object": "Defines an object that answers comparisons the same whatever it is, or passes for another class",
    "dynamic_code": "Runs code from a text, or reaches for names that it computes",
    "process_control": "Starts, ends, signals or limits processes",
    "disguised_name": "Writes a name so that it looks like another",
    "hidden_text": "Holds characters that show its text otherwise than it runs",
    "looks_for_files": "Names files of the machine that it runs on",
    "not_scanned": "Could not be read through",
    # Of no weight by themselves.
    "redirects_output": "Replaces its standard streams",
    "threads_at_import": "Starts threads when it is loaded",
    "late_code": "Leaves code to run at the end of its process or of an object",
    "mocks": "Uses unittest.mock, as tests of its own would",
}
"""Code to sentence, the most telling first."""

COMPANIONS = frozenset(("redirects_output", "threads_at_import", "late_code", "mocks"))
"""What many an honest program does: shown only beside something else in the same submission."""

_RANK = {code: place for place, code in enumerate(CODES)}


def evidence_of(
    exercises: Sequence[Exercise],
    flags: Sequence[Any],
    traces: Iterable[Trace],
    notebooks: Mapping[str, Notebook] | None = None,
) -> tuple[Evidence, ...]:
    """Return at most `MOST` pieces of evidence: one for each code and exercise, the most telling first.

    ``flags`` is the jail's list ``[code, file, line, what]``; rows that are anything else are left out. ``notebooks``
    tells which files were joined of cells.
    """
    groups: dict[tuple[int, str, str], _Group] = {}
    names = {exercise.file: exercise.id for exercise in exercises}
    first = exercises[0].id if exercises else ""

    def group(code: str, exercise: str, file: str) -> _Group:
        return groups.setdefault((_RANK[code], exercise, file), _Group())

    for flag in flags[:_MOST_ROWS]:
        row = _checked(flag)
        if row is not None:
            code, file, line, what = row
            known = file in names
            group(code, names.get(file, first), "" if known else file).in_text(line, what)
    for trace in traces:
        if trace.code in CODES:
            group(trace.code, trace.exercise, "").seen(trace.line, _printable(trace.what))
    kept = sorted(key for key in groups)
    codes = list(CODES)
    if all(codes[rank] in COMPANIONS for rank, _, _ in kept):
        return ()
    books = {exercise.id: (notebooks or {}).get(exercise.file) for exercise in exercises}
    return tuple(
        groups[rank, exercise, file].evidence(codes[rank], exercise, file, books.get(exercise))
        for rank, exercise, file in kept[:MOST]
    )


class _Group:
    """The places of one kind in one file."""

    def __init__(self) -> None:
        self._in_text: set[tuple[int, str]] = set()
        self._seen: set[tuple[int, str]] = set()

    def in_text(self, line: int, what: str) -> None:
        """Add a place in the file's text."""
        self._in_text.add((line, what))

    def seen(self, line: int, what: str) -> None:
        """Add something that happened while the program ran. In how many tests it did may be chance."""
        self._seen.add((line, what))

    def evidence(self, code: str, exercise: str, file: str, book: Notebook | None) -> Evidence:
        """Put it into words; ``book`` is the notebook that the exercise's file was made of."""
        book = None if file else book
        places = _places(self._in_text, "", book)
        places += _places(self._seen - self._in_text, "seen while it ran", book)
        lines = sorted(line for line, _ in self._in_text | self._seen if line)
        text = CODES[code] + (f" in {_printable(file)}" if file else "")
        if places:
            text += f": {', '.join(places[:_MOST_PLACES])}"
        more = len(places) - _MOST_PLACES
        line = lines[0] if lines and not file else 0
        cell, line = book.place(line) if book is not None else (0, line)
        return Evidence(
            code=code,
            exercise=exercise,
            line=line,
            message=text + (f" and {more} more" if more > 0 else ""),
            cell=cell,
        )


def _places(found: set[tuple[int, str]], how: str, book: Notebook | None) -> list[str]:
    """Return each thing that was found with its lines, in the order of the first of them."""
    lines: dict[str, list[int]] = {}
    for line, what in sorted(found):
        lines.setdefault(what, []).append(line)
    return [_place(what, [line for line in lines[what] if line], how, book) for what in lines if what]


def _place(what: str, lines: list[int], how: str, book: Notebook | None) -> str:
    shown = [str(line) for line in lines[:_MOST_LINES]]
    if book is not None:
        shown = ["cell {}, line {}".format(*book.place(line)) for line in lines[:_MOST_LINES]]
    more = ", .." if len(lines) > _MOST_LINES else ""
    word = "" if book is not None else "lines " if len(lines) > 1 else "line "
    notes = [*([f"{word}{', '.join(shown)}{more}"] if lines else []), *([how] if how else [])]
    return f"{what} ({', '.join(notes)})" if notes else what


def _checked(flag: Any) -> tuple[str, str, int, str] | None:
    """Return a row of the jail's list if it is one."""
    if type(flag) is not list or len(flag) != 4:
        return None
    code, file, line, what = flag
    if not type(code) is type(file) is type(what) is str or type(line) is not int:
        return None
    if code not in CODES or not 0 <= line <= _LAST_LINE:
        return None
    return code, file if len(file) < 300 else "", line, _printable(what)


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() else "?" for each in text[:_LONGEST])
