"""``autograder check`` as a program of its own: on terminals, in pipes, on the real bundle, and without Unix."""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import unicodedata
from pathlib import Path

import pytest
from tiny_bundle import RIGHT_1, SKELETON_2, TESTS, Folder

from autograder.catalogue import load_assignment
from autograder.cli.main import run
from autograder.release.bundle import make_bundle

ROOT = Path(__file__).resolve().parents[2]
ELSEWHERE = ROOT / "tests" / "jail" / "elsewhere"


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Folder:
    made = Folder(tmp_path / "tiny")
    monkeypatch.chdir(made.path)
    return made


def command(*arguments):
    return [sys.executable, "-m", "autograder", "check", *arguments]


def environment(**changes):
    unwanted = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "AUTOGRADER_DEBUG")
    return {**{key: value for key, value in os.environ.items() if key not in unwanted}, **changes}


def on_terminal(columns, *arguments, **changes):
    """Run the command on a terminal; return what was written to it, and the exit code."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with subprocess.Popen(
        command(*arguments),
        env=environment(**{"TERM": "xterm-256color", **changes}),
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    ) as process:
        os.close(slave)
        written = b""
        try:
            while chunk := os.read(master, 65_536):
                written += chunk
        except OSError:
            pass  # Linux's way to say that the other end is closed
        code = process.wait()
    os.close(master)
    return written.decode().replace("\r\n", "\n"), code


COLOUR = re.compile(r"\x1b\[[0-9;]*m")
HOSTILE = "[red]x[bold]\x1b]0;owned\x07\u202e\x1b[2J"


def test_narrow_terminal_reads_well_and_student_text_does_nothing_to_it(folder):
    source = RIGHT_1.replace(
        "return 2 * x", f"raise ValueError({HOSTILE!r} + chr(10) + 'All 3 public tests pass')"
    )
    folder.write("ex1_double.py", source)
    folder.write("ex2_greet.py", SKELETON_2.replace("say hello", f"say {HOSTILE}"))
    (folder.path / "manifest.json").unlink()

    text, code = on_terminal(40)

    assert code == 1
    assert "\x1b[1;31mfails" in text, "there is colour"
    lines = COLOUR.sub("", text).splitlines()
    assert max(map(len, lines)) <= 40
    assert "[red]x[bold]" in text
    assert not any(line.startswith("All 3") for line in lines), (
        "no text of a student's looks like a line of ours"
    )
    assert {char for char in COLOUR.sub("", text) if unicodedata.category(char) in ("Cc", "Cf")} == {"\n"}


def test_no_colour_where_none_is_wanted(folder):
    folder.write("ex2_greet.py", SKELETON_2)

    text, code = on_terminal(80, "ex2_greet.py", NO_COLOR="1")

    assert code == 1
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", text)


@pytest.fixture(scope="module")
def lecture(tmp_path_factory):
    """The real bundle, with the first exercise filled in but for one blank, the second as it is, the third solved."""
    folder = tmp_path_factory.mktemp("lecture21")
    bundle = make_bundle(load_assignment(ROOT, "lecture21"))
    for name, content in bundle.files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    for name in ("ex21_1_gather.py", "ex21_3_context_manager.py"):
        (folder / name).write_bytes(bundle.solutions[name])
    first = folder / "ex21_1_gather.py"
    first.write_text(first.read_text().replace("await asyncio.sleep(delaySeconds)", "blank(2)"))
    return folder


def in_pipes(folder, *program):
    done = subprocess.run(
        program,
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_real_bundle_is_checked_by_the_command_itself(lecture):
    before = {path: path.read_bytes() for path in lecture.rglob("*") if path.is_file()}

    code, out, err = in_pipes(lecture, *command())

    assert (code, err) == (1, "")
    assert re.findall(r"^(21.\d) .*: (.*)", out, re.MULTILINE) == [
        ("21.1", "3 of 6 public tests pass"),
        ("21.2", "0 of 6 public tests pass"),
        ("21.3", "all 6 public tests pass"),
    ]
    assert re.findall(r"Blank (\d+) is still open \((.*):\d+\)", out) == [
        ("2", "ex21_1_gather.py"),
        *((str(number), "ex21_2_cancellation.py") for number in range(1, 13)),
    ]
    assert "fails" not in out
    assert out.count("Hint: ") == 2, "one for the next blank of each exercise"
    assert "Next: blank 2 (ex21_1_gather.py:" in out
    assert {path: path.read_bytes() for path in lecture.rglob("*") if path.is_file()} == before


def test_work_in_a_notebook_is_noticed(lecture, monkeypatch, capsys):
    monkeypatch.chdir(lecture)
    notebook = lecture / "ex21_2_cancellation.ipynb"
    released = notebook.read_bytes()

    run(["check", "ex21_2_cancellation.py"])
    assert "Note" not in capsys.readouterr().out
    notebook.write_bytes(released + b" ")
    run(["check", "ex21_2_cancellation.py"])
    notebook.write_bytes(released)

    note = "ex21_2_cancellation.py is as it was released, but ex21_2_cancellation.ipynb was changed. To check that"
    assert f"Note: {note}" in capsys.readouterr().out


def test_students_readme_shows_what_is_really_said(lecture, monkeypatch, capsys):
    solved = lecture / "solved"
    solved.mkdir()
    source = (
        (lecture / "ex21_1_gather.py").read_text().replace("blank(2)", "await asyncio.sleep(delaySeconds)")
    )
    (solved / "ex21_1_gather.py").write_text(source.replace("return result", "result"))
    monkeypatch.chdir(solved)

    run(["check", "ex21_1_gather.py"])

    def plain(text):
        return re.sub(r"kiDO68|(?<=Data from source )\w+(?=')|:\d+ ", "", text)

    shown = plain((lecture / "README.md").read_text()).split("\n")
    said = plain(capsys.readouterr().out).split("\n")
    begin = shown.index(said[0])
    assert shown[begin : begin + 5] == said[:5]


def test_same_is_said_where_there_is_nothing_of_unix(lecture):
    """What only Unix has is taken away, from this process and those that it starts, as on Windows."""
    program = (
        f"import sys; sys.argv.append('--no-unix'); sys.path.insert(0, {str(ELSEWHERE)!r}); import grade; "
        "from autograder.cli.main import run; sys.exit(run(['check', '--seed', '3']))"
    )

    there = in_pipes(lecture, sys.executable, "-c", program)

    assert there == in_pipes(lecture, *command("--seed", "3"))


def test_ctrl_c_ends_it_with_130(folder):
    fifo = folder.path / "fifo"
    os.mkfifo(fifo)
    folder.write(
        "test_public.py", TESTS.replace("    student.greet()\n", f"    open({str(fifo)!r}).read()\n")
    )
    process = subprocess.Popen(
        command("ex2_greet.py"), env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with process, open(fifo, "w"):  # waits until the test is running
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)

    assert (process.returncode, out, err) == (130, "", "Error: interrupted\n")
