"""A student's page about one exercise."""

from __future__ import annotations

from autograder.outputs.feedback_page import Row, feedback_page

ROWS = [Row(name="result", score=4.0, points=4.0), Row(name="order", score=2.5, points=6.0, by_hand=True)]


def test_points_that_lateness_costs_are_told_and_taken_off() -> None:
    page = feedback_page("21.1 Gather", "ann", ROWS, "", penalty=1.5)

    assert "5 of 10 points" in page
    assert "Handed in late: 1.5 points are taken off." in page


def test_lateness_takes_no_more_than_there_is() -> None:
    assert "0 of 10 points" in feedback_page("21.1 Gather", "ann", ROWS, "", penalty=20)


def test_nothing_is_said_of_lateness_or_comments_where_there_are_none() -> None:
    page = feedback_page("21.1 Gather", "ann", ROWS, "")

    assert "Handed in late" not in page
    assert "teacher says" not in page


def test_what_a_teacher_says_is_text_and_nothing_else() -> None:
    page = feedback_page("21.1 Gather", "ann", ROWS, "", comments=["Well tried.\n<b>But late.</b>"])

    assert "Your teacher says:" in page
    assert "&lt;b&gt;But late.&lt;/b&gt;" in page
