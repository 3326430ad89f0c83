"""The zip that is uploaded to Gradescope: everything that a grader needs there, and nothing that it does not.

Of the assignment go in its ``assignment.toml`` and its hidden tests; the reference, the samples and what students get
stay at home.
"""

from __future__ import annotations

import contextlib
import io
import os
import secrets
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import ConfigurationError, UsageError
from autograder.gradescope.layout import (
    COURSE,
    FALLBACK,
    GRADER,
    REQUIREMENTS,
    RUN,
    SETUP,
    WHEELS,
    GraderSettings,
    template,
)
from autograder.gradescope.results import fallback
from autograder.gradescope.wheel import Wheel, own_wheel
from autograder.model import Assignment
from autograder.outputs.export.gradescope import to_text

_DATE = (2025, 1, 1, 0, 0, 0)
_MOST_BYTES = 100 * 2**20
_TOO_WEAK = ("bwrap",)
"""Jails that cannot be had there, so that an assignment that requires one cannot be graded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """What was written."""

    path: Path
    files: int
    bytes: int
    wheel: Wheel


def pack(assignment: Assignment, target: Path, *, seed: int | None = None) -> Packed:
    """Write the zip of an assignment to ``target``, whole or not at all.

    With a ``seed``, all submissions are graded with it, and equal sources give equal bytes. Raise
    `ConfigurationError` for an assignment that cannot be graded there, `UsageError` for a target that cannot be.
    """
    _check(assignment)
    _check_target(target, assignment)
    wheel = own_wheel()
    members = dict(_members(assignment, wheel, seed))
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in members.items():
            member = zipfile.ZipInfo(name, _DATE)
            mode = 0o755 if name in (SETUP, RUN) else 0o644
            member.external_attr = (0o100000 | mode) << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    _write(target, data.getvalue())
    return Packed(path=target, files=len(members), bytes=len(data.getvalue()), wheel=wheel)


def _members(assignment: Assignment, wheel: Wheel, seed: int | None) -> Iterator[tuple[str, bytes]]:
    grader = GraderSettings(
        assignment=assignment.id,
        seed=seed,
        secret="" if seed is not None else secrets.token_hex(32),
        timeout_minutes=assignment.gradescope.timeout_minutes,
    )
    run = template(RUN).replace("@KILL_SECONDS@", f"{grader.kill_seconds:g}")
    yield SETUP, template(SETUP).encode()
    yield RUN, run.encode()
    yield GRADER, grader.to_json().encode()
    yield FALLBACK, to_text(fallback(assignment.id)).encode()
    yield REQUIREMENTS, template(REQUIREMENTS).encode()
    yield f"{WHEELS}/{wheel.name}", wheel.content
    course = f"{COURSE}/assignments/{assignment.id}/assignment.toml"
    yield course, (assignment.folder / "assignment.toml").read_bytes()
    yield from _hidden_tests(assignment)


def _hidden_tests(assignment: Assignment) -> Iterator[tuple[str, bytes]]:
    total = 0
    for path in sorted(assignment.hidden_tests.rglob("*")):
        inside = path.relative_to(assignment.hidden_tests)
        if not path.is_file() or "__pycache__" in inside.parts or path.suffix == ".pyc":
            continue
        content = path.read_bytes()
        total += len(content)
        if total > _MOST_BYTES:
            raise ConfigurationError(
                f"{assignment.hidden_tests}: more than {_MOST_BYTES >> 20} MiB lie there. Keep only the suite in it."
            )
        yield f"{COURSE}/tests/hidden/{assignment.id}/{inside.as_posix()}", content


def _check(assignment: Assignment) -> None:
    file = assignment.folder / "assignment.toml"
    if assignment.require in _TOO_WEAK:
        raise ConfigurationError(
            f"{file}: jail.require is {assignment.require!r}, which Gradescope's containers do not allow. "
            'Require "landlock" or "chroot", which hold there.'
        )
    if not any(assignment.hidden_tests.rglob("test_*.py")):
        raise ConfigurationError(
            f"{assignment.hidden_tests}: there is no hidden test of {assignment.id} (a file named test_*.py). "
            "Write the suite first."
        )


def _check_target(target: Path, assignment: Assignment) -> None:
    if target.suffix.lower() != ".zip":
        raise UsageError(f"--out {target}: Gradescope takes a zip. Give the file a name that ends in .zip.")
    if target.is_dir():
        raise UsageError(f"--out {target}: this is a folder. Give the zip another name.")
    if not target.absolute().parent.is_dir():
        raise UsageError(f"--out {target}: there is no folder {target.absolute().parent}. Make it first.")
    inside = target.resolve()
    for folder in (assignment.folder, assignment.hidden_tests):
        if inside.is_relative_to(folder.resolve()):
            raise UsageError(
                f"--out {target}: this lies in {folder}, from which the zip is made. Put it elsewhere."
            )


def _write(target: Path, content: bytes) -> None:
    """Write the file for its owner alone: it holds the hidden tests."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.absolute().parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            os.replace(name, target)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise
    except OSError as error:
        raise UsageError(
            f"--out {target}: it cannot be written ({error.strerror}). Give it another place."
        ) from error
