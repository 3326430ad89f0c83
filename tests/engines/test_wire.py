"""What is sent arrives as it was, and what is not ours is refused."""

import dataclasses
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.engines.wire import WireError, decode, encode, from_line, to_line
from autograder.model import (
    Assignment,
    Exercise,
    ExerciseReport,
    Finding,
    GradeOptions,
    Origin,
    Outcome,
    Status,
    Submission,
    SubmissionReport,
    TestResult,
)

TEXT = st.text(st.characters(exclude_categories=()), max_size=20)
POINTS = st.decimals(0, 100, places=2)
ROW = st.builds(
    TestResult, name=TEXT, title=TEXT, exercise=TEXT, concept=TEXT, outcome=st.sampled_from(Outcome), score=POINTS,
    max_score=POINTS, message=TEXT, virtual_seconds=st.floats(0, 1e6),
)  # fmt: skip
EXERCISE = st.builds(
    ExerciseReport,
    id=TEXT,
    title=TEXT,
    score=POINTS,
    max_score=POINTS,
    tests=st.lists(ROW, max_size=2).map(tuple),
)
FINDING = st.builds(Finding, code=TEXT, concept=TEXT, exercise=TEXT, line=st.integers(), message=TEXT)
ORIGIN = st.builds(
    Origin, system=TEXT, keys=st.dictionaries(TEXT, TEXT, max_size=2), submitted_at=TEXT,
    late=st.none() | st.booleans(), attempt=st.integers(),
)  # fmt: skip
REPORT = st.builds(
    SubmissionReport, id=TEXT, status=st.sampled_from(Status), score=POINTS, max_score=POINTS, reason=TEXT,
    exercises=st.lists(EXERCISE, max_size=2).map(tuple), findings=st.lists(FINDING, max_size=2).map(tuple),
    notes=st.lists(TEXT, max_size=2).map(tuple), wall_seconds=st.floats(0, 1e6), origin=ORIGIN,
)  # fmt: skip
SUBMISSION = st.builds(
    Submission, id=TEXT, files=st.dictionaries(TEXT, st.binary(max_size=50)), exercises=st.lists(TEXT).map(tuple),
    notes=st.lists(TEXT).map(tuple), broken=TEXT, origin=ORIGIN,
)  # fmt: skip


def send(value):
    line = to_line({"value": value})

    assert line.count(b"\n") == 1
    return decode(type(value), from_line(line)["value"])


@given(st.one_of(REPORT, SUBMISSION))
def test_values_arrive_as_they_were(value):
    assert send(value) == value


@pytest.mark.parametrize("python", [None, Path("/usr/bin/python3")])
def test_assignment_and_options_arrive_as_they_were(python):
    options = GradeOptions(seed=3, jail="bwrap", python=python)
    exercise = Exercise(id="1", title="One", file="one.py", points=Decimal("7.25"), defines=("f",))
    assignment = Assignment(
        id="a",
        title="A",
        folder=Path("/a"),
        solutions=Path("/s"),
        hidden_tests=Path("/h"),
        exercises=(exercise,),
    )

    assert send(options) == options
    assert send(assignment) == assignment


@pytest.mark.parametrize("line", [b"", b"[]", b"{", b"\xff", b"[" * 100_000])
def test_other_lines_are_refused(line):
    with pytest.raises(WireError):
        from_line(line)


@pytest.mark.parametrize(
    "change",
    [
        {"id": 3},
        {"files": []},
        {"files": {"a": "no base64!"}},
        {"notes": "text"},
        {"unknown": 1},
        {"exercises": [None]},
    ],
)
def test_other_values_are_refused(change):
    plain = {**encode(Submission(id="alice")), **change}

    with pytest.raises(WireError):
        decode(Submission, plain)


def test_only_values_of_the_model_are_sent():
    with pytest.raises(WireError):
        encode(object())
    assert dataclasses.is_dataclass(Submission)
