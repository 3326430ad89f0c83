"""Lecture 22 is sound: its samples, its blanks, the mutants of its reference, and its audits."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.catalogue import load_assignment
from autograder.engines import grade_all
from autograder.intake import read_paths
from autograder.model import GradeOptions, SubmissionReport

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests" / "submissions" / "lecture22"
RIGHT = sorted(path for path in (CORPUS / "right").iterdir() if path.is_dir())

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def test_corpus_is_as_large_as_promised() -> None:
    assert len(RIGHT) >= 10
    for exercise in ("22.1", "22.2", "22.3"):
        assert len(list((CORPUS / "wrong" / exercise).glob("*.py"))) >= 20


def test_it_keeps_every_promise_of_a_sound_assignment() -> None:
    command = [sys.executable, "-m", "autograder", "validate", "lecture22", "--jobs", "2", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert json.loads(done.stdout)


def test_no_audit_speaks_against_a_right_submission() -> None:
    assignment = load_assignment(ROOT, "lecture22")
    reports: dict[str, SubmissionReport] = {}
    submissions = list(read_paths([assignment.solutions, *RIGHT[::4]], assignment))
    options = GradeOptions(seed=22, audit="always")
    grade_all(assignment, submissions, options, 2, lambda one: reports.update({one.id: one}))

    assert len(reports) > 3
    assert {report.score for report in reports.values()} == {assignment.points}
    assert [each for report in reports.values() for each in report.evidence] == []
