"""The hostile programs, and what each says about itself in the comment lines that it begins with.

::

    # exercise: 21.1                              whose file it stands in for
    # tries: what it wants, in a line
    # expect: at most 13 points; failed, crashed  the most that its exercise may get, and how its other tests may end
    # expect: full points                         or: it is right, and whatever else it tries comes to nothing
    # says: processor time limit                  words that must stand in one of its messages
    # named: =2+5\\x1b[31m                         what its folder is called, as the inside of a Python text
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "tests" / "attacks" / "lecture21"
GROUPS = ("forge", "read", "escape", "exhaust", "output")
OUTCOMES = frozenset({"failed", "student_error", "timed_out", "crashed"})

_EXPECT = re.compile(r"at most (\d+) points; ([a-z_, ]+)")
_KEYS = ("exercise", "tries", "expect", "says", "named")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One hostile program."""

    name: str
    group: str
    exercise: str
    tries: str
    most: Decimal | None
    """Points that its exercise may get at most; None: all of them, exactly."""
    outcomes: frozenset[str]
    """How those of its tests that do not pass may end."""
    says: tuple[str, ...]
    named: str
    """The name of its folder in the class."""
    files: dict[str, bytes]
    """Empty name: the file of its exercise. Others lie beside it."""

    @property
    def id(self) -> str:
        """Its id in reports: the folder's name, with what does not print written out."""
        return "".join(
            each if each.isprintable() else each.encode("unicode_escape").decode() for each in self.named
        )


def read_samples() -> list[Sample]:
    """Return all of them, by group and name."""
    return [_read(path) for group in GROUPS for path in sorted((FOLDER / group).iterdir()) if _is_one(path)]


def _is_one(path: Path) -> bool:
    return path.name != "__pycache__" and (path.suffix == ".py" or path.is_dir())


def _read(path: Path) -> Sample:
    """Read a file, or a folder whose file ``main.py`` is the exercise's.

    The others in the folder have ``.txt`` at the end of their names, lest they run in our own tests (conftest.py).
    """
    if path.is_dir():
        files = {
            each.relative_to(path).as_posix().removesuffix(".txt"): each.read_bytes()
            for each in _files_in(path)
        }
        files[""] = files.pop("main.py")
    else:
        files = {"": path.read_bytes()}
    head: dict[str, list[str]] = {key: [] for key in _KEYS}
    for key, value in _header(files[""]):
        head[key].append(value)
    [exercise], [tries], [expect] = head["exercise"], head["tries"], head["expect"]
    most, outcomes = _expectation(path, expect)
    named = ast.literal_eval(f'"{head["named"][0]}"') if head["named"] else path.stem
    return Sample(
        name=path.stem,
        group=path.parent.name,
        exercise=exercise,
        tries=tries,
        most=most,
        outcomes=outcomes,
        says=tuple(head["says"]),
        named=named,
        files=files,
    )


def _files_in(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)


def _header(content: bytes) -> Iterator[tuple[str, str]]:
    for line in content.decode("latin-1").splitlines():
        key, colon, value = line.removeprefix("# ").partition(": ")
        if not line.startswith("# ") or not colon or key not in _KEYS:
            return
        yield key, value.strip()


def _expectation(path: Path, text: str) -> tuple[Decimal | None, frozenset[str]]:
    if text == "full points":
        return None, frozenset()
    match = _EXPECT.fullmatch(text)
    outcomes = frozenset(each.strip() for each in match[2].split(",")) if match else frozenset()
    if match is None or not outcomes <= OUTCOMES:
        raise ValueError(f"{path}: 'expect: {text}' is not what samples.py describes")
    return Decimal(match[1]), outcomes
