"""What people see on a terminal or in a pipe: warnings, progress, scores. The only part of the project that knows rich.

In: reports of `autograder.model`. Out: lines on stdout and stderr. Every text that may come from a student or a file
name goes through `autograder.escape.visible` right where it is shown, and whatever is folded into several lines is
indented from the second on, so that no text can look like a line of ours. rich's markup is switched off altogether.
Each command has a module of its own (``show`` is that of ``grade``), so that none waits for what another one imports.
"""

from .console import show_error, show_traceback

__all__ = ["show_error", "show_traceback"]
