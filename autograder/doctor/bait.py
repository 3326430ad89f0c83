"""What lies outside the jails to be stolen, reached or hurt: as it would while a class is graded.

Every word is random, so that it can stand in an answer only if somebody has read it.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import UsageError

from .processes import look_at

VARIABLE = "AUTOGRADER_DOCTOR_CANARY"

# A grader at work, for whoever looks for one: words in its arguments, its environment and its memory.
# Ctrl-C reaches it as well, and ends it without a traceback.
_GRADER = """
import signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
kept = sys.stdin.buffer.readline()
print(id(kept) + bytes.__basicsize__ - 1, flush=True)
sys.stdin.buffer.read()
"""


@dataclass(slots=True)
class Bait:
    """What was laid out, and where."""

    folder: Path
    words: dict[str, str] = field(default_factory=dict)
    """Place to the word planted in it."""
    ears: dict[str, socket.socket] = field(default_factory=dict)
    """What it is called to the socket that listens there."""
    grader: subprocess.Popen[bytes] | None = None
    address: int = 0
    """Where in the grader's memory its word lies."""
    _before: dict[str, tuple[object, ...]] = field(default_factory=dict)

    @property
    def file(self) -> Path:
        """A file that everybody may read."""
        return self.folder / "canary"

    @property
    def drop(self) -> Path:
        """A folder that everybody may write to, with a file ``note`` of the same kind."""
        return self.folder / "drop"

    @property
    def port(self) -> int:
        """The TCP port that listens; 0 for none."""
        return self._port("a TCP port of this machine")

    @property
    def datagram_port(self) -> int:
        """The UDP port that listens; 0 for none."""
        return self._port("a UDP port of this machine")

    def _port(self, name: str) -> int:
        return int(self.ears[name].getsockname()[1]) if name in self.ears else 0

    def new_word(self, place: str) -> str:
        """Make the word for one place."""
        self.words[place] = f"canary-{secrets.token_hex(12)}"
        return self.words[place]

    def stolen(self, text: str) -> list[str]:
        """Return the places whose word stands in a text."""
        return [place for place, word in self.words.items() if word in text]

    def damage(self) -> list[str]:
        """Return, in words, what was done to the outside since this was last asked, and mend it."""
        found = [f"{name} was reached" for name, ear in self.ears.items() if _was_reached(ear)]
        if self.grader is not None:
            if self.grader.poll() is not None:
                found.append("a process outside was killed")
                self._start_grader()
            elif any(process.tracer for process in look_at([self.grader.pid])):
                found.append("a process outside was traced")
        if (now := self._state()) != self._before:
            places = [name for name in {**now, **self._before} if now.get(name) != self._before.get(name)]
            found.append(f"outside was changed: {', '.join(sorted(places))}")
            self._write_files()
        return found

    def _write_files(self) -> None:
        shutil.rmtree(self.drop, ignore_errors=True)
        self.drop.mkdir()
        self.drop.chmod(0o777)
        for path, mode in ((self.file, 0o644), (self.drop / "note", 0o666)):
            path.write_text(self.words["a file that everybody may read"] + "\n")
            path.chmod(mode)
        self._before = self._state()

    def _state(self) -> dict[str, tuple[object, ...]]:
        state: dict[str, tuple[object, ...]] = {}
        for path in (self.file, self.drop, *self.drop.iterdir()):
            status = path.lstat()
            size = 0 if stat.S_ISDIR(status.st_mode) else status.st_size
            state[path.name] = (status.st_mode, size, status.st_mtime_ns, status.st_uid)
        return state

    def _start_grader(self) -> None:
        self._end_grader()
        environment = {VARIABLE: self.new_word("the environment of a process outside")}
        arguments = [self.new_word("the command line of a process outside")]
        self.grader = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _GRADER, *arguments],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self.grader.stdin is not None
        assert self.grader.stdout is not None
        self.grader.stdin.write(self.new_word("the memory of a process outside").encode() + b"\n")
        self.grader.stdin.flush()
        self.address = int(self.grader.stdout.readline() or 0)

    def _end_grader(self) -> None:
        if self.grader is not None:
            self.grader.kill()
            self.grader.communicate()


@contextmanager
def laid_out() -> Iterator[Bait]:
    """Lay everything out, and take it away again. Raises `UsageError` when there is no folder for it."""
    with ExitStack() as stack:
        bait = Bait(folder=stack.enter_context(_open_folder()))
        bait.new_word("a file that everybody may read")
        bait._write_files()
        stack.callback(bait._end_grader)
        bait._start_grader()
        stack.enter_context(_in_environment(bait.new_word("the grader's own environment")))
        for name, ear in _listeners(bait.folder):
            bait.ears[name] = stack.enter_context(ear)
        yield bait


@contextmanager
def _open_folder() -> Iterator[Path]:
    """Make a folder to which every user can get, so that nothing but a jail keeps one out of it."""
    for parent in (tempfile.gettempdir(), "/tmp", "/var/tmp"):
        with contextlib.suppress(OSError):
            if all(each.stat().st_mode & stat.S_IXOTH for each in (Path(parent), *Path(parent).parents)):
                folder = Path(tempfile.mkdtemp(prefix="autograder-doctor-", dir=parent))
                break
    else:
        raise UsageError(
            "there is no folder for temporary files that all users can enter. Set TMPDIR to one."
        )
    try:
        folder.chmod(0o755)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _in_environment(word: str) -> Iterator[None]:
    os.environ[VARIABLE] = word
    try:
        yield
    finally:
        os.environ.pop(VARIABLE, None)


def _listeners(folder: Path) -> Iterator[tuple[str, socket.socket]]:
    """Yield those that this machine can make."""
    loopback = ("127.0.0.1", 0)
    places: list[tuple[str, socket.AddressFamily, socket.SocketKind, tuple[str, int] | str]] = [
        ("a TCP port of this machine", socket.AF_INET, socket.SOCK_STREAM, loopback),
        ("a UDP port of this machine", socket.AF_INET, socket.SOCK_DGRAM, loopback),
        ("a unix socket with a path", socket.AF_UNIX, socket.SOCK_STREAM, str(folder / "s")),
        ("a datagram socket with a path", socket.AF_UNIX, socket.SOCK_DGRAM, str(folder / "d")),
    ]
    if sys.platform == "linux":
        for kind, letter in ((socket.SOCK_STREAM, "s"), (socket.SOCK_DGRAM, "d")):
            what = "a unix socket" if kind == socket.SOCK_STREAM else "a datagram socket"
            places.append(
                (f"{what} with an abstract name", socket.AF_UNIX, kind, abstract_name(folder, letter))
            )
    for name, family, kind, address in places:
        ear = socket.socket(family, kind)
        try:
            ear.bind(address)
            if isinstance(address, str) and not address.startswith("\0"):
                os.chmod(address, 0o777)
            if kind == socket.SOCK_STREAM:
                ear.listen(50)
            ear.setblocking(False)
        except OSError:
            ear.close()  # a machine without loopback, or a path that is too long: nothing to be reached there
            continue
        yield name, ear


def abstract_name(folder: Path, letter: str) -> str:
    """Return the abstract name that listens beside the sockets in this folder."""
    return f"\0{folder.name}-{letter}"


def _was_reached(ear: socket.socket) -> bool:
    reached = False
    with contextlib.suppress(OSError):  # nothing more to be read
        while True:
            if ear.type == socket.SOCK_DGRAM:
                ear.recv(100)
            else:
                ear.accept()[0].close()
            reached = True
    return reached
