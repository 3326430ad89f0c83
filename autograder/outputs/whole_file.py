"""Writing a file whole or not at all: whoever looks, at whatever moment, finds the old one or the new one."""

from __future__ import annotations

import io
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from autograder.errors import GraderError


@contextmanager
def whole_file(path: Path, encoding: str) -> Iterator[TextIO]:
    """Open a text file that takes the place of ``path`` when the block has ended well, and not before.

    Raise `GraderError` if the disk does not take it; what was at ``path`` is then still there.
    """
    with whole_bytes(path) as raw:
        stream = io.TextIOWrapper(raw, encoding=encoding, newline="")
        yield stream
        stream.flush()
        stream.detach()  # else it would close what `whole_bytes` still needs


@contextmanager
def whole_bytes(path: Path, mode: int = 0o666) -> Iterator[BinaryIO]:
    """Open a file of bytes in the same way; ``mode`` is what its owner and others may do with it, less the umask."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    there = False
    try:
        # "x": whoever may write to the folder cannot have put a link of that name there.
        with open(temporary, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as stream:
            there = True
            yield stream
        temporary.replace(path)
        there = False
    except OSError as error:
        raise GraderError(
            f"{path}: the report cannot be written ({error.strerror}). Make room, then run again."
        ) from error
    finally:
        if there:  # this was interrupted, or the disk is full
            temporary.unlink(missing_ok=True)
