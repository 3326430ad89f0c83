"""Hostile submissions through the real command: nothing of theirs acts on any output, on a terminal or in a pipe."""

import csv
import json
import re

import pytest
from hostile import NEVER, TEXTS
from readers import read, skeleton
from wcwidth import wcswidth

CONTROL = re.compile(r"\x1b\[[0-9;]*m|\x1b\[\?25[lh]|\x1b\[[0-9]*[AK]|\x1b\[2K|\r")
"""What rich itself sends: colours, and the movements of the progress bar."""

OUR_TAGS = {
    *("html", "head", "meta", "title", "style", "body", "section", "div", "h1", "h2", "h3", "p", "pre", "br"),
    *("table", "thead", "tbody", "tr", "th", "td", "ul", "li", "a", "bdi", "small", "strong"),
}

# A folder's name: no slash, no zero, at most 255 bytes.
NAMES = [
    f"{number} " + TEXTS[key].replace("/", "").replace("\0", "")[:60]
    for number, key in enumerate(("colour", "fake_line", "bidi_overrides", "script", "bars", "rich_markup"))
] + ["=cmd|' C calc'!A0", "@everyone `x` [a](b)", "\u0338\u05e9" + "\u0301" * 40]

FIRST = """\
import asyncio
TEXT = {text}
tell = lambda self: TEXT
NAME = TEXT.replace(chr(0), "").encode("utf-8", "ignore").decode()
Evil = type(NAME, (Exception,), {{"__repr__": tell, "__str__": tell}})
async def double(x):
    print(TEXT)
    asyncio.get_running_loop().create_task(asyncio.sleep(99), name=TEXT)
    raise Evil(TEXT)
"""
SECOND = "TEXT = {text}\ndef greet():\n    print(TEXT)\n"
EVERYTHING = "".join(text[:40] for text in TEXTS.values() if "\ud800" not in text) + "\ud800"


@pytest.fixture
def hostile_course(course):
    """Return a course in which names, prints, reprs, exceptions and names of classes are hostile."""
    for name in NAMES:
        text = ascii(EVERYTHING if name.startswith("0") else name)
        course.hand_in(name, FIRST.format(text=text), SECOND.format(text=text))
        (course.root / "class" / name / f"{name[:40]}.py").symlink_to("/etc/passwd")
    (course.root / "class" / "\x1b[2J\u202enotes.py").write_text("")
    return course


@pytest.mark.slow
def test_hostile_class_in_a_pipe_and_in_files(hostile_course):
    done = hostile_course.grade("class", "--output", "reports", "--json", "--seed", "7")

    assert done.returncode == 0
    assert done.stdout.isascii()
    document = json.loads(done.stdout)
    assert len(document["submissions"]) == len(NAMES)
    assert {each["score"] for each in document["submissions"]} == {0}
    assert "Warning: " in done.stderr
    assert not NEVER.search(done.stderr)
    assert not re.search("^(alice|All passed)", done.stderr, re.MULTILINE)
    folder = hostile_course.root / "reports"
    files = {path.name: path.read_bytes().decode("utf-8-sig") for path in folder.iterdir()}
    assert len(files) == len(NAMES) + 3
    assert not any(NEVER.search(name + text.replace("\r\n", "\n")) for name, text in files.items())
    rows = list(csv.reader(files["scores.csv"].split("\r\n")[:-1], strict=True))
    assert [len(row) for row in rows] == [9] * (len(NAMES) + 1)
    assert not [cell for row in rows for cell in row if re.match(r"\s*[=+\-@]", cell)]
    kinds = {kind for kind, _, _ in skeleton(files["report.md"])[0]}
    assert not [kind for kind in kinds if re.match("html|link|image|em_|s_|hr|fence|ordered", kind)]
    tags = set(read(files["report.html"]).tags)
    assert {re.match(r"</?(\w+)", tag)[1] for tag in tags} <= OUR_TAGS
    assert {re.sub(r'"[^"]*"', '""', tag) for tag in tags if "href" in tag} == {'<a href="">'}


@pytest.mark.slow
@pytest.mark.parametrize("columns", [20, 200])
def test_hostile_class_on_a_terminal(hostile_course, columns):
    text, code = hostile_course.grade_on_terminal(columns, "class", "--seed", "7", "--output", "reports")

    plain = CONTROL.sub("", text[text.rindex("\x1b[2K") + 4 :]).replace("\u200e", "")
    assert code == 0
    assert not NEVER.search(CONTROL.sub("", text).replace("\u200e", ""))
    assert not [line for line in plain.splitlines() if wcswidth(line) > columns]
    assert not re.search("^(alice|All passed)", plain, re.MULTILINE)


@pytest.mark.slow
@pytest.mark.parametrize("columns", [20, 200])
def test_hostile_submission_on_a_terminal(hostile_course, columns):
    text, _ = hostile_course.grade_on_terminal(columns, f"class/{NAMES[0]}", "--seed", "7")

    plain = CONTROL.sub("", text[text.rindex("\x1b[2K") + 4 :])
    assert "student_error" in plain
    assert "\\x1b[31m" in plain.replace("\n      ", "")
    assert not NEVER.search(CONTROL.sub("", text).replace("\u200e", ""))
    assert not [line for line in plain.splitlines() if wcswidth(line) > columns]
