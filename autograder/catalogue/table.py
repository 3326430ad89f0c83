"""One table of a TOML file, whose values are taken out one by one and checked as they are taken."""

from __future__ import annotations

import difflib
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from autograder.errors import ConfigurationError

MAX_POINTS = 10_000

_MISSING = object()


class Table:
    """The values of one table. Each method takes one out, or raises a `ConfigurationError` that says what to write."""

    def __init__(self, path: Path, place: str, values: dict[str, Any]) -> None:
        self._path = path
        self._place = place
        self._values = values

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def allow(self, *keys: str) -> None:
        """Refuse every key but these."""
        for key in self._values:
            if key not in keys:
                close = difflib.get_close_matches(key, keys, n=1)
                meant = f"Did you mean {close[0]}? " if close else ""
                raise ConfigurationError(
                    f"{self._path}: {self._name(key)} is not a key. {meant}Allowed: {', '.join(keys)}."
                )

    def text(self, key: str) -> str:
        """Take out a text that is not empty."""
        value = self._take(key, "a text")
        if not isinstance(value, str) or not value.strip():
            raise self._wrong(key, value, "a text that is not empty")
        return value

    def matching(self, key: str, pattern: re.Pattern[str], allowed: str) -> str:
        """Take out a text of a certain form."""
        value = self._take(key, allowed)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise self._wrong(key, value, allowed)
        return value

    def choice(self, key: str, allowed: tuple[str, ...], default: object = _MISSING) -> str:
        """Take out one of these texts."""
        words = ("one of " if len(allowed) > 1 else "") + ", ".join(f'"{each}"' for each in allowed)
        value = self._take(key, words, default)
        if not isinstance(value, str) or value not in allowed:
            raise self._wrong(key, value, words)
        return value

    def number(self, key: str, low: float, high: float, default: object = _MISSING) -> Decimal:
        """Take out a number between two bounds, both included."""
        allowed = f"a number from {low:g} to {high:,}"
        value = self._take(key, allowed, default)
        if not _is_number(value):
            raise self._wrong(key, value, allowed)
        number = Decimal(str(value))
        if not (number.is_finite() and Decimal(str(low)) <= number <= Decimal(str(high))):
            raise self._wrong(key, value, allowed)
        return number

    def whole_number(self, key: str, low: int, high: int, default: object = _MISSING) -> int:
        """Take out an integer between two bounds, both included."""
        allowed = f"a whole number from {low} to {high:,}"
        value = self._take(key, allowed, default)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self._wrong(key, value, allowed)
        return value

    def truth(self, key: str, default: object = _MISSING) -> bool:
        """Take out true or false."""
        value = self._take(key, "true or false", default)
        if not isinstance(value, bool):
            raise self._wrong(key, value, "true or false")
        return value

    def points(self, key: str) -> Decimal:
        """Take out points: more than nothing, with at most two decimals."""
        allowed = f"a number above 0 and up to {MAX_POINTS:,} with at most two decimals"
        value = self._take(key, allowed)
        if not _is_number(value):
            raise self._wrong(key, value, allowed)
        points = Decimal(value)
        if not points.is_finite() or not 0 < points <= MAX_POINTS or points != round(points, 2):
            raise self._wrong(key, value, allowed)
        return points

    def names(self, key: str) -> tuple[str, ...]:
        """Take out a list of Python names; none if the key is missing."""
        allowed = 'a list of Python names, such as ["fetchData"]'
        value = self._take(key, allowed, [])
        if not isinstance(value, list) or not all(isinstance(n, str) and n.isidentifier() for n in value):
            raise self._wrong(key, value, allowed)
        return tuple(value)

    def table(self, key: str) -> Table:
        """Take out a table; an empty one if the key is missing."""
        value = self._take(key, f"a table [{key}]", {})
        if not isinstance(value, dict):
            raise self._wrong(key, value, f"a table [{key}]")
        return Table(self._path, key, value)

    def tables(self, key: str) -> list[Table]:
        """Take out a list of tables, at least one."""
        allowed = f"one table [[{key}]] or more"
        value = self._take(key, allowed)
        if not isinstance(value, list) or not value or not all(isinstance(each, dict) for each in value):
            raise self._wrong(key, value, allowed)
        return [Table(self._path, f"{key}[{number}]", each) for number, each in enumerate(value, start=1)]

    def _take(self, key: str, allowed: str, default: object = _MISSING) -> Any:
        value = self._values.get(key, default)
        if value is _MISSING:
            raise ConfigurationError(f"{self._path}: {self._name(key)} is missing. Write {allowed}.")
        return value

    def _wrong(self, key: str, value: object, allowed: str) -> ConfigurationError:
        return ConfigurationError(f"{self._path}: {self._name(key)} is {_show(value)}. Allowed: {allowed}.")

    def _name(self, key: str) -> str:
        return f"{self._place}.{key}" if self._place else key


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def _show(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case dict():
            return "a table"
        case Decimal():
            return str(value)
        case list():
            text = f"[{', '.join(_show(each) for each in value)}]"
        case _:
            text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
