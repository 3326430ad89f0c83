"""No walls are promised: a process with whatever of the lockdown this machine can do. For a student's own machine.

Code that runs here may be able to read what its user can read. Whoever grades with it is told so in every report.
"""

from __future__ import annotations

import sys

from .readable import readable_paths
from .runtime import runtime_folder
from .start import Backend, Order, Start


def start(order: Order) -> Start:
    """Return how the zygote is started without a jail around it."""
    folder = runtime_folder(order.interpreter)
    readable = readable_paths(order.interpreter, folder) if sys.platform == "linux" else ()
    return Start(
        command=order.python(str(folder), readable=readable),
        environment=order.environment(LD_LIBRARY_PATH=str(order.interpreter.prefix / "lib")),
    )


BACKEND = Backend(
    name="plain",
    start=start,
    needs=frozenset(),
    promise="none: a process with limits, for code that you trust",
)
