"""Each hostile text in every place of the screen, on terminals of several widths and in a pipe."""

import io
import re
import sys
from pathlib import Path

import pytest
from hostile import NEVER, TEXTS, full_report
from wcwidth import wcswidth

from autograder.cli.screen import show_error, show_traceback
from autograder.cli.screen.show import Screen
from autograder.model import ClassReport

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
OURS = re.compile(
    r"""(?x) (?: submission\ |\(The\ scores | 1\ graded,\ 1\ not | !\ Evidence\ of | Not\ graded:$ | Findings:$
    | Notes:$ | Assignment: | Reports:\  | Seed:\ 7\  | Jail:\ bwrap$ | Warning: | Error: | Stopped:\ 2 |
    1\  ) | \s | $"""
)
"""How a line of ours begins; whatever else there is, is indented or the name of a submission."""


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def show(monkeypatch):
    """Return a function that shows all that there is to show about a text, and returns what was written."""

    def call(text, width):
        stream = Terminal() if width else io.StringIO()
        monkeypatch.setattr(sys, "stdout", stream)
        monkeypatch.setattr(sys, "stderr", stream)
        monkeypatch.setenv("TERM", "xterm-256color")
        monkeypatch.setenv("COLUMNS", str(width or 80))
        one, two = full_report(text), full_report(text, submission_id=f"{text}2", graded=False)
        scores = ClassReport(assignment="lecture", seed=7, jail="bwrap", submissions=(one, two))
        screen = Screen()
        screen.warn(text)
        screen.show_scores(scores, one, Path("reports"))
        screen.show_stopped([one.id, two.id], 2, 7, None)
        show_error(text)
        return stream.getvalue()

    return call


@pytest.mark.parametrize("width", [None, 20, 80])
@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in TEXTS.items()])
def test_text_stays_where_it_belongs(show, text, width):
    written = show(text, width)

    plain = COLOUR.sub("", written)
    if width:
        plain = plain.replace("\u200e", "")  # ours, behind names that are written from right to left
        too_wide = [line for line in plain.splitlines() if wcswidth(line) > width]
        assert not too_wide
    else:
        assert plain == written, "no colour in a pipe"
    assert not NEVER.search(plain)
    assert len(plain) < 60_000
    # A name stands at the beginning of its row; from its second line on it is indented like everything else.
    names = len([line for line in plain.splitlines() if not OURS.match(line)])
    assert names <= 2


def test_text_cannot_draw_the_lines_of_others(show):
    for width in (None, 20, 80):
        lines = COLOUR.sub("", show("x\nalice 5/5 graded\nAll passed", width)).splitlines()
        assert not [line for line in lines if line.startswith(("alice", "All passed"))]


def test_name_written_from_right_to_left_leaves_the_scores_in_their_columns(show):
    name = "\u05e9\u05dc\u05d5\u05dd"

    (row,) = [line for line in show(name, 80).splitlines() if line.startswith(name) and "not" not in line]
    assert COLOUR.sub("", row).split() == [f"{name}\u200e", "2.5", "2.5/5", "graded", "!"]
    assert "\u200e" not in show(name, None), "a program that looks for the name finds it"


def test_evidence_cannot_be_missed_and_nobody_buries_that_of_others(show, monkeypatch):
    from dataclasses import replace

    stream = Terminal()
    monkeypatch.setattr(sys, "stdout", stream)
    monkeypatch.setenv("COLUMNS", "100")
    eve = full_report("patched", submission_id="eve")
    mallory = replace(full_report("noise " * 500, submission_id="mallory"), evidence=eve.evidence * 1_000)
    alice = replace(eve, id="alice", evidence=())

    Screen().show_scores(
        ClassReport(assignment="x", seed=7, jail="bwrap", submissions=(alice, mallory, eve)), None, None
    )

    lines = [line.rstrip() for line in COLOUR.sub("", stream.getvalue()).splitlines()]
    assert [line.split()[-2:] for line in lines[1:4]] == [["2.5/5", "graded"], *[["graded", "!"]] * 2]
    head = lines.index("! Evidence of tampering (it changed no score; look at the code and judge):")
    assert lines[head + 1].startswith("  mallory: patched, line 4: patched (patched); ")
    assert "  eve: patched, line 4: patched (patched)" in lines
    assert "and 997 more" in " ".join(lines)
    assert "\x1b[1;31m! Evidence" in stream.getvalue()


def test_advice_of_ours_stands_apart_from_a_message(capsys):
    show_error("no such file: x\nTry `rm -rf`.", "Try `autograder --help`.")

    assert capsys.readouterr().err == "Error: no such file: x\n  Try `rm -rf`.\nTry `autograder --help`.\n"


def test_traceback_is_shown_and_does_nothing(capsys):
    show_traceback("Traceback\n  ValueError: \x1b[2J\u202e" + "x" * 10**6)

    written = capsys.readouterr().err
    assert written.startswith("Traceback\n  ValueError: \\x1b[2J\\u202exxx")
    assert len(written) < 30_000
