"""What a program may not do to the machine, where no kernel refuses it: start other processes, use the network.

Elsewhere the kernel says no; here the interpreter does, in the same words. That keeps honest programs from behaving
otherwise than where they are graded, and from leaving processes behind. It locks nobody in.
"""

from __future__ import annotations

import errno
import os
import sys
from typing import Any

_REFUSED = frozenset(
    (
        *("os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.exec", "os.system", "os.startfile"),
        *("os.startfile/2", "pty.spawn", "subprocess.Popen", "_winapi.CreateProcess"),
        *("socket.bind", "socket.connect", "socket.sendto", "socket.getaddrinfo"),
    )
)


def install() -> None:
    """Refuse from now on, for good."""
    refused, number, text = _REFUSED, errno.EPERM, os.strerror(errno.EPERM)

    def refuse(event: str, args: tuple[Any, ...]) -> None:
        if event in refused:
            raise PermissionError(number, text)

    sys.addaudithook(refuse)
