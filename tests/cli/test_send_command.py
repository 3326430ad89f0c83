"""``autograder export canvas-api`` and ``lti-ags`` as teachers meet them: words, streams, exit codes, secrets."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.cli.main import run

sys.path.insert(0, str(Path(__file__).parents[1] / "outputs"))

from canvas_server import TOKEN
from export_course import SETTINGS
from lti_server import CLIENT, KEY_ID, LtiServer, pem
from send_course import class_of_five, new_server

from autograder.outputs import to_document

GUIDE = (Path(__file__).parents[2] / "instructor_guide.md").read_text("utf-8")
CANVAS = ["export", "canvas-api", "reports", "--course", "17", "--assignment", "4321"]
LTI = ["export", "lti-ags", "reports", "--client-id", CLIENT, "--key-id", KEY_ID, "--users", "users.csv"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Return a working directory with the reports of a class."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reports").mkdir()
    for number, item in enumerate(class_of_five().items):
        text = to_document("Async exercise 1", item.seed, item.jail, item.report)
        (tmp_path / "reports" / f"{number}.json").write_text(text)
    return tmp_path


@pytest.fixture
def canvas(folder, monkeypatch):
    with new_server().running() as server:
        monkeypatch.setenv("CANVAS_API_URL", server.url)
        monkeypatch.setenv("CANVAS_API_TOKEN", TOKEN)
        yield server


@pytest.fixture
def platform(folder):
    (folder / "users.csv").write_text(
        "sub,login,canvas_user_id,name\nu-ann,,101,\nu-bob,bek,,\nu-cyd,,,Cyd Ó\n"
    )
    (folder / "key.pem").write_text(pem())
    with LtiServer().running() as server:
        server.item = server.add_item("Async exercise 1")
        yield server


def lti_words(server, *more):
    return [
        *LTI,
        "--private-key",
        "key.pem",
        "--token-url",
        server.token_url,
        "--lineitem",
        server.item,
        *more,
    ]


# -- Canvas -----------------------------------------------------------------------------------------------------------


def test_without_send_it_says_what_would_change_and_does_nothing(canvas, capsys):
    assert run(CANVAS) == 4

    said = capsys.readouterr()
    assert said.out.splitlines()[1:] == [
        "  ann, Ames, Ann (101): none -> 7.35, comment",
        "  bob, Bek, Bob (102): none -> 10, comment",
        "  Cyd Ó, Ó, Cyd (103): none -> 0, comment",
        "3 to send, 0 unchanged, 0 held",
        "Nothing was sent. The same command with --send does it.",
    ]
    assert "left out: dora: it was not graded: the grader has failed" in said.err
    assert "left out: nemo: nobody in" in said.err
    assert canvas.posts() == []
    assert not list(Path("reports").glob("*.journal"))


def test_with_send_it_does_it_once_and_a_second_time_nothing(canvas, capsys):
    assert run([*CANVAS, "--send"]) == 4
    assert capsys.readouterr().out.endswith("3 of 3 sent.\n")
    assert run([*CANVAS, "--send"]) == 4
    assert capsys.readouterr().out.endswith("0 to send, 3 unchanged, 0 held\n0 of 0 sent.\n")

    assert canvas.scores == {101: 7.35, 102: 10, 103: 0, 104: 4.0, 105: 3.0}
    assert [each.name for each in Path("reports").glob("*.journal")] == ["canvas-17-4321.journal"]
    assert run(["export", "csv", "reports", "--out", "tests.csv"]) == 0  # the journal is no report


def test_a_run_that_ends_early_says_how_far_it_came(canvas, capsys):
    canvas.faults = lambda number, request: "refuse" if request.path.endswith("/102") else None

    assert run([*CANVAS, "--send"]) == 2
    said = capsys.readouterr()
    assert "1 of 3 sent; reports/canvas-17-4321.journal knows which" in said.err
    assert "Canvas does not take the access token" in " ".join(said.err.split())


def test_the_token_is_seen_nowhere(canvas, capfd, folder):
    for token in (TOKEN, f"{TOKEN}x"):
        (folder / "token").write_text(f"{token}\n")
        run([*CANVAS, "--token-file", "token", "--send"])
    said = capfd.readouterr()

    assert TOKEN not in said.out + said.err
    for path in folder.rglob("*"):
        assert path.name == "token" or path.is_dir() or TOKEN not in path.read_text()


def test_an_assignment_that_is_not_published_is_warned_of_and_never_written_to(canvas, capsys):
    canvas.assignment["published"] = False

    assert run(CANVAS) == 4
    assert "warning: nothing can be sent: the assignment is not published" in capsys.readouterr().err
    assert run([*CANVAS, "--send"]) == 2
    assert canvas.posts() == []


@pytest.mark.parametrize(
    "address",
    ["{}/", "{}/courses/17/assignments/4321", "{}/api/v1", "  {}  "],
    ids=["slash", "page", "api", "spaces"],
)
def test_the_address_may_be_that_of_a_page(canvas, address):
    assert run([*CANVAS, "--url", address.format(canvas.url)]) == 4


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["--url", "http://canvas.example.edu"], "not encrypted"),
        (["--url", "ftp://x"], "no address"),
        (["--url", "https://me:pw@canvas.example.edu"], "password"),
        (["--url", "https://["], "no address"),
        (["--course", "seventeen"], "not a whole number"),
        (["--course", "-1"], "not a whole number"),
        (["--comments", "all"], "one of none, summary, full"),
        (["--as-of", "later"], "--as-of later"),
        (["--timeout", "0"], "no number of seconds"),
        (["--timeout", "nan"], "no number of seconds"),
        (["--token-file", "missing"], "cannot be read"),
        (["--token-file", "empty"], "empty, or not one word"),
        (["--token-file", "two"], "empty, or not one word"),
        (["--journal", "reports"], "journal"),
        (["--journal", ""], "empty"),
    ],
)
def test_what_makes_no_sense_is_told_before_anything_is_asked(canvas, capsys, words, what, folder):
    (folder / "empty").write_text("\n")
    (folder / "two").write_text(f"{TOKEN} {TOKEN}\n")

    assert run([*CANVAS, *words, "--send"]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert what in said
    assert TOKEN not in said
    assert canvas.requests == []


def test_what_is_missing_is_named(folder, capsys, monkeypatch):
    monkeypatch.delenv("CANVAS_API_URL", raising=False)
    monkeypatch.delenv("CANVAS_API_TOKEN", raising=False)
    for words, what in (
        (["export", "canvas-api"], "Usage:"),
        (CANVAS[:3], "--course is missing"),
        (CANVAS, "where is Canvas?"),
        ([*CANVAS, "--url", "canvas.example.edu"], "there is no access token"),
        (LTI[:3], "--client-id is missing"),
        (["export", "--out", "x", "canvas-api"], "it comes first"),
    ):
        assert run(words) == 2
        assert what in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("name", "library", "extra"), [("canvas-api", "canvasapi", "canvas"), ("lti-ags", "pylti1p3", "lti")]
)
def test_a_library_that_is_missing_is_named_with_what_to_install(
    folder, capsys, monkeypatch, name, library, extra
):
    monkeypatch.setitem(sys.modules, library, None)

    assert run(["export", name, "reports"]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert f"{library} is not installed" in said
    assert f"pip install 'async-autograder[{extra}]'" in said


def test_no_library_is_loaded_before_it_is_needed():
    program = (
        "import sys; from autograder.cli.main import run; run(['export', '--list']);"
        "sys.exit(bool({'requests', 'canvasapi', 'pylti1p3', 'jwt'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=False).returncode == 0


# -- LTI --------------------------------------------------------------------------------------------------------------


def test_lti_shows_and_then_sends(platform, capsys):
    assert run(lti_words(platform)) == 4
    assert "  ann, u-ann: none -> 7.35, comment\n" in capsys.readouterr().out
    assert platform.received == []

    assert run(lti_words(platform, "--send")) == 4
    assert capsys.readouterr().out.endswith("3 of 3 sent.\n")
    assert sorted(platform.last) == ["u-ann", "u-bob", "u-cyd"]
    assert pem() not in "".join(path.read_text() for path in Path("reports").iterdir())


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["--lineitems", "lms.example.edu/x"], "either --lineitem, or --lineitems and --label"),
        (["--label", "x"], "either --lineitem, or --lineitems and --label"),
        (["--private-key", "users.csv"], "no private key"),
        (["--private-key", "missing"], "cannot be read"),
        (["--users", "key.pem"], "no column sub"),
        (["--token-url", "http://lms.example.edu/token"], "not encrypted"),
    ],
)
def test_lti_options_that_make_no_sense_are_told(platform, capsys, words, what):
    assert run(lti_words(platform, *words)) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert what in said
    assert "PRIVATE KEY" not in said
    assert platform.received == []


# -- the guide --------------------------------------------------------------------------------------------------------


def commands(what):
    """Return the command lines in a block of the guide."""
    (text,) = re.findall(rf"^<!-- commands: {what} -->\n```sh\n(.*?)^```$", GUIDE, re.M | re.S)
    lines = text.replace("\\\n", " ").splitlines()
    return [shlex.split(line, comments=True) for line in lines if line.startswith("autograder ")]


def test_the_command_for_a_file_of_canvas_in_the_guide_makes_it(folder):
    shutil.copy(SETTINGS.gradebook, "export.csv")
    (words,) = commands("canvas")

    assert run(words[1:]) == 4
    assert "Async exercise 1 (4321)" in Path("import.csv").read_text()


def test_commands_on_canvas_in_the_guide_do_what_it_says(canvas, capsys):
    dry, sent, *more = commands("canvas-api")
    assert run(dry[1:]) == 4
    assert canvas.posts() == []
    assert run(sent[1:]) == 4
    assert canvas.scores[101] == 7.35
    for words in more:
        assert run(words[1:]) in (0, 4), words
    assert capsys.readouterr().out.count(" sent.\n") >= 2


def test_commands_on_lti_in_the_guide_do_what_it_says(platform, capsys, monkeypatch):
    values = {"$TOKEN_URL": platform.token_url, "$LINEITEM": platform.item, "$LINEITEMS": platform.lineitems}
    lines = [[values.get(word, word) for word in words[1:]] for words in commands("lti-ags")]
    dry, sent, *more = lines
    assert run(dry) == 4
    assert platform.received == []
    assert run(sent) == 4
    assert sorted(platform.last) == ["u-ann", "u-bob", "u-cyd"]
    for words in more:
        assert run(words) == 4
    assert capsys.readouterr().err.count("error") == 0
