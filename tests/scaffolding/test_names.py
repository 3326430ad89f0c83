"""Names of new exercises: what follows from them, and which are refused with advice."""

from __future__ import annotations

import pytest

from autograder.errors import UsageError
from autograder.scaffolding import parse_name
from autograder.scaffolding.names import check_title


@pytest.mark.parametrize(
    ("text", "id", "title", "assignment_title"),
    [
        ("lecture30/ex30_1_retry", "30.1", "Retry", "Lecture 30"),
        ("lecture30/ex30_12_two_words", "30.12", "Two words", "Lecture 30"),
        ("week-3/ex3_1", "3.1", "Exercise 3.1", "Week 3"),
        ("intro/backoff", "backoff", "Backoff", "Intro"),
        ("intro/ex3_retry", "ex3_retry", "Ex3 retry", "Intro"),
        ("Term2_week1/Ex_4_2_x", "4.2", "X", "Term 2 week 1"),
    ],
)
def test_id_and_titles_follow_from_the_name(text, id, title, assignment_title):
    name = parse_name(text)

    assert (name.id, name.title, name.assignment_title) == (id, title, assignment_title)
    assert f"{name.lecture}/{name.module}" == text
    assert name.file == f"{name.module}.py"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "lecture30/ex30_1_retry"),
        ("lecture30", "LECTURE/EXERCISE"),
        ("lecture30/", "begins with a letter"),
        ("/ex1", "begins with a letter"),
        ("../ex1", "begins with a letter"),
        ("lecture30/..", "begins with a letter"),
        ("lecture30/../../ex1", "LECTURE/EXERCISE"),
        ("/etc/ex1", "LECTURE/EXERCISE"),
        ("lecture30\\ex1", "LECTURE/EXERCISE"),
        ("C:/ex1", "begins with a letter"),
        ("~/ex1", "begins with a letter"),
        (".hidden/ex1", "begins with a letter"),
        ("lecture 30/ex1", "begins with a letter"),
        ("lecture30/ex1.py", "leave out .py"),
        ("lecture30/1st", "begins with a letter"),
        ("lecture30/ex-1", "becomes a Python module"),
        ("lecture30/_ex1", "begins with a letter"),
        ("lecture30/__init__", "begins with a letter"),
        ("lecture30/übung", "begins with a letter"),
        ("lecture30/ex1\n", "begins with a letter"),
        ("lecture30/ex1\0", "begins with a letter"),
        ("lecture30/class", "Python's own"),
        ("lecture30/Await", "Python's own"),
        ("lecture30/test_retry", "a file of tests"),
        ("lecture30/retry_test", "a file of tests"),
        ("lecture30/asyncio", "would hide Python's own module asyncio"),
        ("lecture30/Queue", "would hide Python's own module queue"),
        ("lecture30/conftest", "needed for something else"),
        ("lecture30/pytest", "needed for something else"),
        ("lecture30/blank", "needed for something else"),
        ("con/ex1", "Windows"),
        ("lecture30/com1", "Windows"),
        (f"lecture30/{'x' * 41}", "longer than 40"),
        (f"{'x' * 5000}/ex1", "longer than 40"),
    ],
)
def test_an_unfit_name_is_refused_with_advice(text, said):
    with pytest.raises(UsageError) as caught:
        parse_name(text)

    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("title", ["", "  ", "two\nlines", "\x1b[2J", "\u202eevil", "x" * 81, "bell\a"])
def test_a_title_is_one_visible_line(title):
    with pytest.raises(UsageError, match="--title"):
        check_title(title)


def test_a_title_may_have_any_character_that_can_be_seen():
    assert check_title(' Ü "x" \\ <b> $y {z} ') == 'Ü "x" \\ <b> $y {z}'
