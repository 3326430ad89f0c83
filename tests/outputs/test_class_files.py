"""The files that show a class: what they say, and that they are written whole or not at all."""

import csv
import os
import signal
import subprocess
import sys
import tracemalloc
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from autograder.errors import GraderError
from autograder.model import Evidence
from autograder.outputs import ClassFiles
from autograder.outputs.class_files import FORMS
from autograder.outputs.whole_file import whole_file
from autograder.outputs.wording import points

NAMES = ["report.html", "report.md", "scores.csv"]


@pytest.fixture
def write(assignment, tmp_path):
    """Return a function that writes the files of a class and returns their texts."""

    def call(reports, jail="bwrap"):
        files = ClassFiles(tmp_path, assignment, 7, jail)
        for report in reports:
            files.add(report)
        files.write()
        files.close()
        return {path.name: path.read_bytes().decode("utf-8") for path in tmp_path.iterdir()}

    return call


def test_every_form_is_written_under_its_name(write, make_report):
    assert sorted(write([make_report()])) == NAMES == sorted(form.name for form in FORMS)


def test_files_do_not_depend_on_who_is_ready_first_nor_on_the_time(write, make_report):
    first, second = (
        write([make_report(submission_id=name, wall_seconds=seconds) for name in order])
        for order, seconds in ((["b", "a", "Z"], 1), (["Z", "b", "a"], 2))
    )

    assert first == second


def test_scores_are_exact_and_empty_where_they_cannot_be_told(write, make_report, tmp_path):
    write([make_report(submission_id="0042"), make_report(submission_id="bob", reason="the jail died")])

    assert (tmp_path / "scores.csv").read_bytes().startswith(b'\xef\xbb\xbf"id",')
    with (tmp_path / "scores.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    same = {"max_score": "5", "score_2": "", "evidence": "", "jail": "bwrap"}
    assert rows == [
        {"id": "0042", "status": "graded", "score": "2.5", "score_1": "2.5", "reason": "", **same},
        {"id": "bob", "status": "not_graded", "score": "", "score_1": "", "reason": "the jail died", **same},
    ]
    assert list(rows[0]) == [
        *("id", "status", "score", "max_score", "score_1", "score_2", "reason", "evidence", "jail")
    ]


@pytest.mark.parametrize(
    ("number", "text"),
    [("100", "100"), ("1E+2", "100"), ("0.10", "0.1"), ("0.00", "0"), ("33.33", "33.33"), ("0.1", "0.1")],
)
def test_points_are_written_exactly(number, text):
    assert points(Decimal(number)) == text


def test_text_says_who_lost_what_and_why(write, make_report):
    text = write([make_report(), make_report(submission_id="bob", reason="the jail died")])["report.md"]

    assert (
        "| `alice` | graded | 2.5/5 | 2.5 |  |\n| `bob` | **not graded** | - | - |  |\n\n## `alice`\n" in text
    )
    assert "1 graded, 1 not graded. Seed 7, jail `bwrap`." in text
    assert (
        "\n**-2.5** `It ends.` (`ordering`, failed)\n\n    expected 3, got 4\n\nHint:\n\n    Look again.\n"
        in text
    )
    assert "- `1, line 14: A task got lost.`\n" in text
    assert "- `main.py was taken for ex1.py`\n" in text
    assert "**Not graded:**\n\n    the jail died\n" in text
    assert "It runs." not in text, "what was passed is not listed"


def test_page_says_who_lost_what_and_why(write, make_report):
    page = write([make_report(), make_report(submission_id="bob", reason="the jail died")])["report.html"]

    for part in (
        '<bdi>alice</bdi></a></td><td>graded</td><td class="number">2.5/5</td><td class="number">2.5</td>',
        '<bdi>bob</bdi></a></td><td class="alarm">not graded</td><td class="number">-</td>',
        "<strong>-2.5</strong> <bdi>It ends.</bdi> <small>(ordering, failed)</small>",
        '<pre dir="auto">\nexpected 3, got 4</pre>\n<p>Hint: <bdi>Look again.</bdi></p>',
        "<li><bdi>1, line 14: A task got lost.</bdi></li>",
        '<p class="alarm">Not graded:</p>\n<pre dir="auto">\nthe jail died</pre>',
    ):
        assert part in page


def test_evidence_is_in_every_form(write, make_report):
    trace = Evidence(
        code="patched_stdlib", exercise="1", line=3, message="time.sleep is not the one of Python"
    )
    many = [replace(trace, line=0, message=f"trace {n}") for n in range(60)]
    reports = [
        make_report(),
        replace(make_report(submission_id="eve"), evidence=(trace,)),
        replace(make_report(submission_id="mallory"), evidence=tuple(many)),
    ]

    texts = write(reports)

    said = "1, line 3: time.sleep is not the one of Python (patched_stdlib)"
    assert all(said in text for text in texts.values())
    assert "| `eve` | **graded !** |" in texts["report.md"]
    assert '<td class="alarm">graded !</td>' in texts["report.html"]
    for name, more in (("report.md", 10), ("report.html", 10), ("scores.csv", 55)):
        assert f"and {more} more" in texts[name]
        assert texts[name].count("and ") < 10
    for name in ("report.md", "report.html"):
        assert "3 graded, 0 not graded, 2 with evidence of tampering (!)." in texts[name]


def test_run_without_a_jail_says_so_everywhere(write, make_report):
    plain, locked = (write([make_report()], jail) for jail in ("plain", "bwrap"))

    assert "\n> **WARNING: graded without a jail: " in plain["report.md"]
    assert '<p class="alarm box">Warning: graded without a jail: ' in plain["report.html"]
    assert plain["scores.csv"].endswith(',"plain"\r\n')
    assert not any("without a jail" in text for text in locked.values())


def test_class_is_not_held_in_memory(assignment, make_full_report, tmp_path):
    files = ClassFiles(tmp_path, assignment, 7, "bwrap")
    text = "text " * 400
    files.add(make_full_report(text))
    tracemalloc.start()
    for number in range(50):
        files.add(make_full_report(text, submission_id=str(number)))
    files.write()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    files.close()

    assert sum(path.stat().st_size for path in tmp_path.iterdir()) > 1_500_000
    assert peak < 600_000


# -- whole or not at all ----------------------------------------------------------------------------------------------


def test_file_that_cannot_be_finished_leaves_the_old_one(tmp_path):
    path = tmp_path / "report.md"
    path.write_text("old")

    def write_half():
        with whole_file(path, "utf-8") as stream:
            stream.write("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()

    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["report.md"]


def test_killed_writer_leaves_the_old_file(tmp_path):
    path = tmp_path / "report.md"
    path.write_text("old")
    program = (
        "import os, sys, pathlib\nfrom autograder.outputs.whole_file import whole_file\n"
        "with whole_file(pathlib.Path(sys.argv[1]), 'utf-8') as stream:\n"
        "    stream.write('x' * 100_000)\n    stream.flush()\n    print(flush=True)\n    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        process.send_signal(signal.SIGKILL)

    assert path.read_text() == "old"


def test_link_in_place_of_a_report_is_replaced_and_not_followed(tmp_path):
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "report.md").symlink_to("mine")

    with whole_file(tmp_path / "report.md", "utf-8") as stream:
        stream.write("report")

    assert (tmp_path / "mine").read_text() == "mine"
    assert not (tmp_path / "report.md").is_symlink()
    assert (tmp_path / "report.md").stat().st_mode & 0o777 == 0o666 & ~_umask()


def test_disk_that_takes_nothing_is_our_failure():
    said = r"^/proc/report\.md: the report cannot be written \("

    with pytest.raises(GraderError, match=said), whole_file(Path("/proc/report.md"), "utf-8"):
        pass


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
