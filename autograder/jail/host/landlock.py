"""The jail without namespaces, for containers such as Docker's and Gradescope's: Landlock and a user of its own.

The kernel refuses all files but the interpreter's, all writing, TCP, and signals to others. What it cannot hide is
whether a file exists, and how large it is.
"""

from __future__ import annotations

import sys

from autograder.errors import JailUnavailable

from .copied import copied_python, is_reachable
from .readable import readable_paths
from .runtime import runtime_folder
from .start import Backend, Order, Start


def start(order: Order) -> Start:
    """Return how the jail is started."""
    if sys.platform != "linux":
        raise JailUnavailable("Landlock is a part of Linux, and this is another system.")
    interpreter, folder = order.interpreter, runtime_folder(order.interpreter)
    if order.user is not None and not is_reachable(interpreter.executable):
        interpreter = copied_python(interpreter)
    return Start(
        command=order.python(
            str(folder),
            executable=str(interpreter.executable),
            readable=readable_paths(interpreter, folder),
            own_user=order.user is not None,
        ),
        environment=order.environment(LD_LIBRARY_PATH=str(interpreter.prefix / "lib")),
        user=order.user,
    )


BACKEND = Backend(
    name="landlock",
    start=start,
    needs=frozenset({"seccomp", "landlock", "user"}),
    promise="Landlock: no file but the interpreter's can be read, none written, no network; file names can be probed",
)
