"""A new exercise in a new course, or in an assignment that is there: what is added, and that nothing else changes."""

from __future__ import annotations

import resource
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from autograder.catalogue import load_assignment
from autograder.errors import ConfigurationError, UsageError
from autograder.grading.collection import collect_suite
from autograder.model import GradeOptions
from autograder.release import make_bundle
from autograder.scaffolding import find_course, parse_name, plan_exercise, write
from autograder.validation import validate

TOML = """\
format = "autograder-assignment/1"
title = "By hand"

[[exercise]]
id = "7.1"
title = "Doubling"
file = "ex7_1_double.py"
points = 3
"""
SOLUTION = '''\
"""Doubling."""


async def double(x):
    # Blank 1: twice
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


if __name__ == "__main__":
    pass
'''
PUBLIC = '''\
"""By hand."""

import pytest

from autograder.testing import check

pytestmark = pytest.mark.exercise("7.1")


async def test_doubles(student):
    check(await student.double(3), 6, "double(3)")
'''


class Quiet:
    """Hears how far a validation is, and says nothing."""

    def say(self, text: str) -> None: ...

    def advance(self, done: int, expected: int) -> None: ...


def new(root: Path, name: str, points: int = 10, title: str | None = None) -> None:
    write(plan_exercise(root, parse_name(name), Decimal(points), title))


def by_hand(root: Path, toml: str = TOML, public: str = PUBLIC) -> Path:
    """Make a course whose one assignment somebody has written by hand; nothing but its public half matters."""
    for path, text in {
        "assignments/lecture7/assignment.toml": toml,
        "assignments/lecture7/test_public.py": public,
        "solutions/lecture7/ex7_1_double.py": SOLUTION,
        "README.md": "mine\n",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())
    return root


def content(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


# -- where ----------------------------------------------------------------------------------------------------------


def test_the_nearest_course_upwards_is_meant_else_this_folder(tmp_path):
    by_hand(tmp_path / "course")
    inside = tmp_path / "course" / "assignments" / "lecture7"
    elsewhere = tmp_path / "empty"
    elsewhere.mkdir()

    assert find_course(inside) == tmp_path / "course"
    assert find_course(elsewhere) == elsewhere


# -- the promise ----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_further_exercise_is_sound_at_once_and_so_is_its_neighbour(tmp_path):
    new(tmp_path, "lecture30/ex30_1_retry")
    new(tmp_path, "lecture30/ex30_2_backoff", 13, 'Back "off"')
    assignment = load_assignment(tmp_path, "lecture30")
    seen = validate(assignment, GradeOptions(seed=0, jail="plain"), Quiet(), exercise="30.2", jobs=2)

    assert [remark for step in seen.steps for remark in step.remarks] == []
    assert not any(step.not_run for step in seen.steps)
    assert all(row.needed for matrix in seen.matrices for row in matrix.tests)
    assert make_bundle(assignment).files


def test_the_tests_of_two_exercises_have_names_of_their_own(tmp_path):
    for name in ("lecture30/ex30_1", "lecture30/ex30_1_x", "lecture30/x"):
        if name.endswith("1_x"):
            with pytest.raises(UsageError, match=r"has the id 30\.1"):
                new(tmp_path, name)
            continue
        new(tmp_path, name)
    suite = collect_suite(load_assignment(tmp_path, "lecture30"), GradeOptions(seed=0))
    names = [test.name for test in suite.tests]

    assert suite.problem == ""
    assert len(set(names)) == len(names) == 18


# -- into an assignment that is there -------------------------------------------------------------------------------


def test_only_two_files_are_extended_and_keep_all_that_they_had(tmp_path):
    before = content(by_hand(tmp_path))
    new(tmp_path, "lecture7/ex7_2_retry")
    after = content(tmp_path)
    changed = {path for path in before if after[path] != before[path]}

    assert changed == {"assignments/lecture7/assignment.toml", "assignments/lecture7/test_public.py"}
    for path in changed:
        have = iter(after[path].splitlines())
        assert all(line in have for line in before[path].splitlines()), path
    exercises = load_assignment(tmp_path, "lecture7").exercises
    assert [(each.id, each.points) for each in exercises] == [("7.1", 3), ("7.2", 10)]


def test_imports_that_the_new_public_tests_need_are_added_once(tmp_path):
    by_hand(tmp_path)
    new(tmp_path, "lecture7/ex7_2_retry")
    new(tmp_path, "lecture7/ex7_3_retry")
    text = (tmp_path / "assignments/lecture7/test_public.py").read_text()
    names: dict[str, object] = {}
    exec(compile(text, "test_public.py", "exec"), names)

    assert {"asyncio", "pytest", "Heartbeat", "check", "check_lines", "check_time", "now", "start"} <= set(
        names
    )
    assert text.count("import asyncio") == text.count("import check\n") == text.count("import Heartbeat") == 1


@pytest.mark.parametrize(
    "public",
    [
        PUBLIC.replace("\n", "\r\n"),
        PUBLIC.removesuffix("\n"),
        "import pytest",
        "\ufeff",
        "\ufeff# a comment",
        "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\nx = 1\n",
        "\ufeffimport pytest\n",
        "import pytest; x = 1\nif x:\n    import asyncio\n",
        '"""Nothing yet."""',
        "",
        "from __future__ import annotations\nfrom autograder.testing import (\n    check as c,\n)\n",
    ],
)
def test_public_tests_of_every_form_can_be_extended(tmp_path, public):
    by_hand(tmp_path, public=public)
    new(tmp_path, "lecture7/ex7_2_retry")
    written = (tmp_path / "assignments/lecture7/test_public.py").read_bytes()
    names: dict[str, object] = {}
    exec(compile(written, "test_public.py", "exec", dont_inherit=True), names)

    assert sum(name.startswith("test_") and name.endswith("_in_ex7_2_retry") for name in names) == 4
    assert {b"\r\n" in public.encode()} == {
        line.endswith(b"\r\n") for line in written.splitlines(keepends=True)
    }


def test_right_samples_stay_full(tmp_path):
    by_hand(tmp_path)
    right = tmp_path / "tests/submissions/lecture7/right"
    for name in ("one", "two"):
        (right / name).mkdir(parents=True)
        (right / name / "ex7_1_double.py").write_text("async def double(x):\n    return x + x\n")
    (right / "README.md").write_text("no sample\n")
    new(tmp_path, "lecture7/ex7_2_retry")

    assert sorted(path.name for path in right.iterdir()) == ["README.md", "one", "two"]
    assert all((right / name / "ex7_2_retry.py").is_file() for name in ("one", "two"))


def test_where_there_was_no_right_sample_the_new_one_has_all_exercises(tmp_path):
    by_hand(tmp_path)
    new(tmp_path, "lecture7/ex7_2_retry")
    sample = tmp_path / "tests/submissions/lecture7/right/task_group"

    assert sorted(path.name for path in sample.iterdir()) == ["ex7_1_double.py", "ex7_2_retry.py"]
    assert "return 2 * x" in (sample / "ex7_1_double.py").read_text()
    assert "SOLUTION" not in (sample / "ex7_1_double.py").read_text()


@pytest.mark.parametrize(
    ("toml", "public", "said"),
    [
        (TOML.replace("points = 3", "points = -3"), PUBLIC, "points"),
        (
            TOML.split("[[")[0]
            + 'exercise = [{id = "7.1", title = "D", file = "ex7_1_double.py", points = 3}]\n',
            PUBLIC,
            "[[exercise]]",
        ),
        (TOML, "def broken(:\n", "test_public.py:1"),
        (TOML, PUBLIC + "\n\ndef now():\n    return 0\n", "now is given another meaning"),
        (TOML, PUBLIC + "\n\ncheck, other = 1, 2\n", "check is given another meaning"),
        (TOML, PUBLIC.replace("autograder.testing", "mine"), "check is given another meaning"),
    ],
)
def test_an_assignment_that_cannot_take_it_is_left_alone(tmp_path, toml, public, said):
    before = content(by_hand(tmp_path, toml, public))
    with pytest.raises(ConfigurationError) as caught:
        new(tmp_path, "lecture7/ex7_2_retry")

    assert said in str(caught.value)
    assert content(tmp_path) == before


# -- nothing is overwritten, and all or nothing is written ------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "solutions/lecture30/ex30_1_retry.py",
        "assignments/lecture30/README.md",
        "assignments/lecture30/test_public.py",
        "tests/hidden/lecture30/test_ex30_1_retry.py",
        "tests/submissions/lecture30/right/task_group/ex30_1_retry.py",
        "tests/submissions/lecture30/wrong/30.1/blocking_sleep.py",
    ],
)
@pytest.mark.parametrize("kind", ["file", "folder", "link into nowhere"])
def test_what_is_there_is_named_and_nothing_is_written(tmp_path, path, kind):
    place = tmp_path / path
    place.parent.mkdir(parents=True)
    if kind == "file":
        place.write_text("mine")
    elif kind == "folder":
        place.mkdir()
    else:
        place.symlink_to(tmp_path / "nowhere")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UsageError) as caught:
        new(tmp_path, "lecture30/ex30_1_retry")

    assert path in str(caught.value)
    assert "Nothing was written" in str(caught.value)
    assert sorted(tmp_path.rglob("*")) == before
    assert not (tmp_path / "nowhere").exists()


def test_a_file_in_the_place_of_a_folder_is_named(tmp_path):
    (tmp_path / "tests").write_text("mine")
    with pytest.raises(UsageError, match=r"(?m)^  tests$"):
        new(tmp_path, "lecture30/ex30_1_retry")

    assert content(tmp_path) == {"tests": b"mine"}


def test_a_sample_that_has_a_file_of_that_name_is_not_touched(tmp_path):
    by_hand(tmp_path)
    helper = tmp_path / "tests/submissions/lecture7/right/one/ex7_2_retry.py"
    helper.parent.mkdir(parents=True)
    helper.write_text("# a module of the sample's own\n")
    before = content(tmp_path)
    with pytest.raises(UsageError, match=r"right/one/ex7_2_retry\.py"):
        new(tmp_path, "lecture7/ex7_2_retry")

    assert content(tmp_path) == before


def test_a_disk_that_fails_halfway_leaves_everything_as_it_was(tmp_path):
    """Files of more than some kilobytes cannot be written here: the hidden tests are one, others come before them."""
    before = content(by_hand(tmp_path))
    folders = sorted(path for path in tmp_path.rglob("*") if path.is_dir())
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "new", "lecture7/ex7_2_retry"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (3_000, 3_000)),
    )

    assert done.returncode == 2
    assert "cannot be written (File too large). Nothing was written." in done.stderr
    assert content(tmp_path) == before
    assert sorted(path for path in tmp_path.rglob("*") if path.is_dir()) == folders


def test_a_file_that_somebody_changes_meanwhile_is_not_lost(tmp_path):
    by_hand(tmp_path)
    plan = plan_exercise(tmp_path, parse_name("lecture7/ex7_2_retry"), Decimal(10))
    toml = tmp_path / "assignments/lecture7/assignment.toml"
    toml.write_text(TOML + "# a thought\n")
    before = content(tmp_path)
    with pytest.raises(UsageError, match="has changed meanwhile"):
        write(plan)

    assert content(tmp_path) == before


def test_the_same_name_again_is_refused(tmp_path):
    new(tmp_path, "lecture30/ex30_1_retry")
    before = content(tmp_path)
    for name, said in {
        "lecture30/ex30_1_retry": "such as lecture30/ex30_2_retry",
        "lecture30/ex30_1_other": "has the id 30.1 already",
        "Lecture30/other": "Write lecture30/other",
    }.items():
        with pytest.raises(UsageError) as caught:
            new(tmp_path, name)
        assert said in str(caught.value)

    assert content(tmp_path) == before
