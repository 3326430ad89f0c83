"""Reading stored reports back: the JSON documents of ``autograder grade --output`` and ``--json``.

Strict about all that decides about points, and about who sees what; lenient about members that it does not know, since
``autograder/1`` may get new ones. Points stay the decimals that they were written as.
"""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from autograder.errors import UsageError
from autograder.model import (
    REPORT_FORMAT,
    REVEALS,
    VISIBILITIES,
    Evidence,
    ExerciseReport,
    Finding,
    Origin,
    Outcome,
    Status,
    SubmissionReport,
    TestResult,
)
from autograder.outputs.export.batch import Batch, Stored

_MOST_POINTS = Decimal(10) ** 9
_MOST_DECIMALS = 6
_LARGEST_WHOLE = 2**53 - 1
"""What every reader of JSON takes exactly."""
_HALF_A_CENT = Decimal("0.005")
"""What rounding may have changed in a number of points."""
_REQUIRED: Any = object()
_STANDARD_INPUT = "standard input"


def read_reports(paths: Sequence[Path]) -> tuple[Batch, tuple[str, ...]]:
    """Return all reports in files and folders (``-``: standard input), in the order of their ids, and what to warn of.

    Where a submission was graded again after it could not be graded, the report with the score counts, unless what
    could not be graded was handed in later. Raise `UsageError` where a document is damaged, where it is not clear which
    of two reports counts, or where reports are about different assignments.
    """
    warnings: list[str] = []
    sources = [source for path in paths for source in _sources(path, warnings)]
    found: dict[str, tuple[Stored, str]] = {}
    assignments: dict[str, str] = {}
    for name, text in dict(sources).items():
        document = _Document(name, text)
        assignments.setdefault(document.assignment, name)
        for stored in document.reports():
            _add(found, stored, name, warnings)
    if len(assignments) > 1:
        (one, first), (other, second), *_ = assignments.items()
        raise UsageError(
            f"{first} is about {one}, but {second} is about {other}. Export one assignment at a time."
        )
    if not found:
        raise UsageError("there is no submission in these reports. Grade some first: autograder grade.")
    items = tuple(found[each][0] for each in sorted(found))
    documents = tuple(Path(name) for name, _ in sources if name != _STANDARD_INPUT)
    return Batch(assignment=next(iter(assignments)), items=items, documents=documents), tuple(warnings)


def _add(found: dict[str, tuple[Stored, str]], stored: Stored, name: str, warnings: list[str]) -> None:
    before = found.setdefault(stored.report.id, (stored, name))
    if before[0] is stored:
        return
    if stored.graded == before[0].graded:
        raise UsageError(
            f"{stored.report.id}: {before[1]} and {name} both hold a report on it. "
            "Leave out the one that does not count."
        )
    scored, failed = ((stored, name), before) if stored.graded else (before, (stored, name))
    order = _order(scored[0].report.origin, failed[0].report.origin)
    found[stored.report.id] = failed if order == -1 else scored
    if order == -1:
        said = f"the score in {scored[1]} does not count, since what was handed in later was not graded: {failed[1]}"
    else:
        said = f"{scored[1]} counts, since in {failed[1]} it was not graded"
    unknown = "; which of the two was handed in later is unknown" if order is None else ""
    warnings.append(f"{stored.report.id}: {said}{unknown}")


def _order(one: Origin, other: Origin) -> int | None:
    """Return -1 if the first was handed in before the other, 1 if after it, 0 at once; None if nothing tells."""
    told: list[tuple[Any, Any]] = []
    if one.attempt and other.attempt:
        told.append((one.attempt, other.attempt))
    first, second = _moment(one.submitted_at), _moment(other.submitted_at)
    if first is not None and second is not None:
        told.append((first, second))
    if not told:
        return None
    return next((-1 if first < second else 1 for first, second in told if first != second), 0)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if moment.tzinfo is None else moment


def _sources(path: Path, warnings: list[str]) -> list[tuple[str, bytes]]:
    """Return name and content of each document that a path stands for."""
    if str(path) == "-":
        return [(_STANDARD_INPUT, sys.stdin.buffer.read())]
    try:
        if not path.is_dir():
            return [(str(path.resolve()), path.read_bytes())]
        inside = sorted(each for each in path.iterdir() if each.name[0] != ".")
        files = [each for each in inside if each.suffix.lower() == ".json"]
        warnings.extend(
            f"{each}: passed over, it is a folder. Give it by name if the reports in it count"
            for each in inside
            if each.is_dir() and _holds_json(each)
        )
        warnings.extend(
            f"{each}: passed over, it is no file"
            for each in files
            if not each.is_file() and not (each.is_dir() and _holds_json(each))
        )
        contents = [(each, each.read_bytes()) for each in files if each.is_file()]
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{path}: the reports cannot be read ({getattr(error, 'strerror', error)}). "
            "Give the folder that `autograder grade --output` has written, or the document of `--json`."
        ) from error
    ours = []
    for each, content in contents:
        if REPORT_FORMAT.encode() in content[:1_000] or not _is_other(content):
            ours.append((str(each.resolve()), content))
        else:
            warnings.append(f"{each}: passed over, it is no report")
    if not ours:
        raise UsageError(
            f"{path}: there is no report in this folder. Give the folder that `autograder grade --output` has written."
        )
    return ours


def _holds_json(folder: Path) -> bool:
    return any(name.lower().endswith(".json") for _, _, names in os.walk(folder) for name in names)


def _is_other(content: bytes) -> bool:
    """Tell whether this is sound JSON of something else. What is damaged may have been a report."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return False
    form = document.get("format") if isinstance(document, dict) else None
    return not (isinstance(form, str) and form.startswith("autograder/"))


class _Document:
    """One JSON document; ``where`` in its methods is the place in it, for messages."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        self._texts: dict[str, str] = {}
        try:
            root = json.loads(
                content.decode("utf-8-sig"),
                parse_float=Decimal,
                parse_constant=self._refuse_constant,
                object_pairs_hook=self._object,
            )
        except (ValueError, ArithmeticError, RecursionError) as error:
            reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
            raise UsageError(
                f"{name}: this is no report, or a damaged one ({reason}). Give the folder that "
                "`autograder grade --output` has written, or grade again."
            ) from error
        if not isinstance(root, dict) or root.get("format") != REPORT_FORMAT:
            form = root.get("format") if isinstance(root, dict) else None
            newer = isinstance(form, str) and form.startswith("autograder/")
            self._fail(
                f"its format is {form!r}, not {REPORT_FORMAT!r}",
                "Use the version of autograder that wrote it."
                if newer
                else "Give the document of `autograder grade --json`, or a file that `--output` has written.",
            )
        self._root = root
        self.assignment = self._text(root, "assignment", "")
        if not self.assignment:
            self._fail("it does not say which assignment it is about")

    def reports(self) -> list[Stored]:
        seed = self._whole(self._root, "seed", "", 0)
        jail = self._text(self._root, "jail", "", "")
        return [
            Stored(report=report, seed=seed, jail=jail, reason=report.reason)
            for where, each in self._items(self._root, "submissions", "", _REQUIRED)
            for report in (self._submission(each, where),)
        ]

    def _submission(self, plain: dict[str, Any], where: str) -> SubmissionReport:
        identifier = self._text(plain, "id", where)
        status = Status(self._choice(plain, "status", where, tuple(Status)))
        graded = status is Status.GRADED
        exercises = tuple(
            self._exercise(each, place, graded)
            for place, each in self._items(plain, "exercises", where, _REQUIRED)
        )
        score, max_score = self._score(plain, where, graded), self._points(plain, "max_score", where)
        if graded:
            self._check_sums(where, score, max_score, exercises)
        return SubmissionReport(
            id=identifier,
            status=status,
            score=score,
            max_score=max_score,
            reason="" if graded else self._text(plain, "reason", where, ""),
            exercises=exercises,
            findings=tuple(
                Finding(
                    code=self._text(each, "code", place),
                    concept=self._text(each, "concept", place, ""),
                    exercise=self._text(each, "exercise", place, ""),
                    line=self._whole(each, "line", place, 0),
                    message=self._text(each, "message", place, ""),
                    cell=self._whole(each, "cell", place, 0),
                )
                for place, each in self._items(plain, "findings", where, [])
            ),
            evidence=tuple(
                Evidence(
                    code=self._text(each, "code", place),
                    exercise=self._text(each, "exercise", place, ""),
                    line=self._whole(each, "line", place, 0),
                    message=self._text(each, "message", place, ""),
                    cell=self._whole(each, "cell", place, 0),
                )
                for place, each in self._items(plain, "evidence", where, [])
            ),
            notes=tuple(self._texts_in(plain, "notes", where)),
            wall_seconds=self._seconds(plain, "grading_wall_seconds", where),
            origin=self._origin(plain, where),
        )

    def _exercise(self, plain: dict[str, Any], where: str, graded: bool) -> ExerciseReport:
        identifier = self._text(plain, "id", where)
        tests = tuple(
            self._test(each, place, identifier, graded)
            for place, each in self._items(plain, "tests", where, _REQUIRED)
        )
        score, max_score = self._score(plain, where, graded), self._points(plain, "max_score", where)
        if graded:
            self._check_sums(where, score, max_score, tests)
        return ExerciseReport(
            id=identifier,
            title=self._text(plain, "title", where, ""),
            score=score,
            max_score=max_score,
            tests=tests,
        )

    def _test(self, plain: dict[str, Any], where: str, exercise: str, graded: bool) -> TestResult:
        outcome = Outcome(self._choice(plain, "outcome", where, tuple(Outcome)))
        if graded and outcome is Outcome.GRADER_ERROR:
            self._fail(f"{where} says {outcome.value}, but its submission says that it was graded")
        return TestResult(
            name=self._text(plain, "name", where),
            title=self._text(plain, "title", where, ""),
            exercise=exercise,
            concept=self._text(plain, "concept", where, ""),
            outcome=outcome,
            score=self._score(plain, where, outcome is not Outcome.GRADER_ERROR),
            max_score=self._points(plain, "max_score", where),
            message=self._text(plain, "message", where, ""),
            hint=self._text(plain, "hint", where, ""),
            # What is not said must not be shown.
            visibility=self._choice(plain, "visibility", where, VISIBILITIES, "hidden"),
            reveal=self._choice(plain, "reveal", where, REVEALS, "nothing"),
            virtual_seconds=self._seconds(plain, "virtual_seconds", where),
        )

    def _origin(self, plain: dict[str, Any], where: str) -> Origin:
        origin = plain.get("origin")
        where = f"{where}.origin"
        if origin is None:
            return Origin()
        self._expect(origin, dict, where)
        keys = self._expect(origin.get("keys", {}), dict, f"{where}.keys")
        late = origin.get("late")
        if late is not None and not isinstance(late, bool):
            self._fail(f"{where}.late is {late!r}, not true, false or null")
        return Origin(
            system=self._text(origin, "system", where, ""),
            keys={self._fit(key): self._text(keys, key, f"{where}.keys") for key in keys},
            submitted_at=self._text(origin, "submitted_at", where, ""),
            late=late,
            attempt=self._whole(origin, "attempt", where, 0),
        )

    def _score(self, plain: dict[str, Any], where: str, known: bool) -> Decimal:
        if known:
            score = self._points(plain, "score", where)
            if not 0 <= score <= self._points(plain, "max_score", where):
                self._fail(f"{where}.score is {_short(score)}, which is not from 0 to its max_score")
            return score
        if plain.get("score") is not None:
            self._fail(f"{where} has a score, although it could not be graded")
        return Decimal(0)

    def _check_sums(
        self,
        where: str,
        score: Decimal,
        max_score: Decimal,
        parts: Sequence[ExerciseReport] | Sequence[TestResult],
    ) -> None:
        """Refuse points that are not those of the parts together; each number was rounded when it was written."""
        allowed = _HALF_A_CENT * (len(parts) + 1)
        for key, told, found in (
            ("score", score, sum((part.score for part in parts), Decimal(0))),
            ("max_score", max_score, sum((part.max_score for part in parts), Decimal(0))),
        ):
            if abs(told - found) > (allowed if len(parts) > 1 else 0):
                self._fail(f"{where}.{key} is {_short(told)}, but the sum of its parts is {_short(found)}")

    def _points(self, plain: dict[str, Any], key: str, where: str) -> Decimal:
        value = plain.get(key)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self._fail(f"{where}.{key} is {_short(value)}, not a number of points")
        points = Decimal(value)
        exponent = points.as_tuple().exponent
        allowed = isinstance(exponent, int) and exponent >= -_MOST_DECIMALS and abs(points) <= _MOST_POINTS
        if not allowed or (key == "max_score" and points < 0):
            self._fail(f"{where}.{key} is {_short(value)}, which cannot be points")
        return points

    def _seconds(self, plain: dict[str, Any], key: str, where: str) -> float:
        value = plain.get(key, 0)
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            self._fail(f"{where}.{key} is {_short(value)}, not a number of seconds")
        try:
            seconds = float(value)
        except OverflowError:
            seconds = math.inf
        if not 0 <= seconds < 1e12:
            self._fail(f"{where}.{key} is {_short(value)}, which cannot be seconds")
        return seconds

    def _whole(self, plain: dict[str, Any], key: str, where: str, default: int) -> int:
        value = plain.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            self._fail(f"{where}.{key} is {_short(value)}, not a whole number")
        if not 0 <= value <= _LARGEST_WHOLE:
            self._fail(f"{where}.{key} is {_short(value)}, which is not from 0 to {_LARGEST_WHOLE}")
        return value

    def _choice(
        self, plain: dict[str, Any], key: str, where: str, allowed: Sequence[str], default: Any = _REQUIRED
    ) -> str:
        value = self._text(plain, key, where, default)
        if value not in allowed:
            self._fail(f"{where}.{key} is {_short(value)}, not one of {', '.join(allowed)}")
        return value

    def _text(self, plain: dict[str, Any], key: str, where: str, default: Any = _REQUIRED) -> str:
        value = plain.get(key, default)
        if value is _REQUIRED:
            self._fail(f"{where or 'it'} has no {key}")
        if not isinstance(value, str):
            self._fail(f"{where}.{key} is {_short(value)}, not a text")
        return self._fit(value)

    def _texts_in(self, plain: dict[str, Any], key: str, where: str) -> list[str]:
        values = self._expect(plain.get(key, []), list, f"{where}.{key}")
        return [self._text({"text": value}, "text", f"{where}.{key}") for value in values]

    def _items(
        self, plain: dict[str, Any], key: str, where: str, default: Any
    ) -> list[tuple[str, dict[str, Any]]]:
        """Return the objects in a list, each with its place."""
        place = f"{where}.{key}".lstrip(".")
        values = plain.get(key, default)
        if values is _REQUIRED:
            self._fail(f"{where or 'it'} has no {key}")
        self._expect(values, list, place)
        return [
            (f"{place}[{number}]", self._expect(value, dict, f"{place}[{number}]"))
            for number, value in enumerate(values)
        ]

    def _expect(self, value: Any, kind: type, where: str) -> Any:
        if not isinstance(value, kind):
            self._fail(f"{where} is {_short(value)}, not {'a list' if kind is list else 'an object'}")
        return value

    def _fit(self, text: str) -> str:
        """Return a text that can be written anywhere; equal texts become one, as a class repeats most of them."""
        if not text.isascii():
            text = text.encode("utf-8", "backslashreplace").decode()
        return self._texts.setdefault(text, text)

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(pairs)
        if len(result) < len(pairs):
            raise ValueError(
                f"a member stands twice in one object, one of {', '.join(map(repr, result))[:200]}"
            )
        return result

    def _refuse_constant(self, name: str) -> NoReturn:
        raise ValueError(f"{name} is no number of JSON")

    def _fail(
        self, what: str, advice: str = "Reports are not to be edited by hand: grade again."
    ) -> NoReturn:
        raise UsageError(f"{self.name}: {what}. {advice}")


def _short(value: Any) -> str:
    text = str(value) if isinstance(value, Decimal) else repr(value)
    return text if len(text) <= 60 else text[:60] + "..."
