"""The members of a zip, read from bytes in memory.

Not with `zipfile`: what it lets pass depends on its patch level (members that overlap, before 3.11.8), it takes
quadratic time over extra fields, and it asks nobody whether the two descriptions of a member agree. Here a zip that
could be read in two ways is not read at all.
"""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.intake.members import Member
from autograder.intake.tree import Allowance, Notes, Unreadable, too_long

MAX_RATIO = 200
_RATIO_COUNTS_FROM = 64 * 2**10

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_ENTRY = struct.Struct("<4s4B4HL2L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_LONGEST_COMMENT = 2**16 - 1
_STORED, _DEFLATED = 0, 8
_ENCRYPTED = 0x0001 | 0x0040 | 0x2000
_SIZES_FOLLOW = 0x0008
_UTF8 = 0x0800
_IN_ZIP64 = 2**32 - 1
_FROM_UNIX = {3, 19}


@dataclass(frozen=True, slots=True)
class _Directory:
    start: int
    end: int
    entries: int
    shift: int
    """How much longer the zip is in front than its own offsets know of."""
    counts_all: bool
    """Whether ``entries`` is the full number and not its last 16 bits."""


@dataclass(frozen=True, slots=True)
class ZipMember(Member):
    """One entry of the zip's directory."""

    data: memoryview
    raw_name: bytes
    offset: int
    flags: int
    method: int
    crc: int
    packed: int
    size: int

    def read(self, name: str, limit: int) -> bytes:
        """Return the content; raise `Unreadable` when it is too long or anything about it is not as announced."""
        if self.flags & _ENCRYPTED:
            raise Unreadable(f"{name} is protected by a password")
        if self.method not in (_STORED, _DEFLATED):
            raise Unreadable(f"{name} is compressed in a way other than deflate")
        if self.size > max(_RATIO_COUNTS_FROM, MAX_RATIO * self.packed):
            raise Unreadable(f"{name} expands more than {MAX_RATIO} times")
        if self.size > limit:
            raise too_long(name, self.size, limit)
        start = self._start_of_content()
        if start is None:
            raise Unreadable(f"{name} is damaged in the zip: it is described in two ways that do not agree")
        content = self._expand(self.data[start : start + self.packed])
        if content is None or len(content) != self.size:
            raise Unreadable(f"{name} is damaged in the zip: its content is not as long as it is said to be")
        if zlib.crc32(content) != self.crc:
            raise Unreadable(f"{name} is damaged in the zip: its checksum is wrong")
        return content

    def _start_of_content(self) -> int | None:
        """Return where the content begins, if the header in front of it says what the directory says."""
        signature, _, flags, method, _, _, crc, packed, size, name_length, extra_length = _LOCAL.unpack_from(
            self.data, self.offset
        )
        named = self.offset + _LOCAL.size
        start = named + name_length + extra_length
        agrees = (
            signature == b"PK\3\4"
            and method == self.method
            and not flags & _ENCRYPTED
            and self.data[named : named + name_length] == self.raw_name
            and start + self.packed <= len(self.data)
        )
        if not flags & _SIZES_FOLLOW:
            agrees = agrees and (
                crc == self.crc and packed in (self.packed, _IN_ZIP64) and size in (self.size, _IN_ZIP64)
            )
        return start if agrees else None

    def _expand(self, packed: memoryview) -> bytes | None:
        if self.method == _STORED:
            return bytes(packed)
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            content = inflate.decompress(packed, self.size + 1)
        except zlib.error:
            return None
        return content if inflate.eof else None


def zip_members(name: str, data: bytes, notes: Notes, allowance: Allowance) -> list[Member]:
    """Return the members of a zip; raise `Unreadable` if it is none, or one that could be read in two ways."""
    directory = _find_directory(name, data, notes)
    members = list(_read_directory(name, data, directory, allowance))
    if directory.entries != (len(members) if directory.counts_all else len(members) % 2**16):
        raise _damaged(name, f"it announces {directory.entries} members and lists {len(members)}")
    begin = 0
    for member in sorted(members, key=lambda member: member.offset):
        if member.offset < begin:
            raise _damaged(name, "its members overlap")
        begin = member.offset + _LOCAL.size + len(member.raw_name) + member.packed
        if begin > directory.start:
            raise _damaged(name, "a member lies outside of it")
    first = min((member.offset for member in members), default=directory.start)
    if first:
        notes.add(f"{name} has {first} bytes in front of its first member: ignored")
    return list(members)


def _damaged(name: str, why: str) -> Unreadable:
    return Unreadable(f"{name} is not a readable zip: {why}")


def _find_directory(name: str, data: bytes, notes: Notes) -> _Directory:
    at = _find_end(name, data, notes)
    _, disk, first_disk, here, entries, size, offset, _ = _END.unpack_from(data, at)
    end, end_said, counts_all = at, at, False
    locator = at - _LOCATOR.size
    if locator >= _END64.size and data[locator : locator + 4] == b"PK\6\7":
        end, counts_all = locator - _END64.size, True
        end_said = _LOCATOR.unpack_from(data, locator)[2]
        signature, _, _, _, disk, first_disk, here, large_entries, large_size, large_offset = (
            _END64.unpack_from(data, end)
        )
        agree = all(
            small in (large, mark)
            for small, large, mark in (
                (entries, large_entries, 2**16 - 1),
                (size, large_size, _IN_ZIP64),
                (offset, large_offset, _IN_ZIP64),
            )
        )
        if signature != b"PK\6\6" or not agree:
            raise _damaged(name, "it has two directories that do not agree")
        entries, size, offset = large_entries, large_size, large_offset
        end_said += end - size - offset
    if disk or first_disk or here != entries:
        raise _damaged(name, "it is one part of several")
    start = end - size
    if start < offset or end_said != end:
        raise _damaged(name, "its directory lies outside of it")
    return _Directory(start, end, entries, start - offset, counts_all)


def _find_end(name: str, data: bytes, notes: Notes) -> int:
    """Return where the record is that ends the zip: the one whose comment reaches to the end of the file."""
    tail = max(0, len(data) - _END.size - _LONGEST_COMMENT)
    found, last = [], -1
    at = data.find(b"PK\5\6", tail)
    while at >= 0:
        if at + _END.size <= len(data):
            last = at
            if at + _END.size + int.from_bytes(data[at + 20 : at + 22], "little") == len(data):
                found.append(at)
        at = data.find(b"PK\5\6", at + 1)
    if last < 0:
        raise _damaged(name, "it has no directory; was it cut off?")
    if len(found) > 1:
        raise _damaged(name, "it has two directories")
    if not found:
        notes.add(f"{name} has something behind its end: ignored")
    return found[0] if found else last


def _read_directory(
    name: str, data: bytes, directory: _Directory, allowance: Allowance
) -> Iterator[ZipMember]:
    view, at = memoryview(data), directory.start
    while at < directory.end:
        allowance.spend_entry(name)
        if at + _ENTRY.size > directory.end or data[at : at + 4] != b"PK\1\2":
            raise _damaged(name, "its directory is damaged")
        (
            _, _, system, _, _, flags, method, _, _, crc, packed, size,
            name_length, extra_length, comment_length, disk, _, attributes, offset,
        ) = _ENTRY.unpack_from(data, at)  # fmt: skip
        named = at + _ENTRY.size
        at = named + name_length + extra_length + comment_length
        if at > directory.end or disk:
            raise _damaged(name, "its directory is damaged")
        raw = data[named : named + name_length]
        extra = data[named + name_length : named + name_length + extra_length]
        size, packed, offset = _widen(name, extra, size, packed, offset)
        offset += directory.shift
        if offset + _LOCAL.size > len(data):
            raise _damaged(name, "a member lies outside of it")
        path = _decode(raw, flags)
        yield ZipMember(
            path=path,
            is_folder=path.endswith(("/", "\\")),
            problem=_judge_mode(attributes >> 16, system in _FROM_UNIX),
            data=view,
            raw_name=raw,
            offset=offset,
            flags=flags,
            method=method,
            crc=crc,
            packed=packed,
            size=size,
        )


def _widen(name: str, extra: bytes, *values: int) -> list[int]:
    """Return sizes and offset, those that do not fit into 32 bits from the extra field that has room for them."""
    if _IN_ZIP64 not in values:
        return list(values)
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        at += 4
        if kind == 1:
            wide = extra[at : min(at + length, len(extra))]
            numbers = iter(struct.unpack(f"<{len(wide) // 8}Q", wide[: len(wide) // 8 * 8]))
            widened = [next(numbers, -1) if value == _IN_ZIP64 else value for value in values]
            if -1 not in widened:
                return widened
            break
        at += length
    raise _damaged(name, "the sizes of a member are missing")


def _judge_mode(mode: int, from_unix: bool) -> str:
    if stat.S_ISLNK(mode):
        return "is a symbolic link: not followed"
    # Other systems leave there what they like.
    if not from_unix or stat.S_IFMT(mode) in (0, stat.S_IFREG, stat.S_IFDIR):
        return ""
    return "is no ordinary file: left out"


def _decode(raw: bytes, flags: int) -> str:
    # Apple's zips are UTF-8 and do not say so; names in an old code page hardly ever happen to be valid UTF-8.
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "surrogateescape") if flags & _UTF8 else raw.decode("cp437")
