"""Every assignment in this repository is released in the same way: nothing is tied to one of them."""

from __future__ import annotations

import re
import subprocess

import pytest

from autograder.catalogue import list_assignments, load_assignment
from autograder.model import Assignment, Exercise
from autograder.release import partially_filled, read_reference, skeleton

from .conftest import ROOT, RunAll

ASSIGNMENTS = [load_assignment(ROOT, name) for name in list_assignments(ROOT)]
EXERCISES = [(assignment, exercise) for assignment in ASSIGNMENTS for exercise in assignment.exercises]

each_assignment = pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda each: each.id)
each_exercise = pytest.mark.parametrize(
    ("assignment", "exercise"), EXERCISES, ids=[f"{exercise.id}" for _, exercise in EXERCISES]
)


def test_there_is_more_than_one() -> None:
    assert len(ASSIGNMENTS) > 1


def test_the_make_target_writes_the_skeletons_of_all() -> None:
    recipe = (
        (ROOT / "Makefile").read_text().partition("\nskeletons:")[2].partition("\n\n")[0].splitlines()[1:]
    )
    commands = "\n".join(line.strip() for line in recipe).replace("$(RUN)/python", "echo").replace("$$", "$")

    done = subprocess.run(["bash", "-c", commands], cwd=ROOT, capture_output=True, text=True, check=True)

    expected = [f"-m autograder.release solutions/{each.id}/ assignments/{each.id}" for each in ASSIGNMENTS]
    assert done.stdout.splitlines() == expected


@each_assignment
def test_each_solution_has_a_skeleton_and_an_exercise(assignment: Assignment) -> None:
    names = {exercise.file for exercise in assignment.exercises}

    assert {path.name for path in assignment.solutions.glob("*.py")} == names
    assert {path.name for path in assignment.folder.glob("ex*.py")} == names


@each_exercise
def test_the_skeleton_is_what_the_solution_gives(assignment: Assignment, exercise: Exercise) -> None:
    reference = read_reference(assignment.solutions / exercise.file)

    assert (assignment.folder / exercise.file).read_text() == skeleton(reference), "run `make skeletons`"
    assert reference.points == exercise.points
    assert all(region.hints for region in reference.regions)


@each_exercise
def test_an_open_blank_is_named(assignment: Assignment, exercise: Exercise, run_all: RunAll) -> None:
    reference = read_reference(assignment.solutions / exercise.file)
    numbers = [region.number for region in reference.regions]

    alone = run_all(partially_filled(reference, {number}) for number in numbers)
    onwards = run_all(partially_filled(reference, set(numbers[place:])) for place in range(len(numbers)))

    for number, one, others in zip(numbers, alone, onwards, strict=True):
        last_lines = [run.err.splitlines()[-1].removeprefix("SystemExit: ") for run in (one, others)]
        assert all(line.startswith(f"Blank {number} is still open: ") for line in last_lines), last_lines


@each_exercise
def test_the_readme_shows_what_the_program_prints(
    assignment: Assignment, exercise: Exercise, run_all: RunAll
) -> None:
    reference = read_reference(assignment.solutions / exercise.file)
    readme = (assignment.folder / "README.md").read_text()

    [run] = run_all([partially_filled(reference, set())])

    assert (run.code, run.err) == (0, "")
    assert f"```text\n{run.out}```" in readme
    row = rf"\| `{re.escape(exercise.file)}` \|.*\| {len(reference.regions)} \| {exercise.points} \|"
    assert re.search(row, readme)


def test_no_line_of_a_solution_gets_to_the_students() -> None:
    for assignment, exercise in EXERCISES:
        reference = read_reference(assignment.solutions / exercise.file)
        answers = {line.strip() for region in reference.regions for line in region.body}
        secret = {answer for answer in answers if len(re.findall(r"\w+", answer)) > 2}
        assert secret
        for path in (assignment.folder / exercise.file, assignment.folder / "README.md"):
            told = [answer for answer in secret if answer in path.read_text()]
            assert not told, path
