"""The jail for root where there is no Landlock, as in gVisor: a root folder that holds nothing but Python."""

from __future__ import annotations

import os
import shutil

from autograder.errors import JailUnavailable

from .copied import copied_root
from .start import Backend, Order, Start

_INSIDE = "/jail"


def start(order: Order) -> Start:
    """Return how the jail is started."""
    if order.user is None:
        raise JailUnavailable("only root can change the root folder.")
    program = shutil.which("chroot", path=os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin")
    if program is None:
        raise JailUnavailable("the program chroot is not installed (Debian, Ubuntu: it is in coreutils).")
    root = copied_root(order.interpreter)
    prefix = order.interpreter.prefix
    return Start(
        command=[
            program,
            f"--userspec={order.user}:{order.user}",
            "--groups=",
            str(root),
            *order.python(_INSIDE, readable=("/",), own_user=True),
        ],
        environment=order.environment(LD_LIBRARY_PATH=str(prefix / "lib")),
    )


BACKEND = Backend(
    name="chroot",
    start=start,
    needs=frozenset({"seccomp", "user"}),
    promise="a root folder with only Python in it: no other file can be seen, none written, no network",
)
