"""A small course, its zip, and a folder that looks like ``/autograder``, in which it grades as it does there."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from autograder.gradescope.schema import complaints

SAMPLES = Path(__file__).parent / "samples"
PRIVATE = ("Student User", "student@example.com", "12345678", "Student One", "one@example.edu")

TOML = """\
format = "autograder-assignment/1"
title = "Two of a kind"
[feedback]
reveal = "message"
{tables}
[[exercise]]
id = "a"
title = "Doubling"
file = "a.py"
points = 6
[[exercise]]
id = "b"
title = "Halving"
file = "b.py"
points = 4
"""

HIDDEN_A = '''\
import pytest
from autograder.testing import check

pytestmark = [pytest.mark.exercise("a"), pytest.mark.concept("result"), pytest.mark.visibility("visible")]

@pytest.mark.points(4)
@pytest.mark.hint("Twice means two times.")
async def test_doubles(student, rng):
    """A number comes back doubled."""
    number = rng.number(1, 10**9)
    check(await student.double(number), 2 * number, "double(number)")

@pytest.mark.points(2)
@pytest.mark.reveal("nothing")
async def test_doubles_zero(student):
    """Nothing comes back as nothing."""
    check(await student.double(0), 0, "double(0)")
'''

HIDDEN_B = '''\
import pytest
from autograder.testing import check

@pytest.mark.exercise("b")
@pytest.mark.points(4)
@pytest.mark.concept("result")
@pytest.mark.visibility("{visibility}")
async def test_halves(student, rng):
    """A number comes back halved."""
    {body}
    number = rng.number(1, 10**9)
    check(await student.halve(2 * number), number, "halve(2 * number)")
'''

RIGHT = {
    "a.py": "async def double(x):\n    return 2 * x\n",
    "b.py": "async def halve(x):\n    return x // 2\n",
}
WRONG = {**RIGHT, "a.py": "async def double(x):\n    return x * x\n"}


def write_course(root: Path, *, tables: str = "", visibility: str = "visible", body: str = "pass") -> Path:
    """Write the course into a folder and return it."""
    hidden = root / "tests" / "hidden" / "two"
    for folder in (root / "assignments" / "two", root / "solutions" / "two", hidden):
        folder.mkdir(parents=True, exist_ok=True)
    (root / "assignments" / "two" / "assignment.toml").write_text(TOML.format(tables=tables))
    (hidden / "test_a.py").write_text(HIDDEN_A)
    (hidden / "test_b.py").write_text(HIDDEN_B.format(visibility=visibility, body=body))
    for name, text in RIGHT.items():
        (root / "solutions" / "two" / name).write_text(f"# the reference\n{text}")
        (root / "assignments" / "two" / name).write_text("# the skeleton\n")
    return root


class Box:
    """A folder like ``/autograder``."""

    def __init__(self, root: Path, package: Path, course: Path | None = None) -> None:
        self.root = root
        root.mkdir()
        with zipfile.ZipFile(package) as archive:
            archive.extractall(root / "source")
        if course is not None:
            shutil.copytree(course, root / "source" / "course", dirs_exist_ok=True)

    def hand_in(self, files: dict[str, str], metadata: dict[str, Any] | str | None = None) -> None:
        """Lay a submission there."""
        shutil.rmtree(self.root / "submission", ignore_errors=True)
        for name, text in files.items():
            path = self.root / "submission" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        (self.root / "submission").mkdir(exist_ok=True)
        if metadata is not None:
            text = metadata if isinstance(metadata, str) else json.dumps(metadata)
            (self.root / "submission_metadata.json").write_text(text)

    def settings(self, **changed: Any) -> None:
        """Change what ``grader.json`` says."""
        file = self.root / "source" / "grader.json"
        file.write_text(json.dumps({**json.loads(file.read_text()), **changed}))

    def grade(self, *before: str) -> tuple[dict[str, Any], str, int]:
        """Run the grader; return results that Gradescope takes, what was printed, and the exit code."""
        command = [*before, sys.executable, "-P", "-m", "autograder.gradescope", str(self.root)]
        done = subprocess.run(
            command,
            cwd="/",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        text = (self.root / "results" / "results.json").read_text()
        assert complaints(text) == []
        assert sorted(path.name for path in (self.root / "results").iterdir()) == ["results.json"]
        assert not [each for each in PRIVATE if each in text or each in done.stdout]
        return json.loads(text), done.stdout, done.returncode


def points_of(results: dict[str, Any]) -> dict[str, Any]:
    """Return the points of each test by its name."""
    return {test["name"]: test.get("score") for test in results["tests"]}


def sample(name: str) -> dict[str, Any]:
    """Return one of the samples."""
    document: dict[str, Any] = json.loads((SAMPLES / name).read_text())
    return document
