"""A folder on disk as a `tree.Folder`. What leads out of it is not read: not through links, and not by a race.

A student's process may write there while we read. So everything below the path that the caller named is opened one
step after the other, each from the descriptor of the one before it and never through a symbolic link.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.intake.tree import (
    MAX_ENTRIES,
    Content,
    File,
    Folder,
    Inaccessible,
    Notes,
    Unreadable,
    is_clutter,
    note_lookalikes,
    printable,
    too_long,
)


def _flag(name: str) -> int:
    """Return a flag of ``open``. Not all systems have all of them; there nobody grades, but students import this."""
    return int(getattr(os, name, 0))


_NO_LINK = _flag("O_NOFOLLOW")
_STEP = _flag("O_DIRECTORY") | _NO_LINK | _flag("O_CLOEXEC") | _flag("O_PATH")
_LIST = _flag("O_DIRECTORY") | _NO_LINK | _flag("O_CLOEXEC")
# Not to wait for the writer of a pipe, should one appear after we have looked.
_READ = _NO_LINK | _flag("O_NONBLOCK") | _flag("O_CLOEXEC")
_PIECE = 2**20


@dataclass(frozen=True, slots=True)
class _Place:
    """Something below a path that the caller named."""

    root: Path
    parts: tuple[str, ...] = ()
    limit_of_links: int | None = 0
    """Links may lead anywhere below the first so many parts; None: nowhere, as each entry is somebody else's."""

    @property
    def name(self) -> str:
        return printable(self.parts[-1] if self.parts else self.root.name)

    def inside(self, name: str) -> _Place:
        limit = len(self.parts) + 1 if self.limit_of_links is None else self.limit_of_links
        return replace(self, parts=(*self.parts, name), limit_of_links=limit)

    @contextlib.contextmanager
    def holder(self) -> Iterator[int]:
        """Open the folder that this lies in."""
        descriptor = os.open(self.root if self.parts else self.root.parent, _STEP & ~_NO_LINK)
        try:
            for part in self.parts[:-1]:
                inner = os.open(part, _STEP, dir_fd=descriptor)
                os.close(descriptor)
                descriptor = inner
            yield descriptor
        finally:
            os.close(descriptor)


def disk_folder(path: Path) -> Folder:
    """Return the folder at ``path``; links inside may lead anywhere inside."""
    return _folder(_Place(path))


def disk_class(path: Path) -> Folder:
    """Return the folder at ``path`` in which each entry is somebody else's: no link leads from one to another."""
    return _folder(_Place(path, limit_of_links=None))


def disk_file(path: Path) -> File:
    """Return the file at ``path``, which may be a link to another one in the same folder."""
    return File(name=printable(path.name), read=lambda limit: _read_named(path, limit))


def disk_folder_inside(root: Path, *parts: str) -> Folder:
    """Return a folder some steps below ``root``, also one that is passed over otherwise; no link leads there."""
    return _folder(_Place(root, parts, limit_of_links=None))


def disk_file_inside(root: Path, *parts: str) -> File:
    """Return a file some steps below ``root``, also one that has several names, or is passed over otherwise."""
    name = printable(parts[-1])
    place = _Place(root, parts, limit_of_links=None)
    return File(name=name, read=lambda limit: _read(place, name, limit, alone=False))


def _folder(place: _Place) -> Folder:
    return Folder(name=place.name, list=lambda: _list(place))


def _list(place: _Place) -> Content:
    folders: list[Folder] = []
    files: list[File] = []
    links: list[str] = []
    notes = Notes()
    try:
        with _open_folder(place) as descriptor, os.scandir(descriptor) as scan:
            wanted = (entry for entry in scan if not is_clutter(entry.name))
            entries = sorted(itertools.islice(wanted, MAX_ENTRIES + 1), key=lambda entry: entry.name)
            for entry in entries[:MAX_ENTRIES]:
                inner, name = place.inside(entry.name), printable(entry.name)
                if entry.is_symlink():
                    target, problem = _follow(place, entry.name)
                    if target is None:
                        links.append(name)
                        notes.add(f"{name} is a symbolic link{problem}: not followed")
                    else:
                        files.append(_file(target, name))
                elif entry.is_dir(follow_symlinks=False):
                    folders.append(_folder(inner))
                else:
                    files.append(_file(inner, name))
    except OSError as error:
        raise Inaccessible(f"the folder {place.name} cannot be read: {error.strerror}") from error
    if len(entries) > MAX_ENTRIES:
        notes.add(f"more than {MAX_ENTRIES} entries: the rest was not looked at")
    note_lookalikes([*(folder.name for folder in folders), *(file.name for file in files)], notes)
    return Content(folders=tuple(folders), files=tuple(files), links=tuple(links), notes=notes.texts())


@contextlib.contextmanager
def _open_folder(place: _Place) -> Iterator[int]:
    if place.parts:
        with place.holder() as holder:
            descriptor = os.open(place.parts[-1], _LIST, dir_fd=holder)
    else:
        descriptor = os.open(place.root, _LIST & ~_NO_LINK)  # a link here is the caller's
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _follow(place: _Place, name: str) -> tuple[_Place | None, str]:
    """Return where a link in this folder leads to, if it may be read there, else what kind of link it is."""
    target = Path(os.path.realpath(place.root.joinpath(*place.parts, name)))
    if os.path.isdir(target):
        return None, " to a folder"
    if place.limit_of_links is None:
        return None, ""
    root = Path(os.path.realpath(place.root.joinpath(*place.parts[: place.limit_of_links])))
    if not target.is_relative_to(root):
        return None, " that leads out of the folder"
    parts = (*place.parts[: place.limit_of_links], *target.relative_to(root).parts)
    return replace(place, parts=parts), ""


def _file(place: _Place, name: str) -> File:
    return File(name=name, read=lambda limit: _read(place, name, limit))


def _read_named(path: Path, limit: int) -> bytes:
    """Read a file that the caller named, or that a pattern of the shell named in a folder of a student's."""
    name = printable(path.name)
    target = Path(os.path.realpath(path))
    if target.parent != Path(os.path.realpath(path.parent)):
        raise Unreadable(
            f"{name} is a symbolic link that leads out of its folder: if that is meant, name {printable(str(target))}"
        )
    return _read(_Place(target), name, limit, alone=False)


def _read(place: _Place, name: str, limit: int, *, alone: bool = True) -> bytes:
    """Read a file; with ``alone``, only one that has no other name."""
    try:
        with place.holder() as holder:
            last = place.parts[-1] if place.parts else place.root.name
            # Looked at before it is opened: to open a device can be to use it.
            _judge(name, os.stat(last, dir_fd=holder, follow_symlinks=False), limit, alone)
            descriptor = os.open(last, _READ, dir_fd=holder)
        with open(descriptor, "rb", buffering=0) as file:
            before = os.fstat(descriptor)
            _judge(name, before, limit, alone)
            pieces, left = [], limit + 1
            # All of it at once: to join the pieces of a class would take its memory twice.
            size = max(before.st_size + 1, _PIECE)
            while left and (piece := file.read(min(size, left))):
                pieces.append(piece)
                left -= len(piece)
            after = os.fstat(descriptor)
    except OSError as error:
        raise Inaccessible(f"{name} cannot be read: {error.strerror}") from error
    if not left:
        raise too_long(name, max(after.st_size, limit + 1), limit)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise Unreadable(f"{name} was being written while it was read: grade it again")
    return b"".join(pieces)


def _judge(name: str, status: os.stat_result, limit: int, alone: bool) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise Unreadable(f"{name} is a symbolic link that leads nowhere")
    if not stat.S_ISREG(status.st_mode):
        raise Unreadable(f"{name} is not an ordinary file")
    # A link made by hand may show somebody else's file. A copy of the folder has none.
    if alone and status.st_nlink > 1:
        raise Unreadable(
            f"{name} is a hard link: the same file may lie outside of the folder. Copy the folder and grade the copy"
        )
    if status.st_size > limit:
        raise too_long(name, status.st_size, limit)
