"""When the last commit of a clone was made, read from the files in ``.git`` and from nothing else.

Git itself is not run: in a clone of a stranger's its settings and hooks are the stranger's programs. A library for all
of git reads the settings, too, follows ``alternates`` out of the clone, and expands whatever a damaged pack asks it to.
Only one object is wanted here, so it is looked up in bounded memory, and no link is followed on the way.
"""

from __future__ import annotations

import re
import zlib
from datetime import datetime, timedelta, timezone
from pathlib import Path

from autograder.intake.exports.pack import MAX_OBJECT_BYTES, Damaged, find_in_index, read_from_pack
from autograder.intake.folder import disk_file_inside, disk_folder_inside
from autograder.intake.tree import Unreadable

_MAX_REF_BYTES = 4_096
_MAX_PACKED_REFS_BYTES = 2**20
_MAX_PACK_BYTES = 128 * 2**20
_MAX_PACKS = 50
_MAX_STEPS = 5
_REF = re.compile(r"refs(?:/(?!\.)[\w.+@ #=,-]+)+")
_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_COMMITTER = re.compile(
    rb"^committer [^\n]*> (?P<seconds>\d{1,12}) (?P<sign>[+-])(?P<hours>\d\d)(?P<minutes>\d\d)$", re.MULTILINE
)


def has_git(root: Path, *parts: str) -> bool:
    """Whether there is a ``.git`` of its own in this folder below ``root``."""
    try:
        disk_file_inside(root, *parts, ".git", "HEAD").read(_MAX_REF_BYTES)
    except Unreadable:
        return False
    return True


def commit_time(root: Path, *parts: str) -> str:
    """Return when the commit was made that is checked out in this folder below ``root``, as ISO 8601 with an offset.

    It is what the student's computer said (the committer's date). Raise `Unreadable` if it cannot be told.
    """
    clone = _Clone(root, (*parts, ".git"))
    content = clone.read_commit(clone.resolve("HEAD"))
    found = _COMMITTER.search(content.partition(b"\n\n")[0])
    if found is None:
        raise Unreadable("the last commit does not say when it was made")
    offset = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"]))
    try:
        zone = timezone(-offset if found["sign"] == b"-" else offset)
        return datetime.fromtimestamp(int(found["seconds"]), zone).isoformat()
    except (ValueError, OverflowError, OSError) as error:
        raise Unreadable("the last commit has no possible date") from error


class _Clone:
    def __init__(self, root: Path, git: tuple[str, ...]) -> None:
        self._root = root
        self._git = git

    def _read(self, limit: int, *parts: str) -> bytes:
        return disk_file_inside(self._root, *self._git, *parts).read(limit)

    def resolve(self, name: str) -> str:
        """Return the id of the commit that a name stands for."""
        for _ in range(_MAX_STEPS):
            try:
                text = self._read(_MAX_REF_BYTES, *name.split("/")).decode("utf-8", "replace").strip()
            except Unreadable:
                text = self._packed_refs().get(name, "")
            if _ID.fullmatch(text):
                return text
            name = text.removeprefix("ref:").strip()
            if not _REF.fullmatch(name):
                break
        raise Unreadable("there is no commit yet, or none that can be found")

    def _packed_refs(self) -> dict[str, str]:
        try:
            lines = self._read(_MAX_PACKED_REFS_BYTES, "packed-refs").decode("utf-8", "replace").splitlines()
        except Unreadable:
            return {}
        pairs = (line.split(" ", 1) for line in lines if " " in line and line[0] not in "#^")
        return {name: number for number, name in pairs}

    def read_commit(self, number: str) -> bytes:
        """Return a commit's text."""
        try:
            kind, content = self._find(number)
        except Damaged as error:
            raise Unreadable(f"the last commit cannot be read: {error}") from error
        if kind != "commit":
            raise Unreadable("what is checked out is no commit")
        return content

    def _find(self, number: str) -> tuple[str, bytes]:
        try:
            loose = self._read(MAX_OBJECT_BYTES, "objects", number[:2], number[2:])
        except Unreadable:
            return self._find_in_packs(number)
        try:
            content = zlib.decompressobj().decompress(loose, MAX_OBJECT_BYTES)
        except zlib.error as error:
            raise Damaged("it is damaged") from error
        head, _, body = content.partition(b"\0")
        return head.split(b" ")[0].decode("ascii", "replace"), body

    def _find_in_packs(self, number: str) -> tuple[str, bytes]:
        packs = disk_folder_inside(self._root, *self._git, "objects", "pack").list()
        names = [file.name for file in packs.files if file.name.endswith(".idx")]
        for name in names[:_MAX_PACKS]:
            index = self._read(_MAX_PACK_BYTES, "objects", "pack", name)
            place = find_in_index(index, bytes.fromhex(number))
            if place is not None:
                pack = self._read(_MAX_PACK_BYTES, "objects", "pack", f"{name.removesuffix('.idx')}.pack")
                return read_from_pack(pack, index, place, len(number) // 2)
        raise Damaged("it is not in the clone")
