"""The trusted side of the jail: start one per submission, fork one child per test, kill, and say how it ended.

``launch`` runs a jail whatever its backend; ``bwrap`` and ``plain`` say how its process is started; ``choose`` picks
one. A new backend is one module with a ``command`` function and one row in ``choose.BACKENDS``.
"""

from .choose import BACKENDS, choose_backend
from .interpreter import Interpreter, find_interpreter
from .launch import Child, Ending, Jail

__all__ = ["BACKENDS", "Child", "Ending", "Interpreter", "Jail", "choose_backend", "find_interpreter"]
