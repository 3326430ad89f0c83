"""Secrets that lie where secrets lie while a class is graded, and listeners that nobody may reach.

Each secret is random, so that it can stand in an output only if somebody has read it.
"""

from __future__ import annotations

import secrets
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PREFIX = "canary-"
"""How each begins: an attack may look for it."""

PLACES = range(8)
"""A run listens at one of so many places, one that no other run on this machine uses; the attacks try all."""

FIRST_PORT = 47_521
ABSTRACT_NAME = "\0canary-listener-"


@dataclass(slots=True)
class Canaries:
    """The secrets of one run, by the place in which they lie."""

    known: dict[str, str] = field(default_factory=dict)
    reached: list[str] = field(default_factory=list)
    """Listeners that somebody has reached, when the run is over."""

    def new(self, place: str) -> str:
        """Make a secret for one place."""
        self.known[place] = PREFIX + secrets.token_hex(12)
        return self.known[place]

    def found_in(self, text: bytes) -> list[str]:
        """Return the places whose secret stands in ``text``, forwards or as hexadecimal digits."""
        return [
            place
            for place, secret in self.known.items()
            if secret.encode() in text or secret.removeprefix(PREFIX).encode() in text
        ]


@contextmanager
def listening(canaries: Canaries) -> Iterator[dict[str, socket.socket]]:
    """Listen where a program could reach this machine from a jail without walls; note afterwards who came."""
    with ExitStack() as stack:
        ears = {name: stack.enter_context(ear) for name, ear in _listeners()}
        yield ears
        for name, ear in ears.items():
            ear.setblocking(False)
            try:
                if ear.type == socket.SOCK_DGRAM:
                    ear.recv(100)
                else:
                    ear.accept()[0].close()
            except BlockingIOError:
                continue
            canaries.reached.append(name)


def _listeners() -> Iterator[tuple[str, socket.socket]]:
    for name, family, kind in (
        ("TCP", socket.AF_INET, socket.SOCK_STREAM),
        ("UDP", socket.AF_INET, socket.SOCK_DGRAM),
        ("abstract name", socket.AF_UNIX, socket.SOCK_STREAM),
    ):
        ear = socket.socket(family, kind)
        for place in PLACES:
            try:
                ear.bind(
                    ("127.0.0.1", FIRST_PORT + place)
                    if family == socket.AF_INET
                    else f"{ABSTRACT_NAME}{place}"
                )
                break
            except OSError:
                continue
        else:
            raise RuntimeError(f"all {len(PLACES)} places for {name} are taken: are so many runs going on?")
        if kind == socket.SOCK_STREAM:
            ear.listen(100)
        yield name, ear


@contextmanager
def file_for_all(canaries: Canaries) -> Iterator[Path]:
    """Put a secret into the folder for temporary files of everybody, readable by everybody."""
    with tempfile.NamedTemporaryFile("w", prefix=PREFIX, suffix=".txt", dir="/tmp") as file:
        file.write(canaries.new("/tmp"))
        file.flush()
        path = Path(file.name)
        path.chmod(0o644)
        yield path
