"""Attempts to write, and to change what is there."""

from __future__ import annotations

import os
import signal
import sys
from functools import partial

from .calls import Rows, closed, each


def create(folder: str, keep: bool = False) -> str:
    """Make a file, and take it away again unless it shall be seen from outside."""
    path = os.path.join(folder, "autograder-doctor-was-here")
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT))
    if not keep:
        os.unlink(path)
    return "a file was made"


def write_files(drop: str) -> Rows:
    """Make files in folders that programs usually may write to, and in one that everybody may."""
    own = os.path.dirname(__file__)
    folders = {own, os.getcwd(), "/", "/tmp", "/var/tmp", "/dev/shm", "/dev", "/run", os.path.expanduser("~")}
    ways = {folder: partial(create, folder) for folder in sorted(folders)}
    return each({**ways, drop: partial(create, drop, keep=True)})


def change_interpreter() -> Rows:
    """Open the interpreter and its library for writing."""
    library = os.path.dirname(os.__file__)
    return each(
        {
            os.__file__: lambda: closed(os.open(os.__file__, os.O_RDWR)),
            sys.executable: lambda: closed(os.open(sys.executable, os.O_RDWR)),
            library: lambda: create(library),
            sys.prefix: lambda: create(sys.prefix),
        }
    )


def change_runtime() -> Rows:
    """Open the files of the runtime for writing."""
    file = str(sys.modules["autograder.jail.guest.runtime"].__file__)
    folder = os.path.dirname(file)
    return each({file: lambda: closed(os.open(file, os.O_RDWR)), folder: lambda: create(folder)})


def change_metadata(drop: str) -> Rows:
    """Change what a file is called, who may read it, and how old it is."""
    note = os.path.join(drop, "note")
    return each(
        {
            "chmod": lambda: os.chmod(note, 0o600),
            "utime": lambda: os.utime(note),
            "rename": lambda: os.rename(note, note + "2"),
            "link": lambda: os.link(note, note + "3"),
            "symlink": lambda: os.symlink("/", note + "4"),
            "mkdir": lambda: os.mkdir(note + "5"),
            "mkfifo": lambda: os.mkfifo(note + "6"),
            "truncate": lambda: os.truncate(note, 0),
            "unlink": lambda: os.unlink(note),
        }
    )


def write_large_file(drop: str, length: int) -> Rows:
    """Write far beyond the limit into a file that everybody may write to."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    def write() -> str:
        descriptor = os.open(os.path.join(drop, "note"), os.O_WRONLY)
        try:
            done = 0
            while done < length:
                done += os.write(descriptor, bytes(min(65_536, length - done)))
            return f"{done} bytes"
        finally:
            os.close(descriptor)

    return each({"write": write})
