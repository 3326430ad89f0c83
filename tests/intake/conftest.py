import io
import sys
import zipfile
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from autograder.model import Assignment, Exercise

sys.path.insert(0, str(Path(__file__).parents[1]))  # for notebooks.py


@pytest.fixture
def assignment(tmp_path: Path) -> Assignment:
    return Assignment(
        id="two",
        title="Two exercises",
        folder=tmp_path,
        solutions=tmp_path,
        hidden_tests=tmp_path,
        exercises=(
            Exercise(
                id="21.1",
                title="Gather",
                file="ex1_gather.py",
                points=Decimal(30),
                defines=("fetchData", "main"),
            ),
            Exercise(
                id="21.2",
                title="Cancel",
                file="ex2_cancel.py",
                points=Decimal(35),
                defines=("longRunningJob", "main"),
            ),
        ),
    )


@pytest.fixture
def make_zip() -> Callable[[Mapping[str, bytes]], bytes]:
    """Return a function that makes a zip of names and contents."""

    def make(members: Mapping[str, bytes]) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return buffer.getvalue()

    return make


@pytest.fixture
def make_tree(tmp_path: Path) -> Callable[[Mapping[str, bytes]], Path]:
    """Return a function that writes files under a fresh folder ``class`` and returns the folder."""

    def make(files: Mapping[str, bytes]) -> Path:
        root = tmp_path / "class"
        root.mkdir()
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return root

    return make
