"""What points are worth: read from the files of others, compared with full marks, converted only if both are known."""

from dataclasses import replace
from decimal import Decimal
from functools import partial

import pytest
from export_course import (
    SETTINGS,
    changed_settings,
    make_batch,
    make_exercise,
    make_report,
    make_test,
    right,
    rows_of,
    why,
)

from autograder.errors import UsageError
from autograder.model import Origin
from autograder.outputs.export import export
from autograder.outputs.export.formats import find_format
from autograder.outputs.export.marks import read_points

CANVAS, WORKSHEET, GRADEBOOK = map(find_format, ("canvas", "moodle-worksheet", "moodle-gradebook"))


@pytest.fixture
def changed(tmp_path):
    """Return a function that gives settings with a changed copy of one of the two files."""
    return partial(changed_settings, tmp_path)


@pytest.mark.parametrize(
    ("written", "worth"),
    [
        ("10", "10"), ("10.00", "10"), ("10,00", "10"), ("7,5", "7.5"), ("0.500", "0.5"), (".5", "0.5"),
        ("1,000.00", "1000"), ("1.000,00", "1000"), ("1,000", "1000"), ("1.000", "1000"), ("1.000.000", "1000000"),
        ("1 000,5", "1000.5"), ("1\u202f000", "1000"), ("10.00000", "10"), ("1,234,567.8", "1234567.8"),
        ("1,2,3", None), ("1.00.000", None), ("1,000,00", None), ("ten", None), ("1e3", None), ("10%", None),
        ("NaN", None), ("--1", None), ("\u0663", None), ("", None), (".", None), ("1 0", None),
    ],
)  # fmt: skip
def test_points_are_read_with_either_decimal_sign_and_with_thousands_apart(written, worth):
    assert read_points(written) == (None if worth is None else Decimal(worth))


def test_what_a_column_is_worth_is_a_number_or_the_gradebook_is_refused(changed):
    batch = make_batch(right("x", sid="u777"))

    with pytest.raises(UsageError, match="ten points"):
        export(batch, CANVAS, changed("gradebook", ("10.00", "ten points")))
    with pytest.raises(UsageError, match="worth 1000 points"):
        export(batch, CANVAS, changed("gradebook", ("10.00", '"1,000.00"')))
    with pytest.raises(UsageError, match="worth 1000 points"):
        export(batch, WORKSHEET, changed("worksheet", (",10.00,", ',"1,000.00",')))
    with pytest.raises(UsageError, match="ten points"):
        export(batch, WORKSHEET, changed("worksheet", ("1.50,10.00", "1.50,ten points")))


def of_one_exercise(identifier, **keys):
    """Return a report on exercise 2 alone: 6 of 6."""
    return make_report(identifier, make_exercise("2", make_test("x", "2", "6")), origin=Origin(keys=keys))


def test_full_marks_come_from_all_graded_reports_also_from_those_without_a_row():
    batch = make_batch(
        of_one_exercise("part", sid="u777"), of_one_exercise("part 2"), right("of another course")
    )
    for form in (CANVAS, WORKSHEET):
        exported = export(batch, form, SETTINGS)
        assert "out of 6" in why(exported)["part"]
        assert not [row for row in rows_of(exported) if "6" in row]


@pytest.mark.parametrize("form", [CANVAS, WORKSHEET], ids=lambda form: form.name)
def test_a_part_is_never_blown_up_to_the_whole(form):
    batch = make_batch(of_one_exercise("part", sid="u777"))

    exported = export(batch, form, replace(SETTINGS, rescale=True, points=Decimal(10)))
    assert "exercises 2" in why(exported)["part"]
    with pytest.raises(UsageError, match=r"--rescale.*is not known"):
        export(batch, form, replace(SETTINGS, rescale=True))
    with pytest.raises(UsageError, match="worth 10 points"):
        export(batch, form, SETTINGS)


def test_where_only_a_part_was_graded_it_is_said_what_full_marks_are(changed):
    batch = make_batch(of_one_exercise("part", sid="u777"))
    for points in (None, Decimal(10)):
        for form, name in ((CANVAS, "gradebook"), (WORKSHEET, "worksheet"), (GRADEBOOK, "")):
            settings = changed(name, ("10.00", "6.00")) if name else SETTINGS
            exported = export(batch, form, replace(settings, points=points))
            assert any("full marks = exercises 2: 6" in note for note in exported.notes)
            assert not exported.left_out
    whole = make_batch(right("x", sid="u777"))
    exported = export(whole, CANVAS, replace(SETTINGS, points=Decimal(10)))
    assert not any("full marks" in note for note in exported.notes)


def test_the_assignment_at_hand_says_what_full_marks_are():
    batch = make_batch(
        of_one_exercise("a", sid="u777"), of_one_exercise("b", sid="u778"), right("c", sid="u779")
    )
    exported = export(batch, CANVAS, replace(SETTINGS, points=Decimal(10)))

    assert set(why(exported)) == {"a", "b"}
    assert rows_of(exported)[2][-1] == "10"
