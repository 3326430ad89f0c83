"""``junit``: JUnit XML as pytest writes it, for whatever shows test results. A suite for each submission."""

from __future__ import annotations

from decimal import Decimal
from xml.etree import ElementTree

from autograder.escape import visible
from autograder.model import Outcome, TestResult
from autograder.outputs.export.batch import Batch, Exported, Settings, Stored, one_file
from autograder.outputs.export.explanation import explanation
from autograder.outputs.wording import points

_LONGEST = 10_000


def export(batch: Batch, settings: Settings) -> Exported:
    """Return one document. A submission that was not graded is an error in it, never a failure."""
    suites = [_suite(item, batch.assignment) for item in batch.items]
    counts = {
        count: str(sum(int(suite.get(count, "0")) for suite in suites))
        for count in ("tests", "failures", "errors", "skipped")
    }
    seconds = sum((Decimal(suite.get("time", "0")) for suite in suites), Decimal(0))
    root = ElementTree.Element(
        "testsuites", {"name": visible(batch.assignment), **counts, "time": f"{seconds:f}"}
    )
    root.extend(suites)
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return one_file(f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n')


def _suite(item: Stored, assignment: str) -> ElementTree.Element:
    report = item.report
    tests = [test for exercise in report.exercises for test in exercise.tests]
    kinds = [_kind(test) for test in tests]
    suite = ElementTree.Element(
        "testsuite",
        {
            "name": visible(report.id),
            "tests": str(len(tests) + (not item.graded)),
            "failures": str(kinds.count("failure")),
            "errors": str(kinds.count("error") + (not item.graded)),
            "skipped": str(kinds.count("skipped")),
            "time": _seconds(sum(test.virtual_seconds for test in tests)),
        },
    )
    properties = ElementTree.SubElement(suite, "properties")
    for name, value in (
        ("status", report.status.value),
        ("score", points(report.score) if item.graded else ""),
        ("max_score", points(report.max_score)),
    ):
        ElementTree.SubElement(properties, "property", name=name, value=value)
    if not item.graded:
        case = ElementTree.SubElement(
            suite, "testcase", classname=visible(assignment), name="not graded", time="0.000"
        )
        reason = visible(report.reason or "no reason was given", lines=True)
        ElementTree.SubElement(case, "error", type="not_graded", message=reason).text = reason
    suite.extend(_case(test, kind, assignment) for test, kind in zip(tests, kinds, strict=True))
    return suite


def _case(test: TestResult, kind: str, assignment: str) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase",
        classname=visible(f"{assignment}.{test.exercise}"),
        name=visible(test.name),
        time=_seconds(test.virtual_seconds),
    )
    if kind:
        message = visible(test.message or test.outcome.value)
        problem = ElementTree.SubElement(case, kind, type=test.outcome.value, message=message)
        problem.text = visible("\n".join(explanation(test)), lines=True, longest=_LONGEST)
    score = "?" if test.outcome is Outcome.GRADER_ERROR else points(test.score)
    ElementTree.SubElement(case, "system-out").text = f"points: {score}/{points(test.max_score)}"
    return case


def _kind(test: TestResult) -> str:
    """Return the element that says what became of a test; empty for a test that was passed."""
    match test.outcome:
        case Outcome.PASSED:
            return ""
        case Outcome.NOT_RUN:
            return "skipped"
        case Outcome.GRADER_ERROR:
            return "error"
    return "failure"


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}"
