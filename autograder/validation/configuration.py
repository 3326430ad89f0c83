"""First step: is everything there, and does it agree: assignment.toml, hidden and public tests, references, blanks."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.errors import ConfigurationError
from autograder.model import Assignment, Exercise, Outcome, Status
from autograder.release import Reference, check_points, read_reference, skeleton, skeletons_command
from autograder.scoring import json_number
from autograder.validation.case import advice, counted, failure, listed
from autograder.validation.report import Remark, Step
from autograder.validation.survey import REFERENCE, Survey

NAME = "configuration"
TITLE = "Configuration and markers"


def check_configuration(
    assignment: Assignment,
    exercises: tuple[Exercise, ...],
    survey: Survey,
    references: dict[str, Reference | str],
    remarks: list[Remark],
) -> Step:
    """Return the first step; ``remarks`` are those that reading the samples and waivers has brought."""
    found = [
        *_suite(assignment, exercises, survey),
        *_public_tests(assignment, exercises, survey),
        *_public_blanks(assignment, exercises, survey, references),
        *(
            remark
            for exercise in exercises
            for remark in _files(assignment, exercise, references[exercise.id])
        ),
        *remarks,
    ]
    blanks = sum(len(each.regions) for each in references.values() if isinstance(each, Reference))
    chosen = {exercise.id for exercise in exercises}
    tests = sum(test.exercise in chosen for test in survey.suite.tests)
    numbers = (counted(len(exercises), "exercise"), counted(tests, "hidden test"), counted(blanks, "blank"))
    return Step(name=NAME, title=TITLE, summary=", ".join(numbers), remarks=tuple(found))


def read_references(assignment: Assignment, exercises: tuple[Exercise, ...]) -> dict[str, Reference | str]:
    """Return for each exercise its reference, or what is wrong with it."""
    found: dict[str, Reference | str] = {}
    for exercise in exercises:
        try:
            found[exercise.id] = read_reference(assignment.solutions / exercise.file)
        except ConfigurationError as error:
            found[exercise.id] = str(error)
    return found


def _suite(assignment: Assignment, exercises: tuple[Exercise, ...], survey: Survey) -> Iterator[Remark]:
    if survey.suite.problem:
        yield failure(f"{survey.suite.problem.rstrip()} No submission can be graded like this.")
    for exercise in exercises:
        points = [test.points for test in survey.suite.tests if test.exercise == exercise.id]
        if sum(points) != exercise.points and not (survey.suite.problem and not survey.suite.tests):
            yield failure(
                f"its tests are worth {json_number(sum(points, exercise.points * 0))} points together, but "
                f"assignment.toml gives it {json_number(exercise.points)}: make the two agree. Until then no "
                "submission can be graded.",
                exercise=exercise.id,
            )
    for test in survey.suite.tests:
        if test.points <= 0:
            yield advice("is worth no points.", exercise=test.exercise, subject=test.name)


def _public_tests(
    assignment: Assignment, exercises: tuple[Exercise, ...], survey: Survey
) -> Iterator[Remark]:
    path = assignment.public_tests
    if not path.is_file():
        yield failure(
            f"{path}: there are no public tests, so students have nothing to check their work with."
        )
        return
    if survey.public_problem:
        yield failure(survey.public_problem)
        return
    chosen = {exercise.id for exercise in exercises}
    for report in survey.public:
        if report.status is not Status.GRADED:
            yield failure(f"{path}: the {report.id} cannot be tested: {report.reason}")
            continue
        rows = [row for each in report.exercises if each.id in chosen for row in each.tests]
        if report.id == REFERENCE:
            for row in rows:
                if row.outcome is not Outcome.PASSED:
                    text = f"the reference fails this public test: {row.message or row.outcome.value}"
                    yield failure(text, exercise=row.exercise, subject=row.name)
        else:
            passed = [row.name for row in rows if row.outcome is Outcome.PASSED]
            if passed:
                yield failure(f"{path}: the skeleton passes public tests: {listed(passed)}")
        for exercise in exercises:
            if not any(row.exercise == exercise.id for row in rows):
                yield advice(f"{path}: no public test is about this exercise.", exercise=exercise.id)


def _public_blanks(
    assignment: Assignment,
    exercises: tuple[Exercise, ...],
    survey: Survey,
    references: dict[str, Reference | str],
) -> Iterator[Remark]:
    """Yield blanks that no public test is about, if any says what it is about, and those that do not exist."""
    rows = {
        row.name: row.exercise for report in survey.public for each in report.exercises for row in each.tests
    }
    for exercise in exercises:
        reference = references[exercise.id]
        about = {name: survey.public_blanks.get(name, ()) for name, own in rows.items() if own == exercise.id}
        named = {number for numbers in about.values() for number in numbers}
        if isinstance(reference, str) or not named:
            continue
        known = {region.number for region in reference.regions}
        for name, numbers in about.items():
            if unknown := sorted(set(numbers) - known):
                text = f"{assignment.public_tests}: it is about blank {unknown[0]}, which does not exist."
                yield failure(text, exercise=exercise.id, subject=name)
        if missing := sorted(known - named):
            text = (
                f"no public test is about blank {', '.join(map(str, missing))}: students hear nothing of it."
            )
            yield advice(text, exercise=exercise.id)


def _files(assignment: Assignment, exercise: Exercise, reference: Reference | str) -> Iterator[Remark]:
    if isinstance(reference, str):
        yield failure(reference, exercise=exercise.id)
        return
    try:
        check_points(reference, exercise)
    except ConfigurationError as error:
        yield failure(str(error), exercise=exercise.id)
    path = assignment.folder / exercise.file
    command = skeletons_command(assignment.solutions, assignment.folder)
    if not path.is_file():
        yield failure(f"{path}: there is no skeleton. Make it: {command}", exercise=exercise.id)
        return
    try:
        text = skeleton(reference)
    except ConfigurationError as error:
        yield failure(str(error), exercise=exercise.id)
        return
    if path.read_bytes() != text.encode():
        yield failure(
            f"{path}: this is not the skeleton that the reference gives. Make it anew: {command}",
            exercise=exercise.id,
        )
