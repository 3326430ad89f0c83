"""One ``assignment.toml``: read strictly, so that a slip of the pen is found before anybody is graded by it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from autograder.catalogue.table import Table
from autograder.errors import ConfigurationError
from autograder.model import JAILS, LATE_UNITS, REVEALS, Exercise, GradescopeSettings, LatePolicy, Limits

FORMAT = "autograder-assignment/1"

# Key of [limits] to its bounds.
_FRACTIONS = {"cpu_seconds": (0.1, 600), "wall_seconds": (0.1, 3600), "virtual_seconds": (1, 10**9)}
_WHOLE_NUMBERS = {
    "memory_mb": (64, 65_536),
    "output_kb": (1, 16_384),
    "threads": (1, 512),
    "open_files": (16, 1024),
    "file_kb": (0, 1_048_576),
    "messages": (100, 1_000_000),
    "protocol_mb": (1, 256),
    "value_kb": (1, 1024),
    "value_items": (10, 200_000),
    "value_depth": (2, 64),
}

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_FILE = re.compile(r"(?!test_)[A-Za-z0-9_][A-Za-z0-9_-]*\.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What one ``assignment.toml`` says."""

    title: str
    exercises: tuple[Exercise, ...]
    limits: Limits
    reveal: str
    require: str
    late: LatePolicy | None
    gradescope: GradescopeSettings


def read_settings(path: Path) -> Settings:
    """Read and check a file; raise `ConfigurationError` with file, key, what is there and what is allowed."""
    top = Table(path, "", _parse(path))
    top.allow("format", "title", "limits", "feedback", "jail", "late", "gradescope", "exercise")
    top.choice("format", (FORMAT,))
    settings = Settings(
        title=top.text("title"),
        limits=_read_limits(top.table("limits")),
        reveal=_read_reveal(top.table("feedback")),
        require=_read_require(top.table("jail")),
        late=_read_late(path, top.table("late")) if "late" in top else None,
        gradescope=_read_gradescope(top.table("gradescope")),
        exercises=tuple(_read_exercise(table) for table in top.tables("exercise")),
    )
    _forbid_twice(path, "id", [exercise.id for exercise in settings.exercises])
    # On some file systems Ex1.py and ex1.py are one file.
    _forbid_twice(path, "file", [exercise.file.lower() for exercise in settings.exercises])
    return settings


def _parse(path: Path) -> dict[str, object]:
    try:
        # Points are exact: 0.1 must stay 0.1.
        return tomllib.loads(path.read_text("utf-8-sig"), parse_float=Decimal)
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror}). Make it readable.") from error
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ConfigurationError(f"{path}:{line}: this is not UTF-8. Save the file as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: this is not TOML: {error}. Mend that line.") from error


def _read_limits(table: Table) -> Limits:
    default = Limits()
    table.allow(*_FRACTIONS, *_WHOLE_NUMBERS)
    values: dict[str, Any] = {}
    for key, (low, high) in _FRACTIONS.items():
        values[key] = float(table.number(key, low, high, getattr(default, key)))
    for key, (least, most) in _WHOLE_NUMBERS.items():
        values[key] = table.whole_number(key, least, most, getattr(default, key))
    return Limits(**values)


def _read_reveal(table: Table) -> str:
    table.allow("reveal")
    return table.choice("reveal", REVEALS, "message")


def _read_require(table: Table) -> str:
    table.allow("require")
    return table.choice("require", JAILS, "") if "require" in table else ""


def _read_late(path: Path, table: Table) -> LatePolicy:
    default = LatePolicy()
    table.allow("unit", "percent", "grace_minutes", "slip", "cap_percent", "cut_off")
    policy = LatePolicy(
        unit=table.choice("unit", LATE_UNITS, default.unit),
        percent=table.number("percent", 0, 100, default.percent),
        grace_minutes=table.whole_number("grace_minutes", 0, 10_080, default.grace_minutes),
        slip=table.whole_number("slip", 0, 1000, default.slip),
        cap_percent=table.number("cap_percent", 0, 100, default.cap_percent),
        cut_off=table.whole_number("cut_off", 1, 10_000) if "cut_off" in table else None,
    )
    if policy.cut_off is not None and policy.slip > policy.cut_off:
        raise ConfigurationError(
            f"{path}: late.slip is {policy.slip}, but late.cut_off is {policy.cut_off}: nothing counts any more "
            "before all that costs nothing is used up. Lower the one or raise the other."
        )
    return policy


def _read_gradescope(table: Table) -> GradescopeSettings:
    default = GradescopeSettings()
    table.allow("leaderboard", "timeout_minutes", "submissions_per_day")
    return GradescopeSettings(
        leaderboard=table.truth("leaderboard", default.leaderboard),
        timeout_minutes=table.whole_number("timeout_minutes", 1, 40, default.timeout_minutes),
        submissions_per_day=(
            table.whole_number("submissions_per_day", 1, 1000) if "submissions_per_day" in table else None
        ),
    )


def _read_exercise(table: Table) -> Exercise:
    table.allow("id", "title", "file", "points", "defines")
    return Exercise(
        id=table.matching("id", _ID, "letters, digits, dots, hyphens and underscores, such as 21.1"),
        title=table.text("title"),
        file=table.matching(
            "file", _FILE, "the name of a Python file that does not begin with test_, such as ex1.py"
        ),
        points=table.points("points"),
        defines=table.names("defines"),
    )


def _forbid_twice(path: Path, key: str, values: list[str]) -> None:
    for index, value in enumerate(values):
        first = values.index(value)
        if first < index:
            raise ConfigurationError(
                f"{path}: exercise[{index + 1}].{key} is {value!r}, and so is exercise[{first + 1}].{key}. "
                f"Give each exercise {'an id' if key == 'id' else 'a file'} of its own."
            )
