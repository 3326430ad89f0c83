"""Exercises of which nothing can be graded: said at once, and never by a traceback of ours."""

from __future__ import annotations

import pytest

from autograder.errors import UsageError
from autograder.validation import State

from .conftest import advice, failures, step


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    check_time(now()", "    check_time((now()", "test_tiny.py"),
        (
            "import asyncio\n",
            "import asyncio, os\nos._exit(0)\n",
            "ended its process",
        ),
        ('concept("timing")', 'concept("timming")', "its concept is 'timming'"),
        (
            'points(1)\n@pytest.mark.concept("susp',
            "points('x')\n@pytest.mark.concept(\"susp",
            "points are 'x'",
        ),
    ],
    ids=["syntax", "exit", "concept", "points"],
)
def test_suite_that_cannot_be_used_blocks(make_course, run_validation, old, new, said):
    course = make_course()
    course.change("tests/hidden/tiny/test_tiny.py", old, new)

    validation = run_validation(course.root)

    assert validation.blocked
    assert not validation.holds
    (problem,) = failures(validation, "configuration")
    assert said in problem
    assert "Traceback" not in problem


def test_what_a_suite_prints_at_import_goes_nowhere(make_course, run_validation, capfd):
    course = make_course()
    course.change(
        "tests/hidden/tiny/test_tiny.py", "import asyncio\n", 'import asyncio\nprint("{broken json")\n'
    )

    validation = run_validation(course.root, keep=lambda program: False)

    assert not validation.blocked
    assert "broken json" not in capfd.readouterr().out


def test_course_with_nothing_but_a_suite_names_all_that_is_missing(make_course, run_validation):
    course = make_course()
    for path in (
        course.root / "solutions/tiny/ex1.py",
        course.root / "assignments/tiny/ex1.py",
        course.root / "assignments/tiny/test_public.py",
        course.samples / "right/gathered/ex1.py",
        course.samples / "wrong/1/half.py",
        course.samples / "wrong/1/too_late.py",
    ):
        path.unlink()
    (course.samples / "right/gathered").rmdir()

    validation = run_validation(course.root)

    assert not validation.blocked
    assert len(failures(validation, "configuration")) == 2
    assert "solutions/tiny/ex1.py" in failures(validation, "configuration")[1]
    assert "no public tests" in failures(validation, "configuration")[0]
    assert {each.name for each in validation.steps if each.state is State.NOT_RUN} == {
        "reference",
        "blanks",
        "right",
        "wrong",
        "mutants",
        "tests",
        "flakiness",
        "schedules",
        "cancellation",
    }
    assert "tests/submissions/tiny/right/<name>/" in advice(validation, "right")[0]
    assert "tests/submissions/tiny/wrong/<exercise>/" in advice(validation, "wrong")[0]


def test_program_that_breaks_its_jail_is_graded_by_itself_and_spoils_no_other(make_course, run_validation):
    course = make_course()
    kill = "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\n"
    _, _, rest = (course.samples / "wrong/1/half.py").read_text().partition("\n")
    course.write("tests/submissions/tiny/wrong/1/half.py", f"# loses: load\n{kill}{rest}")

    validation = run_validation(course.root, keep=lambda program: program.kind.value in ("right", "wrong"))

    assert failures(validation, "right") == []
    assert failures(validation, "wrong") == []


def test_test_with_a_fault_of_its_own_is_told_from_a_wrong_program(make_course, run_validation):
    course = make_course()
    course.change("tests/hidden/tiny/test_tiny.py", "assert heart.steady", "assert hart.steady")

    validation = run_validation(course.root, keep=lambda program: program.kind.value == "reference")

    assert any("could not be graded" in each and "hart" in each for each in failures(validation, "reference"))


def test_exercise_that_does_not_exist_is_a_usage_error(make_course, run_validation):
    with pytest.raises(UsageError, match=r"tiny has no such exercise\. It has 1"):
        run_validation(make_course().root, exercise="2")


def test_waivers_that_cannot_be_read_are_told(make_course, run_validation):
    course = make_course()
    course.write("tests/hidden/tiny/waivers.toml", '["1"]\n"sleep-zero/double/1" = ""\n')

    validation = run_validation(course.root, keep=lambda program: False)

    (problem,) = failures(validation, "configuration")
    assert "waivers.toml: 1: sleep-zero/double/1: a waiver needs a reason" in problem
    assert step(validation, "mutants").state is State.NOT_RUN


def test_tests_with_parameters_may_have_any_name(make_course, run_validation):
    course = make_course()
    course.change(
        "tests/hidden/tiny/test_tiny.py",
        "async def test_others_run_meanwhile(student, rng):",
        '@pytest.mark.parametrize("seconds", [pytest.param(1, id="one second / \\t\\n 2 [x]")])\n'
        "async def test_others_run_meanwhile(student, rng, seconds):",
    )

    validation = run_validation(course.root)

    assert validation.holds
    (matrix,) = validation.matrices
    assert matrix.tests[2].name == r"test_others_run_meanwhile[one second / \t\n 2 [x]]"
    assert matrix.tests[2].catches > 0
