"""The jail in Linux namespaces, made by bubblewrap: no network, no /proc, nothing writable, only `guest` of ours.

Root starts it as the jail's own user: a user namespace made by root would leave the jail root's own in the kernel's
eyes, and the limit on its threads without effect.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from autograder.errors import JailUnavailable

from .copied import copied_python, is_reachable
from .interpreter import Interpreter
from .runtime import runtime_folder
from .start import Backend, Order, Start

_INSIDE = "/jail"


def start(order: Order) -> Start:
    """Return how the jail is started."""
    program = shutil.which("bwrap")
    if program is None:
        raise JailUnavailable(
            "bwrap (bubblewrap) is not installed. Install it (Debian, Ubuntu: apt-get install bubblewrap)."
        )
    interpreter = order.interpreter
    if order.user is not None and not is_reachable(interpreter.executable):
        interpreter = copied_python(interpreter)
    identity = str(65534 if order.user is None else order.user)
    environment = order.environment(LD_LIBRARY_PATH=str(interpreter.prefix / "lib"))
    command = [
        program,
        *(
            "--unshare-user",
            "--unshare-ipc",
            "--unshare-pid",
            "--unshare-net",
            "--unshare-uts",
            "--unshare-cgroup-try",
        ),
        *("--die-with-parent", "--new-session", "--as-pid-1", "--clearenv", "--hostname", "jail"),
        *("--cap-drop", "ALL", "--uid", identity, "--gid", identity),
        *(word for name, value in environment.items() for word in ("--setenv", name, value)),
        *_view(interpreter),
        *("--ro-bind", str(runtime_folder(interpreter)), _INSIDE),
        *("--dev", "/dev", "--remount-ro", "/dev", "--chdir", "/tmp", "--remount-ro", "/"),
        *order.python(_INSIDE, executable=str(interpreter.executable), readable=("/",), own_user=True),
    ]
    # bubblewrap itself needs to be found; what it starts gets the environment above.
    return Start(command=command, environment={"PATH": str(Path(program).parent)}, user=order.user)


def _view(interpreter: Interpreter) -> list[str]:
    """Return what can be seen of the file system: the system's libraries and the interpreter."""
    prefix = str(interpreter.prefix)
    view = ["--dir", "/tmp", "--ro-bind", "/usr/lib", "/usr/lib", "--symlink", "usr/lib", "/lib"]
    view += ["--ro-bind-try", "/usr/lib64", "/usr/lib64", "--symlink", "usr/lib64", "/lib64"]
    own = str(interpreter.executable) if prefix == "/usr" else prefix
    view += ["--ro-bind", own, own]
    packages = interpreter.library / "site-packages"
    if packages.is_dir():
        view += ["--tmpfs", str(packages), "--remount-ro", str(packages)]
    return view


BACKEND = Backend(
    name="bwrap",
    start=start,
    needs=frozenset({"seccomp", "user"}),
    promise="namespaces: no network, no other process, no file but the interpreter's, nothing writable",
)
