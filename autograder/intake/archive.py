"""An archive as a `tree.Folder`. It is held in memory and never extracted, so a hostile name has nothing to hit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from autograder.intake.members import Member, split_path
from autograder.intake.tar import tar_members
from autograder.intake.tree import (
    ARCHIVES,
    MAX_DEPTH,
    MAX_NAME_BYTES,
    MAX_TOTAL_BYTES,
    Allowance,
    Content,
    File,
    Folder,
    Notes,
    Unreadable,
    is_clutter,
    note_lookalikes,
    printable,
)
from autograder.intake.zip import zip_members

MAX_CLASS_ARCHIVE_BYTES = 256 * 2**20
"""The longest archive that may hold a class."""

_OTHERS = (
    (b"\xfd7zXZ\0", "xz"),
    (b"BZh", "bzip2"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"Rar!", "RAR"),
)


@dataclass(slots=True)
class _Level:
    """One folder of the archive while its members are being sorted in."""

    folders: dict[str, _Level] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    notes: Notes = field(default_factory=Notes)


def open_archive(name: str, data: bytes, allowance: Allowance, keep: int = MAX_TOTAL_BYTES) -> Folder:
    """Return the top folder of the zip or tar with these bytes.

    Of a tar, ``keep`` bytes of its files are held in memory. Raise `Unreadable` if it is no archive, holds more than
    the allowance, or holds nothing but what must be left out.
    """
    top = _Level()
    if _is_zip(name, data):
        members = zip_members(name, data, top.notes, allowance)
    else:
        members = tar_members(name, data, top.notes, allowance, keep)
    _Sorting(name, top, allowance).sort_in(members)
    if members and not (top.folders or top.members) and top.notes.texts():
        raise Unreadable(f"nothing in {name} can be used: {top.notes.texts()[0]}")
    return _to_folder(name, top)


def _is_zip(name: str, data: bytes) -> bool:
    """Tell by the content first: what a file is called is not always what it is."""
    for magic, method in _OTHERS:
        if data.startswith(magic):
            raise Unreadable(
                f"{name} is packed with {method}, which is not read: ask for one of {', '.join(ARCHIVES)}"
            )
    if data.startswith((b"PK\3\4", b"PK\5\6")):
        return True
    if data.startswith(b"\x1f\x8b") or data[257:262] == b"ustar":
        return False
    return name.lower().endswith(".zip")


class _Sorting:
    """Sorts the members of an archive into folders."""

    def __init__(self, name: str, top: _Level, allowance: Allowance) -> None:
        self._name = name
        self._top = top
        self._allowance = allowance

    def sort_in(self, members: Iterable[Member]) -> None:
        for member in members:
            raw = split_path(member.path)
            problem = _judge_name(member.path, raw)
            if problem:
                self._top.notes.add(f"{member.path[:MAX_NAME_BYTES]!a} {problem}: left out")
                continue
            parts = [printable(part) for part in raw]
            if not parts or any(is_clutter(part) for part in parts):
                continue
            if parts != raw:
                shown = "/".join(parts)
                self._top.notes.add(f"{member.path!a} cannot be shown as it is: it is read as {shown}")
            self._put(member, parts)

    def _put(self, member: Member, parts: list[str]) -> None:
        name = parts[-1]
        level = self._open(parts[:-1])
        if level is None or name in (level.members if member.is_folder else level.folders):
            self._top.notes.add(f"{'/'.join(parts)} is both a file and a folder in the archive: left out")
        elif member.problem:
            level.notes.add(f"{name} {member.problem}")
        elif member.is_folder:
            self._enter(level, name)
        else:
            if name in level.members:
                level.notes.add(f"{name} is in the archive more than once: the last one counts")
            level.members[name] = member

    def _open(self, parts: list[str]) -> _Level | None:
        level = self._top
        for part in parts:
            if part in level.members:
                return None
            level = self._enter(level, part)
        return level

    def _enter(self, level: _Level, name: str) -> _Level:
        if name not in level.folders:
            self._allowance.spend_entry(self._name)
            level.folders[name] = _Level()
        return level.folders[name]


def _judge_name(path: str, parts: list[str]) -> str:
    if path.startswith(("/", "\\")) or path[1:2] == ":" or ".." in parts:
        return "leads out of the archive"
    if "\0" in path or any(len(part.encode("utf-8", "replace")) > MAX_NAME_BYTES for part in parts):
        return "is no usable file name"
    if len(parts) > MAX_DEPTH:
        return f"lies more than {MAX_DEPTH} folders deep"
    return ""


def _to_folder(name: str, level: _Level) -> Folder:
    def content() -> Content:
        notes = Notes()
        notes.extend(level.notes.texts())
        note_lookalikes([*level.folders, *level.members], notes)
        return Content(
            folders=tuple(_to_folder(child, inner) for child, inner in sorted(level.folders.items())),
            files=tuple(_to_file(child, member) for child, member in sorted(level.members.items())),
            notes=notes.texts(),
        )

    return Folder(name=name, list=content)


def _to_file(name: str, member: Member) -> File:
    return File(name=name, read=lambda limit: member.read(name, limit))
