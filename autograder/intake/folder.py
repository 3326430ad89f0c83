"""A folder on disk as a `tree.Folder`. Symbolic links that lead out of it are not followed."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from autograder.intake.tree import Content, File, Folder, Inaccessible, Unreadable, is_clutter, megabytes


def disk_folder(path: Path, root: Path | None = None) -> Folder:
    """Return the folder at ``path``; links inside may lead anywhere under ``root`` (the folder itself if not given)."""
    return Folder(name=path.name, list=lambda: _list(path, root or path, root or path))


def disk_class(path: Path) -> Folder:
    """Return the folder at ``path`` in which each sub-folder is somebody else's: no link leads from one to another."""
    return Folder(name=path.name, list=lambda: _list(path, path, None))


def disk_file(path: Path) -> File:
    """Return the file at ``path``, which may be a link."""
    return File(name=path.name, read=lambda limit: _read(Path(os.path.realpath(path)), limit))


def printable_name(name: str) -> str:
    """Return a file name as text that can be encoded: bytes that are not UTF-8 become escapes."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _list(path: Path, root: Path, inner_root: Path | None) -> Content:
    folders, files, notes = [], [], []
    try:
        with os.scandir(path) as scan:
            entries = sorted(
                (entry for entry in scan if not is_clutter(entry.name)), key=lambda entry: entry.name
            )
    except OSError as error:
        raise Inaccessible(
            f"the folder {printable_name(path.name)} cannot be read: {error.strerror}"
        ) from error
    for entry in entries:
        name, target = printable_name(entry.name), Path(entry.path)
        if entry.is_symlink():
            target = Path(os.path.realpath(entry.path))
            if os.path.isdir(target):
                notes.append(f"{name} is a symbolic link to a folder: not followed")
            elif not target.is_relative_to(os.path.realpath(root)):
                notes.append(f"{name} is a symbolic link that leads out of the folder: not followed")
            else:
                files.append(File(name=name, read=disk_file(target).read))
        elif entry.is_dir(follow_symlinks=False):
            folders.append(Folder(name=name, list=disk_folder(target, inner_root).list))
        else:
            files.append(File(name=name, read=disk_file(target).read))
    return Content(folders=tuple(folders), files=tuple(files), notes=tuple(notes))


def _read(path: Path, limit: int) -> bytes:
    name = printable_name(path.name)
    try:
        # Not to be fooled by a link that appears meanwhile, and not to wait for the writer of a pipe.
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise Inaccessible(f"{name} cannot be read: {error.strerror}") from error
    with os.fdopen(fd, "rb") as file:
        status = os.fstat(fd)
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable(f"{name} is not an ordinary file")
        try:
            data = file.read(limit + 1)
        except OSError as error:
            raise Inaccessible(f"{name} cannot be read: {error.strerror}") from error
    if len(data) > limit:
        raise Unreadable(f"{name} is {megabytes(status.st_size)} long; at most {megabytes(limit)} are read")
    return data
