"""Build the class that `make demo` grades: python tests/submissions/assemble.py ASSIGNMENT TARGET.

Who is in the class stands in demo.toml; the files come from this folder, tests/attacks, solutions and assignments.
The same tree gives the same class, byte for byte. TARGET is emptied first, if this program made it.
"""

from __future__ import annotations

import shutil
import sys
import tomllib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import ConfigurationError
from autograder.release import Reference, partially_filled, read_reference

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CLASS_LIST = HERE / "demo.toml"
KEYS = {"name", "from", "wrong", "attack", "filled", "without", "renamed", "as"}
MARK = ".made-by-assemble"
ZIP_DATE = (2025, 1, 1, 12, 0, 0)

Files = dict[str, bytes]
"""One submission: path in it to content."""


class Refused(Exception):
    """The class cannot be built; the message says why and what to do."""


def write_folder(target: Path, name: str, files: Files) -> None:
    for file, content in files.items():
        path = target / name / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def write_zip(target: Path, name: str, files: Files, prefix: str = "") -> None:
    with zipfile.ZipFile(target / f"{name}.zip", "w") as archive:
        for file, content in sorted(files.items()):
            member = zipfile.ZipInfo(prefix + file, ZIP_DATE)
            member.external_attr = 0o644 << 16
            archive.writestr(member, content)


WRITERS: dict[str, Callable[[Path, str, Files], None]] = {
    "folder": write_folder,
    "zip": write_zip,
    "zip_with_folder": lambda target, name, files: write_zip(target, name, files, "homework/"),
}


def read(path: Path) -> bytes:
    """Return a file's bytes; raise `Refused` when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        advice = f"correct the name in {CLASS_LIST.name} or add the file"
        raise Refused(f"{path}: {error.strerror}: {advice}") from error


def read_class(assignment: str) -> list[dict[str, Any]]:
    """Return the entries of the assignment's class, as described at the top of demo.toml."""
    entries: list[dict[str, Any]]
    entries = tomllib.loads(read(CLASS_LIST).decode()).get(assignment, {}).get("student", [])
    if not entries:
        raise Refused(f"{CLASS_LIST}: no class for {assignment}: add [[{assignment}.student]] entries")
    names: set[str] = set()
    for entry in entries:
        name = entry.get("name", "")
        if not name or Path(name).name != name or name in names:
            raise Refused(f"{CLASS_LIST}: name = {name!r}: each needs a name of its own, without slashes")
        names.add(name)
        if set(entry) - KEYS:
            raise Refused(f"{CLASS_LIST}: {name}: unknown {sorted(set(entry) - KEYS)}, use {sorted(KEYS)}")
        if entry.get("as", "folder") not in WRITERS:
            raise Refused(f"{CLASS_LIST}: {name}: as = {entry['as']!r}: use one of {', '.join(WRITERS)}")
    return entries


@dataclass(frozen=True, slots=True)
class Stock:
    """Where the files of one assignment's class come from."""

    assignment: str
    files: dict[str, str]
    """Exercise id to the name of its file."""

    def submission(self, student: dict[str, Any]) -> Files:
        """Return the files that the student of one entry hands in; raise `Refused` if some are not there."""
        where = f"{CLASS_LIST}: {student['name']}"
        changed = {**student.get("filled", {}), **student.get("wrong", {}), **student.get("attack", {})}
        if set(changed) - set(self.files):
            raise Refused(f"{where}: the exercises are {', '.join(self.files)}, not {', '.join(changed)}")
        files = self.start(student.get("from", "reference"))
        for exercise, count in student.get("filled", {}).items():
            files[self.files[exercise]] = self.filled(self.files[exercise], count)
        for exercise, name in student.get("wrong", {}).items():
            files[self.files[exercise]] = read(HERE / self.assignment / "wrong" / exercise / f"{name}.py")
        for exercise, name in student.get("attack", {}).items():
            content = read(ROOT / "tests" / "attacks" / self.assignment / f"{name}.py")
            if not content.startswith(f"# exercise: {exercise}\n".encode()):
                raise Refused(f"{where}: {name} is no attack on {exercise}: see the first line of its file")
            files[self.files[exercise]] = content
        without, renamed = student.get("without", []), student.get("renamed", {})
        if {*without, *renamed} - set(files):
            raise Refused(f"{where}: without and renamed: the files are {', '.join(files)}")
        return {renamed.get(name, name): files[name] for name in files if name not in without}

    def start(self, start: str) -> Files:
        """Return what a student begins with, before anything is changed."""
        if start == "skeleton":
            return {name: read(ROOT / "assignments" / self.assignment / name) for name in self.files.values()}
        if start == "reference":
            return {
                name: partially_filled(self.reference(name), set()).encode() for name in self.files.values()
            }
        folder = HERE / self.assignment / "right" / start
        paths = sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)
        if not paths:
            raise Refused(f"{CLASS_LIST}: from = {start!r}: there are no files in {folder}")
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}

    def reference(self, name: str) -> Reference:
        return read_reference(ROOT / "solutions" / self.assignment / name)

    def filled(self, name: str, count: int) -> bytes:
        """Return the skeleton with its first ``count`` blanks filled in from the reference."""
        reference = self.reference(name)
        left = {region.number for region in reference.regions[count:]}
        return partially_filled(reference, left).encode()


def empty(target: Path) -> None:
    """Make ``target`` an empty folder; raise `Refused` if there is anything in it that is not ours."""
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise Refused(f"{target} is not a folder: name another one")
    if target.is_dir() and any(target.iterdir()):
        if not (target / MARK).is_file():
            raise Refused(f"{target} is not empty and was not made by this program: name another folder")
        shutil.rmtree(target)
    target.mkdir(parents=True, exist_ok=True)
    (target / MARK).write_bytes(b"")


def main(arguments: list[str]) -> int:
    """Build the class and return the exit status."""
    if len(arguments) != 2:
        print("usage: assemble.py ASSIGNMENT TARGET", file=sys.stderr)
        return 2
    assignment, target = arguments[0], Path(arguments[1])
    try:
        settings = tomllib.loads(read(ROOT / "assignments" / assignment / "assignment.toml").decode())
        stock = Stock(assignment, {exercise["id"]: exercise["file"] for exercise in settings["exercise"]})
        students = read_class(assignment)
        made = [stock.submission(student) for student in students]
        empty(target)
    except (Refused, ConfigurationError) as error:
        print(f"assemble: {error}", file=sys.stderr)
        return 2
    for student, files in zip(students, made, strict=True):
        WRITERS[student.get("as", "folder")](target, student["name"], files)
    print(f"{len(made)} submissions in {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
