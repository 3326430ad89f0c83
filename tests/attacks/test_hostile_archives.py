"""Hostile archives: what is read of them, what it costs, and that grading them harms nobody.

`archives` is the table: what each of them tries and what must become of it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from archives import ATTACKS, HONEST, build

ROOT = Path(__file__).resolve().parents[2]
MEASURE = Path(__file__).parent / "archives" / "measure.py"
CANARY = "CANARY-OF-THE-TEACHER"
MOST_CPU_SECONDS = 10
MOST_MEMORY_MB = 150
"""What reading one archive of a student may take, the interpreter with its 15 MB included."""

MOST_MEMORY_OF_A_CLASS_MB = 300
"""The same of an archive that is named by itself: it may be a class, so 256 MiB of its files are held."""

READ = [name for name, attack in ATTACKS.items() if not attack.refused]

pytestmark = pytest.mark.slow

Rows = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """All archives, each in the folder of its student."""
    folder = tmp_path_factory.mktemp("archives")
    build(folder, list(ATTACKS))
    yield folder
    shutil.rmtree(folder)


def measure(paths: list[Path]) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, MEASURE, *paths], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def as_folder(built: Path) -> Rows:
    """What intake makes of each archive in a student's folder."""
    return dict(zip(ATTACKS, measure([built / name for name in ATTACKS]), strict=True))


@pytest.fixture(scope="module")
def as_path(built: Path) -> Rows:
    """What intake makes of each archive that is not refused when it is named by itself, and so may be a class."""
    return dict(zip(READ, measure([built / name / ATTACKS[name].file for name in READ]), strict=True))


def test_table_is_as_large_as_promised() -> None:
    assert len(ATTACKS) >= 50
    assert all(attack.tries for attack in ATTACKS.values())


@pytest.mark.parametrize("name", ATTACKS)
def test_hostile_archive_is_refused_or_read_without_harm(name: str, as_folder: Rows) -> None:
    attack, row = ATTACKS[name], as_folder[name]

    assert "raised" not in row, row
    if attack.refused:
        assert attack.refused in row["broken"]
        assert row["files"] == {}
    else:
        assert row["broken"] == ""
        assert sorted(row["files"]) == sorted(attack.files)
        assert attack.note in "\n".join(row["notes"])
        assert bool(row["notes"]) == bool(attack.note), row["notes"]
    assert all(
        text.isprintable() and len(text) < 1_000 for text in (row["broken"], *row["notes"], *row["files"])
    )


@pytest.mark.parametrize("name", READ)
def test_honest_files_beside_it_are_read_as_they_are(name: str, as_folder: Rows) -> None:
    files = as_folder[name]["files"]

    for honest in set(HONEST) & set(ATTACKS[name].files):
        assert files[honest] == hashlib.sha256(HONEST[honest]).hexdigest()


@pytest.mark.parametrize("name", ATTACKS)
def test_reading_it_takes_little_time_and_memory(name: str, as_folder: Rows, as_path: Rows) -> None:
    rows = [(as_folder[name], MOST_MEMORY_MB)]
    if name in as_path:
        rows.append((as_path[name], MOST_MEMORY_OF_A_CLASS_MB))

    for row, most_memory in rows:
        assert "raised" not in row, row
        assert row["cpu_seconds"] < MOST_CPU_SECONDS
        assert row["memory_mb"] < most_memory


# -- the whole way --------------------------------------------------------------------------------------------

END_TO_END = {
    "shadowing_files_zip": 100,
    "control_characters_zip": 100,
    "duplicate_zip": 100,
    "traversal_tar_gz": 100,
    "write_through_a_link_tar_gz": 100,
    "absolute_tgz": 100,
    "overlap_bomb_zip": None,
    "gzip_of_zeros_tar_gz": None,
    "cut_off_tar_gz": None,
    "pax_for_all_tar_gz": None,
}
"""Hostile archives that are graded through the command line, with their scores; None is not graded."""

SHADOWS = [
    "conftest.py",
    "sitecustomize.py",
    "usercustomize.py",
    "asyncio.py",
    "random.py",
    "json.py",
    "pytest.py",
]
SHADOWS += [
    "__init__.py",
    "autograder/__init__.py",
    "autograder/engines/worker.py",
    "autograder/jail/guest/zygote.py",
]
SETTINGS = ["pytest.ini", "tox.ini", "setup.cfg", "pyproject.toml", "evil.pth", ".env"]


def hand_in(folder: Path) -> None:
    """Write an honest submission into a folder."""
    folder.mkdir()
    for name, content in HONEST.items():
        (folder / name).write_bytes(content)


def add_shadows(folder: Path) -> None:
    """Put files beside a submission that pytest, Python or the grader may take in by themselves."""
    program = f"import os\nos.write(2, b'{CANARY}')\nopen('{folder}/written', 'w')\nos._exit(0)\n"
    for name in SHADOWS:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(program)
    for name in SETTINGS:
        (folder / name).write_text(
            "[pytest]\naddopts = -p evil\n[tool.pytest.ini_options]\naddopts = '-p evil'\n"
        )


def add_links(folder: Path, canary: Path) -> None:
    """Put links and a pipe beside a submission, and one link in the place of a solution."""
    first = next(iter(HONEST))
    (folder / first).unlink()
    os.symlink(canary, folder / first)
    os.symlink(canary, folder / "helper.py")
    os.symlink("/", folder / "everything")
    os.symlink("loop.py", folder / "loop.py")
    os.link(canary, folder / "hard.py")
    os.mkfifo(folder / "pipe.py")


def snapshot(folder: Path) -> dict[str, tuple[object, ...]]:
    """Return what can be told of every file under a folder: kind and rights, times, content."""
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        digest = hashlib.sha256(content).hexdigest()
        found[str(path)] = (status.st_mode, status.st_size, status.st_mtime_ns, digest)
    return found


def grade(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the real command."""
    command = [Path(sys.executable).parent / "autograder", "grade", *arguments, "--json", "--seed", "7"]
    environment = {**os.environ, "PYTHONPATH": ""}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A class with an honest submission among hostile ones, graded with one command."""
    outside = tmp_path_factory.mktemp("course")
    (outside / "canary.py").write_text(f"raise ValueError('{CANARY}')\n")
    students = outside / "homework" / "class"
    students.mkdir(parents=True)
    build(students, list(END_TO_END))
    for name in ("honest", "shadows", "links"):
        hand_in(students / name)
    add_shadows(students / "shadows")
    add_links(students / "links", outside / "canary.py")
    os.symlink(outside / "canary.py", students / "stranger.zip")
    before = snapshot(outside)
    done = grade(students, "--assignment", "lecture21", cwd=ROOT)
    return {"done": done, "before": before, "after": snapshot(outside)}


@pytest.fixture(scope="module")
def reports(graded: dict[str, Any]) -> Rows:
    return {row["id"]: row for row in json.loads(graded["done"].stdout)["submissions"]}


def test_run_ends_as_it_should(graded: dict[str, Any], reports: Rows) -> None:
    assert graded["done"].returncode == 4
    assert sorted(reports) == sorted([*END_TO_END, "honest", "links", "shadows", "stranger"])


def test_honest_submission_among_them_has_full_marks(reports: Rows) -> None:
    assert (reports["honest"]["status"], reports["honest"]["score"]) == ("graded", 100)


@pytest.mark.parametrize("name", END_TO_END)
def test_hostile_archive_gets_what_its_honest_files_earn(name: str, reports: Rows) -> None:
    assert reports[name]["score"] == END_TO_END[name]
    assert reports[name]["status"] == ("graded" if ATTACKS[name].refused == "" else "not_graded")
    assert ATTACKS[name].refused in reports[name].get("reason", "")


def test_files_beside_a_submission_shadow_nothing(reports: Rows) -> None:
    assert (reports["shadows"]["status"], reports["shadows"]["score"]) == ("graded", 100)


def test_links_bring_nothing_in(reports: Rows) -> None:
    lost = [
        row for each in reports["links"]["exercises"] for row in each["tests"] if row["outcome"] != "passed"
    ]

    assert reports["links"]["status"] == "graded"
    assert {each["id"] for each in reports["links"]["exercises"] if each["score"] == 0} == {"21.1"}
    assert lost
    assert reports["stranger"]["status"] == "not_graded"


def test_no_canary_comes_out_and_nothing_is_changed(graded: dict[str, Any]) -> None:
    assert CANARY not in graded["done"].stdout + graded["done"].stderr
    assert "root:" not in graded["done"].stdout + graded["done"].stderr
    assert graded["after"] == graded["before"]
    assert not any(Path(place).exists() for place in ("/tmp/evil.py", "/etc/cron.d/evil.py", "/evil.py"))


def test_terminal_is_not_written_to_by_names(graded: dict[str, Any]) -> None:
    text = graded["done"].stdout + graded["done"].stderr

    assert not {char for char in text if not char.isprintable() and char != "\n"}


@pytest.mark.parametrize("jail", ["auto", "plain"])
def test_grading_inside_a_hostile_folder_runs_none_of_its_files(jail: str, tmp_path: Path) -> None:
    folder = tmp_path / "hostile"
    hand_in(folder)
    add_shadows(folder)
    before = snapshot(tmp_path)

    done = grade(".", "--assignment", "lecture21", "--jail", jail, cwd=folder)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["submissions"][0]["score"] == 100
    assert CANARY not in done.stdout + done.stderr
    assert snapshot(tmp_path) == before
