"""``autograder export`` as its users meet it: files, streams, exit codes, and what is said when one is missing."""

import csv
import io
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.cli.main import run

sys.path.insert(0, str(Path(__file__).parents[1] / "outputs"))

from export_course import (
    SETTINGS,
    failed_by_us,
    make_batch,
    make_exercise,
    make_report,
    make_test,
    right,
    whole_class,
    zoe,
)

from autograder.outputs import JsonClass, to_document
from autograder.outputs.export.formats import FORMATS
from autograder.outputs.send.senders import SYSTEMS

GRADEBOOK = str(SETTINGS.gradebook)


@pytest.fixture
def reports(tmp_path, monkeypatch):
    """Return a folder with the reports of a class, in an empty working directory."""
    monkeypatch.chdir(tmp_path)
    write_reports(tmp_path / "reports", whole_class())
    return "reports"


def write_reports(folder, batch):
    folder.mkdir()
    for number, item in enumerate(batch.items):
        text = to_document(batch.assignment, item.seed, item.jail, item.report)
        (folder / f"{number}.json").write_text(text)


def test_the_list_names_every_format_and_what_it_needs(capsys):
    assert run(["export", "--list"]) == 0

    said = capsys.readouterr().out
    assert [line.split()[0] for line in said.splitlines()] == [each.name for each in (*FORMATS, *SYSTEMS)]
    assert "needs --gradebook" in said


def test_a_file_is_written_and_who_is_not_in_it_is_named_with_code_4(reports, capsys):
    assert run(["export", "canvas", reports, "--gradebook", GRADEBOOK, "--out", "import.csv"]) == 4

    said = capsys.readouterr()
    assert said.out == ""
    lines = said.err.splitlines()
    assert [line.split(":")[1].strip() for line in lines if line.startswith("left out")] == [
        "carl.zip",
        "bob",
        "dora",
    ]
    assert "note: Student, Test (999)" in said.err
    assert len(list(csv.reader(io.StringIO(Path("import.csv").read_text("utf-8"))))) == 4


@pytest.mark.parametrize("out", [[], ["--out", "-"]], ids=["default", "dash"])
def test_one_file_goes_to_the_standard_output_alone(reports, out, capsysbinary):
    assert run(["export", "ctrf", reports, *out]) == 0

    said = capsysbinary.readouterr()
    assert json.loads(said.out)["reportFormat"] == "CTRF"
    assert said.err == b""


def test_a_folder_gets_a_file_for_each_submission(reports, capsys):
    assert run(["export", "gradescope", reports, "--out", "results"]) == 0

    files = sorted(Path("results").iterdir())
    assert len(files) == 5
    assert all(json.loads(file.read_text("utf-8")) for file in files)


def test_the_document_of_a_run_can_be_piped_in(tmp_path, monkeypatch):
    batch = make_batch(zoe())
    text = io.StringIO()
    with JsonClass() as document:
        document.add(batch.items[0].report)
        document.write(text, batch.assignment, 7, "bwrap")

    done = subprocess.run(
        [sys.executable, "-m", "autograder", "export", "github-summary", "-"],
        input=text.getvalue().encode(),
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert "**7.35 of 10 points**" in done.stdout.decode()
    assert done.stderr == b""


def test_files_of_the_assignment_are_named_where_they_lie(course, tmp_path, monkeypatch, capsys):
    batch = make_batch(zoe())
    (tmp_path / "zoe.json").write_text(to_document("tiny", 7, "bwrap", batch.items[0].report))
    (tmp_path / "checkout" / "week 3").mkdir(parents=True)
    (tmp_path / "checkout" / "week 3" / "ex1.py").write_text("x")
    monkeypatch.chdir(tmp_path)

    assert run(["export", "github-annotations", "zoe.json"]) == 0
    assert "file=ex1.py,line=14" in capsys.readouterr().out
    assert run(["export", "github-annotations", "zoe.json", "--source", "checkout"]) == 0
    assert "file=week 3/ex1.py,line=14" in capsys.readouterr().out


def test_the_moment_decides_what_students_see(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write_reports(tmp_path / "reports", make_batch(zoe()))

    said = []
    for moment in ("open", "after_due_date"):
        assert run(["export", "prairielearn", "reports", "--as-of", moment]) == 0
        said.append(capsys.readouterr().out)
    assert "told_fully" not in said[0]
    assert "told_fully" in said[1]


def test_a_teachers_format_can_be_written_for_students(reports, capsys):
    assert run(["export", "junit", reports]) == 0
    assert "SECRET" in capsys.readouterr().out
    assert run(["export", "junit", reports, "--for-students"]) == 0
    assert "SECRET" not in capsys.readouterr().out


# -- anonymous ------------------------------------------------------------------------------------------------------


def test_an_anonymous_table_comes_with_a_mapping_for_its_owner_alone(reports, capsys):
    Path("key").write_bytes(b"0123456789abcdef")
    previous = os.umask(0)
    try:
        arguments = ["--anonymous", "--key-file", "key", "--mapping", "who.json", "--out", "tests.csv"]
        assert run(["export", "csv", reports, *arguments]) == 0
    finally:
        os.umask(previous)

    assert stat.S_IMODE(Path("who.json").stat().st_mode) == 0o600
    names = json.loads(Path("who.json").read_text())["submissions"]
    rows = list(csv.DictReader(io.StringIO(Path("tests.csv").read_text("utf-8-sig"))))
    assert {row["submission"] for row in rows} == set(names)
    assert "Zoë Müller" in names.values()
    assert "Zo" not in Path("tests.csv").read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["csv", "--mapping", "who.json"], "--anonymous"),
        (["csv", "--key-file", "key"], "--anonymous"),
        (["csv", "--anonymous", "--mapping", "there.json"], "there already"),
        (["csv", "--anonymous", "--mapping", "none/who.json"], "no folder none"),
        (["csv", "--anonymous", "--mapping", "out.csv", "--out", "out.csv"], "given away"),
        (["gradescope", "--anonymous", "--mapping", "results/who.json", "--out", "results"], "given away"),
        (["csv", "--anonymous", "--key-file", "none"], "cannot be read"),
        (["moodle-gradebook", "--anonymous"], "whose grade"),
        (["gradescope", "--anonymous", "--mapping", "who.json"], "Give --out a folder"),
        (["csv", "--anonymous", "--mapping", "who.json", "--out", "results"], "is a folder"),
    ],
    ids=str,
)
def test_an_anonymous_export_that_would_name_somebody_is_refused(reports, arguments, said, capsys):
    Path("there.json").write_text("the way back")
    Path("results").mkdir()
    assert run(["export", arguments[0], reports, *arguments[1:]]) == 2

    assert said in capsys.readouterr().err
    assert Path("there.json").read_text() == "the way back"
    assert sorted(os.listdir()) == ["reports", "results", "there.json"]


# -- what is missing or wrong ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["canvass", "reports"], "Did you mean canvas?"),
        (["Moodle", "reports"], "Did you mean moodle-"),
        (["xyz", "reports"], "Those that exist: canvas"),
        (["canvas", "reports"], "needs --gradebook. In Canvas, choose Export"),
        (["moodle-worksheet", "reports"], "needs --worksheet"),
        (["junit", "reports", "--gradebook", GRADEBOOK], "--gradebook is for canvas, not for junit"),
        (["junit", "reports", "--problem", ""], "--problem is empty"),
        (["canvas", "reports", "--gradebook", "none.csv"], "none.csv"),
        (["canvas", "reports", "--gradebook", "reports"], "cannot be read"),
        (["canvas", "reports", "--gradebook", "/dev/null"], "nobody"),
        (["junit"], "REPORTS is missing"),
        (["junit", ""], "REPORTS is empty"),
        (["junit", "nowhere"], "nowhere"),
        (["junit", "reports", "--out", "none/x.xml"], "no folder none"),
        (["junit", "reports", "--out", "reports"], "made from"),
        (["junit", "reports", "--out", "folder"], "is a folder"),
        (["junit", "reports", "--out", "x" * 250], "so long a name"),
        (["junit", "reports", "--as-of", "after_due"], "Did you mean after_due_date?"),
        (["gradescope", "reports"], "Give --out a folder"),
        (["gradescope", "reports", "--out", "file"], "is a file"),
        (["gradescope", "reports", "--output-format", "txt"], "Did you mean text?"),
        (["classroom50", "reports"], "one student's repository"),
        (["github-annotations", "reports"], "one student's repository"),
        (["github-annotations", "reports/0.json", "--source", "none"], "no such folder"),
        (["classroom50", "reports/0.json"], "CLASSROOM"),
        ([], "Usage"),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_missing_is_said_with_what_to_do(reports, arguments, said, capsys):
    Path("folder").mkdir()
    Path("file").write_text("kept")
    assert run(["export", *arguments]) == 2

    assert said in capsys.readouterr().err
    assert Path("file").read_text() == "kept"
    assert sorted(os.listdir()) == ["file", "folder", "reports"]


def test_what_lies_there_stays_when_an_export_fails(reports, capsys):
    Path("import.csv").write_text("of yesterday")
    Path("gradebook.csv").write_text("Student,ID,Section,A (1)\n")

    assert run(["export", "canvas", reports, "--gradebook", "gradebook.csv", "--out", "import.csv"]) == 2
    assert Path("import.csv").read_text() == "of yesterday"
    assert sorted(os.listdir()) == ["gradebook.csv", "import.csv", "reports"]


def test_a_full_disk_is_our_failure_and_said_so(reports):
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "autograder", "export", "csv", reports],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert done.returncode == 3
    assert "No space left" in done.stderr
    assert "itself" not in done.stderr


def test_a_device_or_a_pipe_is_not_replaced_by_a_file(reports, capsys):
    os.mkfifo("pipe")

    assert run(["export", "csv", reports, "--out", "pipe"]) == 2
    assert "Give - for the standard output" in capsys.readouterr().err
    assert stat.S_ISFIFO(Path("pipe").stat().st_mode)


def test_behind_a_link_the_file_is_replaced_and_the_link_stays(reports):
    Path("real.csv").write_text("of yesterday")
    Path("link.csv").symlink_to("real.csv")

    assert run(["export", "csv", reports, "--out", "link.csv"]) == 0
    assert Path("link.csv").is_symlink()
    assert "Müller" in Path("real.csv").read_text("utf-8")


def test_without_pyarrow_the_parquet_format_says_what_to_install(reports, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    assert run(["export", "parquet", reports, "--out", "x.parquet"]) == 2
    assert "async-autograder[parquet]" in capsys.readouterr().err


def test_a_result_of_nobody_is_no_file_and_code_4(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write_reports(tmp_path / "reports", make_batch(failed_by_us()))
    for name in ("CLASSROOM", "SUBMISSION_TAG", "COMMIT_URL", "RELEASE_URL"):
        monkeypatch.setenv(name, "x")

    assert run(["export", "classroom50", "reports", "--out", "result.json"]) == 4
    said = capsys.readouterr().err
    assert "bob" in said
    assert "SECRET" not in said  # students read this log
    assert not Path("result.json").exists()


def test_names_do_nothing_on_the_screen(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write_reports(tmp_path / "reports", make_batch(right("\x1b]0;owned\x07\u202egnp"), right("b")))

    assert run(["export", "canvas", "reports", "--gradebook", GRADEBOOK, "--out", "x.csv"]) == 4
    said = capsys.readouterr().err
    assert "\\x1b]0;owned" in said
    assert "\x1b" not in said


# -- what is there stays, unless it is a result that no longer holds ------------------------------------------------


def test_a_report_is_never_replaced_by_what_is_made_from_it(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write_reports(tmp_path / "reports", make_batch(right("ann"), right("bob")))
    for number, name in enumerate(("ann", "bob")):
        (tmp_path / "reports" / f"{number}.json").rename(tmp_path / "reports" / f"{name}.json")
    Path("linked").mkdir()
    Path("linked", "bob.json").hardlink_to("reports/bob.json")
    Path("other").symlink_to("reports")
    before = {path: path.read_bytes() for path in Path("reports").iterdir()}
    each = [str(path) for path in before]

    for arguments in (
        ["gradescope", *each, "--out", "reports"],
        ["prairielearn", *each, "--out", "other"],
        ["gradescope", *each, "--out", "linked"],
        ["ctrf", "reports", "--out", "reports/bob.json"],
        ["ctrf", "reports", "--out", "linked/bob.json"],
    ):
        assert run(["export", *arguments]) == 2
        assert "bob.json" in (said := capsys.readouterr().err) or "ann.json" in said
        assert "made from" in said
    assert {path: path.read_bytes() for path in Path("reports").iterdir()} == before
    assert os.listdir("linked") == ["bob.json"]


def test_the_key_is_never_replaced_by_an_export(reports, capsys):
    Path("key").write_bytes(b"0123456789abcdef")

    assert run(["export", "csv", reports, "--anonymous", "--key-file", "key", "--out", "key"]) == 2
    assert "made from" in capsys.readouterr().err
    assert Path("key").read_bytes() == b"0123456789abcdef"


def test_a_result_that_no_longer_holds_is_taken_away(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name in ("CLASSROOM", "SUBMISSION_TAG", "COMMIT_URL", "RELEASE_URL"):
        monkeypatch.setenv(name, "x")
    write_reports(tmp_path / "reports", make_batch(failed_by_us()))
    Path("result.json").write_text('{"score": 99}')

    assert run(["export", "classroom50", "reports", "--out", "result.json"]) == 4
    assert "result.json: removed" in capsys.readouterr().err
    assert not Path("result.json").exists()

    write_reports(tmp_path / "class", make_batch(failed_by_us(), right("ann")))
    Path("results").mkdir()
    for name in ("ann.txt", "bob.txt", "else.txt"):
        Path("results", name).write_text("of yesterday")
    assert run(["export", "autolab", "class", "--out", "results"]) == 4
    assert "bob.txt: removed" in capsys.readouterr().err
    assert sorted(os.listdir("results")) == ["ann.txt", "else.txt"]
    assert run(["export", "autolab", "class", "--out", "results"]) == 4
    assert "removed" not in capsys.readouterr().err


@pytest.mark.parametrize("name", ["csv", "junit", "ctrf"])
def test_seed_and_jail_are_not_for_students(tmp_path, monkeypatch, capsys, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "zoe.json").write_text(to_document("tiny", 424242, "bwrap", zoe()))

    assert run(["export", name, "zoe.json", "--for-students"]) == 0
    said = capsys.readouterr().out
    assert "424242" not in said
    assert "bwrap" not in said


def test_the_assignment_at_hand_lets_points_be_converted(course, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    tests = [make_test("runs", "1", "5", visibility="visible")]
    whole = make_report("zmueller", make_exercise("1", *tests))
    Path("zoe.json").write_text(to_document("tiny", 7, "bwrap", whole))
    arguments = ["canvas", "zoe.json", "--gradebook", GRADEBOOK, "--column", "4321", "--rescale"]

    assert run(["export", *arguments]) == 0
    assert 'Lab B, Monday",10' in capsys.readouterr().out
    monkeypatch.chdir("/")
    arguments[1] = str(tmp_path / "zoe.json")
    assert run(["export", *arguments]) == 2
    assert "is not known" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("typed", "meant"), [("lti", "lti-ags"), ("canvas-ap", "canvas-api"), ("cvs", "csv")]
)
def test_a_mistyped_name_is_answered_with_all_that_exist_the_systems_to_send_to_too(capsys, typed, meant):
    assert run(["export", typed, "reports"]) == 2

    said = capsys.readouterr().err
    assert f"Did you mean {meant}?" in said
    assert all(f" {each.name}" in said for each in (*FORMATS, *SYSTEMS))
