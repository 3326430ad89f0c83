"""Comparing what a student's program gave with what was asked, in bounded time and with a message that teaches.

pytest's own explanation of a failed ``==`` runs a diff whose cost explodes on many similar lines; a student's output
may hold thousands.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Any

_SHOWN = 160

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+>")
"""Where something lies in memory: of no use to a student, and another one in each run."""


def check(actual: Any, expected: Any, what: str) -> None:
    """Fail the test unless ``actual`` equals ``expected`` and has its exact type."""
    __tracebackhide__ = True
    if type(actual) is type(expected) and actual == expected:
        return
    if isinstance(actual, str) and isinstance(expected, str) and "\n" in actual + expected:
        check_lines(actual, to_lines(expected), what)
        raise AssertionError(f"{what}: the lines are right, but their ends are not")
    raise AssertionError(f"{what}: expected {show(expected)}, got {show(actual)}")


def check_lines(actual: str | Sequence[str], expected: Sequence[str], what: str) -> None:
    """Fail the test unless the lines are the expected ones, in order; the message names the first that differs."""
    __tracebackhide__ = True
    lines = to_lines(actual) if isinstance(actual, str) else list(actual)
    if lines == list(expected):
        return
    for number, (have, want) in enumerate(zip(lines, expected, strict=False), 1):
        if have != want:
            raise AssertionError(f"{what}, line {number}: expected {show(want)}, got {show(have)}")
    if len(lines) < len(expected):
        raise AssertionError(
            f"{what}: line {len(lines) + 1} is missing, expected {show(expected[len(lines)])}"
        )
    raise AssertionError(f"{what}: an extra line {len(expected) + 1}, {show(lines[len(expected)])}")


def to_lines(text: str) -> list[str]:
    """Split a text at its line feeds only: a stray carriage return belongs to its line, and shows there."""
    return text.removesuffix("\n").split("\n") if text else []


def show(value: Any) -> str:
    """Return a short, printable form of a value."""
    try:
        if isinstance(value, str):
            text = repr(value) if value.isprintable() else ascii(value)
        elif asyncio.iscoroutine(value):
            text = f"a coroutine of {getattr(value, '__name__', 'yours')} that was not awaited"
        else:
            text = _ADDRESS.sub(">", repr(value))
    except ValueError:
        text = "an integer of thousands of digits"  # Python refuses to write it
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}... ({len(text)} characters)"
