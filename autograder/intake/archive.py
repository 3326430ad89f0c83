"""A zip as a `tree.Folder`. It is held in memory and never extracted to disk, so a hostile name has nothing to hit."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from dataclasses import dataclass, field

from autograder.intake.tree import MAX_DEPTH, Content, File, Folder, Unreadable, is_clutter, megabytes

MAX_CLASS_ARCHIVE_BYTES = 256 * 2**20
"""The longest zip that may hold a class."""

MAX_MEMBERS = 100_000
"""Members of any zip: each costs memory as soon as the directory of the zip is read."""

MAX_RATIO = 200
_RATIO_COUNTS_FROM = 64 * 2**10
_MAX_NAME = 200
_DIRECTORY_RECORD = b"PK\x01\x02"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass(slots=True)
class _Level:
    """One folder of the zip while its members are being sorted in."""

    folders: dict[str, _Level] = field(default_factory=dict)
    members: dict[str, zipfile.ZipInfo] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def zip_folder(name: str, data: bytes) -> Folder:
    """Return the top folder of the zip with these bytes; raise `Unreadable` if it is none or has too many members."""
    if data.count(_DIRECTORY_RECORD) > MAX_MEMBERS:
        raise Unreadable(f"{name} has more than {MAX_MEMBERS} members")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OverflowError) as error:
        raise Unreadable(f"{name} is not a readable zip: {error}") from error
    return _to_folder(name, archive, _sort_in(archive))


def _sort_in(archive: zipfile.ZipFile) -> _Level:
    top = _Level()
    for info in archive.infolist():
        # Windows tools write backslashes; Python shows them as they are.
        parts = [part for part in info.filename.replace("\\", "/").split("/") if part not in ("", ".")]
        problem = _judge_name(info.filename, parts)
        if problem:
            top.notes.append(f"{info.filename[:_MAX_NAME]!a} {problem}: left out")
            continue
        if not parts or any(is_clutter(part) for part in parts):
            continue
        is_folder = info.filename.endswith(("/", "\\"))
        level = _open_level(top, parts if is_folder else parts[:-1])
        if level is None or (not is_folder and parts[-1] in level.folders):
            top.notes.append(f"{'/'.join(parts)} is both a file and a folder in the zip: left out")
        elif not is_folder:
            if parts[-1] in level.members:
                top.notes.append(f"{'/'.join(parts)} is in the zip more than once: the last one counts")
            level.members[parts[-1]] = info
    return top


def _open_level(top: _Level, parts: list[str]) -> _Level | None:
    level = top
    for part in parts:
        if part in level.members:
            return None
        level = level.folders.setdefault(part, _Level())
    return level


def _judge_name(filename: str, parts: list[str]) -> str:
    if filename.startswith(("/", "\\")) or filename[1:2] == ":" or ".." in parts:
        return "leads out of the zip"
    if not filename.isprintable() or any(len(part.encode("utf-8", "replace")) > _MAX_NAME for part in parts):
        return "is no usable file name"
    if len(parts) > MAX_DEPTH:
        return f"lies more than {MAX_DEPTH} folders deep"
    return ""


def _to_folder(name: str, archive: zipfile.ZipFile, level: _Level) -> Folder:
    def content() -> Content:
        files, notes = [], list(level.notes)
        for child, info in sorted(level.members.items()):
            if stat.S_ISLNK(info.external_attr >> 16):
                notes.append(f"{child} is a symbolic link: not followed")
            else:
                files.append(_to_file(child, archive, info))
        folders = tuple(_to_folder(child, archive, inner) for child, inner in sorted(level.folders.items()))
        return Content(folders=folders, files=tuple(files), notes=tuple(notes))

    return Folder(name=name, list=content)


def _to_file(name: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> File:
    def read(limit: int) -> bytes:
        if info.flag_bits & 1:
            raise Unreadable(f"{name} is protected by a password")
        if info.compress_type not in _METHODS:
            raise Unreadable(f"{name} is compressed in a way other than deflate")
        if info.file_size > max(_RATIO_COUNTS_FROM, MAX_RATIO * info.compress_size):
            raise Unreadable(f"{name} expands more than {MAX_RATIO} times")
        try:
            with archive.open(info) as member:
                data = member.read(limit + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            ValueError,
            NotImplementedError,
            EOFError,
            RuntimeError,
        ) as error:
            raise Unreadable(f"{name} is damaged in the zip: {error}") from error
        if len(data) > limit:
            raise Unreadable(
                f"{name} is {megabytes(info.file_size)} long; at most {megabytes(limit)} are read"
            )
        return data

    return File(name=name, read=read)
