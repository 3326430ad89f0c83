"""Try an autograder zip out as Gradescope would run it, in a root folder and namespaces of its own.

``templates/container.sh`` is what happens inside: it is process 1 of its namespaces, so whatever it mounts or leaves
running is gone with it, however it ends. The submission is graded without a network.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from autograder.errors import GraderError, IntakeError, UsageError
from autograder.gradescope.layout import GRADER, RUN, SETUP, read_grader
from autograder.gradescope.schema import complaints

SAMPLE_METADATA: dict[str, Any] = {
    "id": 1,
    "created_at": "2026-03-01T12:00:00.000000+00:00",
    "assignment_id": None,
    "assignment": {
        "id": 1,
        "course_id": 1,
        "title": "Trial",
        "release_date": "2026-02-01T12:00:00.000000+00:00",
        "due_date": "2026-03-01T23:00:00.000000+00:00",
        "late_due_date": None,
        "group_submission": False,
        "group_size": None,
        "total_points": "100.0",
        "outline": [],
    },
    "submission_method": "upload",
    "users": [{"id": 1, "email": "student@example.com", "name": "Student User", "sid": "12345678"}],
    "previous_submissions": [],
}
"""What a submission in time looks like, from a student who hands in for the first time."""

_MOST_BYTES = 200 * 2**20
_MOST_FILES = 10_000
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_LEAST_MINUTES = 60
"""What preparing the image may take beyond grading."""

_FOR_SETUP = ("PIP_", "UV_", "SSL_CERT_", "REQUESTS_CA_BUNDLE", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
"""What of the environment tells how packages are to be had from here; the submission is graded without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What came of it."""

    results: str | None
    """The text of ``results.json``; None if there is none."""
    complaints: tuple[str, ...]
    """What Gradescope would not take of it."""
    output: str
    """What ``run_autograder`` printed."""
    exit_code: int
    left_running: tuple[str, ...]
    changed: tuple[str, ...]

    @property
    def graded(self) -> bool:
        """Tell whether there are points."""
        document = json.loads(self.results) if self.results is not None and not self.complaints else {}
        return "score" in document or any("score" in each for each in document.get("tests", ()))


def try_out(
    package: Path,
    submission: Path,
    *,
    metadata: Path | None = None,
    root: Path | None = None,
    say: Callable[[str], None] = lambda text: None,
) -> Trial:
    """Build a container from a zip, if ``root`` does not hold it already, and grade one submission in it.

    Without ``root``, a folder that holds a whole Linux system, this machine's own is used: what is changed in it is
    kept in memory and forgotten. Raise `UsageError` for what the caller can mend, `GraderError` if setup.sh fails.
    """
    complaints("{}")  # what would be missing for the verdict is better told before all that work
    _check_rights()
    if root is not None and not (root / "bin" / "sh").exists():
        raise UsageError(
            f"--root {root}: this is no root folder of a Linux system (there is no bin/sh in it). Make one, such as: "
            f"debootstrap --variant=minbase stable {root}"
        )
    if root is not None and root.resolve() == Path("/"):
        raise UsageError(
            "--root /: that is this machine itself, on which setup.sh would leave what it installs. Leave the option "
            "out: then this machine's root folder is used, and every change is dropped at the end."
        )
    with tempfile.TemporaryDirectory(prefix="autograder-trial-") as folder:
        stage = Path(folder)
        for name in ("mount", "out"):
            (stage / name).mkdir()
        digest = _unpack_autograder(package, stage / "source")
        _copy_submission(submission, stage / "submission")
        _write_metadata(metadata, stage / "submission_metadata.json")
        (stage / "setup.command").write_bytes(b"\0".join(word.encode() for word in _setup_command()) + b"\0")
        seconds = read_grader(stage / "source" / GRADER).timeout_seconds
        say("setup.sh, then run_autograder (what is built already in --root is used again)")
        _run(stage, root, digest, seconds)
        return _collect(stage / "out")


def _check_rights() -> None:
    missing = [name for name in ("unshare", "chroot", "mount") if shutil.which(name, path=_search()) is None]
    if missing:
        raise UsageError(
            f"a container needs {', '.join(missing)} (Debian, Ubuntu: packages util-linux, coreutils)."
        )
    probe = ["unshare", "--mount", "--pid", "--net", "--fork", "--mount-proc", "true"]
    done = subprocess.run(
        probe, capture_output=True, text=True, check=False, env={**os.environ, "PATH": _search()}
    )
    if sys.platform != "linux" or os.geteuid() != 0 or done.returncode:
        why = "you are not root" if os.geteuid() != 0 else done.stderr.strip() or "the kernel refuses"
        raise UsageError(
            f"a container of its own cannot be made here ({why}): that takes root's rights to mount and to change the "
            "root folder. Run this with sudo, or on a machine where you are root, or in a container that is started "
            "with all rights (docker run --privileged). Without them, upload the zip and grade a submission there."
        )


def _search() -> str:
    return f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"


def _unpack_autograder(package: Path, target: Path) -> str:
    """Unpack the zip and return its digest."""
    try:
        data = package.read_bytes()
        with zipfile.ZipFile(package) as archive:
            names = set(archive.namelist())
            archive.extractall(target)
    except FileNotFoundError as error:
        raise UsageError(
            f"{package}: there is no such file. `autograder build gradescope ASSIGNMENT --out FILE.zip` makes one."
        ) from error
    except (
        OSError,
        zipfile.BadZipFile,
        RuntimeError,
        NotImplementedError,
    ) as error:  # locked with a password
        raise UsageError(f"{package}: this is no zip that can be read ({error}).") from error
    missing = {SETUP, RUN, GRADER} - names
    if missing:
        raise UsageError(
            f"{package}: {', '.join(sorted(missing))} is not at the root of this zip. "
            "Give one that `autograder build gradescope` has written."
        )
    return hashlib.sha256(data).hexdigest()


def _copy_submission(submission: Path, target: Path) -> None:
    """Lay the submission out as Gradescope does: a zip unpacked, anything else as it is."""
    try:
        if submission.is_dir():
            shutil.copytree(submission, target, symlinks=True)
        elif zipfile.is_zipfile(submission):
            _unzip(submission, target)
        elif submission.is_file():
            target.mkdir()
            shutil.copy(submission, target / submission.name)
        else:
            raise IntakeError(f"{submission}: there is no such file or folder. Give a submission.")
    except (OSError, shutil.Error, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise IntakeError(f"{submission}: this cannot be copied ({error}).") from error


def _unzip(submission: Path, target: Path) -> None:
    with zipfile.ZipFile(submission) as archive:
        members = archive.infolist()
        if len(members) > _MOST_FILES or sum(each.file_size for each in members) > _MOST_BYTES:
            raise IntakeError(f"{submission}: this expands to more than a submission may hold.")
        archive.extractall(target)
        target.mkdir(exist_ok=True)


def _write_metadata(given: Path | None, target: Path) -> None:
    if given is None:
        target.write_text(json.dumps(SAMPLE_METADATA, indent=2), "utf-8")
        return
    try:
        shutil.copyfile(given, target)
    except OSError as error:
        raise UsageError(f"--metadata {given}: this cannot be read ({error.strerror}).") from error


def _setup_command() -> list[str]:
    told = [f"{name}={value}" for name, value in os.environ.items() if name.upper().startswith(_FOR_SETUP)]
    return ["HOME=/root", f"PATH={_PATH}", "LANG=C.UTF-8", *told, "bash", f"./{SETUP}"]


def _run(stage: Path, root: Path | None, digest: str, seconds: float) -> None:
    with as_file(files("autograder.gradescope").joinpath("templates", "container.sh")) as script:
        command = [
            *("unshare", "--mount", "--pid", "--ipc", "--uts", "--fork", "--kill-child", "--mount-proc"),
            *(
                "sh",
                str(script),
                str(stage),
                "" if root is None else str(root.absolute()),
                digest,
                f"{seconds:g}",
            ),
        ]
        environment = {**os.environ, "PATH": _search()}
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
                env=environment,
                timeout=seconds + 60 * _LEAST_MINUTES,
            )
        except subprocess.TimeoutExpired as error:
            raise GraderError("the container did not come to an end and was stopped.") from error
    reached = _read(stage / "reached").strip()
    if reached == "setup":
        raise GraderError(
            f"setup.sh has failed, so there is nothing to grade with:\n{_tail(_read(stage / 'setup.log'))}"
        )
    if done.returncode:
        raise GraderError(f"the container could not be made:\n{_tail(done.stderr)}\n{_advice(root)}")


def _advice(root: Path | None) -> str:
    if root is not None:
        return "Is the folder of --root a whole Linux system, and may you change it?"
    return (
        "This machine's own root folder cannot be used. Give another: debootstrap --variant=minbase stable ROOT, "
        "then --root ROOT."
    )


def _collect(out: Path) -> Trial:
    file = out / "results.json"
    results = _read(file) if file.is_file() else None
    return Trial(
        results=results,
        complaints=tuple(complaints(results)) if results is not None else ("there is no results.json",),
        output=_read(out / "stdout"),
        exit_code=int(_read(out / "exit").strip() or -1),
        left_running=tuple(_read(out / "left").splitlines()),
        changed=tuple(_read(out / "changed").splitlines()),
    )


def _read(path: Path) -> str:
    return path.read_text("utf-8", "replace") if path.is_file() else ""


def _tail(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-25:])
