"""What people see on a terminal, and what hostile text cannot do to it."""

import os
import re
import unicodedata

import pytest

from autograder.escape import visible

CURSOR = re.compile(r"\x1b\[\??[0-9;]*[A-Zhl]|\r")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def settled(text: str) -> str:
    """Return what stays on the terminal: without the progress bar and its movements."""
    return CURSOR.sub("", text[text.rindex("\x1b[2K") + 4 :])


def test_narrow_terminal_reads_well(course):
    course.hand_in_a_class()

    text, code = course.grade_on_terminal(40, "class", "--seed", "7")

    assert code == 4
    assert "Grading" in text, "there is a progress bar"
    lines = COLOUR.sub("", settled(text)).splitlines()
    assert max(map(len, lines)) <= 40
    assert [line.split() for line in lines[:2]] == [
        ["submission", "1/3", "2/2", "total", "status"],
        ["alice", "3", "2", "5/5", "graded"],
    ]
    assert "\x1b[1;31mnot graded" in text


def test_too_narrow_terminal_keeps_the_totals(course):
    course.hand_in("alice")
    course.hand_in("a-long-name-that-has-to-be-folded")

    text, _ = course.grade_on_terminal(36, "class")

    lines = COLOUR.sub("", settled(text)).splitlines()
    assert max(map(len, lines)) <= 36
    assert [line.split() for line in lines[:4]] == [
        ["submission", "total", "status"],
        ["a-long-name-that-ha", "5/5", "graded"],
        ["s-to-be-folded"],
        ["alice", "5/5", "graded"],
    ]
    assert lines[2].startswith("  "), "what is folded is indented"
    assert "(The scores per exercise need a " in lines


def test_no_colour_where_none_is_wanted(course):
    course.hand_in("alice", first="")

    text, code = course.grade_on_terminal(80, "class/alice", NO_COLOR="1")

    assert code == 0
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", text)
    assert "2/5" in text


def test_dumb_terminal_gets_no_progress_bar(course):
    course.hand_in("alice")

    text, _ = course.grade_on_terminal(80, "class/alice", TERM="dumb")

    assert "Grading" not in text
    assert "5/5" in text


HOSTILE_NAME = "[red]x[bold]\x1b]0;owned\x07\u202e\x1b[2J"
HOSTILE_CODE = f"""\
async def double(x):
    raise ValueError({"[bold]1[/bold] " + HOSTILE_NAME!r} + chr(10) + "All passed")
"""


def test_hostile_text_does_nothing_to_the_terminal(course):
    course.hand_in(HOSTILE_NAME, first=HOSTILE_CODE)
    (course.root / "class" / HOSTILE_NAME / "\x1b[31mred.py").symlink_to("/etc/passwd")

    text, _ = course.grade_on_terminal(200, f"class/{HOSTILE_NAME}", NO_COLOR="1")

    assert not re.search(r"\x1b(?!\[)|\x1b\[2J|\x07|\u202e", text)
    shown_name = r"[red]x[bold]\x1b]0;owned\x07\u202e\x1b[2J"
    assert f"ValueError: [bold]1[/bold] {shown_name}" in text
    assert "\n      All passed" in text, "a line of the student's stays where the student's lines are"
    assert re.search(
        rf"^{re.escape(shown_name)} +0 +2 +2/5 +graded", COLOUR.sub("", settled(text)), re.MULTILINE
    )


def test_hostile_path_does_nothing_to_the_terminal(course):
    text, code = course.grade_on_terminal(200, "class/\x1b[2J\u202e", NO_COLOR="1")

    assert code == 2
    assert "\x1b[2J" not in text
    assert "Error: class/\\x1b[2J\\u202e: no such file or folder" in COLOUR.sub("", text)


def test_terminal_that_knows_only_ascii_shows_escapes(course):
    course.hand_in("J\u00fcrgen")

    done = course.grade("class", PYTHONIOENCODING="ascii")

    assert done.returncode == 0
    assert re.search(r"^J\\xfcrgen +3 +2 +5/5", done.stdout, re.MULTILINE)


@pytest.mark.parametrize(
    "text",
    [
        "\x00\x07\x1b\x7f\x9b",
        "\u202a\u202e\u2066\u200f",
        "\u2028\u2029",
        "\ud800",
        "\u200b\ufeff\u00ad",
        "\r",
        "\ue000",
    ],
)
def test_nothing_that_moves_or_hides_is_shown(text):
    for result in (visible(text), visible(text, lines=True)):
        assert result.isascii()
        assert result.isprintable()
        assert result.startswith("\\")


def test_ordinary_text_is_shown_as_it_is():
    text = "J\u00fcrgen \u738b [not markup] \U0001f600 e\u0301"

    assert visible(text) == text
    assert all(unicodedata.category(char)[0] != "C" for char in text)


def test_line_ends_are_left_only_where_they_are_wanted():
    assert visible("a\nb") == "a\\nb"
    assert visible("a\nb", lines=True) == "a\nb"
    assert visible("a\tb") == "a    b"


def test_endless_text_is_cut():
    assert len(visible("x" * 10**6)) < 3_000
    assert len(visible("x\n" * 10**6, lines=True).splitlines()) == 21


def test_names_that_are_not_utf8_are_shown(course):
    folder = os.fsencode(course.root / "class") + b"/\xff\xfe"
    os.mkdir(folder)
    with open(folder + b"/ex1.py", "w") as file:
        file.write("")

    done = course.grade("class", "--output", "reports")

    assert done.returncode == 0
    assert re.search(r"^\\xff\\xfe +0 +0 +0/5 +graded$", done.stdout, re.MULTILINE)
    (report,) = (course.root / "reports").glob("*.json")
    assert re.fullmatch(r"_xff_xfe~[0-9a-f]{16}\.json", report.name)
