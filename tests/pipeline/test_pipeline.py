"""The steps of a grading run, called from Python: what a listener hears, what comes back, what is kept."""

from decimal import Decimal
from pathlib import Path

import pytest

from autograder.errors import ConfigurationError, GraderError, IntakeError, UsageError
from autograder.model import GradeOptions, Status
from autograder.pipeline import grade

TOML = """\
format = "autograder-assignment/1"
title = "Tiny"
[feedback]
reveal = "full"
[[exercise]]
id = "1"
title = "Doubling"
file = "ex1.py"
points = 0.1
"""

SUITE = '''\
import pytest

@pytest.mark.exercise("1")
@pytest.mark.points(0.1)
@pytest.mark.concept("result")
async def test_doubles(student, rng):
    """A number comes back doubled."""
    number = rng.number(1, 10**9)
    assert await student.double(number) == 2 * number
'''


class Recorder:
    """A listener that remembers everything."""

    def __init__(self):
        self.warnings = []
        self.runs = []
        self.reports = []

    def warn(self, text):
        self.warnings.append(text)

    def begin(self, run):
        self.runs.append(run)

    def take(self, report):
        assert self.runs, "begin comes first"
        self.reports.append(report)


@pytest.fixture
def course(tmp_path, monkeypatch):
    for folder in ("assignments/tiny", "tests/hidden/tiny", "class/bob", "class/alice"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "assignments" / "tiny" / "assignment.toml").write_text(TOML)
    (tmp_path / "tests" / "hidden" / "tiny" / "test_tiny.py").write_text(SUITE)
    (tmp_path / "class" / "alice" / "ex1.py").write_text("async def double(x):\n    return 2 * x\n")
    (tmp_path / "class" / "bob" / "ex1.py").write_text("async def double(x):\n    return 3 * x\n")
    (tmp_path / "class" / "notes.py").write_text("")
    (tmp_path / "class" / "carol.zip").write_text("no zip")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_full_reports_are_handed_on_and_scores_come_back(course):
    listener = Recorder()

    scores = grade([Path("class")], GradeOptions(seed=7), listener, jobs=2)

    (run,) = listener.runs
    assert (run.assignment.id, run.seed, run.jail) == ("tiny", 7, "bwrap")
    assert run.submissions == ("alice", "bob", "carol")
    assert [warning for warning in listener.warnings if "notes.py is passed over" in warning]
    full = {report.id: report for report in listener.reports}
    assert len(listener.reports) == len(full) == 3
    assert full["alice"].exercises[0].tests[0].reveal == "full"
    assert (scores.assignment, scores.seed, scores.jail) == ("tiny", 7, "bwrap")
    assert [(each.id, each.status, each.score) for each in scores.submissions] == [
        ("alice", Status.GRADED, Decimal("0.1")),
        ("bob", Status.GRADED, Decimal(0)),
        ("carol", Status.NOT_GRADED, Decimal(0)),
    ]
    for each in scores.submissions:
        assert each.exercises[0].tests == ()
        assert each.exercises[0].score == full[each.id].exercises[0].score
        assert each.reason == full[each.id].reason


def test_folder_of_reports_is_no_submission(course):
    listener = Recorder()

    grade([Path("class")], GradeOptions(), listener, leave_out=Path("class/alice"))

    assert listener.runs[0].submissions == ("bob", "carol")


@pytest.mark.parametrize(
    ("paths", "options", "assignment_id", "kind"),
    [
        (["nowhere"], GradeOptions(), None, IntakeError),
        (["class"], GradeOptions(), "other", UsageError),
        (["class"], GradeOptions(jail="cage"), None, UsageError),
        (["class"], GradeOptions(python=Path("/bin/true")), None, UsageError),
        (["class"], GradeOptions(tests=Path("nowhere")), None, ConfigurationError),
        (["class"], GradeOptions(tests=Path("class")), None, ConfigurationError),
    ],
)
def test_what_cannot_work_is_found_before_anything_begins(course, paths, options, assignment_id, kind):
    listener = Recorder()

    with pytest.raises(kind):
        grade([Path(path) for path in paths], options, listener, assignment_id=assignment_id)
    assert listener.runs == []


def test_listener_may_end_the_run(course):
    class Full(Recorder):
        def take(self, report):
            raise GraderError("the disk is full")

    with pytest.raises(GraderError, match="the disk is full"):
        grade([Path("class")], GradeOptions(), Full())
