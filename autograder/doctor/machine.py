"""What the kernel and the surroundings offer: facts for people who wonder why a jail cannot be used here."""

from __future__ import annotations

import errno
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from autograder.jail.guest import landlock, seccomp
from autograder.jail.host.cgroup import ControlGroup

from .diagnosis import Fact

_LEAST_FREE_MB = 500
"""The largest of what is kept in the folder for temporary files, a copy of the interpreter, takes 90 MB."""

_UNSHARE = """
import ctypes, os, sys
if os.geteuid() == 0:
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
libc = ctypes.CDLL(None, use_errno=True)
print(0 if libc.unshare(0x10000000 | 0x20000 | 0x20000000 | 0x40000000) == 0 else ctypes.get_errno())
"""
_SWITCHES = {
    "/proc/sys/user/max_user_namespaces": ("0", "user.max_user_namespaces is 0"),
    "/proc/sys/kernel/unprivileged_userns_clone": ("0", "kernel.unprivileged_userns_clone is 0"),
    "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": (
        "1",
        "AppArmor lets only some programs do that (kernel.apparmor_restrict_unprivileged_userns is 1)",
    ),
}


def machine_facts() -> tuple[Fact, ...]:
    """Look around; nothing is changed but for moments, and nothing is raised."""
    return (
        _system(),
        _user(),
        namespaces(),
        _bubblewrap(),
        _landlock(),
        _seccomp(),
        _control_groups(),
        _temporary_folder(),
    )


def _system() -> Fact:
    name = f"{platform.system()} {platform.release()} ({platform.machine()})"
    inside = " in a container" if is_container() else ""
    advice = "" if sys.platform == "linux" else "Grade on Linux: the jails with walls need it."
    return Fact(name="system", value=name, text=name + inside, advice=advice)


def is_container() -> bool:
    """Tell whether this looks like the inside of a container."""
    marks = ("/.dockerenv", "/run/.containerenv")
    return any(map(os.path.exists, marks)) or "KUBERNETES_SERVICE_HOST" in os.environ


def _user() -> Fact:
    user = os.geteuid() if hasattr(os, "geteuid") else -1
    if user == 0:
        text = "root (each grading process gives its jails a user of their own)"
    else:
        text = f"user {user} (jails run as the same user)"
    return Fact(name="user", value=user, text=text)


def namespaces() -> Fact:
    """Try to make the namespaces that bubblewrap makes, as a user without rights."""
    number = _ask_kernel()
    if number == 0:
        return Fact(name="namespaces", value=True, text="can be made")
    why = f"refused ({errno.errorcode.get(number, 'not known here')})"
    for file, (value, meaning) in _SWITCHES.items():
        try:
            if Path(file).read_text().strip() == value:
                why += f": {meaning}"
        except OSError:
            continue
    return Fact(name="namespaces", value=False, text=why)


def _ask_kernel() -> int:
    """Return 0 if namespaces can be made, else the kernel's error number, -1 for none."""
    command = [sys.executable, "-I", "-S", "-c", _UNSHARE]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10)
        return int(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return -1


def _bubblewrap() -> Fact:
    path = shutil.which("bwrap")
    return Fact(name="bubblewrap", value=path, text=path or "not installed (no bwrap on the PATH)")


def _landlock() -> Fact:
    version = landlock.version() if sys.platform == "linux" else 0
    missing = "not there (Linux 5.13 or newer has it, unless it was switched off)"
    return Fact(name="landlock", value=version, text=f"version {version}" if version else missing)


def _seccomp() -> Fact:
    there = sys.platform == "linux" and seccomp.available()
    text = "filters can be installed" if there else "not there, or not for this kind of processor"
    return Fact(name="seccomp", value=there, text=text)


def can_limit_groups() -> bool:
    """Tell whether a control group can be made here for a jail, by making one."""
    group = ControlGroup.make() if sys.platform == "linux" else None
    if group is None:
        return False
    group.remove()
    return True


def _control_groups() -> Fact:
    there = can_limit_groups()
    without = "none can be made (a second wall against using up memory and processes is missing)"
    return Fact(
        name="control_groups",
        value=there,
        text="can be made: each jail gets one for memory and processes" if there else without,
    )


def _temporary_folder() -> Fact:
    advice = "Set TMPDIR to a folder that can be written to, with 500 MB free."
    try:
        folder = tempfile.gettempdir()
        free = shutil.disk_usage(folder).free // 2**20
    except OSError as error:
        return Fact(name="temporary_folder", value=None, text=f"none ({error})", advice=advice)
    text = f"{folder} ({free:,} MB free)"
    enough = free >= _LEAST_FREE_MB
    return Fact(name="temporary_folder", value=folder, text=text, advice="" if enough else advice)
