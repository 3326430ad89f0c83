"""Exports of learning platforms, made by the test after the rules by which the platforms make them."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from autograder.intake import HandedIn, Reading, read_handed_in
from autograder.model import Assignment, Submission

GATHER = b"async def fetchData(x):\n    return x\n"
CANCEL = b"async def longRunningJob(name, seconds):\n    pass\n"


class Exported:
    """Reads exports as `autograder grade` does, and keeps what is said."""

    def __init__(
        self, folder: Path, make_zip: Callable[[Mapping[str, bytes]], bytes], assignment: Assignment
    ) -> None:
        self.folder = folder
        self.assignment = assignment
        self._make_zip = make_zip
        self.warnings: list[str] = []
        self.told: list[str] = []

    def zip(self, members: Mapping[str, bytes], name: str = "export.zip") -> Path:
        """Write an archive."""
        path = self.folder / name
        path.write_bytes(self._make_zip(members))
        return path

    def tree(self, members: Mapping[str, bytes], name: str = "export") -> Path:
        """Write a folder; a name that ends in a slash is that of a folder."""
        root = self.folder / name
        root.mkdir()
        for member, content in members.items():
            path = root / member
            path.parent.mkdir(parents=True, exist_ok=True)
            if member.endswith("/"):
                path.mkdir(exist_ok=True)
            else:
                path.write_bytes(content)
        return root

    def read(self, *paths: Path, **reading: object) -> HandedIn:
        """Read paths."""
        return read_handed_in(
            list(paths),
            self.assignment,
            Reading(**reading),
            warn=self.warnings.append,
            tell=self.told.append,
        )

    def __call__(
        self, where: Mapping[str, bytes] | Path, *more: Path, **reading: object
    ) -> dict[str, Submission]:
        """Read an archive of these members, or paths; return the submissions by id."""
        path = where if isinstance(where, Path) else self.zip(where)
        return {each.id: each for each in self.read(path, *more, **reading).submissions}

    def heard(self, text: str) -> bool:
        """Tell whether a warning says this."""
        return any(text in warning for warning in self.warnings)


@pytest.fixture
def exported(tmp_path, make_zip, assignment) -> Exported:
    return Exported(tmp_path, make_zip, assignment)
