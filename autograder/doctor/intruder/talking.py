"""Attempts to reach somebody through a socket."""

from __future__ import annotations

import errno
import select
import socket
from collections.abc import Callable
from functools import partial
from typing import Any

from .calls import Rows, each


def open_sockets() -> Rows:
    """Make sockets of many families."""

    def make(family: int, kind: int) -> None:
        socket.socket(family, kind).close()

    ways: dict[str, Callable[[], object]] = {}
    for family in ("AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK", "AF_VSOCK", "AF_ALG", "AF_PACKET"):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
            number = getattr(socket, family, None)
            if number is not None:
                ways[f"{family} {kind.name}"] = partial(make, number, kind)
    return each(ways)


def connect(port: int, datagram_port: int, *names: str) -> Rows:
    """Connect to the listeners outside."""

    def stream(family: int, address: Any) -> str:
        with socket.socket(family, socket.SOCK_STREAM) as sock:
            sock.setblocking(False)
            result = sock.connect_ex(address)
            if result == errno.EINPROGRESS:
                select.select([], [sock], [], 0.1)
                result = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if result:
                raise OSError(result, "connect")
            return "connected"

    def datagram() -> str:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            return f"{sock.sendto(b'x', ('127.0.0.1', datagram_port))} bytes sent"

    return each(
        {
            "TCP": partial(stream, socket.AF_INET, ("127.0.0.1", port)),
            "UDP": datagram,
            **{name.replace("\0", "@"): partial(stream, socket.AF_UNIX, name) for name in names},
        }
    )


def send_datagrams(*names: str) -> Rows:
    """Turn sockets that need no socket(), halves of a pair, towards somebody else."""

    def send(kind: int, name: str) -> str:
        ours, theirs = socket.socketpair(socket.AF_UNIX, kind)
        with ours, theirs:
            ours.setblocking(False)
            return f"{ours.sendto(b'x', name)} bytes sent"

    kinds = (socket.SOCK_DGRAM, socket.SOCK_RAW)
    return each(
        {
            f"{kind.name} to {name}".replace("\0", "@"): partial(send, kind, name)
            for name in names
            for kind in kinds
        }
    )
