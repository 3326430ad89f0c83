"""The files of Canvas and Moodle: whose grade goes where, and that everything else stays as it was."""

import csv
import io
from dataclasses import replace
from decimal import Decimal
from functools import partial

import pytest
from export_course import (
    EVIL,
    SETTINGS,
    changed_settings,
    damaged,
    failed_by_us,
    make_batch,
    make_exercise,
    make_report,
    make_test,
    right,
    rows_of,
    whole_class,
    why,
)
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import UsageError
from autograder.model import Origin
from autograder.outputs.export import export
from autograder.outputs.export.formats import find_format
from autograder.outputs.export.sheet import read_sheet, to_csv

CANVAS, WORKSHEET, GRADEBOOK = map(find_format, ("canvas", "moodle-worksheet", "moodle-gradebook"))


def report(identifier, score="10", **keys):
    """Return a report with so many of ten points."""
    row = make_test("x", "1", "10", score=Decimal(score))
    return make_report(identifier, make_exercise("1", row), origin=Origin(keys=keys))


@pytest.fixture
def changed(tmp_path):
    """Return a function that gives settings with a changed copy of one of the two files."""
    return partial(changed_settings, tmp_path)


# -- Canvas ---------------------------------------------------------------------------------------------------------


def test_canvas_gets_one_column_and_nobody_without_a_new_grade():
    exported = export(whole_class(), CANVAS, SETTINGS)
    header, worth, *people = rows_of(exported)

    assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Async exercise 1 (4321)"]
    assert worth == ["    Points Possible", "", "", "", "", "10.00"]
    assert {row[1]: row[-1] for row in people} == {"777": "7.35", "778": "10"}
    assert not [row for row in people if not row[-1]]  # a blank cell would clear the grade that is there
    assert set(why(exported)) == {"bob", "carl.zip", "dora"}


@pytest.mark.parametrize(
    ("identifier", "keys", "row"),
    [
        ("x", {"canvas_user_id": "777"}, "777"),
        ("x", {"sid": "U777 "}, "777"),
        ("x", {"login": "zmueller", "name": "Somebody Else"}, "777"),
        ("x", {"name": "zoë  müller"}, "777"),
        ("x", {"name": "Mu\u0308ller, Zoe\u0308"}, "777"),
        ("zmueller", {}, "777"),
        ("777", {}, None),  # it may be a student number
        ("u777", {}, "777"),
        ("Zoë Müller", {}, "777"),
        (EVIL, {}, "778"),
        ("x", {"login": "zmueller", "sid": "u999"}, "777"),
        ("x", {"canvas_user_id": "12", "login": "zmueller"}, None),
        ("x", {"canvas_user_id": "779", "login": "zmueller"}, None),
        ("x", {"name": "Ann Lee"}, None),
        ("x", {"sid": "u1", "name": "Zoë Müller"}, None),
        ("x", {"github_user": "zoe"}, None),
        ("x", {"canvas_user_id": ""}, None),
        ("Ann Lee", {}, None),
        ("nobody", {}, None),
    ],
    ids=str,
)
def test_a_report_finds_its_row_or_none(identifier, keys, row):
    exported = export(make_batch(report(identifier, **keys)), CANVAS, SETTINGS)

    assert [cells[1] for cells in rows_of(exported)[2:]] == ([row] if row else [])
    assert set(why(exported)) == (set() if row else {identifier})


def test_two_graded_reports_for_one_person_are_both_left_out_and_each_names_the_other():
    batch = make_batch(report("a", sid="u777"), report("b", login="zmueller"), report("c", sid="u779"))
    exported = export(batch, CANVAS, SETTINGS)

    assert [cells[1] for cells in rows_of(exported)[2:]] == ["779"]
    assert set(why(exported)) == {"a", "b"}
    assert why(exported)["a"].startswith("b ")


def test_an_excused_student_stays_excused():
    exported = export(make_batch(report("x", sid="u780")), CANVAS, SETTINGS)

    assert "excused" in why(exported)["x"]
    assert len(rows_of(exported)) == 2


def test_who_is_in_the_gradebook_without_a_report_is_named():
    notes = export(make_batch(failed_by_us(), report("x", sid="u777")), CANVAS, SETTINGS).notes

    missing = [text.partition(": in the gradebook")[0] for text in notes if "in the gradebook, but" in text]
    assert missing == [
        EVIL + " (778)",
        "Lee, Ann (780)",
        "Lee, Ann (781)",
        "Student, Test (999)",
    ]


def test_the_column_is_chosen_or_asked_for():
    batch = replace(make_batch(report("x", sid="u777")), assignment="lecture21")
    with pytest.raises(UsageError, match=r"--column 'Warm-up \(4320\)'.*Async exercise 1 \(4321\)"):
        export(batch, CANVAS, SETTINGS)
    for column in ("4320", "Warm-up", "Warm-up (4320)"):
        settings = replace(SETTINGS, column=column, rescale=True, points=Decimal(10))
        header, worth, *people = rows_of(export(batch, CANVAS, settings))
        assert (header[-1], worth[-1], people[0][-1]) == ("Warm-up (4320)", "5.00", "5")
    with pytest.raises(UsageError, match="Warm-up"):
        export(batch, CANVAS, replace(SETTINGS, column="Worm up"))


@pytest.mark.parametrize(
    ("title", "assignment", "fits"),
    [
        ("Lab 11", "lab-1-1", False),
        ("Lab 11", "lab-11", True),
        ("Lecture 21", "lecture21", True),
        ("Lab 1.1: Async", "lab_1_1 async", True),
        ("Final Exam", "lab-11", False),
        ("!!!", "---", False),
        ("Übung 1", "U\u0308bung-1", True),
        ("\u8ab2\u984c 3", "\u8ab2\u984c3", True),
    ],
)
def test_a_column_with_another_title_is_never_taken_even_if_it_is_the_only_one(
    tmp_path, title, assignment, fits
):
    path = tmp_path / "gradebook.csv"
    path.write_text(f"Student,ID,Section,{title} (1)\nBob,779,A,\n")
    settings = replace(SETTINGS, gradebook=path)
    batch = replace(make_batch(report("Bob")), assignment=assignment)

    if fits:
        assert any(f"{title} (1)" in note for note in export(batch, CANVAS, settings).notes)
    else:
        with pytest.raises(UsageError, match="--column"):
            export(batch, CANVAS, settings)
    told = export(batch, CANVAS, replace(settings, column=title))
    assert any(f"{title} (1)" in note for note in told.notes)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("10.00", "100.00"), "worth 100 points"),
        (("10.00", "(read only)"), "read only"),
        (("Async exercise 1 (4321)", "Final Score of async exercise 1 (4321)"), "Rename"),
        (("Section", "Group"), "no gradebook of Canvas"),
        (("ID,SIS", "Number,SIS"), "no gradebook of Canvas"),
        (('"Lab B, Monday"', '"Lab B, Mon"day'), "not CSV"),
    ],
    ids=str,
)
def test_a_gradebook_that_would_give_wrong_grades_is_refused(changed, change, said):
    batch = replace(make_batch(report("x", sid="u777")), assignment="Final Score of async exercise 1")
    if "Final" not in change[1]:
        batch = replace(batch, assignment="Async exercise 1")
    with pytest.raises(UsageError, match=said):
        export(batch, CANVAS, changed("gradebook", change))


def test_points_are_converted_only_when_asked_and_rounded_once(changed):
    settings = replace(changed("gradebook", ("10.00", "3.00")), rescale=True, points=Decimal(10))
    exported = export(make_batch(report("x", "3.35", sid="u777")), CANVAS, settings)

    assert rows_of(exported)[2][-1] == "1.01"


def test_other_forms_of_the_gradebook_are_read(changed):
    settings = changed(
        "gradebook", ("Lab B, Monday", "Lab B Monday"), ('"Müller, Zoë"', "Zoë Müller"), ('"Ek, Bob"', "Bob Ek"),
        ('"Lee, Ann"', "Ann Lee"), ('"Student, Test"', "Test"), (",", ";"), ("10.00", "10,00"),
        ("Student;", "\ufeffStudent;"),
    )  # fmt: skip
    exported = export(make_batch(report("x", "7.5", sid="u777")), CANVAS, settings)

    assert rows_of(exported, ";")[1:] == [
        ["    Points Possible", "", "", "", "", "10,00"],
        ["Zoë Müller", "777", "u777", "zmueller", "Lab B Monday", "7.5"],
    ]


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n"], ids=["lf", "cr", "crlf"])
def test_a_gradebook_is_read_with_each_kind_of_line_end(tmp_path, line_end):
    path = tmp_path / "gradebook.csv"
    lines = ["Student,ID,Section,Async exercise 1 (1)", '"Ek, Bob",779', "", ",,,", "Ann,780,B,3", ""]
    path.write_bytes(line_end.join(lines).encode())
    exported = export(make_batch(report("Bob Ek")), CANVAS, replace(SETTINGS, gradebook=path))

    assert rows_of(exported)[1:] == [["Ek, Bob", "779", "", "10"]]


def test_a_gradebook_in_another_encoding_is_refused(changed):
    with pytest.raises(UsageError, match="UTF-8"):
        export(make_batch(report("x")), CANVAS, changed("gradebook", encoding="utf-16"))


# -- Moodle's worksheet ---------------------------------------------------------------------------------------------


def test_the_worksheet_changes_in_grades_and_comments_of_graded_students_only():
    exported = export(whole_class(), WORKSHEET, SETTINGS)
    before = list(csv.reader(io.StringIO(SETTINGS.worksheet.read_bytes().decode("utf-8-sig"), newline="")))
    after = rows_of(exported)

    different = {
        (row, before[0][column])
        for row in range(len(before))
        for column in range(len(before[0]))
        if before[row][column] != after[row][column]
    }
    assert different == {(1, "Grade"), (1, "Feedback comments"), (2, "Grade")}
    assert (after[1][5], after[2][5]) == ("7.35", "10")
    assert exported.files[0].content.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in exported.files[0].content


def test_our_own_comment_is_replaced_and_a_teachers_kept():
    exported = export(make_batch(report("a", sid="u778"), report("b", "5", sid="u779")), WORKSHEET, SETTINGS)
    rows = rows_of(exported)

    assert rows[2][-1] == "Come and see me."
    assert rows[3][-1].startswith("<p>Automatic feedback: 5 of 10 points.</p>")
    assert [note for note in exported.notes if note.startswith("a: has a comment")]


def test_the_name_of_moodles_folder_says_whose_it_is():
    for identifier in ("Zoë Müller_1001_assignsubmission_file", "Zoë Müller_1001_assignsubmission_file_"):
        exported = export(make_batch(report(identifier)), WORKSHEET, SETTINGS)
        assert (rows_of(exported)[1][5], exported.left_out) == ("10", ())


@pytest.mark.parametrize(
    ("identifier", "keys", "given"),
    [
        ("Team 7_1003_assignsubmission_file_", {}, False),
        ("Bob Ek_1003_assignsubmission_file_", {}, True),
        ("Bob  ek_1003_assignsubmission_file", {}, True),
        ("Bob E.k_1003_assignsubmission_file_", {}, True),
        ("Bob Eks_1003_assignsubmission_file_", {}, False),
        ("Participant_1003_assignsubmission_file_", {}, True),
        ("Default group_1003_assignsubmission_file_", {}, False),
        ("x", {"moodle_participant": "1003", "name": "Team 7"}, False),
        ("x", {"moodle_participant": "1003", "name": "Ek, Bob"}, True),
        ("x", {"moodle_participant": "1003", "name": "Participant 1003"}, True),
        ("x", {"moodle_participant": "1003", "name": "Participant 1002"}, False),
        ("x", {"moodle_participant": "1003", "name": "Participant"}, True),
        ("x", {"moodle_participant": "1003", "name": ""}, True),
        ("x", {"moodle_participant": "1003", "name": "Robert Ek", "sid": "u779"}, True),
        ("1003", {}, False),
    ],
    ids=str,
)
def test_the_number_of_a_group_is_not_taken_for_a_participant(identifier, keys, given):
    exported = export(make_batch(report(identifier, **keys)), WORKSHEET, SETTINGS)

    assert rows_of(exported)[3][5] == ("10" if given else "8.00")
    assert set(why(exported)) == (set() if given else {identifier})
    if "Team" in identifier:
        assert "Bob Ek" in why(exported)[identifier]
        assert "Team 7" in why(exported)[identifier]


def test_the_number_of_a_group_is_told_apart_on_a_site_in_another_language(changed):
    settings = changed(
        "worksheet", ("Identifier", "ID"), ("Full name", "Nom complet"), ("Participant", "Teilnehmer")
    )
    team, blind = "Team 7_1003_assignsubmission_file_", "Teilnehmer_1002_assignsubmission_file_"
    exported = export(make_batch(report(team), report(blind)), WORKSHEET, settings)

    assert [row[5] for row in rows_of(exported)[2:4]] == ["10", "8.00"]
    assert set(why(exported)) == {team}


def test_a_worksheet_in_which_locks_cannot_be_seen_is_told_of(changed):
    batch = make_batch(report("x", sid="u777"))
    settings = changed("worksheet", ("Grade can be changed", "Bewertung kann ge\u00e4ndert werden"))

    assert any("locked" in note for note in export(batch, WORKSHEET, settings).notes)
    assert not any("locked" in note for note in export(batch, WORKSHEET, SETTINGS).notes)


@pytest.mark.parametrize(
    "column", ["Full name", "identifier", "Maximum grade", "Feedback comments", "Status"]
)
def test_grades_go_into_no_column_that_is_about_something_else(column):
    with pytest.raises(UsageError, match="--column"):
        export(make_batch(report("x", sid="u777")), WORKSHEET, replace(SETTINGS, column=column))


@pytest.mark.parametrize(
    ("changes", "keys", "score", "said"),
    [
        ((), {"sid": "u780"}, "10", "locked"),
        ((), {"sid": "u777"}, "10.5", "not from 0 to the maximum"),
        ((), {"sid": "u777"}, "-1", "not from 0 to the maximum"),
        ((), {"moodle_participant": "1009"}, "5", "nobody"),
        ((), {"name": "Ann Lee"}, "5", "called Ann Lee"),
    ],
    ids=str,
)
def test_what_moodle_would_pass_over_is_said(changed, changes, keys, score, said):
    exported = export(make_batch(report("x", score, **keys)), WORKSHEET, changed("worksheet", *changes))

    assert said in why(exported)["x"]
    assert rows_of(exported)[1][5] == ""


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([("Maximum grade", "Scale"), (",10.00,", ',"Poor, Good",')], "scale"),
        ([("Grade,", "Bewertung,")], "--column"),
        ([(f"Participant 100{n}", "Nobody") for n in range(1, 6)], "Participant 1001"),
        ([(",10.00,", ",100.00,")], "--rescale"),
        ([("1.50,10.00", "1.50,20.00")], "different maximum"),
    ],
    ids=str,
)  # fmt: skip
def test_a_worksheet_that_would_give_wrong_grades_is_refused(changed, changes, said):
    with pytest.raises(UsageError, match=said):
        export(make_batch(report("x", sid="u777")), WORKSHEET, changed("worksheet", *changes))


def test_a_worksheet_in_another_language_is_filled_in_with_a_decimal_comma(changed):
    settings = changed(
        "worksheet", ("Grade,", "Bewertung,"), ("Maximum grade", "Bestwertung"), ("Participant", "Teilnehmer/in"),
        ("Identifier", "ID"), (",10.00,", ',"10,00",'), ("Feedback comments", "Feedback als Kommentar"),
        ("Email address", "E-Mail-Adresse"),
    )  # fmt: skip
    settings = replace(settings, column="Bewertung")
    exported = export(make_batch(report("x", "7.5", email="zoe@college.example")), WORKSHEET, settings)
    assert "email" in why(exported)["x"]

    exported = export(make_batch(report("x", "7.5", moodle_participant="1001")), WORKSHEET, settings)
    assert rows_of(exported)[1][5] == "7,5"
    assert rows_of(exported)[1][-1].startswith("<p>Automatic feedback")


def test_without_a_column_for_comments_only_grades_are_filled_in(changed):
    settings = changed("worksheet", ("Feedback comments", "Something else"))
    exported = export(make_batch(report("x", sid="u777")), WORKSHEET, settings)

    assert rows_of(exported)[1][5] == "10"
    assert rows_of(exported)[1][-1] == ""
    assert any("no column for feedback" in note for note in exported.notes)


# -- Moodle's gradebook ---------------------------------------------------------------------------------------------


def test_the_gradebook_import_names_everybody_by_one_kind_of_key():
    batch = make_batch(
        report("a", email="a@x.example", sid="1"),
        report("b", email="b@x.example"),
        report("c", sid="3"),
        damaged(),
    )
    exported = export(batch, GRADEBOOK, SETTINGS)

    assert [row[0] for row in rows_of(exported)] == ["Email address", "a@x.example", "b@x.example"]
    assert set(why(exported)) == {"c", "carl.zip"}


def test_the_gradebook_import_falls_back_to_the_ids_and_says_so():
    exported = export(make_batch(report("a"), right("b")), GRADEBOOK, SETTINGS)

    assert [row[:2] for row in rows_of(exported)[1:]] == [["a", "10"], ["b", "10"]]
    assert "user name" in exported.notes[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [({"sid": "1"}, {"sid": "1"}), ({"email": "a@x.example"}, {"email": "A@X.example "}),
     ({"email": "a@x.example", "sid": "1"}, {"email": "b@x.example", "sid": "1"})],
    ids=["number", "address in other case", "two addresses"],
)  # fmt: skip
def test_who_is_claimed_by_two_graded_reports_is_not_in_the_gradebook_import(one, other):
    batch = make_batch(report("a", **one), report("b", **other), report("c", email="c@x.example", sid="3"))
    exported = export(batch, GRADEBOOK, SETTINGS)

    assert len(rows_of(exported)) == 2
    assert why(exported)["a"].startswith("b ")
    assert why(exported)["b"].startswith("a ")


# -- the tables themselves ------------------------------------------------------------------------------------------


@given(
    rows=st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=4), min_size=2, max_size=5),
    delimiter=st.sampled_from(",;\t"),
    line_end=st.sampled_from(["\n", "\r\n"]),
    marked=st.booleans(),
)
def test_a_table_that_is_read_and_written_has_the_same_cells(
    tmp_path_factory, rows, delimiter, line_end, marked
):
    rows = [["Student", "ID", "Section"], *rows]
    path = tmp_path_factory.getbasetemp() / "table.csv"
    path.write_bytes(b"\xef\xbb\xbf" * marked + to_csv(rows, delimiter, line_end).encode("utf-8"))

    sheet = read_sheet(path, "--worksheet")
    assert sheet.rows == rows
    path.write_bytes(sheet.content())
    assert read_sheet(path, "--worksheet").rows == rows


# -- groups ---------------------------------------------------------------------------------------------------------

GROUP = {
    "sid": "u777",
    "name": "Zo\u00eb M\u00fcller",
    "sid_2": "u779",
    "name_2": "Bob Ek",
    "email": "zoe@college.example",
}


def test_each_member_of_a_group_gets_a_row():
    batch = make_batch(report("team", "7", email_2="bob@college.example", **GROUP))
    canvas, worksheet, gradebook = (export(batch, each, SETTINGS) for each in (CANVAS, WORKSHEET, GRADEBOOK))

    assert {row[1]: row[-1] for row in rows_of(canvas)[2:]} == {"777": "7", "779": "7"}
    assert [row[5] for row in rows_of(worksheet)[1:4]] == ["7", "1.50", "7"]
    assert [row[:2] for row in rows_of(gradebook)[1:]] == [
        ["zoe@college.example", "7"],
        ["bob@college.example", "7"],
    ]
    assert not any(map(why, (canvas, worksheet, gradebook)))


def test_the_member_of_a_group_whom_nobody_knows_is_named_and_the_others_have_their_grades():
    exported = export(make_batch(report("team", "7", sid="u777", sid_2="u1")), CANVAS, SETTINGS)

    assert {row[1]: row[-1] for row in rows_of(exported)[2:]} == {"777": "7"}
    assert "u1" in why(exported)["team"]


def test_a_member_who_has_handed_in_alone_as_well_has_two_reports_and_the_others_keep_theirs():
    batch = make_batch(report("team", "7", sid="u777", sid_2="u779"), report("bob", "9", sid="u779"))
    exported = export(batch, CANVAS, SETTINGS)

    assert {row[1]: row[-1] for row in rows_of(exported)[2:]} == {"777": "7"}
    assert set(why(exported)) == {"team", "bob"}


def test_a_group_that_was_not_graded_is_named_once():
    item = replace(failed_by_us(), origin=Origin(keys={"sid": "u777", "sid_2": "u779"}))
    exported = export(make_batch(item), CANVAS, SETTINGS)

    assert [each.id for each in exported.left_out] == [item.id]
    assert not [note for note in exported.notes if "Zo\u00eb" in note or "Bob" in note]
