"""What ``autograder check`` shows: exercise by exercise what is open and what is wrong, the next thing first."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.text import Text

from autograder.escape import visible
from autograder.grading.selfcheck import CheckReport, ExerciseCheck, TestCheck

from .console import Hanging, open_console, put

_INDENT = 2
_DEEPER = 4


def show_check(report: CheckReport, folder: Path, hints: int | None) -> None:
    """Show all of it on stdout; ``hints`` is what was asked for, None if nothing was."""
    out = open_console(sys.stdout)
    for each in report.exercises:
        for line in _exercise(each, _shown(folder / each.file), hints):
            put(out, line)
    if not report.passed:
        put(out, Text())
    for note in report.notes:
        put(out, Hanging(Text.assemble(("Note: ", "yellow"), visible(note, lines=True))))
    put(out, Hanging(_summary(report)))
    for step in _next_step(report, folder):
        put(out, step)
    if any(test.failed for each in report.exercises for test in each.tests):
        put(out, Hanging(Text(f"Seed: {report.seed} (--seed {report.seed} draws the same inputs again)")))


def _exercise(check: ExerciseCheck, file: str, hints: int | None) -> Iterator[Hanging]:
    title = visible(f"{check.exercise.id} {check.exercise.title}")
    if check.missing:
        yield Hanging(Text.assemble((title, "bold"), ": ", ("not checked", "bold red")))
        yield Hanging(Text(visible(check.missing)), _INDENT)
        return
    passed, count = sum(test.passed for test in check.tests), len(check.tests)
    verdict = f"{passed} of {count} public tests pass" if passed < count else _all(count, "passes", "pass")
    yield Hanging(Text.assemble((title, "bold"), ": ", (verdict, "green" if check.passed else "bold")))
    for place, blank in enumerate(check.open_blanks):
        where = _where(file, blank.cell, blank.line)
        head = (f"Blank {blank.number} is still open", "yellow")
        yield Hanging(Text.assemble(head, f"{where and f' ({where})'}: {visible(blank.prompt)}"), _INDENT)
        # Of those that come later, hints would be a wall; whoever asks gets them.
        if hints is not None or not place:
            yield from _hints(blank.hints)
    failed: dict[str, list[TestCheck]] = {}
    for test in check.tests:
        if test.failed:
            failed.setdefault(test.result.message, []).append(test)
    for tests in failed.values():
        yield from _failure(tests, file, hints, every=len(tests) == count)
    for test in check.tests:
        if test.waits_for:
            title = visible(test.result.title)
            yield Hanging(
                Text.assemble((f"waits for {_blanks(test.waits_for)}", "dim"), f": {title}"), _INDENT
            )


def _failure(tests: Sequence[TestCheck], file: str, hints: int | None, *, every: bool) -> Iterator[Hanging]:
    """Yield what is to be said of tests that fail with the same message, which may be ``every`` test of an exercise."""
    titles = [visible(test.result.title) for test in tests]
    if every and len(tests) > 1:  # a syntax error, say: what each of them is about does not matter yet
        titles = [f"all {len(tests)} public tests, for one reason"]
    for title in titles:
        yield Hanging(Text.assemble(("fails", "bold red"), f": {title}"), _INDENT)
    yield Hanging(Text(visible(tests[0].result.message, lines=True)), _DEEPER)
    one_place = len({(test.cell, test.line) for test in tests}) == 1
    where = _where(file, tests[0].cell, tests[0].line) if one_place else ""
    about = _blanks(tests[0].blanks) if len(tests) == 1 else ""
    if where or about:
        yield Hanging(Text(f"{where} ({about})" if where and about else where or about), _DEEPER)
    # What stops several tests is hardly what the hint of any of them is about.
    if hints is not None or len(tests) == 1:
        for test in tests:
            if hints != 0 and test.result.hint:
                yield from _hints((test.result.hint,))
            yield from _hints(test.hints)


def _hints(hints: tuple[str, ...]) -> Iterator[Hanging]:
    for hint in hints:
        yield Hanging(Text(f"Hint: {visible(hint, lines=True)}"), _DEEPER)


def _summary(report: CheckReport) -> Text:
    tests = [test for each in report.exercises for test in each.tests]
    blanks = sum(len(each.open_blanks) for each in report.exercises)
    missing = sum(bool(each.missing) for each in report.exercises)
    failed, waiting = sum(test.failed for test in tests), sum(bool(test.waits_for) for test in tests)
    if report.passed:
        text = f"{_all(len(tests), 'passes', 'pass').capitalize()}; the hidden ones run when you hand in."
        return Text(text, style="green")
    parts = [
        _count(missing, "file could not be checked", "files could not be checked"),
        _count(blanks, "blank is still open", "blanks are still open"),
        _count(failed, "public test fails", "public tests fail"),
        _count(waiting, "waits for open blanks", "wait for open blanks"),
    ]
    passed = sum(test.passed for test in tests)
    done = f"{passed} of {len(tests)} public tests pass" if tests else ""
    return Text("; ".join(filter(None, [*parts, done])) + ".")


def _next_step(report: CheckReport, folder: Path) -> Iterator[Hanging]:
    """Yield where to go on, in the first exercise that is not done: its file, else what fails, else an open blank."""
    for each in report.exercises:
        file = _shown(folder / each.file)
        places = [
            *((f"the file of exercise {each.exercise.id}", 0, 0) for missing in [each.missing] if missing),
            *(
                (f"what fails in exercise {each.exercise.id}", test.cell, test.line)
                for test in each.tests
                if test.failed
            ),
            *((f"blank {blank.number}", blank.cell, blank.line) for blank in each.open_blanks),
        ]
        for what, cell, line in places[:1]:
            yield Hanging(Text(f"Next: {visible(what)} ({_where(file, cell, line) or file})"))
            return


def _all(count: int, one: str, many: str) -> str:
    return f"the only public test {one}" if count == 1 else f"all {count} public tests {many}"


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}" if number else ""


def _blanks(numbers: Sequence[int]) -> str:
    *others, last = map(str, numbers) if numbers else ("",)
    if others:
        return f"blanks {', '.join(others)} and {last}"
    return f"blank {last}" if last else ""


def _where(file: str, cell: int, line: int) -> str:
    if cell:
        return f"{file}, cell {cell}, line {line}"
    return f"{file}:{line}" if line else ""


def _shown(path: Path) -> str:
    """Return a path as it is written from here, so that editors and terminals can open it."""
    try:
        near = os.path.relpath(path)
    except ValueError:  # Windows: on another drive
        near = str(path)
    return visible(near if not near.startswith(os.pardir) else str(path.absolute()))
