"""A small class with everything in it that an export may stumble over, and the golden files made from it.

Run this file to write the golden files anew, then read what has changed in them:
``.venv/bin/python tests/outputs/export_course.py``
"""

import csv
import io
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from autograder.model import (
    Evidence,
    ExerciseReport,
    Finding,
    Origin,
    Outcome,
    Status,
    SubmissionReport,
    TestResult,
)
from autograder.outputs.export import export
from autograder.outputs.export.batch import Batch, Settings, Stored
from autograder.outputs.export.formats import EACH, FORMATS, SINGLE, Format

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"

EVIL = "=cmd|' /C calc'!A0"
HOSTILE = "\x1b[31m<script>alert(1)</script> a<=b; =1+1 ]]> ::error::x | `y` @everyone \u202e"

SETTINGS = Settings(
    gradebook=HERE / "lms" / "canvas.csv",
    worksheet=HERE / "lms" / "moodle.csv",
    column="",
    files={"1": "ex1.py", "2": "ex2.py"},
    environment={
        "CLASSROOM": "autumn",
        "SUBMISSION_TAG": "submit/2026-03-01T23-10-00Z-a1b2c3d",
        "COMMIT_URL": "https://host.example/org/repo/commit/a1b2c3d",
        "RELEASE_URL": "https://host.example/org/repo/releases/tag/x",
        "OWNER": "zoe",
    },
    now="2026-03-02T08:00:00+00:00",
)


def make_test(
    name: str, exercise: str, worth: str, outcome: Outcome = Outcome.PASSED, **changes
) -> TestResult:
    """Return a row; it has its points if it was passed."""
    row = TestResult(
        name=f"test_{name}",
        title=f"It {name.replace('_', ' ')}.",
        exercise=exercise,
        concept="ordering",
        outcome=outcome,
        score=Decimal(worth) if outcome is Outcome.PASSED else Decimal(0),
        max_score=Decimal(worth),
        virtual_seconds=1.25,
    )
    return replace(row, **changes)


def make_exercise(identifier: str, *tests: TestResult) -> ExerciseReport:
    return ExerciseReport(
        id=identifier,
        title=f"Exercise {identifier}",
        score=sum((test.score for test in tests), Decimal(0)),
        max_score=sum((test.max_score for test in tests), Decimal(0)),
        tests=tests,
    )


def make_report(identifier: str, *exercises: ExerciseReport, reason: str = "", **changes) -> SubmissionReport:
    graded = not reason
    report = SubmissionReport(
        id=identifier,
        status=Status.GRADED if graded else Status.NOT_GRADED,
        score=sum((each.score for each in exercises), Decimal(0)) if graded else Decimal(0),
        max_score=sum((each.max_score for each in exercises), Decimal(0)),
        reason=reason,
        exercises=exercises if graded else tuple(replace(each, score=Decimal(0)) for each in exercises),
        wall_seconds=1.5,
    )
    return replace(report, **changes)


def zoe() -> SubmissionReport:
    """Return a report with 7.35 of 10 points, tests of each visibility and reveal level, and hostile texts."""
    return make_report(
        "Zoë Müller",
        make_exercise(
            "1",
            make_test("runs", "1", "2.35", visibility="visible"),
            make_test(
                "keeps_order",
                "1",
                "1.15",
                Outcome.STUDENT_ERROR,
                visibility="visible",
                message=f"SystemExit: 50% {HOSTILE} (ex1.py, line 14: raise SystemExit)",
                hint="Await the tasks in the order of their names.",
            ),
            make_test(
                "is_told_fully",
                "1",
                "0.5",
                Outcome.FAILED,
                visibility="after_due_date",
                reveal="full",
                message="-2+3 expected, got @SUM(1,1)",
            ),
        ),
        make_exercise(
            "2",
            make_test("is_secret", "2", "4", concept="cancellation"),
            make_test(
                "is_secret_too",
                "2",
                "1",
                Outcome.TIMED_OUT,
                concept="cancellation",
                message="THE EXPECTED SECRET",
                hint="THE SECRET HINT",
            ),
            make_test("shows_its_points", "2", "1", visibility="visible", reveal="nothing", concept="aexit"),
        ),
        findings=(
            Finding(
                code="never_awaited", concept="suspension", exercise="1", line=21, message=f"Lost: {HOSTILE}"
            ),
            Finding(code="lost", concept="cleanup", exercise="3", line=1, message="OF ANOTHER EXERCISE"),
        ),
        evidence=(Evidence(code="frames", exercise="1", line=3, message="THE EVIDENCE"),),
        notes=("THE NOTE: taken from /home/zoe/ex1.py",),
        origin=Origin(
            system="canvas",
            keys={
                "name": "Zoë Müller",
                "canvas_user_id": "777",
                "email": "zoe@college.example",
                "sid": "u777",
            },
            submitted_at="2026-03-01T15:10:00-08:00",
            late=False,
            attempt=2,
        ),
    )


def right(identifier: str, **keys: str) -> SubmissionReport:
    """Return a report with full marks."""
    return make_report(
        identifier,
        make_exercise("1", make_test("runs", "1", "2.35"), make_test("keeps_order", "1", "1.65")),
        make_exercise("2", make_test("is_secret", "2", "6")),
        origin=Origin(keys=keys),
    )


def failed_by_us() -> SubmissionReport:
    """Return a report in which a test of ours has failed."""
    return make_report(
        "bob",
        make_exercise("1", make_test("runs", "1", "2.35"), make_test("keeps_order", "1", "1.65")),
        make_exercise(
            "2",
            make_test("is_secret", "2", "6", Outcome.GRADER_ERROR, message="NameError: THE EXPECTED SECRET"),
        ),
        reason="test_is_secret: NameError: THE EXPECTED SECRET",
        origin=Origin(keys={"login": "bek", "email": "bob@college.example", "sid": "u779"}),
    )


def damaged() -> SubmissionReport:
    """Return a report on an archive that nobody could read."""
    return make_report("carl.zip", make_exercise("1"), reason="the archive is damaged", max_score=Decimal(10))


def partial() -> SubmissionReport:
    """Return a report on somebody who was graded on one exercise only."""
    return make_report(
        "dora",
        make_exercise("2", make_test("is_secret", "2", "6")),
        origin=Origin(keys={"sid": "u781", "email": "ann2@college.example"}),
    )


def make_batch(*reports: SubmissionReport) -> Batch:
    items = tuple(
        Stored(report=report, seed=7, jail="bwrap", reason=report.reason)
        for report in sorted(reports, key=lambda report: report.id)
    )
    return Batch(assignment="Async exercise 1", items=items)


def whole_class() -> Batch:
    return make_batch(
        zoe(),
        right(EVIL, login="formula", email="formula@college.example", sid="u778"),
        failed_by_us(),
        damaged(),
        partial(),
    )


def rows_of(exported, delimiter=","):
    """Return the cells of the only file of an export."""
    (file,) = exported.files
    return list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def why(exported):
    """Return why each of those is left out who are."""
    return {each.id: each.why for each in exported.left_out}


def changed_settings(folder, name, *changes, encoding="utf-8"):
    """Return settings with a changed copy, in a folder, of the gradebook or the worksheet."""
    path = getattr(SETTINGS, name)
    text = path.read_bytes().decode("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    copy = folder / path.name
    copy.write_bytes(text.encode(encoding))
    return replace(SETTINGS, **{name: copy})


def golden_text(form: Format) -> str:
    """Return what a format makes of the class, whatever number of files that is, with who is left out and the notes."""
    batches = [make_batch(zoe()), make_batch(failed_by_us())] if form.files == SINGLE else [whole_class()]
    parts = []
    for batch in batches:
        exported = export(batch, form, SETTINGS)
        for file in exported.files:
            if form.files == EACH:
                parts.append(f"===== {file.name}\n")
            parts.append(_as_text(form, file.content))
        parts += [f"===== left out: {each.id}: {each.why}\n" for each in exported.left_out]
        parts += [f"===== note: {note}\n" for note in exported.notes]
    # Line ends of their own are part of a format, but a file with them would not survive an editor.
    return "".join(parts).replace(str(HERE), "HERE").replace("\r\n", "<CR>\n").replace("\ufeff", "<BOM>")


def _as_text(form: Format, content: bytes) -> str:
    if form.name != "parquet":
        return content.decode("utf-8")
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(io.BytesIO(content))
    return "".join(f"{row}\n" for row in table.to_pylist())


if __name__ == "__main__":
    for each in FORMATS:
        (GOLDEN / f"{each.name}.txt").write_text(golden_text(each), "utf-8")
