"""What this machine can do, and whether its jails hold: each is started for real and attacked from inside.

In: which jail and which Python a run would use. Out: a `Diagnosis`, for `autograder.cli.doctor` to show; ``document``
makes the JSON form of it. ``examine`` asks for the parts: ``machine``, ``interpreters`` and ``packages`` look around;
``selftest`` lays out ``bait``, sends in the ``intruder`` and lets it make the ``attempts``, one after another.

A verdict rests on what the host sees (planted words in an answer, a connection that was accepted, a process in /proc)
before it rests on what the intruder says. An attempt that could not be made counts as one that was not held off.
"""

from .diagnosis import Diagnosis, Fact, JailTrial, Trial, Verdict
from .document import FORMAT, to_document
from .examine import diagnose

__all__ = ["FORMAT", "Diagnosis", "Fact", "JailTrial", "Trial", "Verdict", "diagnose", "to_document"]
