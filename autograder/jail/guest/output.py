"""What the student's program prints: kept up to a limit, with the virtual time of each piece."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

from autograder.jail.limits import OUTPUT_KILL_FACTOR

if TYPE_CHECKING:
    from .record import Recorder


class Printed(io.TextIOBase):
    """``sys.stdout`` of the student's program."""

    def __init__(self, recorder: Recorder, limit: int, on_flood: Callable[[], None]) -> None:
        self._recorder = recorder
        self._limit = limit
        self._flood = limit * OUTPUT_KILL_FACTOR
        self._on_flood = on_flood
        self._written = 0
        self.buffer = _Bytes(self)

    encoding = "utf-8"
    errors = "backslashreplace"

    def writable(self) -> bool:
        """It can be written to."""
        return True

    def isatty(self) -> bool:
        """It is no terminal."""
        return False

    def write(self, text: str, /) -> int:
        """Take a piece of output; beyond the limit it is only counted, far beyond it the program is stopped."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        kept = text[: max(self._limit - self._written, 0)]
        before = self._written
        self._written += len(text)
        if kept:
            self._recorder.printed(kept)
        if before <= self._limit < self._written:
            self._recorder.cut()
        if self._written > self._flood:
            self._on_flood()
        return len(text)

    def reconfigure(self, **options: object) -> None:
        """Accept what a real text stream accepts; nothing here depends on it."""


class _Bytes(io.RawIOBase):
    """``sys.stdout.buffer``."""

    def __init__(self, text: io.TextIOBase) -> None:
        self._text = text

    def writable(self) -> bool:
        """It can be written to."""
        return True

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        """Take bytes as UTF-8 text."""
        self._text.write(bytes(data).decode("utf-8", "replace"))
        return len(data)


class Discarded(io.TextIOBase):
    """``sys.stderr`` of the student's program: free to use, and not looked at."""

    encoding = "utf-8"
    errors = "backslashreplace"

    def __init__(self) -> None:
        self.buffer = _Bytes(self)

    def writable(self) -> bool:
        """It can be written to."""
        return True

    def write(self, text: str, /) -> int:
        """Forget a piece of output."""
        return len(text)

    def fileno(self) -> int:
        """Return the descriptor of standard error, which leads nowhere that a student can see."""
        return 2

    def reconfigure(self, **options: object) -> None:
        """Accept what a real text stream accepts; nothing here depends on it."""
