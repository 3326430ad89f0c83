"""The audit within grading: who is audited, what the report says of it, and that no score ever depends on it."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from lab import FILE

from autograder.audit import Audit, Auditor
from autograder.audit.run import CODE
from autograder.grading import run_suite
from autograder.jail.host import Interpreter
from autograder.model import (
    AUDITS,
    Assignment,
    Exercise,
    GradeOptions,
    Outcome,
    Status,
    Submission,
    SubmissionReport,
    TestResult,
)

SUITE = """
    import pytest
    from autograder.testing import check_time, now
    pytestmark = [pytest.mark.exercise("1"), pytest.mark.points(5)]

    @pytest.mark.concept("timing")
    async def test_it_waits(student, rng):
        seconds = rng.seconds(0.1, 5)
        await student.nap(seconds)
        check_time(now(), seconds, "the nap")

    @pytest.mark.concept("output")
    async def test_it_says_so(student):
        await student.nap(0.1)
        assert student.stdout == "awake\\n"
"""

SCENARIOS = """
    from autograder.audit import Moment, Scenario, call, scenario

    @scenario("1", "timing", "output")
    def naps(rng):
        '''A nap of random length.'''
        seconds = rng.seconds(0.05, 0.1)
        return Scenario(calls=(call("nap", seconds, tell=False),), moments=(Moment(seconds, "awake"),))
"""

HONEST = "import asyncio\nasync def nap(s):\n    await asyncio.sleep(s)\n    print('awake')\n"
TWO_FACED = """
import asyncio
async def nap(s):
    if type(asyncio.get_running_loop()).__name__ == "VirtualLoop":
        await asyncio.sleep(s)
    print("awake")
"""
SUSPECT = "import gc\ngc.get_objects()\n"
SLEEPLESS = "async def nap(s):\n    print('awake')\n"


@pytest.fixture
def grade_all(tmp_path: Path) -> Callable[..., dict[str, SubmissionReport]]:
    """Return a function that grades programs with a suite beside which an ``audit.py`` lies."""
    (tmp_path / "test_suite.py").write_text(textwrap.dedent(SUITE))
    (tmp_path / "audit.py").write_text(textwrap.dedent(SCENARIOS))
    assignment = Assignment(
        id="trial",
        title="Trial",
        folder=tmp_path,
        solutions=tmp_path,
        hidden_tests=tmp_path,
        exercises=(Exercise(id="1", title="One", file=FILE, points=Decimal(10)),),
    )

    def grade_all(audit: str, **programs: str) -> dict[str, SubmissionReport]:
        reports: dict[str, SubmissionReport] = {}
        submissions = (Submission(id=name, files={FILE: text.encode()}) for name, text in programs.items())
        options = GradeOptions(seed=3, jail="bwrap", audit=audit)
        run_suite(assignment, submissions, lambda report: reports.update({report.id: report}), options)
        return reports

    return grade_all


def accused(reports: dict[str, SubmissionReport]) -> list[str]:
    return [report.id for report in reports.values() if any(each.code == CODE for each in report.evidence)]


@pytest.mark.parametrize(
    ("audit", "expected"),
    [("never", []), ("suspects", ["suspected"]), ("always", ["two_faced", "suspected"])],
)
def test_the_option_says_who_is_audited(
    grade_all: Callable[..., dict[str, SubmissionReport]], audit: str, expected: Sequence[str]
) -> None:
    reports = grade_all(
        audit,
        honest=HONEST,
        two_faced=TWO_FACED,
        suspected=SUSPECT + TWO_FACED,
        honest_suspect=SUSPECT + HONEST,
        sleepless=SLEEPLESS,
    )

    assert accused(reports) == expected
    assert {name: report.score for name, report in reports.items()} == {
        **dict.fromkeys(("honest", "two_faced", "suspected", "honest_suspect"), 10),
        "sleepless": 5,
    }
    assert all(report.status is Status.GRADED and not report.notes for report in reports.values())
    for name in expected:
        evidence = reports[name].evidence[0]
        assert (evidence.code, evidence.exercise, evidence.line) == (CODE, "1", 0)
        assert "A nap of random length" in evidence.message
        assert "'awake' came after 0.0" in evidence.message


def test_a_report_without_a_disagreement_is_the_same_in_every_run(
    grade_all: Callable[..., dict[str, SubmissionReport]],
) -> None:
    first, again = (
        replace(grade_all(audit, a=SUSPECT + HONEST)["a"], wall_seconds=0.0) for audit in ("never", "always")
    )

    assert first == again


@pytest.mark.parametrize("outcome", [each for each in Outcome if each is not Outcome.PASSED])
def test_what_the_tests_gave_no_points_for_is_not_audited(
    write: Callable[[str], Assignment],
    hear: Callable[..., Audit],
    row: Callable[..., TestResult],
    outcome: Outcome,
) -> None:
    rows = [row("1", "timing"), row("1", "output"), row("1", "output", outcome)]

    assert hear(write(SCENARIOS), {FILE: SLEEPLESS}, rows) == Audit()


def test_a_file_that_was_not_handed_in_is_not_audited(
    write: Callable[[str], Assignment], hear: Callable[..., Audit]
) -> None:
    assert hear(write(SCENARIOS), {"other.py": ""}) == Audit()


def test_our_own_failure_is_a_note_and_throws_suspicion_on_nobody(
    write: Callable[[str], Assignment], row: Callable[..., TestResult]
) -> None:
    assignment = write(SCENARIOS)
    missing = Interpreter(
        executable=Path("/nonexistent/python3"), prefix=Path("/nonexistent"), version=(3, 11, 0)
    )
    auditor = Auditor(assignment, assignment.hidden_tests, GradeOptions(audit="always"), "bwrap", missing)

    audit = auditor.audit(
        Submission(id="a", files={FILE: b""}), [row("1", "timing"), row("1", "output")], suspected=False
    )

    assert audit.evidence == ()
    (note,) = audit.notes
    assert note.startswith("the audit on the real clock could not be held: ")
    assert note.endswith("No score depends on it.")


def test_the_command_line_knows_the_three_settings(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "autograder", "grade"]

    said = subprocess.run([*command, "--help"], capture_output=True, text=True, check=True).stdout
    wrong = subprocess.run(
        [*command, str(tmp_path), "--audit", "sometimes"], capture_output=True, text=True, check=False
    )

    assert f"--audit [{'|'.join(AUDITS)}]" in said
    assert wrong.returncode == 2
    assert "sometimes" in wrong.stderr
