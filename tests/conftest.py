"""What a whole test run says at its end."""

from __future__ import annotations

from collections import Counter

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was not checked here and why: a skipped test must not look like a passed one."""
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        if isinstance(report.longrepr, tuple)
        else "no reason given"
        for report in terminalreporter.getreports("skipped")
    )
    if not reasons:
        return
    terminalreporter.section("NOT CHECKED ON THIS MACHINE", sep="!", red=True, bold=True)
    for reason, count in reasons.most_common():
        terminalreporter.line(f"{count} test{'s' if count > 1 else ''} skipped: {reason}", red=True)
