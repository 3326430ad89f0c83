"""Where a course's own configuration says that its folders and its gradebook are."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.nbgrader.settings import open_course


@pytest.mark.parametrize(
    "line",
    [
        "c.CourseDirectory.db_url = 'sqlite:///gradebook.db'",
        "import os; c.CourseDirectory.root = os.path.abspath('.')",
        "c.CourseDirectory.root = '.'",
    ],
)
def test_relative_places_are_those_of_the_course_wherever_the_command_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    """Nbgrader itself is run in the course; our command is run in the clone."""
    root, elsewhere = tmp_path / "a course [1]", tmp_path / "clone"
    for folder in (root, elsewhere):
        folder.mkdir()
    (root / "nbgrader_config.py").write_text(f"c = get_config()\n{line}\n")
    monkeypatch.chdir(elsewhere)
    course = open_course(root)

    assert course.database == f"sqlite:///{root}/gradebook.db"
    assert course.source("gather") == root / "source" / "gather"
    assert Path.cwd() == elsewhere
