"""Wheel and sdist hold the package and nothing else: a solution that was published cannot be taken back."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECRET = b"# never to be published: 5e1f0c7a"
SECRET_FOLDERS = (
    "solutions/lecture21",
    "tests/hidden/lecture21",
    "tests/submissions/lecture21/right",
    "assignments",
)
# The build backend adds a copy of pyproject.toml under the name with .orig.
BESIDE_THE_PACKAGE = {"PKG-INFO", "pyproject.toml", "pyproject.toml.orig", "README.md", "LICENSE"}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of this repository with a marked file in each folder that must stay at home."""
    copy = tmp_path_factory.mktemp("source") / "repository"
    made = shutil.ignore_patterns(".git", ".venv", "build", "dist", ".*_cache", "__pycache__", "bench*")
    shutil.copytree(ROOT, copy, ignore=made, symlinks=True)
    for folder in SECRET_FOLDERS:
        (copy / folder).mkdir(parents=True, exist_ok=True)
        (copy / folder / "marked.py").write_bytes(SECRET)
        (copy / folder / "__init__.py").write_bytes(SECRET)
    return copy


@pytest.fixture(scope="module")
def built(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with wheel and sdist, built without a network."""
    out = tmp_path_factory.mktemp("dist")
    uv = Path(sys.executable).with_name("uv")
    command = [uv, "build", "--offline", "--no-config", "--wheel", "--sdist", "--out-dir", out, source]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def wheel(built: Path) -> dict[str, bytes]:
    """Return the wheel's members by name."""
    [path] = built.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


@pytest.fixture(scope="module")
def sdist(built: Path) -> dict[str, bytes]:
    """Return the sdist's members by name, without the leading folder."""
    [path] = built.glob("*.tar.gz")
    members = {}
    with tarfile.open(path) as archive:
        for member in archive:
            if stream := archive.extractfile(member):
                members[member.name.partition("/")[2]] = stream.read()
    return members


def kept_at_home() -> dict[bytes, Path]:
    folders = ("solutions", "assignments", "tests")
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    return {content: path for path in paths if (content := path.read_bytes()).strip()}


def test_the_wheel_holds_only_the_package(wheel: dict[str, bytes]) -> None:
    tops = {name.split("/")[0] for name in wheel}
    others = {name for name in tops if not name.endswith(".dist-info")}

    assert others == {"autograder"}


def test_the_sdist_holds_only_the_package(sdist: dict[str, bytes]) -> None:
    others = {name for name in sdist if not name.startswith("autograder/")}

    assert others <= BESIDE_THE_PACKAGE


@pytest.mark.parametrize("which", ["wheel", "sdist"])
def test_neither_solutions_nor_tests_nor_submissions_are_published(
    which: str, request: pytest.FixtureRequest
) -> None:
    members: dict[str, bytes] = request.getfixturevalue(which)
    at_home = kept_at_home()

    found = {name: at_home[content] for name, content in members.items() if content in at_home}
    assert not found
    assert not [name for name, content in members.items() if SECRET in content]


@pytest.mark.parametrize("which", ["wheel", "sdist"])
def test_the_package_is_published_whole(which: str, request: pytest.FixtureRequest, source: Path) -> None:
    members: dict[str, bytes] = request.getfixturevalue(which)
    wanted = {
        path.relative_to(source).as_posix()
        for path in (source / "autograder").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }

    assert wanted - set(members) == set()
    assert "autograder/py.typed" in members


def test_the_wheel_works_away_from_the_repository(built: Path, tmp_path: Path) -> None:
    [path] = built.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "site")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    where = "import autograder; print(autograder.__file__)"

    def run(*arguments: str) -> str:
        command = [sys.executable, "-P", *arguments]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        ).stdout

    assert Path(run("-c", where).strip()).is_relative_to(tmp_path)
    assert "grade" in run("-m", "autograder", "--help")
