"""Verdicts on limits that the trusted side enforces: no weakened jail would show that these judges can say no."""

from __future__ import annotations

import pytest

from autograder.doctor.attempts import ATTEMPTS, OUTLIVE
from autograder.doctor.verdicts import (
    Conditions,
    Seen,
    cut,
    ended,
    little_in_the_kernel,
    nothing,
    refused,
    same_python,
)
from autograder.jail.host import BACKENDS

HERE = Conditions(backend="bwrap", version="3.11")


@pytest.mark.parametrize(
    ("seen", "complaint"),
    [
        (Seen(answer=[["way", "refused", "EPERM"]]), ""),
        (Seen(answer=[["way", "refused", "EPERM"], ["other", "done", "7"]]), "other: 7"),
        (Seen(answer=[]), "it has tried nothing"),
        (Seen(answer=None), "it has tried nothing"),
        (Seen(failure="it died"), "its process did not live to be refused: it died"),
        (Seen(failure="it was stopped by SIGSYS", exit=-31), ""),
    ],
)
def test_only_what_was_refused_was_held_off(seen: Seen, complaint: str) -> None:
    assert refused(seen, HERE) == complaint


@pytest.mark.parametrize(
    ("seen", "complaint"),
    [
        (Seen(failure="no answer", kind="StudentTooSlow", seconds=0.3), ""),
        (Seen(answer=1), "its process was not ended"),
        (Seen(failure="it died", kind="JailDied"), "its process ended otherwise: it died"),
        (
            Seen(failure="no answer", kind="StudentTooSlow", seconds=60),
            "its process was ended after 60.0 s only",
        ),
    ],
)
def test_a_limit_holds_when_the_process_was_ended_soon_and_for_that_reason(
    seen: Seen, complaint: str
) -> None:
    assert ended("StudentTooSlow")(seen, HERE) == complaint


def test_values_versions_and_sizes_are_compared() -> None:
    assert cut(Seen(answer="x" * 10**6), HERE)
    assert not cut(Seen(failure="beyond its limit"), HERE)
    assert same_python(Seen(answer="3.12"), HERE) == "inside it is 3.12"
    assert not same_python(Seen(answer="3.11"), HERE)
    assert little_in_the_kernel(Seen(answer=2**28), HERE) == "the kernel keeps 256 MB for it"
    assert not little_in_the_kernel(Seen(answer=2**20), HERE)
    assert nothing(Seen(failure="it died"), HERE)


def test_each_attempt_has_a_name_of_its_own_and_a_plain_description() -> None:
    names = [attempt.name for attempt in (*ATTEMPTS, OUTLIVE)]

    assert len(names) == len(set(names))
    assert all(attempt.tries for attempt in ATTEMPTS)


def test_a_new_backend_promises_everything_until_somebody_writes_down_that_it_does_not() -> None:
    new = Conditions(backend="new", version="")

    assert [attempt.name for attempt in (*ATTEMPTS, OUTLIVE) if attempt.excuse(new)] == []
    assert {name for attempt in ATTEMPTS for name in attempt.excused} <= set(BACKENDS)
