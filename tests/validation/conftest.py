"""A small course, sound at first, and a function that validates it for real."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.catalogue import load_assignment
from autograder.jail.host import choose_jail
from autograder.model import GradeOptions
from autograder.validation import Level, Remark, Step, Validation, validate
from autograder.validation.programs import Program

sys.path.insert(0, str(Path(__file__).parents[1]))  # for validated_course.py

from validated_course import ValidatedCourse


class Silent:
    """Hears of a validation and says nothing."""

    def say(self, text: str) -> None: ...

    def advance(self, done: int, expected: int) -> None: ...


Validate = Callable[..., Validation]


@pytest.fixture(scope="session")
def jail() -> str:
    return choose_jail("auto").backend


@pytest.fixture(scope="session")
def run_validation(jail: str) -> Validate:
    """Return a function that validates an assignment of a clone."""

    def run(
        root: Path,
        assignment: str = "tiny",
        *,
        tests: Path | None = None,
        exercise: str | None = None,
        keep: Callable[[Program], bool] = lambda program: True,
    ) -> Validation:
        options = GradeOptions(seed=0, jail=jail, tests=tests)
        return validate(
            load_assignment(root, assignment), options, Silent(), exercise=exercise, jobs=2, keep=keep
        )

    return run


def step(validation: Validation, name: str) -> Step:
    """Return the step with this name."""
    (found,) = (each for each in validation.steps if each.name == name)
    return found


def failures(validation: Validation, name: str) -> list[str]:
    """Return the failures of a step, each with what it is about."""
    return [_text(remark) for remark in step(validation, name).remarks if remark.level is Level.FAILURE]


def advice(validation: Validation, name: str) -> list[str]:
    """Return the advice of a step, each with what it is about."""
    return [_text(remark) for remark in step(validation, name).remarks if remark.level is Level.ADVICE]


def _text(remark: Remark) -> str:
    return " ".join(part for part in (remark.exercise, remark.subject, remark.text) if part)


@pytest.fixture(scope="session")
def make_course(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], ValidatedCourse]:
    """Return a function that makes a sound course."""
    return lambda: ValidatedCourse(tmp_path_factory.mktemp("course"))
