"""A plan comes to the disk: all of its files, or none. Nothing that somebody has written is lost."""

from __future__ import annotations

import secrets
from pathlib import Path

from autograder.errors import UsageError
from autograder.scaffolding.plan import Plan


def write(plan: Plan) -> None:
    """Write the files; raise `UsageError` if that cannot be done. Then everything is as it was before."""
    done = _Done()
    try:
        for path, content in plan.new.items():
            done.create(plan.root / path, content)
        for path, content in plan.changed.items():
            done.replace(plan.root / path, plan.old[path], content)
    except OSError as error:
        done.undo()
        raise UsageError(
            f"{error.filename or plan.root}: this cannot be written ({error.strerror}). Nothing was written."
        ) from error
    except BaseException:
        done.undo()
        raise


class _Done:
    """What was done so far, and can be undone."""

    def __init__(self) -> None:
        self._folders: list[Path] = []
        self._files: list[Path] = []
        self._replaced: list[tuple[Path, bytes]] = []

    def create(self, path: Path, content: bytes) -> None:
        """Write a file that is not there."""
        self._make_folder(path.parent)
        with path.open("xb") as stream:  # fails where something is there, were it a link into nowhere
            self._files.append(path)
            stream.write(content)

    def replace(self, path: Path, old: bytes, new: bytes) -> None:
        """Put another content into a file, provided that it still has the old one."""
        if path.read_bytes() != old:
            raise UsageError(f"{path} has changed meanwhile. Nothing was written; try again.")
        self._replaced.append((path, old))
        _swap(path, new)

    def _make_folder(self, folder: Path) -> None:
        if folder.is_dir():
            return
        self._make_folder(folder.parent)
        folder.mkdir()
        self._folders.append(folder)

    def undo(self) -> None:
        """Take away what was made, and put back what was there."""
        for path, old in reversed(self._replaced):
            if path.read_bytes() != old:
                _swap(path, old)
        for path in reversed(self._files):
            path.unlink(missing_ok=True)
        for folder in reversed(self._folders):
            try:
                folder.rmdir()
            except OSError:
                pass  # somebody else has put something into it


def _swap(path: Path, content: bytes) -> None:
    """Give a file another content, at once."""
    path = path.resolve()  # a link stays one
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        with beside.open("xb") as stream:
            stream.write(content)
        beside.chmod(path.stat().st_mode & 0o7777)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
