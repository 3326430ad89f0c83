"""The zip holds what a grader needs there and nothing that it does not, and says where its wheel comes from."""

import json
import os
import re
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from boxes import write_course
from packaging.requirements import Requirement

from autograder.catalogue import load_assignment
from autograder.errors import ConfigurationError, UsageError
from autograder.gradescope.packing import pack
from autograder.gradescope.schema import complaints

ROOT = Path(__file__).resolve().parents[2]
LOCKED = (ROOT / "requirements" / "grader.txt").read_text("utf-8")


@pytest.fixture(scope="module")
def members(small_zip):
    with zipfile.ZipFile(small_zip) as archive:
        return {info.filename: (info, archive.read(info)) for info in archive.infolist()}


def text(members, name):
    return members[name][1].decode()


def test_both_scripts_lie_at_the_root_and_can_be_run(members):
    for name in ("setup.sh", "run_autograder"):
        info, content = members[name]
        assert content.startswith(b"#!/usr/bin/env bash\n")
        assert b"\r" not in content
        assert info.external_attr >> 16 & 0o111
        subprocess.run(["bash", "-n"], input=content, check=True)


@pytest.mark.parametrize(
    "python",
    ["#!/bin/sh\nexec /bin/cat /dev/zero >/dev/null\n", "#!/bin/sh\nkill -9 $$\n", None],
    ids=["hangs", "is-killed", "is-missing"],
)
@pytest.mark.parametrize("there", ["nothing", "a folder", "a link"])
def test_whatever_becomes_of_the_grader_a_valid_result_lies_there(members, tmp_path, python, there):
    """With a Python that hangs, one that the kernel kills, and none at all."""
    box, place = tmp_path / "autograder", tmp_path / "place"
    for folder in (box / "source", box / "results", place / "venv" / "bin"):
        folder.mkdir(parents=True)
    (box / "source" / "fallback.json").write_text(text(members, "fallback.json"))
    if python is not None:
        (place / "venv" / "bin" / "python").write_text(python)
        (place / "venv" / "bin" / "python").chmod(0o755)
    results = box / "results" / "results.json"
    if there == "a folder":
        results.mkdir()
    if there == "a link":
        results.symlink_to("/etc/hostname")
    script = text(members, "run_autograder").replace("/opt/async-autograder", str(place))
    script = re.sub(r"--kill-after=5 \d+", "--kill-after=0.1 0.1", script.replace("/autograder/", f"{box}/"))
    done = subprocess.run(["bash", "-c", script], capture_output=True, check=False)

    assert done.returncode != 0
    assert not results.is_symlink()
    assert complaints(results.read_text()) == []
    assert "did not finish" in results.read_text()


def test_hidden_tests_and_settings_are_in_it_and_nothing_else_of_the_course(members):
    course = {name.removeprefix("course/") for name in members if name.startswith("course/")}

    assert course == {
        "assignments/two/assignment.toml",
        "tests/hidden/two/test_a.py",
        "tests/hidden/two/test_b.py",
    }
    assert not [name for name, (_, content) in members.items() if b"# the reference" in content]


def test_the_kit_is_in_it_as_a_wheel(members):
    (name,) = [name for name in members if name.startswith("wheels/")]

    assert re.fullmatch(r"wheels/async_autograder-[\d.]+-py3-none-any\.whl", name)


def test_what_lies_there_from_the_beginning_is_valid_and_gives_no_zero(members):
    fallback = text(members, "fallback.json")

    assert complaints(fallback) == []
    assert '"score"' not in fallback
    assert "did not finish" in fallback


def test_requirements_are_the_locked_ones_of_the_grader_alone(members):
    assert text(members, "requirements.txt") == LOCKED, "run: make lock"
    names = {line.split("==")[0] for line in LOCKED.splitlines() if "==" in line}

    assert {"click", "rich", "pytest", "pytest-asyncio", "freezegun", "libcst"} <= names
    assert not names & {
        "nbgrader",
        "nbformat",
        "pyarrow",
        "canvasapi",
        "mypy",
        "ruff",
        "hypothesis",
        "jsonschema",
    }


def test_each_requirement_is_pinned_and_hashed():
    entries = [line for line in LOCKED.replace("\\\n", " ").splitlines() if line and line[0] != "#"]

    assert entries
    for entry in entries:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry)
        assert re.fullmatch(r"==[\w.]+", str(Requirement(entry.split("--hash")[0].strip()).specifier))


def test_what_the_kit_needs_is_pinned():
    import tomllib

    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    for line in declared:
        wanted = Requirement(line)
        found = re.findall(rf"^{re.escape(wanted.name)}==([\w.]+)", LOCKED, re.M)
        assert found, f"run: make lock   ({line} is not in requirements/grader.txt)"
        assert all(wanted.specifier.contains(version) for version in found), f"run: make lock   ({line})"


def test_no_registry_is_named_anywhere(members):
    texts = [content for name, (_, content) in members.items() if not name.startswith(("wheels/", "course/"))]

    assert not [content for content in texts if b"://" in content or b"pypi" in content.lower()]


def test_with_a_seed_equal_sources_give_equal_bytes(small_zip, tmp_path):
    course = write_course(tmp_path / "course")
    pack(load_assignment(course, "two"), tmp_path / "again.zip", seed=7)

    assert (tmp_path / "again.zip").read_bytes() == small_zip.read_bytes()


def test_without_a_seed_each_zip_has_a_secret_of_its_own(members, tmp_path):
    course = write_course(tmp_path / "course")
    secrets = set()
    for name in ("one.zip", "other.zip"):
        pack(load_assignment(course, "two"), tmp_path / name)
        with zipfile.ZipFile(tmp_path / name) as archive:
            secrets.add(json.loads(archive.read("grader.json"))["secret"])

    assert len(secrets) == 2
    assert all(len(secret) == 64 for secret in secrets)
    assert json.loads(text(members, "grader.json"))["secret"] == ""


def test_the_zip_is_for_its_owner_alone(small_zip):
    assert stat.S_IMODE(small_zip.stat().st_mode) == 0o600


def test_grading_ends_well_before_the_container_does_and_no_bytecode_is_packed(tmp_path):
    course = write_course(tmp_path / "course", tables="[gradescope]\ntimeout_minutes = 2")
    cache = course / "tests" / "hidden" / "two" / "__pycache__"
    cache.mkdir()
    (cache / "test_a.cpython-311.pyc").write_bytes(b"")
    pack(load_assignment(course, "two"), tmp_path / "two.zip", seed=1)
    with zipfile.ZipFile(tmp_path / "two.zip") as archive:
        (seconds,) = re.findall(r"timeout --kill-after=5 (\d+) ", archive.read("run_autograder").decode())

        names = archive.namelist()

    assert int(seconds) + 5 < 120
    assert not [name for name in names if "pyc" in name]


def test_an_assignment_that_cannot_be_graded_there_is_refused(tmp_path):
    course = write_course(tmp_path / "course", tables='[jail]\nrequire = "bwrap"')

    with pytest.raises(ConfigurationError, match=r"assignment\.toml: jail\.require is 'bwrap'"):
        pack(load_assignment(course, "two"), tmp_path / "two.zip")


def test_without_a_hidden_test_nothing_is_written(tmp_path):
    course = write_course(tmp_path / "course")
    for path in (course / "tests" / "hidden" / "two").iterdir():
        path.unlink()

    with pytest.raises(ConfigurationError, match="no hidden test of two"):
        pack(load_assignment(course, "two"), tmp_path / "two.zip")
    assert not (tmp_path / "two.zip").exists()


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("two.tar.gz", "ends in .zip"),
        ("folder.zip", "this is a folder"),
        ("nowhere/two.zip", "there is no folder"),
        ("course/tests/hidden/two/two.zip", "from which the zip is made"),
    ],
)
def test_a_place_that_cannot_be_is_named(tmp_path, target, said):
    course = write_course(tmp_path / "course")
    (tmp_path / "folder.zip").mkdir()

    with pytest.raises(UsageError, match=re.escape(said)):
        pack(load_assignment(course, "two"), tmp_path / target)
    assert not list(tmp_path.rglob(".*.zip.*"))


def test_away_from_a_source_tree_the_installed_package_is_packed(small_zip, members, tmp_path):
    """And the wheel that comes out of that holds the same as the one that was installed."""
    (name,) = [name for name in members if name.startswith("wheels/")]
    with zipfile.ZipFile(small_zip) as archive:
        archive.extract(name, tmp_path)
    wheel = tmp_path / name
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    course = write_course(tmp_path / "course")
    command = [sys.executable, "-P", "-m", "autograder", "build", "gradescope", "two", "--out", "two.zip"]
    done = subprocess.run(
        command,
        cwd=course,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert f"{wheel.name}, packed from the installed package." in done.stdout
    with zipfile.ZipFile(course / "two.zip") as archive:
        archive.extract(name, tmp_path / "packed")
    assert contents(tmp_path / "packed" / name) == contents(wheel)


def contents(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if not name.endswith(("/", "WHEEL", "RECORD"))]
        return {name: archive.read(name) for name in names}


def test_trial_of_a_zip_that_is_not_there_says_how_to_get_one(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "autograder",
        "gradescope",
        "try",
        str(tmp_path / "gone.zip"),
        str(tmp_path),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "gone.zip: there is no such file" in done.stderr
    assert "autograder build gradescope" in done.stderr
