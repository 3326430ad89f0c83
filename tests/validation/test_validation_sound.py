"""A sound exercise: every promise holds, and the report says who catches whom."""

from __future__ import annotations

import json

import pytest

from autograder.validation import State, Validation, to_document

from .conftest import advice, failures, step


@pytest.fixture(scope="module")
def sound(make_course, run_validation) -> Validation:
    return run_validation(make_course().root)


def test_every_promise_holds(sound):
    assert [failures(sound, each.name) for each in sound.steps] == [[]] * len(sound.steps)
    assert sound.holds
    assert not sound.blocked


def test_blanks_without_a_public_test_are_named(sound):
    assert advice(sound, "configuration") == [
        "1 no public test is about blank 1, 3: students hear nothing of it."
    ]


def test_steps_stand_in_the_order_in_which_an_instructor_mends_them(sound):
    assert [each.name for each in sound.steps] == [
        "configuration",
        "reference",
        "blanks",
        "right",
        "wrong",
        "mutants",
        "tests",
        "flakiness",
        "schedules",
        "cancellation",
    ]


def test_exercise_without_a_cleanup_needs_none_cancelled(sound):
    assert step(sound, "cancellation").state is State.NOT_RUN


def test_matrix_says_which_test_catches_which_program(sound):
    (matrix,) = sound.matrices
    names = [test.name for test in matrix.tests]
    caught = {
        f"{each.kind} {each.name}": {names[index] for index in each.caught_by} for each in matrix.programs
    }

    assert caught["wrong too_late"] == {
        "test_it_takes_as_long_as_it_is_told",
        "test_program_prints_42_after_half_a_second",
    }
    assert caught["mutant suppress-cancellation/double/1"] == {"test_it_can_be_cancelled"}
    by_name = {test.name: test for test in matrix.tests}
    alone = [name for name, tests in caught.items() if tests == {"test_it_can_be_cancelled"}]
    assert (
        by_name["test_it_can_be_cancelled"].alone == len(alone) == by_name["test_it_can_be_cancelled"].needed
    )
    assert by_name["test_number_comes_back_doubled"].catches == sum(
        "test_number_comes_back_doubled" in tests for tests in caught.values()
    )


def test_document_is_one_plain_json_value(sound):
    document = json.loads(json.dumps(to_document([sound])))

    assert document["format"] == "autograder-validation/1"
    assert document["holds"] is True
    (assignment,) = document["assignments"]
    assert assignment["id"] == "tiny"
    assert {each["state"] for each in assignment["steps"]} == {"holds", "not_run"}
    (exercise,) = assignment["exercises"]
    assert exercise["tests"][0]["max_score"] == 2
    assert {
        key: value
        for program in exercise["programs"]
        if program["name"] == "half"
        for key, value in program.items()
        if key != "caught_by"
    } == {"kind": "wrong", "name": "half", "loses": ["main", "result"], "waived": ""}


def test_same_course_gives_the_same_document(sound, make_course, run_validation):
    def document(validation: Validation) -> object:
        (assignment,) = to_document([validation])["assignments"]
        return {key: value for key, value in assignment.items() if not key.endswith("_wall_seconds")}

    assert document(run_validation(make_course().root)) == document(sound)
