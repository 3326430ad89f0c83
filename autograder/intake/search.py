"""Look a few levels down into a submission, archives in it included, without being led around for ever."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from autograder.intake.archive import open_archive
from autograder.intake.tree import MAX_TOTAL_BYTES, Allowance, Content, File, Folder, Unreadable, is_archive

LEVELS_DOWN = 2

MAX_FOLDERS = 1_000
"""Folders and archives that are looked into while the files are searched for."""

MAX_NESTED_ARCHIVES = 20


@dataclass(frozen=True, slots=True)
class Level:
    """A folder that was listed, and what lies in it."""

    folder: Folder
    content: Content
    above: tuple[Content, ...]
    """The levels that it lies in, the highest first."""
    inner: list[Level] = field(default_factory=list)


class Survey:
    """The upper levels of a submission, each listed once. It does not look below a level that is ``enough``."""

    def __init__(self, folder: Folder, enough: Callable[[Content], bool], allowance: Allowance) -> None:
        """List them; raise `Unreadable` if the folder itself cannot be read."""
        self._enough = enough
        self._allowance = allowance
        self.failures: list[str] = []
        """Why something that lies in it could not be looked into."""
        self._folders = MAX_FOLDERS
        self._archives = MAX_NESTED_ARCHIVES
        self._bytes = MAX_TOTAL_BYTES
        self.top = Level(folder, folder.list(), ())
        self._go_down(self.top, LEVELS_DOWN)

    def _go_down(self, level: Level, levels: int) -> None:
        if not levels or self._enough(level.content):
            return
        above = (*level.above, level.content)
        archives = (file for file in level.content.files if is_archive(file.name))
        for entry in itertools.chain[Folder | File](level.content.folders, archives):
            if not self._folders:
                self._fail(f"more than {MAX_FOLDERS} folders: the rest was not searched")
                return
            self._folders -= 1
            try:
                folder = entry if isinstance(entry, Folder) else self._open(entry)
                inner = Level(folder, folder.list(), above)
            except Unreadable as error:
                self._fail(str(error))
                continue
            level.inner.append(inner)
            self._go_down(inner, levels - 1)

    def _open(self, file: File) -> Folder:
        if not self._archives:
            raise Unreadable(f"more than {MAX_NESTED_ARCHIVES} archives: the rest was not opened")
        self._archives -= 1
        data = file.read(self._bytes)
        self._bytes -= len(data)
        return open_archive(file.name, data, self._allowance)

    def _fail(self, text: str) -> None:
        if text not in self.failures:
            self.failures.append(text)
