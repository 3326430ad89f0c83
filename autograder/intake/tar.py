"""The members of a tar, gzipped or not, read from bytes in memory as one stream.

`tarfile` reads the single headers. The way through them is our own: at its own, `tarfile` takes as much memory as a
header asks for, quadratic time over some, and (before 3.11.14) for ever over one that claims a negative size.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.intake.inflate import Stream, expand
from autograder.intake.members import Member, split_path
from autograder.intake.tree import (
    MAX_SOURCE_BYTES,
    MAX_TOTAL_BYTES,
    Allowance,
    Notes,
    Unreadable,
    is_archive,
    is_clutter,
    megabytes,
    too_long,
)

_BLOCK = tarfile.BLOCKSIZE
_MAX_SPECIAL = 2**20
_MAX_ALL_SPECIAL = 16 * 2**20
_LONG_NAMES = (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)
_PAX = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE)
_SPECIAL = (*_LONG_NAMES, *_PAX)
_FILES = (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE)
_PROBLEMS = {
    tarfile.SYMTYPE: "is a symbolic link: not followed",
    tarfile.LNKTYPE: "is a hard link: not followed",
    tarfile.GNUTYPE_SPARSE: "is a sparse file: left out",
}
_LONGEST_NUMBER = 18


@dataclass(frozen=True, slots=True)
class TarMember(Member):
    """One member, with its content if it is of a kind that is looked at."""

    content: bytes | None
    size: int
    """What its header says."""

    def read(self, name: str, limit: int) -> bytes:
        """Return the content; raise `Unreadable` when it is too long or was not kept."""
        if self.size > limit:
            raise too_long(name, self.size, limit)
        if self.content is None:
            raise Unreadable(f"{name} was left out: the files before it are too large together")
        return self.content


@dataclass(slots=True)
class _Override:
    """What the headers in front of a member's own say of it."""

    path: str | None = None
    size: int | None = None
    sparse: bool = False


def tar_members(name: str, data: bytes, notes: Notes, allowance: Allowance, keep: int) -> list[Member]:
    """Return the members of a tar, gzipped or not; raise `Unreadable` if it is none, is cut off, or holds too much.

    ``keep`` is how many bytes of the files in it are held in memory.
    """
    stream = Stream(name, expand(name, data, notes, allowance))
    return list(_Reader(name, stream, notes, allowance, keep).members())


class _Reader:
    def __init__(self, name: str, stream: Stream, notes: Notes, allowance: Allowance, keep: int) -> None:
        self._name = name
        self._stream = stream
        self._notes = notes
        self._allowance = allowance
        self._keep = keep
        self._at_start = True
        self._special = 0
        self._block = b""

    def members(self) -> Iterator[Member]:
        override = _Override()
        while (header := self._header()) is not None:
            if header.type in _SPECIAL:
                self._apply(header, override)
            else:
                yield self._member(header, override)
                override = _Override()
        if self._stream.drain():
            self._notes.add(f"{self._name} has something behind its end: ignored")

    def _header(self) -> tarfile.TarInfo | None:
        self._allowance.spend_entry(self._name)
        block = self._block = self._stream.take(_BLOCK)
        if not any(block):
            return None
        try:
            header = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
        except (tarfile.HeaderError, ValueError) as error:
            raise self._damaged("it is no tar" if self._at_start else "a header is damaged") from error
        self._at_start = False
        if header.size < 0:
            raise self._damaged("a member claims a negative size")
        return header

    def _apply(self, header: tarfile.TarInfo, override: _Override) -> None:
        """Take in a header that says something of the member that follows."""
        self._special += header.size
        if header.size > _MAX_SPECIAL:
            raise Unreadable(f"{self._name} has a header of {megabytes(header.size)}: it is not read")
        if self._special > _MAX_ALL_SPECIAL:
            raise Unreadable(
                f"{self._name} has more than {megabytes(_MAX_ALL_SPECIAL)} of headers: it is not read"
            )
        body = self._stream.take(_padded(header.size))[: header.size]
        if header.type == tarfile.GNUTYPE_LONGNAME:
            override.path = _decode(body.split(b"\0", 1)[0])
        elif header.type in _PAX:
            for key, value in self._records(body):
                self._set(key, value, override, for_all=header.type == tarfile.XGLTYPE)

    def _records(self, body: bytes) -> Iterator[tuple[bytes, bytes]]:
        at = 0
        while at < len(body) and body[at]:
            space = body.find(b" ", at, at + _LONGEST_NUMBER)
            length = _number(body[at:space]) if space > 0 else None
            if length is None or not space - at < length <= len(body) - at:
                raise self._damaged("an extended header is damaged")
            key, equals, value = body[space + 1 : at + length - 1].partition(b"=")
            if not equals or body[at + length - 1] != ord("\n"):
                raise self._damaged("an extended header is damaged")
            yield key, value
            at += length

    def _set(self, key: bytes, value: bytes, override: _Override, for_all: bool) -> None:
        if for_all and (key in (b"path", b"size", b"linkpath") or key.startswith(b"GNU.sparse")):
            raise self._damaged("it gives all its members the same name or size")
        if key == b"path" and value:
            override.path = _decode(value)
        elif key == b"size":
            override.size = _number(value)
            if override.size is None:
                raise self._damaged("a member's size is no number")
        elif key.startswith(b"GNU.sparse"):
            override.sparse = True

    def _member(self, header: tarfile.TarInfo, override: _Override) -> Member:
        path = header.name if override.path is None else override.path
        size = header.size if override.size is None else override.size
        is_folder = header.type == tarfile.DIRTYPE or (header.type == tarfile.AREGTYPE and path.endswith("/"))
        problem, content = "", None
        if override.sparse:
            problem = _PROBLEMS[tarfile.GNUTYPE_SPARSE]
        elif not is_folder and header.type not in _FILES:
            problem = _PROBLEMS.get(header.type, "is no ordinary file: left out")
        if header.type == tarfile.GNUTYPE_SPARSE:
            self._skip_map()
        if not problem and not is_folder and size <= self._longest(path):
            content = self._stream.take(_padded(size))[:size]
            self._keep -= size
        elif header.isreg() or header.type not in tarfile.SUPPORTED_TYPES:
            self._stream.skip(_padded(size))
        return TarMember(path=path, is_folder=is_folder, problem=problem, content=content, size=size)

    def _longest(self, path: str) -> int:
        """Return how long a file of this name may be for its content to be kept."""
        if any(is_clutter(part) for part in split_path(path)):
            return -1
        if path.lower().endswith(".py"):
            return min(MAX_SOURCE_BYTES, self._keep)
        if is_archive(path) or path.lower().endswith(".ipynb"):
            return min(MAX_TOTAL_BYTES, self._keep)
        return -1

    def _skip_map(self) -> None:
        """Pass over the blocks that say where the holes of a sparse file are."""
        more = self._block[482]
        while more:
            self._allowance.spend_entry(self._name)
            more = self._stream.take(_BLOCK)[504]

    def _damaged(self, why: str) -> Unreadable:
        return Unreadable(f"{self._name} is not a readable tar: {why}")


def _padded(size: int) -> int:
    return -(-size // _BLOCK) * _BLOCK


def _number(digits: bytes) -> int | None:
    """Return a decimal number; None if it is none, or a longer one than any that is meant."""
    return int(digits) if digits.isdigit() and len(digits) <= _LONGEST_NUMBER else None


def _decode(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
