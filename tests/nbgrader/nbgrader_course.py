"""An nbgrader course with one exercise of lecture 21, the real commands in it, and what students hand in there."""

from __future__ import annotations

import ast
import importlib
import json
import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LECTURE = "lecture21"
EXERCISE = "21.1"
STEM = "ex21_1_gather"
GATHER = "gather"
"""The assignment: exercise 21.1 alone, so that a kernel is started once for a student."""

ON_TIME = "2026-03-01 12:00:00.000000 UTC"
LATE = "2026-03-09 12:00:00.000000 UTC"

Done = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class Course:
    """A course on disk, and the commands that are run in it."""

    root: Path
    clone: Path
    environment: Mapping[str, str]

    def nbgrader(self, *arguments: str, environment: Mapping[str, str] | None = None) -> Done:
        """Run one real nbgrader command in the course."""
        command = [sys.executable, "-W", "ignore", "-m", "nbgrader", *arguments]
        return run(command, self.root, environment or self.environment)

    def autograder(self, *arguments: str) -> Done:
        """Run one autograder command in the clone."""
        return run([sys.executable, "-m", "autograder", *arguments], self.clone, self.environment)

    def copy(self, root: Path) -> Course:
        """Return an equal course elsewhere."""
        shutil.copytree(self.root, root)
        config = root / "nbgrader_config.py"
        config.write_text(config.read_text().replace(str(self.root), str(root)))
        return Course(root, self.clone, self.environment)

    def hand_in(self, student: str, *, name: str = STEM, content: bytes | None) -> Path:
        """Put a notebook where nbgrader collects it; no content: an empty folder."""
        folder = self.root / "submitted" / student / GATHER
        folder.mkdir(parents=True, exist_ok=True)
        if content is not None:
            (folder / f"{name}.ipynb").write_bytes(content)
        (folder / "timestamp.txt").write_text(ON_TIME)
        (folder / "submission_secret.txt").write_text(f"secret of {student}")  # as nbgrader's exchange does
        return folder

    def released(self) -> dict[str, Any]:
        """Return the notebook that students get."""
        book: dict[str, Any] = json.loads((self.root / "release" / GATHER / f"{STEM}.ipynb").read_text())
        return book

    def grades(self, student: str) -> dict[str, Any]:
        """Return what the gradebook has of a student, read through nbgrader's own interface.

        A cell has its automatic, manual and effective score, and whether a person has to look at it.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # theirs, about their own dependencies
            api = importlib.import_module("nbgrader.api")
            with api.Gradebook(f"sqlite:///{self.root}/gradebook.db") as book:
                notebook = book.find_submission_notebook(STEM, GATHER, student)
                return {
                    "score": notebook.score,
                    "max": notebook.max_score,
                    "penalty": notebook.late_submission_penalty,
                    "cells": {
                        grade.name: [
                            grade.auto_score,
                            grade.manual_score,
                            grade.score,
                            grade.needs_manual_grade,
                        ]
                        for grade in notebook.grades
                    },
                    "comments": {comment.name: comment.comment for comment in notebook.comments},
                }


def run(command: list[str], folder: Path, environment: Mapping[str, str]) -> Done:
    return subprocess.run(
        command,
        cwd=folder,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


NewCourse = Callable[[str], Course]


def fill(book: Mapping[str, Any], program: str, **more: str) -> bytes:
    """Return the notebook of a student who has put a program into the cells.

    ``more`` is code for a cell of its own, ``before`` or ``after`` the test cells, or to ``run`` it in another way.
    """
    cells = [dict(cell) for cell in book["cells"]]
    definitions, rest = _cut(program)
    solutions = [cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("solution")]
    for cell in solutions:
        name = cell["metadata"]["nbgrader"]["grade_id"].removeprefix("solution_")
        cell["source"] = definitions.pop(name, "# Nothing here.")
    first = next(cell for cell in cells if cell["cell_type"] == "code")
    first["source"] = "\n\n\n".join([rest, *definitions.values()])
    tests = next(place for place, cell in enumerate(cells) if "points_for" in "".join(cell["source"]))
    if "before" in more:
        cells.insert(tests, code_cell(more["before"]))
    if "after" in more:
        cells.append(code_cell(more["after"]))
    if "run" in more:
        (last,) = [cell for cell in cells if "".join(cell["source"]) == "await main()"]
        last["source"] = more["run"]
    return json.dumps({**book, "cells": cells}).encode()


def code_cell(source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": f"own-{abs(hash(source))}",
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": source,
    }


def _cut(program: str) -> tuple[dict[str, str], str]:
    """Return the functions of a program by their names, and the rest without the guard."""
    try:
        tree = ast.parse(program)
    except (SyntaxError, ValueError):
        return {}, program
    definitions, rest = {}, []
    for node in tree.body:
        text = ast.get_source_segment(program, node) or ""
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef) and not node.decorator_list:
            definitions[node.name] = text
        elif not (isinstance(node, ast.If) and "__main__" in ast.unparse(node.test)):
            rest.append(text)
    return definitions, "\n".join(rest)


def wrong(name: str) -> str:
    """Return one of the wrong programs for exercise 21.1."""
    return (ROOT / "tests" / "submissions" / LECTURE / "wrong" / EXERCISE / f"{name}.py").read_text()


def right(name: str) -> str:
    """Return a program for exercise 21.1 that gets full marks."""
    return (ROOT / "tests" / "submissions" / LECTURE / "right" / name / f"{STEM}.py").read_text()


def attack(name: str) -> str:
    """Return a hostile program for exercise 21.1."""
    return (ROOT / "tests" / "attacks" / LECTURE / f"{name}.py").read_text()


def reference() -> str:
    return (ROOT / "solutions" / LECTURE / f"{STEM}.py").read_text()


def make_environment(home: Path) -> dict[str, str]:
    """Return an environment in which Jupyter writes nothing into anybody's home but this one."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "AUTOGRADER"))
    }
    places = {f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    # nbgrader starts `alembic`, which is installed beside it: as after `source .venv/bin/activate`.
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}"
    return {**kept, **places, "HOME": str(home), "IPYTHONDIR": str(home / "ipython"), "PATH": path}


def make_clone(root: Path) -> None:
    """Make a clone whose one assignment is exercise 21.1."""
    folders = [root / "assignments" / GATHER, root / "solutions" / GATHER, root / "tests" / "hidden" / GATHER]
    for folder in folders:
        folder.mkdir(parents=True)
    assignment, solutions, hidden = folders
    text = (ROOT / "assignments" / LECTURE / "assignment.toml").read_text()
    head, first, *_ = text.split("[[exercise]]")
    (assignment / "assignment.toml").write_text(f"{head}[[exercise]]{first}")
    (assignment / "README.md").write_text("# Gather\n\nThree fetches wait at the same time.\n")
    public = ast.parse((ROOT / "assignments" / LECTURE / "test_public.py").read_text())
    public.body = [node for node in public.body if not _is_of_another_exercise(node)]
    (assignment / "test_public.py").write_text(ast.unparse(public) + "\n")
    shutil.copy(ROOT / "solutions" / LECTURE / f"{STEM}.py", solutions)
    shutil.copy(ROOT / "tests" / "hidden" / LECTURE / f"test_{STEM}.py", hidden)


def _is_of_another_exercise(node: ast.stmt) -> bool:
    marks = [ast.unparse(each) for each in getattr(node, "decorator_list", [])]
    named = [mark for mark in marks if "mark.exercise(" in mark]
    return bool(named) and not any(EXERCISE in mark for mark in named)
