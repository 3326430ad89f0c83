"""What goes into ``results.json``: the export's form, with what only a grader inside Gradescope knows added to it.

The raw result is what the tests say, and stays as it is in every row. Lateness is applied to it here, in the total
alone. Who was not graded is never given a zero: the results of the submission before stand, or there is no score.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from autograder.gradescope.allowance import COUNTED, Allowance
from autograder.gradescope.metadata import Metadata
from autograder.lateness import Lateness, apply, measure, points_off
from autograder.model import Assignment, Status, SubmissionReport
from autograder.outputs.export.gradescope import to_failure, to_results
from autograder.outputs.export.marks import number
from autograder.outputs.wording import points

NOT_FINISHED = "Grading did not finish. That says nothing about the program and costs no points."
NOT_FINISHED_REASON = (
    "run_autograder was ended before it was done, or could not begin: the time or the memory of the container has run "
    "out, or setup.sh has failed. See what it printed, give the container more, or grade again."
)

Results = dict[str, Any]

_NOTICE = "notice"
"""Member of ``extra_data``: what was put in front of the output of an earlier submission."""


def fallback(assignment_id: str) -> Results:
    """Return what lies there until grading is done."""
    return to_failure(NOT_FINISHED_REASON, assignment_id, shown=NOT_FINISHED)


def graded(report: SubmissionReport, assignment: Assignment, metadata: Metadata, left: Allowance) -> Results:
    """Return the results for a report; also for one that was not graded."""
    results = to_results(
        report, assignment.id, leaderboard=assignment.gradescope.leaderboard, previous=left.kept
    )
    if report.status is not Status.GRADED:
        return _counting(results, left)
    results["extra_data"][COUNTED] = left.with_this(metadata)
    return _after_lateness(results, report, assignment, metadata)


def failed(
    reason: str, assignment_id: str, left: Allowance | None = None, *, shown: str | None = None
) -> Results:
    """Return the results of a submission that could not be graded through a fault of ours."""
    kept = None if left is None else left.kept
    if shown is None:
        results = to_failure(reason, assignment_id, previous=kept)
    else:
        results = to_failure(reason, assignment_id, shown=shown, previous=kept)
    return results if left is None else _counting(results, left)


def out_of_time(
    report: SubmissionReport | None, assignment: Assignment, left: Allowance, seconds: float
) -> Results:
    """Return the results of a submission of which only ``report`` was graded when the time was up.

    What was graded is shown without points: a sum of points would tell of the rest that it is worth none.
    """
    done = len(report.exercises) if report is not None else 0
    titles = [exercise.id for exercise in assignment.exercises[done:]]
    shown = (
        f"The time for grading ({seconds:g} s) was up. Not graded: {', '.join(titles)}. "
        "So there is no score yet; your teacher was told."
    )
    reason = (
        f"{done} of {len(assignment.exercises)} exercises were graded within {seconds:g} s; no score was given. "
        "Give the container more time or processors there, and gradescope.timeout_minutes in assignment.toml, then "
        "build again; or find out what takes the program so long: `autograder grade` has no such limit."
    )
    results = failed(reason, assignment.id, left, shown=shown)
    if report is None or left.kept is not None:
        return results
    partial = to_results(report, assignment.id)
    for row in partial["tests"]:
        del row["score"], row["max_score"]
    return {**results, "tests": [*partial["tests"], *results["tests"]]}


def over_limit(assignment: Assignment, left: Allowance) -> Results:
    """Return the results of the submission before, with a word on why they stand."""
    assert left.kept is not None
    most = assignment.gradescope.submissions_per_day
    again = left.free_again()
    notice = (
        f"This submission was not graded: {most} within 24 hours are, and {len(left.counted)} were. "
        f"The results of an earlier one stand.{f' The next is graded from {_moment(again)} on.' if again else ''}"
    )
    results = to_failure("", assignment.id, shown=notice, previous=left.kept)
    before, data = left.kept.get("output"), left.kept.get("extra_data")
    data = dict(data) if isinstance(data, dict) else {}
    text = before if isinstance(before, str) else ""
    if isinstance(data.get(_NOTICE), str):
        text = text.removeprefix(data[_NOTICE]).lstrip("\n")
    results["output"] = f"{notice}\n\n{text}" if text else notice
    results["extra_data"] = {**data, _NOTICE: notice}
    return results


def _counting(results: Results, left: Allowance) -> Results:
    """Write down who counts, this submission not among them."""
    data = results.get("extra_data")
    counted = [moment.isoformat() for moment in left.counted]
    results["extra_data"] = {**(data if isinstance(data, dict) else {}), COUNTED: counted}
    return results


def _after_lateness(
    results: Results, report: SubmissionReport, assignment: Assignment, metadata: Metadata
) -> Results:
    policy = assignment.late
    if policy is None:
        return results
    if metadata.created_at is None:
        return _told(results, "It could not be told when this was handed in, so nothing is taken off.")
    lateness = measure(metadata.created_at, metadata.due, policy)
    score = apply(report.score, report.max_score, lateness, policy)
    off = points_off(report.max_score, lateness, policy)
    results["score"] = number(score.final)
    results["extra_data"] |= {
        "raw_score": points(score.raw),
        "late_penalty": points(score.penalty),
        "final_score": points(score.final),
        "late_units": lateness.units,
        "late_units_slipped": lateness.slipped,
    }
    return (
        _told(results, _sentence(lateness, policy.unit, off, report.max_score)) if lateness.units else results
    )


def _told(results: Results, text: str) -> Results:
    before = results["output"]
    results["output"] = f"{text}\n{before}" if before else text
    return results


def _sentence(lateness: Lateness, unit: str, off: Decimal, possible: Decimal) -> str:
    """Say what lateness costs. (Not what is left: where tests are hidden, nobody may see the total.)"""
    begun = f"{lateness.units} {unit}{'s' if lateness.units > 1 else ''} begun"
    text = f"Handed in {_duration(lateness.after_due)} after the due date: {begun}"
    if lateness.cut_off:
        return f"{text}. That is too late to count: there are no points for it."
    if lateness.slipped:
        text += f", {lateness.slipped} of them at no cost"
    if not off:
        return f"{text}. Nothing is taken off."
    return f"{text}. Up to {points(off)} of {points(possible)} points are taken off for that."


def _duration(span: timedelta) -> str:
    minutes = -(-span // timedelta(minutes=1))
    parts = (
        (minutes // 1440, "day"),
        (minutes // 60 % 24, "hour"),
        (minutes % 60, "minute"),
    )
    return " ".join(f"{count} {name}{'s' if count > 1 else ''}" for count, name in parts if count)


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
