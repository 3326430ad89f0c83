"""How a jail's first process is started, and what a backend has to say about that."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from autograder.model import Notebook

from .interpreter import Interpreter

# asyncio imports ssl, which takes a sixth of the start and is of no use without a network; a program that imports it
# itself still can. What random and threading want to do after every fork costs half a millisecond, and is not needed
# in a process that forks without threads and fixes its random numbers. What is imported stays for good, so looking for
# garbage is a waste until the process is ready (`Control` enables it then).
_PROGRAM = (
    "import gc, os, sys; gc.disable(); sys.path.insert(0, {path!r}); sys.modules['ssl'] = None; "
    "at_fork, os.register_at_fork = os.register_at_fork, lambda **hooks: None; "
    "from autograder.jail.guest.{entry} import main; "
    "os.register_at_fork = at_fork; del sys.modules['ssl'], sys.path[0]; "
    "main({control}, {readable!r}, {own_user!r})"
)

ENVIRONMENT = {
    "LANG": "C.UTF-8",
    "TZ": "UTC",
    "MALLOC_ARENA_MAX": "2",  # with one arena per thread, a dozen threads would meet the memory limit
    "PYTHONHASHSEED": "0",
    "PATH": "/nonexistent",
}
"""All that a student's program finds in its environment."""


def in_order(files: Mapping[str, bytes], notebooks: Mapping[str, Notebook]) -> dict[str, Any]:
    """Return a submission as part of an order to the jail: plain data."""
    return {
        "files": {name: base64.b64encode(data).decode("ascii") for name, data in files.items()},
        "notebooks": {name: dataclasses.asdict(notebook) for name, notebook in notebooks.items()},
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is to be started: the guest's module ``entry``, its control socket inherited as descriptor ``control``."""

    interpreter: Interpreter
    control: int
    user: int | None = None
    """The user id of this jail's own, for a grader that runs as root; None: as whoever grades."""
    entry: str = "zygote"
    schedule: int = 0

    def environment(self, **more: str) -> dict[str, str]:
        """Return all that the program finds in its environment; the schedule orders its sets of texts."""
        return {**ENVIRONMENT, "PYTHONHASHSEED": str(self.schedule % 2**32), **more}

    def python(
        self,
        path: str,
        *,
        executable: str = "",
        readable: tuple[str, ...] = (),
        own_user: bool = False,
    ) -> list[str]:
        """Return the command line of the jail's Python.

        ``path`` is the runtime's folder, ``readable`` what Landlock shall leave readable, ``own_user`` that nobody
        else's processes count against its user's. (Not ``-I``: that ignores PYTHONHASHSEED, and with it the order of
        sets would differ from run to run.)
        """
        program = _PROGRAM.format(
            path=path,
            entry=self.entry,
            control=self.control,
            readable=readable,
            own_user=own_user,
        )
        found = executable or str(self.interpreter.executable)
        return [found, "-P", "-s", "-S", "-B", "-X", "utf8", "-c", program]


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A command line, and in what circumstances it is to be run."""

    command: list[str]
    environment: dict[str, str] = field(default_factory=lambda: dict(ENVIRONMENT))
    user: int | None = None
    """The user and group to become before the command is executed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """One kind of jail."""

    name: str
    start: Callable[[Order], Start]
    """Say how to start it; raises `JailUnavailable` where that is known to be in vain."""
    needs: frozenset[str]
    """The layers that the started process must report: ``seccomp``, ``landlock``, ``user``."""
    promise: str
    """What it keeps, in a line for people."""
