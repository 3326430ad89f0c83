"""In which jails, as whom, and with what taken away the hostile programs are graded.

Made from the kit's own table of backends: a new backend is attacked from the day it stands there.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from autograder.jail.host import BACKENDS
from harness.samples import GROUPS
from harness.transplant import ORDINARY_USER, python_for

RESTRICT = Path(__file__).with_name("restrict.py")
_LANDLOCK_CREATE_RULESET = 444

CONTAINER = ("--deny-namespaces", "--container")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One way to grade a class."""

    name: str
    jail: str
    ordinary: bool = False
    """As a user without rights, also where the tests are run by root."""
    restrictions: tuple[str, ...] = ()
    """Options of restrict.py."""
    groups: tuple[str, ...] = GROUPS
    """Which of the samples."""
    audit: bool = False
    """With the audits on the real clock, in which suspected programs run once more, in a jail of another kind."""
    walls: bool = True
    """Whether the jail promises that nothing outside of it can be read or changed."""

    @property
    def user(self) -> int | None:
        """The user to become; None: stay who we are."""
        return ORDINARY_USER if self.ordinary and os.getuid() == 0 else None

    @property
    def restrict(self) -> list[str]:
        """The options of restrict.py for this."""
        return [*self.restrictions, *(["--user", str(self.user)] if self.user is not None else [])]

    def why_not_here(self) -> str:
        """Return what this machine lacks for it, found out without the kit; nothing if it can be done."""
        if not self.ordinary and self.jail in ("landlock", "chroot") and os.getuid() != 0:
            return f"{self.name}: needs root"
        if self.user is not None and python_for(self.user) is None:
            return f"{self.name}: there is no Python 3.11 or newer here that an ordinary user can read"
        if self.jail == "bwrap" and not self._makes_namespaces():
            return f"{self.name}: bwrap cannot make namespaces here"
        if self.jail == "landlock" and _landlock_version() < 1:
            return f"{self.name}: the kernel has no Landlock"
        return ""

    def _makes_namespaces(self) -> bool:
        if shutil.which("bwrap") is None:
            return False
        command = [
            "bwrap",
            "--unshare-user",
            "--unshare-pid",
            "--unshare-net",
            "--ro-bind",
            "/",
            "/",
            "/bin/true",
        ]
        start = [sys.executable, str(RESTRICT), os.devnull, *self.restrict, "--", *command]
        return subprocess.run(start, stderr=subprocess.DEVNULL).returncode == 0


def _landlock_version() -> int:
    return int(ctypes.CDLL(None).syscall(_LANDLOCK_CREATE_RULESET, None, 0, 1))


_KNOWN = {
    "bwrap": (
        Setting(name="bwrap", jail="bwrap"),
        Setting(name="bwrap-ordinary-user", jail="bwrap", ordinary=True, groups=("escape",), audit=True),
    ),
    "landlock": (
        Setting(name="landlock-root", jail="landlock", restrictions=CONTAINER),
        Setting(name="landlock-ordinary-user", jail="landlock", restrictions=CONTAINER, ordinary=True),
        Setting(
            name="landlock-audits", jail="landlock", restrictions=CONTAINER, groups=("read",), audit=True
        ),
    ),
    "chroot": (Setting(name="chroot", jail="chroot", restrictions=(*CONTAINER, "--without-landlock")),),
    # As a user without rights: what the attacks may do here, they do.
    "plain": (Setting(name="plain", jail="plain", ordinary=True, walls=False),),
}

SETTINGS = [setting for jail in BACKENDS for setting in _KNOWN.get(jail, (Setting(name=jail, jail=jail),))]
