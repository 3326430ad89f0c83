"""A folder on disk and a folder in a zip, seen as the same thing: listed one level at a time, read on demand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

MAX_FILES = 2_000
"""Files of one submission that are looked at."""

MAX_SOURCE_BYTES = 2**20
"""A longer source file was not written by a student."""

MAX_TOTAL_BYTES = 20 * 2**20
"""All files of one submission together; also the longest zip of one student."""

MAX_DEPTH = 10

_CLUTTER = frozenset(
    {"__pycache__", "__macosx", "node_modules", "site-packages", "venv", "thumbs.db", "desktop.ini"}
)


class Unreadable(Exception):
    """A file, folder or zip cannot be read; the text says why and stands for itself."""


class Inaccessible(Unreadable):
    """The operating system refuses: it is the caller's to mend, not the student's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that was seen but not read yet."""

    name: str
    read: Callable[[int], bytes]
    """Return the content; raise `Unreadable`, also when it is longer than so many bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """One level of a folder, sorted by name."""

    folders: tuple[Folder, ...] = ()
    files: tuple[File, ...] = ()
    notes: tuple[str, ...] = ()
    """What was left out, and why."""

    def file(self, name: str) -> File | None:
        """Return the file with this name, if there is one."""
        return next((file for file in self.files if file.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder that was seen but not listed yet."""

    name: str
    list: Callable[[], Content]
    """Return what is in it; raise `Unreadable`."""


def is_clutter(name: str) -> bool:
    """Whether tools made this, so that nobody wants to hear about it."""
    return name.startswith(".") or name.lower() in _CLUTTER


def megabytes(size: int) -> str:
    """Return a size in words."""
    return f"{size / 2**20:.1f} MiB" if size >= 2**20 else f"{max(1, size // 2**10)} KiB"
