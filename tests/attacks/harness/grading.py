"""One run of ``autograder grade`` over a class of hostile programs, and all that could be seen of it from outside."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness import beside
from harness.canaries import Canaries, file_for_all, listening
from harness.samples import ROOT, Sample
from harness.settings import RESTRICT, Setting
from harness.transplant import copy_kit, python_for

SEED = 21
CPU_SECONDS, WALL_SECONDS, MEMORY_MB = 0.2, 2.0, 192
"""Limits of one test, much lower than the assignment's own, so that those who run into them do not take minutes."""

MARK = "attack-was-here"
"""What an attack calls everything that it leaves anywhere."""

FILES = {
    "21.1": "ex21_1_gather.py",
    "21.2": "ex21_2_cancellation.py",
    "21.3": "ex21_3_context_manager.py",
}
NEIGHBOURS = {
    "0 honest, first": "lecture_as_shown",
    "m honest, in the middle": "task_group",
    "zz honest, last": "async_iterator_class",
}
"""Who is graded beside the attacks: the folder's name, and the right submission in it."""

_TIMEOUT_SECONDS = 600
_RUNTIME_CACHE = re.compile(r"autograder-[\w.-]+")
_SHARED_FOLDERS = ("/tmp", "/var/tmp", "/dev/shm", "/run/lock")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was seen of one run."""

    setting: Setting
    canaries: Canaries
    exit: int
    cpu_seconds: float
    largest_kb: int
    left_running: tuple[str, ...]
    orphans: int
    """Processes, dead ones too, that the run had left to others to wait for."""
    left_lying: tuple[str, ...]
    """Files that were made, changed or removed where nothing may be."""
    output: dict[str, bytes]
    """What the run wrote: ``stdout``, ``stderr``, and each report by its name."""
    submissions: dict[str, dict[str, Any]]
    """From the JSON document, by id."""


class Course:
    """A copy of the course with tight limits and with secrets in it, for runs in one setting."""

    def __init__(self, folder: Path, setting: Setting) -> None:
        self._folder = folder
        self._setting = setting
        self._canaries = Canaries()
        self._runs = 0
        folder.chmod(0o755)
        self._python = Path(sys.executable)
        if setting.user is not None:
            found = python_for(setting.user)
            assert found is not None
            self._python = found
            copy_kit(folder / "kit")
        self._make_root(folder / "course")
        self._temporary = self._made_for_the_grader(folder / "temporary")

    def _make_root(self, root: Path) -> None:
        for part in ("assignments/lecture21", "solutions/lecture21", "tests/hidden/lecture21"):
            shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
        settings = root / "assignments" / "lecture21" / "assignment.toml"
        text = settings.read_text()
        for key, value in (
            ("cpu_seconds", CPU_SECONDS),
            ("wall_seconds", WALL_SECONDS),
            ("memory_mb", MEMORY_MB),
        ):
            text = re.sub(rf"(?m)^{key} = .*$", f"{key} = {value}", text)
        settings.write_text(text + beside.SETTINGS)
        hidden = root / "tests" / "hidden" / "lecture21"
        (hidden / "test_ex21_9_beside.py").write_text(beside.SUITE)
        (hidden / "secret.txt").write_text(self._canaries.new("a file beside the hidden tests"))
        for path in hidden.glob("test_*.py"):
            path.write_text(f"{path.read_text()}\n\nSECRET = {self._canaries.new(path.name)!r}\n")
        for path in (root / "solutions" / "lecture21").glob("*.py"):
            path.write_text(f"{path.read_text()}\n# {self._canaries.new(f'solutions/{path.name}')}\n")

    def _made_for_the_grader(self, folder: Path) -> Path:
        folder.mkdir()
        if self._setting.user is not None:
            os.chown(folder, self._setting.user, self._setting.user)
        return folder

    def grade(self, samples: Sequence[Sample]) -> Seen:
        """Grade a class of these samples, with the honest neighbours among them."""
        self._runs += 1
        place = self._folder / f"run{self._runs}"
        self._make_class(place / "class", samples)
        output = self._made_for_the_grader(place / "written")
        result = place / "result.json"
        watched = [self._folder / "course", place / "class", self._folder / "kit"]
        before = [contents(folder) for folder in watched]
        with file_for_all(self._canaries), listening(self._canaries):
            done = subprocess.run(
                self._command(place, result),
                cwd=self._folder / "course",
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_TIMEOUT_SECONDS,
            )
        if not result.exists():
            raise RuntimeError(f"the run could not be watched: {done.stderr.decode()[-2000:]}")
        facts = json.loads(result.read_text())
        changed = [
            path
            for folder, old in zip(watched, before, strict=True)
            for path in differences(old, contents(folder))
        ]
        reports = output / "reports"
        written = {path.name: path.read_bytes() for path in reports.iterdir()} if reports.is_dir() else {}
        strays = [path for path in output.iterdir() if path != reports]
        strays += [path for path in self._temporary.iterdir() if not _RUNTIME_CACHE.fullmatch(path.name)]
        try:
            document = json.loads(done.stdout)
        except ValueError:
            document = {"submissions": []}
        return Seen(
            setting=self._setting,
            canaries=self._canaries,
            exit=facts["exit"],
            cpu_seconds=facts["cpu_seconds"],
            largest_kb=facts["largest_kb"],
            left_running=tuple(facts["left"]),
            orphans=facts["orphans"],
            left_lying=tuple(map(str, [*changed, *strays, *marked(place, self._temporary)])),
            output={"stdout": done.stdout, "stderr": done.stderr, **written},
            submissions={each["id"]: each for each in document["submissions"]},
        )

    def _make_class(self, folder: Path, samples: Sequence[Sample]) -> None:
        solved = {beside.FILE: beside.SOLUTION.encode()}
        for sample in samples:
            files = {name or FILES[sample.exercise]: content for name, content in sample.files.items()}
            _write(folder / sample.named, solved | files)
        for name, source in NEIGHBOURS.items():
            right = ROOT / "tests" / "submissions" / "lecture21" / "right" / source
            files = {path.name: path.read_bytes() for path in right.glob("*.py")}
            _write(folder / name, solved | files)
        secret = self._canaries.known.get("a neighbour") or self._canaries.new("a neighbour")
        for path in (folder / next(iter(NEIGHBOURS))).iterdir():
            path.write_text(f"{path.read_text()}\n# {secret}\nSECRET = {secret!r}\n")

    def _command(self, place: Path, result: Path) -> list[str]:
        secret = self._canaries.known.get("the command line") or self._canaries.new("the command line")
        return [
            *(sys.executable, "-I", str(RESTRICT), str(result), *self._setting.restrict, "--"),
            *(str(self._python), "-X", f"password={secret}", "-P", "-m", "autograder", "grade"),
            *("--json", "--jobs", "2", "--seed", str(SEED), "--jail", self._setting.jail),
            *(() if self._setting.audit else ("--audit", "never")),
            *("--output", str(place / "written" / "reports"), str(place / "class")),
        ]

    def _environment(self) -> dict[str, str]:
        environment = {
            **{name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "LC_ALL")},
            "PASSWORD": self._canaries.known.get("the environment") or self._canaries.new("the environment"),
            "TMPDIR": str(self._temporary),
            "HOME": str(self._temporary),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        environment["PYTHONPATH"] = str(self._folder / "kit" if self._setting.user is not None else ROOT)
        return environment


@contextmanager
def course(setting: Setting) -> Iterator[Course]:
    """Give a course in a folder of its own, which is removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="hostile-class-", dir="/tmp"))
    try:
        yield Course(folder, setting)
    finally:
        shutil.rmtree(folder)


def _write(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def contents(folder: Path) -> dict[str, tuple[int, str]]:
    """Return what lies under a folder: path to mode and digest."""
    found = {}
    for path in folder.rglob("*"):
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        found[str(path)] = (path.lstat().st_mode, digest)
    return found


def differences(old: dict[str, tuple[int, str]], new: dict[str, tuple[int, str]]) -> list[str]:
    return sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path))


def marked(*more: Path) -> list[str]:
    """Return the things with the attacks' own mark in the places that all processes share."""
    folders = [Path(name) for name in _SHARED_FOLDERS]
    folders += [*more, ROOT, ROOT / "autograder", ROOT / "tests", Path("/"), Path.home()]
    found = [
        str(path) for folder in folders if folder.is_dir() for path in folder.iterdir() if MARK in path.name
    ]
    for table in ("/proc/net/unix", "/proc/locks", "/proc/keys"):
        if Path(table).exists() and MARK.encode() in Path(table).read_bytes():
            found.append(f"{MARK} in {table}")
    return found
