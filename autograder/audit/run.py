"""One submission's audit: play the scenarios that apply, and once more those where something is not as it must be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import ConfigurationError, JailUnavailable
from autograder.jail.host import Interpreter
from autograder.jail.host.audit import AuditJail, Part
from autograder.jail.limits import JailLimits
from autograder.jail.protocol import ChannelClosed, ChannelTimeout, ProtocolError
from autograder.model import Assignment, Evidence, GradeOptions, Limits, Outcome, Submission, TestResult

from .compare import Disagreement, compare
from .scenario import Scenario
from .table import FILE, Entry, read_scenarios

TRIES = 3
"""What the best of so many tries does not show is told to nobody."""

CODE = "audit_disagrees"

_SPARE_SECONDS = 2.0
_OUR_FAILURES = (ConfigurationError, JailUnavailable, ChannelClosed, ChannelTimeout, ProtocolError, OSError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What came of an audit."""

    evidence: tuple[Evidence, ...] = ()
    notes: tuple[str, ...] = ()
    """Why it could not be held, for the TA."""


class Auditor:
    """Holds the audits of one run, of the submissions that its ``--audit`` means."""

    def __init__(
        self,
        assignment: Assignment,
        tests: Path,
        options: GradeOptions,
        backend: str,
        interpreter: Interpreter,
    ) -> None:
        """Read the scenarios beside the hidden tests; raises `ConfigurationError` if they cannot be used."""
        self._assignment = assignment
        self._when = options.audit
        self._seed = options.seed
        self._backend = backend
        self._interpreter = interpreter
        self._table = read_scenarios(tests, assignment) if options.audit != "never" else ()
        if options.audit == "always" and not self._table:
            raise ConfigurationError(
                f"--audit always: {tests / FILE} is not there or holds no scenario. "
                "Write one, or use --audit never."
            )

    def audit(self, submission: Submission, rows: Sequence[TestResult], suspected: bool) -> Audit:
        """Hear a submission out on the real clock, if it is to be audited, and compare where its tests gave points.

        What fails on our side is a note: it neither costs points nor throws suspicion on anybody.
        """
        if self._when != "always" and not suspected:
            return Audit()
        chosen = [entry for entry in self._table if _applies(entry, self._assignment, submission, rows)]
        if not chosen:
            return Audit()
        try:
            with AuditJail(self._backend, self._interpreter) as jail:
                jail.start(dict(submission.files), submission.notebooks)
                found = _play(jail, chosen, self._assignment, self._seed)
        except _OUR_FAILURES as error:
            why = str(error) or type(error).__name__
            note = f"the audit on the real clock could not be held: {why}. No score depends on it."
            return Audit(notes=(note,))
        return Audit(evidence=tuple(_evidence(entry, found[entry]) for entry in chosen if entry in found))


def _applies(
    entry: Entry, assignment: Assignment, submission: Submission, rows: Sequence[TestResult]
) -> bool:
    asked = [row for row in rows if row.exercise == entry.exercise and row.concept in entry.concepts]
    passed = bool(asked) and all(row.outcome is Outcome.PASSED for row in asked)
    return passed and assignment.exercise(entry.exercise).file in submission.files


def _play(
    jail: AuditJail, chosen: Sequence[Entry], assignment: Assignment, seed: int
) -> dict[Entry, Disagreement]:
    """Return the mildest of the disagreements in all tries, where there was no try without one."""
    limits = _limits(assignment.limits)
    mildest: dict[Entry, Disagreement] = {}
    left = list(chosen)
    for number in range(TRIES):
        scenarios = [entry.draw(f"{seed}:audit:{entry.name}:{number}") for entry in left]
        parts = [
            _part(assignment.exercise(entry.exercise).file, scenario)
            for entry, scenario in zip(left, scenarios, strict=True)
        ]
        session = jail.listen(parts, limits)
        for entry, scenario, heard in zip(tuple(left), scenarios, session.heard, strict=True):
            disagreement = compare(scenario, heard, session.unsteady_seconds)
            if disagreement is None:
                left.remove(entry)
                mildest.pop(entry, None)
            elif entry not in mildest or mildest[entry].strong:
                mildest[entry] = disagreement
        if not left:
            break
    return mildest


def _part(file: str, scenario: Scenario) -> Part:
    longest = max(scenario.one_by_one, scenario.moments[-1].at)
    scene = {
        "doubles": dict(scenario.doubles or {}),
        "calls": list(scenario.calls),
        "streams": list(scenario.streams),
    }
    return Part(file=file, scene=None if scenario.as_program else scene, seconds=longest + _SPARE_SECONDS)


def _limits(limits: Limits) -> JailLimits:
    return JailLimits(
        cpu_seconds=limits.cpu_seconds,
        memory_bytes=limits.memory_mb * 2**20,
        output_bytes=limits.output_kb * 1024,
        threads=limits.threads,
        open_files=limits.open_files,
        file_bytes=limits.file_kb * 1024,
    )


def _evidence(entry: Entry, disagreement: Disagreement) -> Evidence:
    heard = (
        f"on the real clock, without the runtime that the tests rely on ({entry.title}): {disagreement.text}"
    )
    if disagreement.strong:
        heard += f". It was not as it must be in any of {TRIES} tries, and the tests had given points for it."
    else:
        heard += (
            f". It was so in {TRIES} tries; a busy machine may be the reason, so this alone means little."
        )
    return Evidence(code=CODE, exercise=entry.exercise, line=0, message=heard)
