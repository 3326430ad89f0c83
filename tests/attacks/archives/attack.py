"""One hostile archive, and the tools with which archives are made that no honest program writes."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HONEST = {path.name: path.read_bytes() for path in sorted((ROOT / "solutions/lecture21").glob("ex*.py"))}
"""The reference solution: a hostile archive that is graded nevertheless must get full marks for it."""

FIRST, SECOND, THIRD = HONEST


@dataclass(frozen=True)
class Attack:
    """One line of the table."""

    name: str
    tries: str
    make: Callable[[], bytes]
    refused: str = ""
    """Words of the reason for which the submission is not graded; empty if it is graded."""
    files: tuple[str, ...] = tuple(HONEST)
    """If it is graded: the names of all the files that are taken."""
    note: str = ""
    """Words of a note that the teacher gets; empty if nothing is to be told."""

    @property
    def file(self) -> str:
        """The name of the archive."""
        kinds = ("zip", "tar.gz", "tgz", "tar")
        return next(f"handin.{kind}" for kind in kinds if self.name.endswith("_" + kind.replace(".", "_")))


# -- zip ------------------------------------------------------------------------------------------------------


@dataclass
class Entry:
    """One member of a zip, of which everything can be a lie."""

    name: bytes
    content: bytes = b""
    method: int = 8
    flags: int = 0
    mode: int = 0o100644
    crc: int | None = None
    size: int | None = None
    packed: bytes | None = None
    packed_size: int | None = None
    offset: int | None = None
    """Where the directory says that it lies; if not where it does."""
    local_name: bytes | None = None
    extra: bytes = b""
    in_body: bool = True
    """Whether it has a header and content at all, or stands in the directory only."""


def make_zip(
    entries: list[Entry], *, front: bytes = b"", comment: bytes = b"", count: int | None = None
) -> bytes:
    """Return a zip of these entries, with something in front of it that its offsets do not know of."""
    parts: list[bytes] = []
    entries_of_directory: list[bytes] = []
    at = 0
    for entry in entries:
        packed = _pack(entry)
        crc = zlib.crc32(entry.content) if entry.crc is None else entry.crc
        size = len(entry.content) if entry.size is None else entry.size
        name = entry.name if entry.local_name is None else entry.local_name
        offset = at if entry.offset is None else entry.offset
        packed_size = len(packed) if entry.packed_size is None else entry.packed_size
        numbers = (20, entry.flags, entry.method, 0, 33, crc, packed_size, size)
        if entry.in_body:
            true_size = len(entry.content)
            local = struct.pack("<5H3L", *numbers[:-1], true_size) + struct.pack("<2H", len(name), 0)
            parts.append(b"PK\3\4" + local + name + packed)
            at += len(parts[-1])
        directory_part = struct.pack("<2B", 20, 3) + struct.pack("<5H3L", *numbers)
        directory_part += struct.pack(
            "<5H2L", len(entry.name), len(entry.extra), 0, 0, 0, entry.mode << 16, offset
        )
        entries_of_directory.append(b"PK\1\2" + directory_part + entry.name + entry.extra)
    body, directory = b"".join(parts), b"".join(entries_of_directory)
    total = len(entries) if count is None else count
    end = struct.pack("<4H2LH", 0, 0, total, total, len(directory), len(body), len(comment))
    return front + body + directory + b"PK\5\6" + end + comment


def _pack(entry: Entry) -> bytes:
    if entry.packed is not None:
        return entry.packed
    if entry.method == 8:
        deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
        return deflate.compress(entry.content) + deflate.flush()
    return entry.content


def honest_entries() -> list[Entry]:
    """Return the honest files as entries of a zip."""
    return [Entry(name.encode(), content) for name, content in HONEST.items()]


def zip_of(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an ordinary zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


# -- tar ------------------------------------------------------------------------------------------------------


def member(
    name: str,
    content: bytes = b"",
    *,
    kind: bytes = tarfile.REGTYPE,
    link: str = "",
    size: int | None = None,
    form: int = tarfile.GNU_FORMAT,
) -> bytes:
    """Return one member of a tar: header, content, padding. ``size`` is what it says if that is a lie."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    info.size = len(content) if size is None else size
    return info.tobuf(form, "utf-8", "surrogateescape") + content + bytes(-len(content) % 512)


def pax(*records: bytes, kind: bytes = tarfile.XHDTYPE) -> bytes:
    """Return an extended header of raw records, each without the length in front and the newline behind it."""
    return member("pax", b"".join(map(pax_record, records)), kind=kind)


def pax_record(record: bytes) -> bytes:
    """Return a record with its length, which counts itself."""
    length = len(record) + 2
    while length != (whole := len(str(length)) + 1 + len(record) + 1):
        length = whole
    return str(length).encode() + b" " + record + b"\n"


def honest_members() -> bytes:
    """Return the honest files as members of a tar."""
    return b"".join(member(name, content) for name, content in HONEST.items())


def make_tar(*members: bytes) -> bytes:
    """Return a tar, not compressed, that ends as it should."""
    return b"".join(members) + bytes(1024)


def make_tgz(*members: bytes) -> bytes:
    """Return a tar, gzipped."""
    return gzip.compress(make_tar(*members), 1, mtime=0)
