"""The audit: does a submission do on the real clock, heard from outside, what it was given points for?

In a test, the student's program shares its interpreter with the runtime that tells what it printed and when; a forger
could make that runtime lie. So some of what the tests saw is asked for once more, without the runtime, with fresh
inputs. Where the tests gave points and the audit hears something else, a human is told. It never changes a score.

In: a submission, its rows, and the scenarios that lie beside the hidden tests (``audit.py``). Out: `Evidence`.
An ``audit.py`` imports from here what scenarios are made of. ``compare`` is pure; ``run`` starts the jail.
"""

from .run import Audit, Auditor
from .scenario import Moment, Scenario, call, double, program, scenario, stream, took

__all__ = [
    "Audit",
    "Auditor",
    "Moment",
    "Scenario",
    "call",
    "double",
    "program",
    "scenario",
    "stream",
    "took",
]
