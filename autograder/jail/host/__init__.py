"""The trusted side of the jail: start one per submission, fork one child per test, kill, and say how it ended.

``launch`` runs a jail whatever its backend; ``bwrap``, ``landlock``, ``chroot`` and ``plain`` say how its first process
is started; ``choose`` picks one. A new backend is one module with a ``BACKEND`` and a place in ``choose.BACKENDS``.
Where no process can be forked (Windows), ``fresh`` starts one for each test of the plain jail; no other works there.
"""

from .child import Child, Ending
from .choose import BACKENDS, Choice, check_name
from .interpreter import Interpreter, find_interpreter
from .launch import Jail
from .probe import choose_jail, fix_addresses

__all__ = [
    "BACKENDS",
    "Child",
    "Choice",
    "Ending",
    "Interpreter",
    "Jail",
    "check_name",
    "choose_jail",
    "find_interpreter",
    "fix_addresses",
]
