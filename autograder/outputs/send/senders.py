"""The table of systems that reports can be sent to: a new one is one more module, one more row, and its command."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from autograder.errors import UsageError
from autograder.outputs.export.batch import Batch, LeftOut
from autograder.outputs.send.journal import Journal
from autograder.outputs.send.plan import Plan


class Sender(Protocol):
    """What a system's module has."""

    place: str
    """Where to, in words that are the same in every run."""

    def plan(self, batch: Batch, journal: Journal) -> Plan:
        """Return what would change, by reading alone."""

    def send(
        self, plan: Plan, journal: Journal, tell: Callable[[str], None]
    ) -> tuple[list[LeftOut], list[str]]:
        """Send it; return who was refused, and what there is to say. ``tell`` hears each id that has arrived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """One row."""

    name: str
    what: str
    extra: str
    """Of the distribution: with it comes the library that the system needs."""
    library: str
    """What that is called when it is imported."""
    needs: tuple[str, ...]
    """Options without which there is nowhere to send to."""

    def check_library(self) -> None:
        """Raise `UsageError` if the library is not installed."""
        if importlib.util.find_spec(self.library) is None:
            raise UsageError(
                f"{self.name}: the library {self.library} is not installed here. Install it: "
                f"pip install 'async-autograder[{self.extra}]'."
            )


CANVAS, LTI = SYSTEMS = (
    System(
        name="canvas-api",
        what="sends scores, comments and feedback files to an assignment of Canvas",
        extra="canvas",
        library="canvasapi",
        needs=("--course", "--assignment"),
    ),
    System(
        name="lti-ags",
        what="sends scores to a platform that speaks LTI 1.3",
        extra="lti",
        library="pylti1p3",
        needs=("--client-id", "--token-url", "--private-key", "--users", "--lineitem or --lineitems"),
    ),
)
