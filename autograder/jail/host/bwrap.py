"""The jail in Linux namespaces, made by bubblewrap: no network, no /proc, nothing writable, only `guest` of ours."""

from __future__ import annotations

import shutil
from pathlib import Path

from autograder.errors import JailUnavailable

from .interpreter import Interpreter
from .runtime import runtime_folder

_INSIDE = "/jail"

# asyncio imports ssl, which takes a sixth of the start and is of no use without a network; a program that imports it
# itself still can. What random and threading want to do after every fork costs half a millisecond, and is not needed
# in a process that forks without threads and fixes its random numbers.
START = (
    "import os, sys; sys.path.insert(0, {path!r}); sys.modules['ssl'] = None; "
    "at_fork, os.register_at_fork = os.register_at_fork, lambda **hooks: None; "
    "from autograder.jail.guest.zygote import main; "
    "os.register_at_fork = at_fork; del sys.modules['ssl']; main({fd})"
)


def command(interpreter: Interpreter, control: int) -> list[str]:
    """Return the command line that starts the zygote, its control socket inherited as descriptor ``control``."""
    program = shutil.which("bwrap")
    if program is None:
        raise JailUnavailable(
            "bwrap (bubblewrap) is not installed, so student code cannot be locked in. "
            "Install it (Debian, Ubuntu: apt-get install bubblewrap), or choose --jail plain for code you trust."
        )
    binds = ["--ro-bind", str(runtime_folder(interpreter)), _INSIDE]
    prefix = str(interpreter.prefix)
    if prefix != "/usr":
        binds = ["--ro-bind", prefix, prefix, *binds]
    packages = interpreter.library / "site-packages"
    if packages.is_dir():
        binds += ["--tmpfs", str(packages), "--remount-ro", str(packages)]
    return [
        program,
        *("--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"),
        *("--unshare-cgroup-try", "--die-with-parent", "--new-session", "--as-pid-1", "--clearenv"),
        *("--cap-drop", "ALL", "--uid", "65534", "--gid", "65534", "--hostname", "jail"),
        *("--setenv", "PATH", "/nonexistent", "--setenv", "LANG", "C.UTF-8", "--setenv", "TZ", "UTC"),
        *("--setenv", "MALLOC_ARENA_MAX", "2", "--setenv", "PYTHONHASHSEED", "0"),
        *("--setenv", "LD_LIBRARY_PATH", str(interpreter.prefix / "lib")),
        *("--dir", "/tmp", "--ro-bind", "/usr/lib", "/usr/lib", "--symlink", "usr/lib", "/lib"),
        *("--ro-bind-try", "/usr/lib64", "/usr/lib64", "--symlink", "usr/lib64", "/lib64"),
        *_own_binary(interpreter),
        *binds,
        *("--dev", "/dev", "--remount-ro", "/dev", "--chdir", "/tmp", "--remount-ro", "/"),
        *python_command(interpreter, control, _INSIDE),
    ]


def _own_binary(interpreter: Interpreter) -> list[str]:
    if interpreter.prefix == Path("/usr"):
        return ["--ro-bind", str(interpreter.executable), str(interpreter.executable)]
    return []


def python_command(interpreter: Interpreter, control: int, path: str) -> list[str]:
    """Return how the zygote's Python is started, in every backend.

    Not ``-I``: that ignores PYTHONHASHSEED, and with it the order of sets would differ from run to run.
    """
    start = START.format(path=path, fd=control)
    return [str(interpreter.executable), "-P", "-s", "-S", "-B", "-X", "utf8", "-c", start]
