"""The floors of the package, and what may be imported where."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "autograder"

SHARED_WITH_THE_JAIL = ("autograder.jail.protocol", "autograder.jail.values", "autograder.jail.limits")

ONLY_IN = {
    "click": ("autograder.cli",),
    "rich": ("autograder.cli",),
    "pytest": ("autograder.testing", "autograder.grading"),
    "_pytest": (),
    "pytest_asyncio": ("autograder.testing", "autograder.grading"),
    "jinja2": ("autograder.outputs",),
}
"""A library, and the packages that may import it: elsewhere it would slow the start or tie a pure part to it."""


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(source: str, package: str) -> Iterator[tuple[int, str]]:
    """Yield (line, module) for each import in ``source``, also those inside functions; ``package`` resolves dots."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            # `from autograder.jail import protocol` means the module, `from time import sleep` the name in it.
            names = {f"{base}.{alias.name}" for alias in node.names}
            modules = {name for name in names if is_module(name)}
            yield from ((node.lineno, name) for name in sorted(modules) or [base])


def is_module(name: str) -> bool:
    path = PACKAGE.parent.joinpath(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def is_inside(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(package + ".") for package in packages)


def strangers(source: str, package: str, allowed: tuple[str, ...]) -> list[str]:
    """Return each import that is neither standard library nor in ``allowed``, with its line."""
    return [
        f"line {line}: {module}"
        for line, module in imports_of(source, package)
        if module.split(".")[0] not in sys.stdlib_module_names and not is_inside(module, allowed)
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("import json, asyncio.tasks", []),
        ("from autograder.jail.protocol import Channel", []),
        ("from autograder.jail import limits", []),
        ("from .clock import VirtualClock", []),
        ("def f():\n    import pytest", ["line 2: pytest"]),
        ("from autograder.model import Outcome", ["line 1: autograder.model"]),
        ("from autograder import model", ["line 1: autograder.model"]),
        ("from autograder import __version__", ["line 1: autograder"]),
        ("from .. import host", ["line 1: autograder.jail"]),
        ("from ...errors import GraderError", ["line 1: autograder.errors"]),
    ],
)
def test_the_check_itself_sees_every_form_of_import(
    line: str, expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    there = {"autograder.model", "autograder.jail.limits", "autograder.jail.protocol"}
    monkeypatch.setitem(globals(), "is_module", there.__contains__)

    found = strangers(line, "autograder.jail.guest", ("autograder.jail.guest", *SHARED_WITH_THE_JAIL))

    assert found == expected


def jailed_files() -> list[Path]:
    jail = PACKAGE / "jail"
    return [
        *sorted((jail / "guest").rglob("*.py")),
        jail / "protocol.py",
        jail / "values.py",
        jail / "limits.py",
    ]


@pytest.mark.parametrize("path", jailed_files(), ids=module_name)
def test_what_runs_in_the_jail_needs_only_the_standard_library(path: Path) -> None:
    allowed = SHARED_WITH_THE_JAIL
    if path.parent.name == "guest":
        allowed = (*allowed, "autograder.jail.guest")

    found = strangers(path.read_text("utf-8"), module_name(path.parent / "__init__.py"), allowed)

    assert not found, f"{path}: inside the jail there is nothing else to import: {found}"


def test_libraries_stay_where_they_belong() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {module} may be imported in {', '.join(ONLY_IN[library]) or 'no module'}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for line, module in imports_of(path.read_text("utf-8"), module_name(path.parent / "__init__.py"))
        if (library := module.split(".")[0]) in ONLY_IN and not is_inside(module_name(path), ONLY_IN[library])
    ]

    assert not found, "\n".join(found)


def test_the_import_floors_are_kept() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
