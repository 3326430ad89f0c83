"""Bait laid out for a test, and jails that were weakened on purpose."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from weakened import weakened

from autograder.doctor.bait import Bait, laid_out
from autograder.doctor.processes import adopting_orphans
from autograder.jail.host import BACKENDS, Interpreter, find_interpreter


@pytest.fixture
def weaken(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Return a function that puts a weakened copy of a backend into the table, and returns its name."""

    def make(base: str, program: str = "", environment: dict[str, str] | None = None) -> str:
        monkeypatch.setitem(BACKENDS, "weak", weakened(base, program, environment))
        return "weak"

    return make


@pytest.fixture
def bait() -> Iterator[Bait]:
    with adopting_orphans(), laid_out() as bait:
        yield bait


@pytest.fixture
def interpreter() -> Interpreter:
    return find_interpreter()
