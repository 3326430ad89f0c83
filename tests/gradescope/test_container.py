"""The zip, unpacked into a clean root with Debian's base and an old Python, grades as `autograder grade` does here."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from boxes import PRIVATE
from clean_root import how_to_get_packages, make_clean_root, python3_of

ROOT = Path(__file__).resolve().parents[2]
LECTURE = "lecture21"
WRONG = {
    "ex21_1_gather.py": "21.1/blocking_sleep.py",
    "ex21_2_cancellation.py": "21.2/cancelled_counted_as_done.py",
    "ex21_3_context_manager.py": "21.3/closes_only_without_exception.py",
}
OUTLIVES = ROOT / "tests" / "attacks" / LECTURE / "escape" / "outlives_its_test.py"
RESTRICT = ROOT / "tests" / "attacks" / "harness" / "restrict.py"
HIDDEN = f"/autograder/source/course/tests/hidden/{LECTURE}/test_ex21_3_context_manager.py"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
]  # it installs a whole system, on a machine however busy


def autograder(
    *arguments: str, before: tuple[str, ...] = (), **options: Any
) -> subprocess.CompletedProcess[str]:
    command = [*before, sys.executable, "-m", "autograder", *arguments]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=800, check=False, **options
    )


@pytest.fixture(scope="module")
def homework(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class of right, wrong, hostile and broken submissions."""
    folder = tmp_path_factory.mktemp("class")
    shutil.copytree(ROOT / "solutions" / LECTURE, folder / "right")
    samples = ROOT / "tests" / "submissions" / LECTURE / "wrong"
    (folder / "wrong").mkdir()
    for name, sample in WRONG.items():
        shutil.copy(samples / sample, folder / "wrong" / name)
    (folder / "broken").mkdir()
    (folder / "broken" / "ex21_1_gather.py").write_text("async def fetchData(\n")
    (folder / "broken" / "ex21_2_cancellation.py").write_bytes(b"\xff\xfe not a text")
    (folder / "hostile").mkdir()
    shutil.copy(Path(__file__).parent / "prober.py", folder / "hostile" / "ex21_1_gather.py")
    shutil.copy(OUTLIVES, folder / "hostile" / "ex21_2_cancellation.py")
    (folder / "hostile" / "ex21_3_context_manager.py").symlink_to(HIDDEN)
    return folder


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("package") / "lecture21.zip"
    done = autograder("build", "gradescope", LECTURE, "--out", str(target), "--seed", "7")
    assert done.returncode == 0, done.stderr
    assert "built from the source tree" in done.stdout
    return target


@dataclass
class Tried:
    """What `autograder gradescope try` gave for one submission."""

    results: dict[str, Any]
    text: str
    said: str
    code: int


@pytest.fixture(scope="module")
def clean_root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    root = tmp_path_factory.mktemp("clean") / "root"
    yield make_clean_root(root)
    assert str(root) not in Path("/proc/self/mounts").read_text()
    shutil.rmtree(root)  # half a gigabyte


@pytest.fixture(scope="module")
def tried(clean_root: Path, package: Path, homework: Path) -> dict[str, Tried]:
    """Each submission of the class, graded in the clean root; the first one builds it."""
    found = {}
    old = python3_of(clean_root)
    assert old in ("", *(f"Python 3.10.{number}" for number in range(30)))
    for submission in sorted(homework.iterdir()):
        done = autograder(
            *("gradescope", "try", str(package), str(submission), "--root", str(clean_root), "--json"),
            env=how_to_get_packages(clean_root),
        )
        assert done.returncode in (0, 1, 4), done.stderr
        found[submission.name] = Tried(json.loads(done.stdout), done.stdout, done.stderr, done.returncode)
    assert python3_of(clean_root) == old or not old
    return found


def rows(results: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    return {
        test["name"]: (
            test["extra_data"]["outcome"],
            test["score"],
            test["max_score"],
            test["status"] == "passed",
        )
        for test in results["tests"]
    }


def test_scores_are_those_of_autograder_grade_test_by_test(tried: dict[str, Tried], homework: Path) -> None:
    done = autograder(
        "grade", str(homework), "--assignment", LECTURE, "--seed", "7", "--json", "--jail", "landlock"
    )
    here = {each["id"]: each for each in json.loads(done.stdout)["submissions"]}

    assert set(here) == set(tried) == {"right", "wrong", "broken", "hostile"}
    for name, there in tried.items():
        expected = {
            test["name"]: (test["outcome"], test["score"], test["max_score"], test["outcome"] == "passed")
            for exercise in here[name]["exercises"]
            for test in exercise["tests"]
        }
        assert rows(there.results) == expected, name
        assert there.results["score"] == here[name]["score"], name
        assert there.code == 0, there.said
    assert here["right"]["score"] == 100
    assert here["broken"]["score"] == 0
    assert 0 < here["wrong"]["score"] < 100


def test_bundled_class_has_the_scores_of_autograder_grade(
    tried: dict[str, Tried], clean_root: Path, package: Path, tmp_path: Path
) -> None:
    """The one of ``make demo``; the root is built by now, so each submission takes some two seconds."""
    assert tried
    folder = tmp_path / "class"
    assemble = ROOT / "tests" / "submissions" / "assemble.py"
    subprocess.run([sys.executable, str(assemble), LECTURE, str(folder)], check=True, capture_output=True)
    done = autograder(
        "grade", str(folder), "--assignment", LECTURE, "--seed", "7", "--json", "--jail", "landlock"
    )
    here = {each["id"]: each for each in json.loads(done.stdout)["submissions"]}
    there = {}
    for submission in sorted(each for each in folder.iterdir() if not each.name.startswith(".")):
        trial = autograder(
            *("gradescope", "try", str(package), str(submission), "--root", str(clean_root), "--json"),
            env=how_to_get_packages(clean_root),
        )
        there[submission.name.removesuffix(".zip")] = json.loads(trial.stdout)

    assert len(there) >= 30
    assert set(there) == set(here)
    for name, results in there.items():
        assert results.get("score") == here[name]["score"], name
        outcomes = {
            test["name"]: (test["outcome"], test["score"], test["max_score"], test["outcome"] == "passed")
            for exercise in here[name]["exercises"]
            for test in exercise["tests"]
            if here[name]["status"] == "graded"
        }
        assert rows({"tests": results.get("tests", [])}) == outcomes, name


def test_the_python_of_the_image_stays_and_a_newer_one_grades(
    tried: dict[str, Tried], clean_root: Path
) -> None:
    grader = clean_root / "opt" / "async-autograder" / "venv" / "pyvenv.cfg"
    (version,) = re.findall(r"^version = 3\.(\d+)", grader.read_text(), re.M)

    assert int(version) >= 11
    assert tried["right"].said.count("jail: landlock") == 1


def test_hostile_code_reads_nothing_and_writes_nothing(tried: dict[str, Tried]) -> None:
    told = [test["output"] for test in tried["hostile"].results["tests"] if test["number"] == "1.2"]
    probed = re.search(r"PROBED (\d+) GOT (\[.*?\]) ENVIRONMENT (\[.*?\])", told[0])

    assert probed, told
    assert int(probed[1]) > 40
    assert probed[2] == "[]"


def test_hostile_code_finds_nothing_in_its_environment(tried: dict[str, Tried]) -> None:
    told = "".join(test["output"] for test in tried["hostile"].results["tests"])
    (names, *_) = re.findall(r"ENVIRONMENT \[(.*?)\]", told)

    assert set(re.findall(r"\w+", names)) <= {
        *("LANG", "LC_CTYPE", "LD_LIBRARY_PATH", "MALLOC_ARENA_MAX", "PATH", "PYTHONHASHSEED", "TZ")
    }


def test_hostile_code_changes_neither_the_harness_nor_its_results_and_leaves_nothing_running(
    tried: dict[str, Tried],
) -> None:
    hostile = tried["hostile"]

    assert hostile.code == 0
    assert "left running" not in hostile.said
    assert "changed while grading" not in hostile.said
    assert "results.json is as Gradescope takes it." in hostile.said


def test_a_link_brings_no_hidden_test_into_the_jail(tried: dict[str, Tried]) -> None:
    third = [test for test in tried["hostile"].results["tests"] if test["number"].startswith("3.")]

    assert third
    assert {test["score"] for test in third} == {0}
    assert "test_connection" not in "".join(test["output"] for test in third)
    assert "ex21_3_context_manager.py is a symbolic link" in tried["hostile"].said


def test_nobodys_name_is_in_the_results_or_in_what_was_printed(tried: dict[str, Tried]) -> None:
    for each in tried.values():
        assert not [name for name in PRIVATE if name in each.text or name in each.said]


def test_root_alone_can_read_the_hidden_tests(tried: dict[str, Tried], clean_root: Path) -> None:
    source = clean_root / "autograder" / "source"

    assert not [path for path in (source, *source.rglob("*")) if path.stat().st_mode & 0o077]


def test_nothing_stays_mounted(tried: dict[str, Tried], clean_root: Path) -> None:
    assert str(clean_root) not in Path("/proc/self/mounts").read_text()


def test_a_setup_that_fails_is_told_and_leaves_nothing(package: Path, homework: Path, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("a container for Gradescope's zip takes root's rights")
    broken = tmp_path / "broken.zip"
    with zipfile.ZipFile(package) as archive, zipfile.ZipFile(broken, "w") as copy:
        for name in archive.namelist():
            copy.writestr(
                name, "echo no luck today >&2; exit 9" if name == "setup.sh" else archive.read(name)
            )
    done = autograder("gradescope", "try", str(broken), str(homework / "right"))

    assert done.returncode == 3
    assert "setup.sh has failed" in done.stderr
    assert "no luck today" in done.stderr
    assert "autograder-trial-" not in Path("/proc/self/mounts").read_text()
    assert not Path("/autograder").exists()


BAD_RUN = """#!/bin/sh
(exec >/dev/null 2>&1 </dev/null; exec sleep 1000) &
echo "# more" >>/autograder/run_autograder
echo "interfaces: $(grep -c : /proc/net/dev)"
echo '{"score": NaN}' >/autograder/results/results.json
"""


def test_a_bad_autograder_is_found_out(package: Path, homework: Path, tmp_path: Path) -> None:
    """One that leaves something running, changes itself and writes what is no JSON; and there is no network."""
    if os.geteuid() != 0:
        pytest.skip("a container for Gradescope's zip takes root's rights")
    bad = tmp_path / "bad.zip"
    with zipfile.ZipFile(package) as archive, zipfile.ZipFile(bad, "w") as copy:
        for name in archive.namelist():
            other = {"setup.sh": "exit 0", "run_autograder": BAD_RUN}
            copy.writestr(name, other.get(name, archive.read(name)))
    done = autograder("gradescope", "try", str(bad), str(homework / "right"))

    assert done.returncode == 1
    assert re.search(r"left running at the end: \d+ \(sleep\)", done.stdout)
    assert "changed while grading: run_autograder" in done.stdout
    assert "NaN is no number" in done.stdout
    assert "interfaces: 1" in done.stdout


def test_points_out_of_nothing_are_shown_and_a_locked_zip_is_told(
    package: Path, homework: Path, tmp_path: Path
) -> None:
    if os.geteuid() != 0:
        pytest.skip("a container for Gradescope's zip takes root's rights")
    odd, locked = tmp_path / "odd.zip", tmp_path / "locked.zip"
    run = """#!/bin/sh\necho '{"tests": [{"score": 3, "name": "x"}]}' >/autograder/results/results.json\n"""
    with zipfile.ZipFile(package) as archive, zipfile.ZipFile(odd, "w") as copy:
        for name in archive.namelist():
            copy.writestr(name, {"setup.sh": "exit 0", "run_autograder": run}.get(name, archive.read(name)))
    data = bytearray(odd.read_bytes())
    for sign, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(sign) + flags] |= 1  # encrypted, says the first member
    locked.write_bytes(data)
    shown = autograder("gradescope", "try", str(odd), str(homework / "right"))
    told = autograder("gradescope", "try", str(locked), str(homework / "right"))

    assert re.search(r"^ +3 +visible|^ +3 +x", shown.stdout, re.M), shown
    assert "Traceback" not in shown.stderr + told.stderr
    assert (shown.returncode, told.returncode) == (0, 2)
    assert "no zip that can be read" in told.stderr


def test_without_rights_it_says_what_to_do(package: Path, homework: Path, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give rights away")
    restricted = (sys.executable, str(RESTRICT), str(tmp_path / "what"), "--container", "--")
    done = autograder("gradescope", "try", str(package), str(homework / "right"), before=restricted)

    assert done.returncode == 2
    assert "a container of its own cannot be made here" in done.stderr
    assert "sudo" in done.stderr


def test_the_commands_of_the_guide_do_what_it_says(tmp_path: Path) -> None:
    """With this machine's own root folder, as somebody does who has no other."""
    if os.geteuid() != 0:
        pytest.skip("a container for Gradescope's zip takes root's rights")
    guide = (ROOT / "instructor_guide.md").read_text("utf-8")
    (commands,) = re.findall(r"^<!-- commands: gradescope -->\n```sh\n(.*?)^```$", guide, re.M | re.S)
    (tmp_path / "solutions").symlink_to(ROOT / "solutions")
    printed = ""
    for line in commands.splitlines():
        name, *arguments = shlex.split(line.removeprefix("sudo "))
        assert name == "autograder"
        command = [sys.executable, "-m", "autograder", *arguments]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=800, check=False)
        assert done.returncode == 0, done.stderr
        printed += done.stdout

    assert "score: 100" in printed
    assert "jail: landlock" in printed
    assert "results.json is as Gradescope takes it." in printed
    assert (tmp_path / "lecture21-gradescope.zip").is_file()
    assert not Path("/opt/async-autograder").exists()
