"""``autograder validate`` as an instructor meets it: exit codes, streams, terminals, Ctrl-C."""

from __future__ import annotations

import io
import json
import os
import re
import select
import signal
import subprocess
import sys
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from wcwidth import wcswidth

from autograder.cli.screen.validation import ValidationScreen
from autograder.outputs.validation_page import validation_page
from autograder.validation import Level, Matrix, ProgramRow, Remark, Step, Validation, to_document
from autograder.validation.report import TestRow

sys.path.insert(0, str(Path(__file__).parents[1]))  # for validated_course.py

from validated_course import ValidatedCourse

COMMAND = [sys.executable, "-m", "autograder", "validate"]
HOSTILE = "<script>alert(1)</script>\x1b[2J\u202e\x00 =1+1"


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=root,
        env={key: value for key, value in os.environ.items() if key not in ("COLUMNS", "FORCE_COLOR")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A sound course, validated with a document and a page."""
    course = ValidatedCourse(tmp_path_factory.mktemp("sound"))
    return course, run(course.root, "--json", "--html", "page.html")


@pytest.fixture(scope="module")
def weak(tmp_path_factory):
    """A course whose suite does not see that a cancellation is swallowed, nor much else; validated in a pipe."""
    course = ValidatedCourse(tmp_path_factory.mktemp("weak"))
    course.change(
        "tests/hidden/tiny/test_tiny.py", 'assert task.cancelled(), "it does not end as cancelled"', "pass"
    )
    return run(course.root, "tiny", "--exercise", "1", "--matrix", "--seed", "3")


def test_sound_assignment_ends_with_0_and_one_document(sound):
    _, done = sound

    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert (document["format"], document["holds"]) == ("autograder-validation/1", True)
    assert done.stdout.isascii()
    assert "SOUND. tiny holds all that is promised." in done.stderr


def test_page_is_one_file_without_scripts_and_anything_from_elsewhere(sound):
    course, _ = sound
    page = (course.root / "page.html").read_text()

    assert "test_it_can_be_cancelled" in page
    assert "<script" not in page
    assert not re.search(r"""(src|href)\s*=""", page)
    assert "default-src &#39;none&#39;" in page


def test_survivor_ends_with_1_and_stands_in_a_pipe_as_a_diff(weak):
    assert weak.returncode == 1
    assert weak.stderr == ""
    assert "NOT SOUND. tiny: 2 things fail." in weak.stdout
    assert "! 1 skeleton passes test_it_can_be_cancelled" in weak.stdout
    assert "! 1 mutant/suppress-cancellation/double/1 has full marks" in weak.stdout
    assert "\n      +import contextlib\n" in weak.stdout
    assert "Seed: 3." in weak.stdout
    assert "\x1b" not in weak.stdout


def test_matrix_has_a_line_for_every_wrong_program(weak):
    assert re.search(r"^  \.x\.\.x  wrong/too_late$", weak.stdout, re.MULTILINE)
    assert re.search(
        r"^  \.\.\.\.\.  mutant/suppress-cancellation/double/1  \(survives\)$", weak.stdout, re.MULTILINE
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["tinny"], "Error: tinny: there is no such assignment"),
        (["tiny", "--exercise", "9"], "tiny has no such exercise. It has 1."),
        (["--exercise", "9"], "no assignment in"),
        (["tiny", "--seed", "-1"], "not a whole number"),
        (["tiny", "--html", "nowhere/page.html"], "there is no folder"),
        (["tiny", "--html", "."], "this is a folder"),
        (["tiny", "--tests", ""], "--tests is empty"),
        (["tiny", "--jail", "wooden"], "no such jail"),
        (["tiny", "too", "many"], "unexpected extra argument"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_makes_no_sense_ends_with_2_and_in_words(sound, arguments, said):
    course, _ = sound

    done = run(course.root, *arguments)

    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_suite_that_cannot_be_collected_ends_with_2_and_a_document_all_the_same(sound, tmp_path):
    course, _ = sound
    (tmp_path / "test_broken.py").write_text("def test(:\n")

    done = run(course.root, "tiny", "--tests", str(tmp_path), "--json")

    assert done.returncode == 2
    (assignment,) = json.loads(done.stdout)["assignments"]
    assert assignment["blocked"] is True
    assert "NOT VALIDATED." in done.stderr
    assert "test_broken.py" in done.stderr


def test_interrupted_validation_leaves_nothing_running(tmp_path):
    course = ValidatedCourse(tmp_path)
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    waits = f"    open({str(fifo)!r}, 'w').close()\n    script = run_script()\n"
    course.change("tests/hidden/tiny/test_tiny.py", "    script = run_script()\n", waits)
    with (
        subprocess.Popen(
            [*COMMAND, "--json"],
            cwd=course.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as process,
        fifo.open("rb"),
    ):  # waits until a hidden test has begun
        pidfds = [os.pidfd_open(pid) for pid in descendants(process.pid)]
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)

    assert len(pidfds) >= 3, "a worker, the jail, the zygote in it"
    assert all(select.select([each], [], [], 20)[0] for each in pidfds)
    assert process.returncode == 130
    assert out == ""
    assert err == "Stopped while tiny was being validated; nothing is known about it.\n"


def descendants(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [each for child in map(int, children) for each in (child, *descendants(child))]


# -- what is shown of a large exercise -----------------------------------------------------------------------------


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def large() -> Validation:
    """A validation of 40 tests and 500 wrong programs, with hostile texts wherever there may be one."""
    tests = tuple(
        TestRow(
            name=f"test_number_{number}_of_a_suite_whose_tests_have_names_that_say_what_they_are_about",
            title=HOSTILE,
            concept="result",
            points=Decimal("2.5"),
            catches=number * 12,
            alone=number % 3,
            needed=number % 4,
        )
        for number in range(40)
    )
    programs = tuple(
        ProgramRow(
            name=f"{number} {HOSTILE}",
            kind="wrong" if number < 400 else "mutant",
            caught_by=tuple(range(number % 41)),
            waived=HOSTILE if number == 450 else "",
        )
        for number in range(500)
    )
    remarks = tuple(
        Remark(
            level=Level.FAILURE if number % 2 else Level.ADVICE,
            text=f"{HOSTILE * 3}\nTraceback",
            exercise="1",
            subject=HOSTILE,
            diff=f"@@ -1 +1 @@\n-{HOSTILE}\n+{HOSTILE}\n",
        )
        for number in range(100)
    )
    return Validation(
        assignment="tiny",
        title=HOSTILE,
        seed=1,
        jail="bwrap",
        steps=(Step(name="mutants", title="Mutants", summary="many", remarks=remarks),),
        matrices=(Matrix(exercise="1", title=HOSTILE, tests=tests, programs=programs),),
        programs=500,
    )


def shown(monkeypatch: pytest.MonkeyPatch, columns: int, *, matrix: bool) -> str:
    terminal = Terminal()
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stdout", terminal)
    with ValidationScreen() as screen:
        screen.show(large(), matrix=matrix)
    return re.sub(r"\x1b\[[0-9;]*m", "", terminal.getvalue())


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_forty_tests_and_five_hundred_programs_fit_any_terminal(monkeypatch, columns):
    lines = shown(monkeypatch, columns, matrix=False).split("\n")

    assert max(map(wcswidth, lines)) <= columns
    assert len(lines) < 220 + 20_000 / columns
    maps = [line for line in lines if re.fullmatch(r" *\d+ [·░▒▓█]+", line)]
    assert len(maps) == 40
    assert maps[0].count("█") > maps[-1].count("█")


def test_full_matrix_has_a_line_for_each_of_five_hundred_programs(monkeypatch):
    text = shown(monkeypatch, 80, matrix=True)

    assert max(map(wcswidth, text.split("\n"))) <= 80
    assert len(re.findall(r"^  [x.]{40}  (wrong|mutant)/\d+ ", text, re.MULTILINE)) == 500


def test_hostile_texts_do_nothing_on_a_terminal(monkeypatch):
    text = shown(monkeypatch, 80, matrix=True)

    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202e]", text)


def test_hostile_texts_do_nothing_in_the_page():
    page = validation_page(to_document([large()]))

    tags: set[str] = set()
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: tags.add(tag)
    parser.feed(page)
    assert "script" not in tags
    assert "table" in tags
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e]", page)
    assert page.count("alert(1)") > 500
