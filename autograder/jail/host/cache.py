"""Folders that are made once and used by many runs: in the folder for temporary files, named by what is in them."""

from __future__ import annotations

import atexit
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

_KEPT_SECONDS = 14 * 86_400
"""Folders that no run has asked for since then are removed when another one is made."""


def cached_folder(kind: str, digest: str, fill: Callable[[Path], None]) -> Path:
    """Return the folder for ``digest``, made by ``fill`` if it is not there or anybody else could have written to it.

    All users may read it: the users of jails do. It appears under its name only when it is complete.
    """
    family = f"autograder-{kind}-{_user()}-"
    shared = Path(tempfile.gettempdir()) / (family + digest)
    if _is_ours(shared):
        os.utime(shared)
        return shared
    _remove_unused(shared.parent, family)
    made = Path(tempfile.mkdtemp(prefix=f"autograder-{kind}-"))
    mask = os.umask(0o022)
    try:
        made.chmod(0o755)
        fill(made)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    finally:
        os.umask(mask)
    try:
        made.rename(shared)  # fails when another process was quicker, or another user has put something there
    except OSError:
        if _is_ours(shared):
            shutil.rmtree(made, ignore_errors=True)
        else:
            atexit.register(shutil.rmtree, made, ignore_errors=True)
            return made
    return shared


def _is_ours(folder: Path) -> bool:
    """Tell whether the folder is there and only this user can have put anything into it."""
    try:
        status = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == _user() and not status.st_mode & 0o022


def _remove_unused(where: Path, family: str) -> None:
    for folder in where.glob(family + "*"):
        try:
            unused = time.time() - folder.lstat().st_mtime > _KEPT_SECONDS
        except OSError:
            continue
        if unused and _is_ours(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _user() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0
