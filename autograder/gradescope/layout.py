"""Paths and names that packing, the scripts and the container agree on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from autograder.errors import ConfigurationError

CONTAINER = Path("/autograder")
"""Where Gradescope has everything."""

GRADER = "grader.json"
COURSE = "course"
WHEELS = "wheels"
REQUIREMENTS = "requirements.txt"
FALLBACK = "fallback.json"
SETUP = "setup.sh"
RUN = "run_autograder"

FORMAT = "autograder-gradescope/1"

_SPARE_SECONDS = 30
_SPARE_SHARE = 0.1
_KILL_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Layout:
    """The folder ``/autograder``, or one that is like it."""

    root: Path = CONTAINER

    @property
    def source(self) -> Path:
        """The unpacked zip."""
        return self.root / "source"

    @property
    def submission(self) -> Path:
        """What the student handed in."""
        return self.root / "submission"

    @property
    def metadata(self) -> Path:
        """Who handed it in and when."""
        return self.root / "submission_metadata.json"

    @property
    def results(self) -> Path:
        """The folder in which Gradescope looks for results."""
        return self.root / "results"

    @property
    def results_file(self) -> Path:
        """What Gradescope reads."""
        return self.results / "results.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class GraderSettings:
    """What ``grader.json`` in the zip says."""

    assignment: str
    seed: int | None
    """None: each submission has its own, made from ``secret`` and its number."""
    secret: str
    timeout_minutes: float

    @property
    def timeout_seconds(self) -> float:
        """When Gradescope ends the container."""
        return 60 * self.timeout_minutes

    @property
    def stop_seconds(self) -> float:
        """When grading ends by itself: early enough to write down what there is, also on half a processor."""
        return self.timeout_seconds - max(_SPARE_SECONDS, _SPARE_SHARE * self.timeout_seconds)

    @property
    def kill_seconds(self) -> float:
        """When ``run_autograder`` ends a grader that did not do so; the results of the beginning then stay."""
        return self.stop_seconds + _KILL_SECONDS

    def to_json(self) -> str:
        """Return the text of ``grader.json``."""
        document = {
            "format": FORMAT,
            "assignment": self.assignment,
            "seed": self.seed,
            "secret": self.secret,
            "timeout_minutes": self.timeout_minutes,
        }
        return json.dumps(document, indent=2) + "\n"


def read_grader(path: Path) -> GraderSettings:
    """Read a ``grader.json``; raise `ConfigurationError` if it is none of ours."""
    try:
        document: Any = json.loads(path.read_text("utf-8"))
        if document["format"] != FORMAT:
            raise ValueError(f"its format is {document['format']!r}")
        return GraderSettings(
            assignment=str(document["assignment"]),
            seed=None if document["seed"] is None else int(document["seed"]),
            secret=str(document["secret"]),
            timeout_minutes=float(document["timeout_minutes"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"{path}: this is not what `autograder build gradescope` writes ({error}). Build the zip again."
        ) from error


def template(name: str) -> str:
    """Return one of the files in ``templates/``."""
    return files("autograder.gradescope").joinpath("templates", name).read_text("utf-8")
