"""Writing a file whole or not at all: whoever looks, at whatever moment, finds the old one or the new one."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from autograder.errors import GraderError


@contextmanager
def whole_file(path: Path, encoding: str) -> Iterator[TextIO]:
    """Open a text file that takes the place of ``path`` when the block has ended well, and not before.

    Raise `GraderError` if the disk does not take it; what was at ``path`` is then still there.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        # "x": whoever may write to the folder cannot have put a link of that name there.
        with temporary.open("x", encoding=encoding, newline="") as stream:
            yield stream
        temporary.replace(path)
    except OSError as error:
        raise GraderError(
            f"{path}: the report cannot be written ({error.strerror}). Make room, then run again."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)  # it is still there if this was interrupted
