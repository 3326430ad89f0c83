"""What ``run_autograder`` runs: one submission in, ``results.json`` out, whatever happens in between.

Nobody but root gets to see the hidden tests, the metadata, the submission or the results while student code runs; and
that runs in a jail, under a user id of its own. What is printed here is for the teacher: Gradescope keeps it from
students.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import signal
import stat
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder import pipeline
from autograder.catalogue import load_assignment
from autograder.errors import AutograderError, GraderError, JailUnavailable
from autograder.escape import visible
from autograder.gradescope import results as make
from autograder.gradescope.allowance import Allowance, allowance
from autograder.gradescope.layout import COURSE, GRADER, GraderSettings, Layout, read_grader
from autograder.gradescope.metadata import Metadata, read_metadata
from autograder.intake.collect import collect_submission
from autograder.intake.folder import disk_folder
from autograder.intake.tree import Allowance as ReadAllowance
from autograder.intake.tree import Inaccessible
from autograder.model import Assignment, GradeOptions, Origin, Status, Submission, SubmissionReport
from autograder.outputs.export.gradescope import to_text
from autograder.outputs.wording import EVIDENCE, score_of, status_of, trace

EXIT_NOT_GRADED = 4

JAILS = ("landlock", "chroot")
"""In this order; never ``plain``. (Containers there give no rights for bwrap.)"""

_SUBMISSION = "submission"
"""The name of every submission: who has handed it in is nobody's business here."""

_LARGEST_SEED = 10**9


class OutOfTime(Exception):
    """The time that a submission may take is up."""


def main(arguments: Sequence[str] = ()) -> int:
    """Grade what lies in ``/autograder``, or in a folder like it; return the exit code."""
    begin = time.monotonic()
    layout = Layout(Path(arguments[0])) if arguments else Layout()
    with _only_for_root(layout):
        return _Run(layout, begin).run()


@dataclass(slots=True)
class _Run:
    layout: Layout
    begin: float
    assignment_id: str = ""
    left: Allowance | None = None
    said: list[str] = field(default_factory=list)

    def run(self) -> int:
        try:
            grader = read_grader(self.layout.source / GRADER)
            self.assignment_id = grader.assignment
            return self._grade(grader)
        except Exception as error:  # noqa: BLE001 - whatever it is: it is ours, and must not become a student's zero
            traceback.print_exc(file=sys.stdout)
            ours = isinstance(error, AutograderError)
            reason = str(error) if ours else f"autograder itself has failed: {type(error).__name__}: {error}"
            self._write(make.failed(reason, self.assignment_id, self.left))
            return error.exit_code if isinstance(error, AutograderError) else GraderError.exit_code

    def _grade(self, grader: GraderSettings) -> int:
        assignment = load_assignment(self.layout.source / COURSE, grader.assignment)
        metadata = read_metadata(self.layout.metadata)
        _say(*metadata.notes)
        self.left = left = allowance(metadata, assignment.gradescope.submissions_per_day)
        if left.exceeded:
            self._write(make.over_limit(assignment, left))
            _say("not graded: the limit of submissions is used up; earlier results stand")
            return 0
        # Should the container be ended, these are better than the fallback that knew of no earlier results.
        self._write(make.failed(make.NOT_FINISHED_REASON, assignment.id, left, shown=make.NOT_FINISHED))
        submission = _read(self.layout, assignment, metadata)
        listener = _Listener()
        options = GradeOptions(seed=seed_of(grader, metadata, submission))
        try:
            with _deadline(self.begin + grader.stop_seconds):
                _grade_each(assignment, submission, options, listener)
        except OutOfTime:
            report = _merged(assignment, listener.reports)
            self._write(make.out_of_time(report, assignment, left, grader.stop_seconds))
            _say(f"the time was up after {grader.stop_seconds:g} s", f"seed: {options.seed}")
            return EXIT_NOT_GRADED
        report = _merged(assignment, listener.reports)
        if report is None:
            raise GraderError("grading came to an end without a report")
        self._write(make.graded(report, assignment, metadata, left))
        _tell(report, options.seed, listener.jail)
        return 0 if report.status is Status.GRADED else EXIT_NOT_GRADED

    def _write(self, results: make.Results) -> None:
        """Put results there, whole or not at all."""
        target = self.layout.results_file
        partial = target.with_name(f".{target.name}.new")
        partial.unlink(missing_ok=True)
        with partial.open("x", encoding="ascii") as file:
            file.write(to_text(results))
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), 0o644)  # its folder is closed while student code runs
        partial.replace(target)


def _grade_each(
    assignment: Assignment, submission: Submission, options: GradeOptions, listener: _Listener
) -> None:
    """Grade one exercise after the other, so that something is there if the time runs out."""
    parts = [
        replace(submission, id=f"{number:04}", exercises=(exercise.id,))
        for number, exercise in enumerate(assignment.exercises)
    ]
    refusals: list[str] = []
    for jail in JAILS:
        try:
            pipeline.grade_submissions(assignment, parts, replace(options, jail=jail), listener)
        except JailUnavailable as error:
            if listener.reports:
                raise
            refusals.append(str(error))
        else:
            return
    raise JailUnavailable(
        "student code cannot be locked in here, so nothing was graded:\n" + "\n".join(refusals)
    )


class _Listener:
    """Keeps the report on each exercise."""

    def __init__(self) -> None:
        self.reports: list[SubmissionReport] = []
        self.jail = ""

    def warn(self, text: str) -> None:
        _say(text)

    def begin(self, run: pipeline.Run) -> None:
        self.jail = run.jail

    def take(self, report: SubmissionReport) -> None:
        self.reports.append(report)


def _merged(assignment: Assignment, parts: Sequence[SubmissionReport]) -> SubmissionReport | None:
    """Return the reports on single exercises as one on the submission; None if there is none."""
    if not parts:
        return None
    parts = sorted(parts, key=lambda part: part.id)
    reasons = [part.reason for part in parts if part.status is not Status.GRADED]
    graded = not reasons
    return SubmissionReport(
        id=_SUBMISSION,
        status=Status.GRADED if graded else Status.NOT_GRADED,
        score=sum((part.score for part in parts), parts[0].score * 0) if graded else parts[0].score * 0,
        max_score=assignment.points,
        reason="\n".join(dict.fromkeys(reasons)),
        exercises=tuple(exercise for part in parts for exercise in part.exercises),
        findings=tuple(dict.fromkeys(each for part in parts for each in part.findings)),
        evidence=tuple(dict.fromkeys(each for part in parts for each in part.evidence)),
        notes=tuple(dict.fromkeys(each for part in parts for each in part.notes)),
        wall_seconds=sum(part.wall_seconds for part in parts),
        origin=parts[0].origin,
    )


def _read(layout: Layout, assignment: Assignment, metadata: Metadata) -> Submission:
    """Read the submission. A link in it leads nowhere outside: else it could fetch the hidden tests into the jail."""
    try:
        folder = disk_folder(layout.submission)
        submission = collect_submission(_SUBMISSION, folder, assignment, ReadAllowance())
    except Inaccessible as error:
        raise GraderError(f"{layout.submission} cannot be read: {error}") from error
    keys = {"gradescope_submission_id": metadata.submission_id} if metadata.submission_id else {}
    created = metadata.created_at
    origin = Origin(
        system="gradescope",
        keys=keys,
        submitted_at=created.isoformat() if created is not None else "",
        late=created > metadata.due if created is not None and metadata.due is not None else None,
        attempt=len(metadata.previous) + 1,
    )
    return replace(submission, origin=origin)


def seed_of(grader: GraderSettings, metadata: Metadata, submission: Submission) -> int:
    """Return the seed: another one for each submission, and the same again when it is graded again."""
    if grader.seed is not None:
        return grader.seed
    what = metadata.submission_id or repr(sorted(submission.files.items()))
    digest = hmac.new(grader.secret.encode(), what.encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") % _LARGEST_SEED


@contextlib.contextmanager
def _deadline(moment: float) -> Iterator[None]:
    """Raise `OutOfTime` in what is done here once the monotonic clock shows ``moment``."""

    def stop(number: int, frame: object) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGALRM, stop)
    # A timer of zero seconds would be none.
    signal.setitimer(signal.ITIMER_REAL, max(moment - time.monotonic(), 0.001))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextlib.contextmanager
def _only_for_root(layout: Layout) -> Iterator[None]:
    """Close everything but to root while grading; the folder of the results is opened again at the end."""
    os.umask(0o077)
    layout.results.mkdir(parents=True, exist_ok=True)
    mode = stat.S_IMODE(layout.results.stat().st_mode)
    for path in (layout.source, layout.submission, layout.metadata, layout.results):
        with contextlib.suppress(FileNotFoundError):
            os.chmod(path, 0o700 if path.is_dir() else 0o600)
    try:
        yield
    finally:
        os.chmod(layout.results, mode)


def _tell(report: SubmissionReport, seed: int, jail: str) -> None:
    """Print what the teacher should know and no student may: the tests themselves are in the results."""
    _say(f"{status_of(report)}: {score_of(report)} points")
    if report.reason:
        _say(report.reason)
    if report.evidence:
        _say(f"{EVIDENCE}:", *(f"  {trace(each)}" for each in report.evidence))
    if report.notes:
        _say("notes:", *(f"  {note}" for note in report.notes))
    _say(f"seed: {seed}", f"jail: {jail}")


def _say(*lines: str) -> None:
    for line in lines:
        print(visible(line, lines=True))
