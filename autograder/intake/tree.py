"""A folder on disk and a folder in an archive, seen as the same thing: listed one level at a time, read on demand."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

MAX_FILES = 2_000
"""Files of one submission that are looked at."""

MAX_SOURCE_BYTES = 2**20
"""A longer source file was not written by a student."""

MAX_TOTAL_BYTES = 20 * 2**20
"""All files of one submission together; also the longest archive of one student."""

MAX_DEPTH = 10

MAX_ENTRIES = 100_000
"""Entries of one folder, or of all archives of one submission: each costs memory as soon as it is listed."""

MAX_EXPANDED_BYTES = 256 * 2**20
"""What the gzips of one submission may expand to together; nearly all of it is passed over and forgotten."""

MAX_NAME_BYTES = 200
"""Of one file or folder in an archive."""

ARCHIVES = (".zip", ".tar.gz", ".tgz", ".tar")
"""How the names of archives end that can be read, in small letters."""

_MAX_NOTES = 20
_CLUTTER = frozenset(
    {"__pycache__", "__macosx", "node_modules", "site-packages", "venv", "thumbs.db", "desktop.ini"}
)


class Unreadable(Exception):
    """A file, folder or archive cannot be read; the text says why and stands for itself."""


class TooLong(Unreadable):
    """A file is longer than what is read of one."""


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
    links: tuple[str, ...] = ()
    """Names of symbolic links on disk that are not followed."""
    notes: tuple[str, ...] = ()
    """What was left out, and why."""

    def entries(self) -> list[Folder | File]:
        """Return the folders, then the files."""
        return [*self.folders, *self.files]

    def file(self, name: str) -> File | None:
        """Return the file with this name, if there is one."""
        return next((file for file in self.files if file.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder that was seen but not listed yet."""

    name: str
    list: Callable[[], Content]
    """Return what is in it; raise `Unreadable`."""


@dataclass(slots=True)
class Allowance:
    """What may still be spent on archives: on those of one submission, as a part of what a whole class may spend."""

    entries: int = MAX_ENTRIES
    expanded: int = MAX_EXPANDED_BYTES
    whole: Allowance | None = None

    def spend_entry(self, name: str) -> None:
        """Count a member or a folder of the archive ``name``; raise `Unreadable` if it is one too many."""
        self.entries -= 1
        if self.entries < 0:
            raise Unreadable(f"{name} holds too much: more files and folders than are read of a submission")
        if self.whole is not None:
            self.whole.spend_entry(name)

    def spend_expanded(self, name: str, size: int) -> None:
        """Count so many bytes that came out of the gzip ``name``; raise `Unreadable` if they are too many."""
        self.expanded -= size
        if self.expanded < 0:
            raise Unreadable(f"{name} holds too much: it expands to more than is read of a submission")
        if self.whole is not None:
            self.whole.spend_expanded(name, size)


@dataclass(slots=True)
class Notes:
    """What intake wants told: the first few in full, of the others how many they are."""

    _told: list[str] = field(default_factory=list)
    _more: int = 0

    def add(self, text: str) -> None:
        """Take one note, unless the very same was taken already."""
        if text in self._told:
            return
        if len(self._told) < _MAX_NOTES:
            self._told.append(text)
        else:
            self._more += 1

    def extend(self, texts: Iterable[str]) -> None:
        """Take several."""
        for text in texts:
            self.add(text)

    def texts(self) -> tuple[str, ...]:
        """Return them all, in the order in which they came."""
        if not self._more:
            return tuple(self._told)
        return (*self._told, f"and {self._more} more notes of this kind")


def is_archive(name: str) -> bool:
    """Whether a file of this name is looked into."""
    return name.lower().endswith(ARCHIVES)


def is_clutter(name: str) -> bool:
    """Whether tools made this, so that nobody wants to hear about it."""
    return name.startswith(".") or name.lower() in _CLUTTER


def printable(name: str) -> str:
    """Return a file name as text that can be shown anywhere.

    Control characters, those that turn the direction of writing, and bytes that are not UTF-8 become escapes.
    """
    if name.isprintable():
        return name
    return "".join(char if char.isprintable() else _escape(char) for char in name)


def _escape(char: str) -> str:
    # Python holds a byte that is not UTF-8 as a lone surrogate.
    return f"\\x{ord(char) - 0xDC00:02x}" if "\udc80" <= char <= "\udcff" else ascii(char)[1:-1]


def note_lookalikes(names: Iterable[str], notes: Notes) -> None:
    """Note names in one folder that Windows or macOS take for the same one; here each is a file of its own."""
    seen: dict[str, str] = {}
    for name in names:
        first = seen.setdefault(unicodedata.normalize("NFKC", name).casefold(), name)
        if first != name:
            notes.add(
                f"{first} and {name} look alike: some systems keep only one of them, here both are kept"
            )


def megabytes(size: int) -> str:
    """Return a size in words."""
    return f"{size / 2**20:.1f} MiB" if size >= 2**20 else f"{max(1, size // 2**10)} KiB"


def too_long(name: str, size: int, limit: int) -> TooLong:
    """Return the error for a file that is longer than the limit."""
    return TooLong(f"{name} is {megabytes(size)} long; at most {megabytes(limit)} are read")
