"""Stored reports are read back as they were written, or refused with a reason: nothing in between."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from export_course import failed_by_us, make_exercise, make_report, make_test, right, whole_class, zoe
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import UsageError
from autograder.model import (
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
from autograder.outputs import JsonClass, to_document
from autograder.outputs.export.stored import read_reports

TEXT = st.text(max_size=20)  # without lone surrogates, which are written as escapes
POINTS = st.decimals(0, 10_000, places=2)
# Milliseconds: what is finer is rounded where it is written.
SECONDS = st.integers(0, 10**9).map(lambda number: number / 1_000)


@st.composite
def rows(draw, exercise, graded):
    outcome = draw(
        st.sampled_from([each for each in Outcome if not graded or each is not Outcome.GRADER_ERROR])
    )
    worth = draw(POINTS)
    return TestResult(
        name=draw(TEXT),
        title=draw(TEXT),
        exercise=exercise,
        concept=draw(TEXT),
        outcome=outcome,
        score=worth if outcome is Outcome.PASSED else Decimal(0),
        max_score=worth,
        message=draw(TEXT),
        hint=draw(TEXT),
        visibility=draw(st.sampled_from(VISIBILITIES)),
        reveal=draw(st.sampled_from(REVEALS)),
        virtual_seconds=draw(st.floats(0, 1e9)),
    )


@st.composite
def exercises(draw, graded):
    identifier = draw(TEXT)
    tests = tuple(draw(st.lists(rows(identifier, graded), max_size=2)))
    return ExerciseReport(
        id=identifier,
        title=draw(TEXT),
        score=sum((test.score for test in tests), Decimal(0)) if graded else Decimal(0),
        max_score=sum((test.max_score for test in tests), Decimal(0)) if graded else draw(POINTS),
        tests=tests,
    )


@st.composite
def reports(draw):
    graded = draw(st.booleans())
    line = st.integers(0, 10**6)
    parts = tuple(draw(st.lists(exercises(graded), max_size=2)))
    return SubmissionReport(
        id=draw(TEXT),
        status=Status.GRADED if graded else Status.NOT_GRADED,
        score=sum((each.score for each in parts), Decimal(0)),
        max_score=sum((each.max_score for each in parts), Decimal(0)) if graded else draw(POINTS),
        reason="" if graded else draw(TEXT),
        exercises=parts,
        findings=tuple(
            draw(
                st.lists(
                    st.builds(Finding, code=TEXT, concept=TEXT, exercise=TEXT, line=line, message=TEXT),
                    max_size=1,
                )
            )
        ),
        evidence=tuple(
            draw(st.lists(st.builds(Evidence, code=TEXT, exercise=TEXT, line=line, message=TEXT), max_size=1))
        ),
        notes=tuple(draw(st.lists(TEXT, max_size=2))),
        wall_seconds=draw(SECONDS),
        origin=draw(
            st.builds(
                Origin,
                system=TEXT,
                keys=st.dictionaries(TEXT, TEXT, max_size=2),
                submitted_at=TEXT,
                late=st.none() | st.booleans(),
                attempt=st.integers(0, 100),
            )
        ),
    )


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """Return a function that reads one document back, given as a text or as something plain."""
    path = tmp_path_factory.mktemp("stored") / "x.json"

    def read(document):
        path.write_text(document if isinstance(document, str) else json.dumps(document), "utf-8")
        batch, _ = read_reports([path])
        return batch

    return read


@given(report=reports())
def test_a_report_that_was_written_is_read_back_without_a_loss(read, report):
    batch = read(to_document("lecture", 7, "bwrap", report))

    (item,) = batch.items
    assert (batch.assignment, item.seed, item.jail) == ("lecture", 7, "bwrap")
    assert item.report == report
    assert to_document("lecture", 7, "bwrap", item.report) == to_document("lecture", 7, "bwrap", report)


def test_points_are_the_decimals_that_were_written(read):
    (item,) = read(to_document("lecture", 7, "bwrap", zoe())).items

    assert str(item.report.score) == "7.35"
    assert item.report.exercises[0].tests[0].score + Decimal("0.2") == Decimal("2.55")


def test_a_folder_and_the_document_of_a_class_hold_the_same(tmp_path):
    folder = tmp_path / "reports"
    folder.mkdir()
    batch = whole_class()
    with JsonClass() as document, (tmp_path / "class.json").open("w") as stream:
        for number, item in enumerate(batch.items):
            document.add(item.report)
            (folder / f"{number}.json").write_text(to_document(batch.assignment, 7, "bwrap", item.report))
        document.write(stream, batch.assignment, 7, "bwrap")
    (folder / "scores.csv").write_text("not looked at")
    (folder / "settings.json").write_text('{"of": "something else"}')
    (folder / ".half.json.tmp.json").write_text("{")

    from_folder, warnings = read_reports([folder])
    from_document, _ = read_reports([tmp_path / "class.json"])

    assert from_folder == from_document == batch
    assert [text.partition(":")[0].rpartition("/")[2] for text in warnings] == ["settings.json"]


def test_members_that_it_does_not_know_are_passed_over(read):
    document = json.loads(to_document("lecture", 7, "bwrap", zoe()))
    document["new"] = document["submissions"][0]["new"] = {"deep": [1.5, None]}
    document["submissions"][0]["exercises"][0]["tests"][0]["new"] = True

    assert read(document).items[0].report == zoe()


def test_what_a_document_does_not_say_is_not_shown_to_students(read):
    document = json.loads(to_document("lecture", 7, "bwrap", zoe()))
    test = document["submissions"][0]["exercises"][0]["tests"][0]
    del test["visibility"], test["reveal"]

    test = read(document).items[0].report.exercises[0].tests[0]
    assert (test.visibility, test.reveal) == ("hidden", "nothing")


def change(path, value):
    """Return a function that puts a value into a document."""

    def apply(document):
        at = document
        for step in path[:-1]:
            at = at[step]
        if value is ...:
            del at[path[-1]]
        else:
            at[path[-1]] = value

    return apply


ONE = ("submissions", 0)
TEST = (*ONE, "exercises", 0, "tests", 0)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("format",), "autograder/2", "autograder/2"),
        (("format",), None, "format"),
        (("assignment",), 21, "assignment"),
        (("assignment",), "", "which assignment"),
        (("submissions",), {}, "not a list"),
        (("submissions",), [], "no submission"),
        (("submissions",), [3], "submissions[0]"),
        ((*ONE, "id"), 5, "id"),
        ((*ONE, "status"), "pending", "pending"),
        ((*ONE, "score"), None, "score"),
        ((*ONE, "score"), "7.35", "score"),
        ((*ONE, "score"), True, "score"),
        ((*ONE, "score"), ..., "score"),
        ((*ONE, "score"), 1.23456789, "score"),
        ((*ONE, "score"), 10**30, "score"),
        ((*ONE, "max_score"), -1, "max_score"),
        ((*ONE, "score"), -1, "submissions[0].score"),
        ((*ONE, "score"), 11, "submissions[0].score"),
        ((*ONE, "score"), 10, "sum"),
        ((*ONE, "max_score"), 20, "sum"),
        ((*ONE, "exercises", 0, "score"), 3, "sum"),
        ((*ONE, "exercises", 0, "max_score"), 5, "sum"),
        ((*TEST, "score"), 2.36, "tests[0].score"),
        ((*TEST, "score"), 0, "sum"),
        (("seed",), 2**63, "seed"),
        (("seed",), -1, "seed"),
        ((*ONE, "origin", "attempt"), 10**30, "attempt"),
        ((*ONE, "exercises"), ..., "exercises"),
        ((*TEST, "outcome"), "won", "won"),
        ((*TEST, "outcome"), "grader_error", "grader_error"),
        ((*TEST, "visibility"), "everybody", "everybody"),
        ((*TEST, "reveal"), "", "reveal"),
        ((*TEST, "name"), ..., "name"),
        ((*TEST, "message"), ["x"], "message"),
        ((*TEST, "virtual_seconds"), -1, "virtual_seconds"),
        ((*ONE, "origin"), [], "origin"),
        ((*ONE, "origin", "keys"), {"name": 3}, "origin.keys"),
        ((*ONE, "origin", "late"), "no", "late"),
        ((*ONE, "notes"), [1], "notes"),
    ],
    ids=str,
)
def test_what_decides_about_points_or_people_is_refused_if_it_is_wrong(read, path, value, said):
    document = json.loads(to_document("lecture", 7, "bwrap", zoe()))
    change(path, value)(document)

    with pytest.raises(UsageError) as caught:
        read(document)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"format": "autograder/1", "assignment": "a", "submissions": [NaN]}',
        '{"format": "autograder/1", "format": "autograder/1", "assignment": "a", "submissions": []}',
        "[" * 100_000,
        '{"format": "autograder/1", "assignment": "a", "submissions": ' + "9" * 5_000 + "}",
        '{"format": "autograder/1", "assignment": "a", "submissions": 1e99999999999999999999}',
    ],
    ids=range(9),
)
def test_damaged_documents_are_refused_with_their_name(read, text):
    with pytest.raises(UsageError, match=r"x\.json"):
        read(text)


def test_a_score_on_what_was_not_graded_is_refused(read):
    document = json.loads(to_document("lecture", 7, "bwrap", failed_by_us()))
    document["submissions"][0]["score"] = 0

    with pytest.raises(UsageError, match="could not be graded"):
        read(document)


def test_a_name_with_half_a_character_can_be_written_everywhere(read):
    report = replace(zoe(), id="\ud800x", reason="")
    document = to_document("lecture", 7, "bwrap", report).replace("\\\\ud800", "\\ud800")

    assert read(document).items[0].report.id == "\\ud800x"


def write(path, report, assignment="lecture"):
    path.write_text(to_document(assignment, 7, "bwrap", report))
    return path


def test_a_submission_that_was_graded_later_counts_with_its_score(tmp_path):
    before = write(tmp_path / "before.json", failed_by_us())
    again = write(tmp_path / "again.json", right("bob"))

    for order in ([before, again], [again, before]):
        batch, warnings = read_reports(order)
        assert [item.graded for item in batch.items] == [True]
        assert len(warnings) == 1


def test_two_scores_for_one_submission_are_a_question_for_the_teacher(tmp_path):
    one = write(tmp_path / "one.json", right("bob"))
    other = write(
        tmp_path / "other.json", make_report("bob", make_exercise("1", make_test("runs", "1", "1")))
    )

    with pytest.raises(UsageError, match="both hold"):
        read_reports([one, other])
    assert len(read_reports([one, one, tmp_path / "." / "one.json"])[0].items) == 1


def test_reports_about_different_assignments_are_not_mixed(tmp_path):
    one = write(tmp_path / "one.json", right("bob"))
    other = write(tmp_path / "other.json", right("ann"), "lecture22")

    with pytest.raises(UsageError, match="one assignment at a time"):
        read_reports([one, other])


@pytest.mark.parametrize(
    "make",
    [lambda path: None, lambda path: path.mkdir(), lambda path: path.write_bytes(b"\xff\xfe\x00")],
    ids=["nothing", "empty folder", "no text"],
)
def test_paths_that_hold_no_report_are_refused(tmp_path, make):
    path = tmp_path / "reports"
    make(path)

    with pytest.raises(UsageError, match="reports"):
        read_reports([path])


def handed_in(report, attempt=0, submitted_at=""):
    return replace(report, origin=replace(report.origin, attempt=attempt, submitted_at=submitted_at))


EARLY, LATE = "2026-03-01T23:10:00-08:00", "2026-03-02T08:10:00+00:00"


@pytest.mark.parametrize(
    ("scored", "failed", "counts"),
    [
        ({"attempt": 1}, {"attempt": 2}, False),
        ({"attempt": 2}, {"attempt": 1}, True),
        ({"attempt": 2}, {"attempt": 2}, True),
        ({"submitted_at": EARLY}, {"submitted_at": LATE}, False),
        ({"submitted_at": LATE}, {"submitted_at": EARLY}, True),
        ({"submitted_at": LATE}, {"submitted_at": LATE}, True),
        ({"attempt": 1, "submitted_at": LATE}, {"attempt": 2, "submitted_at": LATE}, False),
    ],
    ids=str,
)
def test_what_was_handed_in_last_counts_also_if_it_was_not_graded(tmp_path, scored, failed, counts):
    one = write(tmp_path / "one.json", handed_in(right("bob"), **scored))
    other = write(tmp_path / "other.json", handed_in(failed_by_us(), **failed))

    for order in ([one, other], [other, one]):
        batch, (warning,) = read_reports(order)
        assert [item.graded for item in batch.items] == [counts]
        assert "unknown" not in warning
        assert counts or "one.json" in warning


@pytest.mark.parametrize(
    ("scored", "failed"),
    [
        ({}, {"attempt": 2}),
        ({}, {}),
        ({"submitted_at": "yesterday"}, {"submitted_at": LATE}),
        ({"submitted_at": "2026-03-01T23:10:00"}, {"submitted_at": LATE}),
    ],
    ids=str,
)
def test_where_nothing_tells_the_order_the_score_counts_and_that_is_said(tmp_path, scored, failed):
    one = write(tmp_path / "one.json", handed_in(right("bob"), **scored))
    other = write(tmp_path / "other.json", handed_in(failed_by_us(), **failed))

    batch, (warning,) = read_reports([one, other])
    assert batch.items[0].graded
    assert "unknown" in warning


def test_points_that_were_rounded_when_they_were_written_still_add_up(read):
    third = Decimal(1) / 3
    row = make_test("a", "1", "1", score=third, max_score=third)
    report = make_report("x", make_exercise("1", row, row, replace(row, name="test_b")))

    assert str(read(to_document("lecture", 7, "bwrap", report)).items[0].report.score) == "1"


def test_reports_with_capital_endings_count_and_folders_in_folders_are_told_of(tmp_path):
    write(tmp_path / "a.json", right("a"))
    write(tmp_path / "b.JSON", right("b"))
    for name in ("empty", "older", ".hidden"):
        (tmp_path / name).mkdir()
    (tmp_path / "older" / "deep").mkdir()
    write(tmp_path / "older" / "deep" / "c.Json", right("c"))
    write(tmp_path / ".hidden" / "d.json", right("d"))

    batch, warnings = read_reports([tmp_path])
    assert [item.report.id for item in batch.items] == ["a", "b"]
    (warning,) = warnings
    assert str(tmp_path / "older") in warning
