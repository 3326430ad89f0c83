"""What the files are called that were handed in: enough of them to guess which assignment they are for."""

from __future__ import annotations

import itertools
import os
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from autograder.intake.archive import open_archive
from autograder.intake.exports import file_names
from autograder.intake.folder import disk_class, disk_file
from autograder.intake.tree import Allowance, File, Folder, Unreadable, is_archive

_LEVELS_DOWN = 3
_MOST_NAMES = 5_000
_MOST_FOLDERS = 5_000
_MOST_BYTES = 8 * 2**20
"""A longer archive is not opened only to see the names in it; nor more than so many bytes of archives in all."""


def names_handed_in(paths: Sequence[Path]) -> Iterator[str]:
    """Yield file names, those that lie highest first.

    What cannot be read is passed over: it is told about when submissions are read.
    """
    return itertools.islice(_Names().of(paths), _MOST_NAMES)


def _name_of(file: File) -> str:
    """Return a file's name; a notebook's as that of the file that it stands for."""
    return file.name[: -len(".ipynb")] + ".py" if file.name.lower().endswith(".ipynb") else file.name


class _Names:
    def __init__(self) -> None:
        self._bytes = _MOST_BYTES
        self._allowance = Allowance()

    def of(self, paths: Sequence[Path]) -> Iterator[str]:
        waiting: deque[tuple[Folder, int]] = deque()
        for path in (Path(os.path.abspath(each)) for each in paths):
            if path.is_dir():
                waiting.append((disk_class(path), 0))
            else:
                file = disk_file(path)
                yield _name_of(file)
                waiting.extend((folder, 1) for folder in self._inside(file))
        for _ in range(_MOST_FOLDERS):
            if not waiting:
                return
            folder, depth = waiting.popleft()
            try:
                content = folder.list()
            except Unreadable:
                continue
            for file in content.files:
                name = _name_of(file)
                yield name
                yield from file_names(name)
                waiting.extend((each, depth + 1) for each in self._inside(file))
            if depth < _LEVELS_DOWN:
                waiting.extend((each, depth + 1) for each in content.folders)

    def _inside(self, file: File) -> list[Folder]:
        """Return the top folder of an archive, nothing for any other file."""
        if not is_archive(file.name):
            return []
        try:
            data = file.read(self._bytes)
            self._bytes -= len(data)
            return [open_archive(file.name, data, self._allowance)]
        except Unreadable:
            return []
