"""Jails that are weaker than they say: what a doctor must not take for sound."""

from __future__ import annotations

from dataclasses import replace

from autograder.jail.host import BACKENDS
from autograder.jail.host.start import Backend, Order, Start

WITHOUT_SECCOMP = """
from autograder.jail.guest import seccomp
seccomp.available = lambda: False
seccomp.refuse_system_calls = lambda: False
"""
WITHOUT_LANDLOCK = """
from autograder.jail.guest import landlock
landlock.confine_files = lambda readable: 0
landlock.confine_signals = lambda: None
"""
WITHOUT_LIMITS = """
from autograder.jail.guest import lockdown
lockdown.Lockdown._lower_limits = lambda self, limits: None
"""
WITHOUT_LOCKDOWN = """
import os
from autograder.jail.guest import lockdown
def confine(self):
    self._zygote = os.getpid()
    return {"user": os.getuid(), "landlock": 0, "seccomp": False}
lockdown.Lockdown.confine_zygote = confine
lockdown.Lockdown.confine_child = lambda self, limits, line=None: line and line.close()
"""
WITHOUT_CLOSING = """
import os
os.closerange = lambda low, high: None
"""


def weakened(base: str, program: str = "", environment: dict[str, str] | None = None) -> Backend:
    """Return a copy of a backend that runs ``program`` before the lockdown, and is content without any layer."""

    def start(order: Order) -> Start:
        sound = BACKENDS[base].start(order)
        *words, code = sound.command
        before, separator, call = code.rpartition("; main(")
        assert separator, "the jail's program has changed: mend this"
        code = f"{before}; exec({program!r}){separator}{call}"
        return replace(
            sound, command=[*words, code], environment={**sound.environment, **(environment or {})}
        )

    return replace(BACKENDS[base], name="weak", start=start, needs=frozenset())
