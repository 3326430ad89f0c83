"""The file audit.py: what is wrong in it is found when the suite is read, and told with its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.audit import Auditor
from autograder.errors import ConfigurationError
from autograder.jail.host import find_interpreter
from autograder.model import Assignment, GradeOptions

HEAD = "from autograder.audit import Moment, Scenario, call, program, scenario\n"


def auditor(assignment: Assignment, audit: str = "suspects") -> Auditor:
    options = GradeOptions(audit=audit)
    return Auditor(assignment, assignment.hidden_tests, options, "bwrap", find_interpreter(None))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def (", r"audit\.py: cannot be loaded \(SyntaxError"),
        ("import no_such_thing", r"audit\.py: cannot be loaded \(ModuleNotFoundError"),
        (
            '@scenario("2", "main")\ndef play(rng): pass',
            r"audit\.py:2: play: its exercise is '2'; use one of 1\.",
        ),
        ('@scenario("1", "mian")\ndef play(rng): pass', r"audit\.py:2: play: its concept is 'mian'; use one"),
        ('@scenario("1")\ndef play(rng): pass', r"audit\.py:2: play: its concept is missing; use one"),
        ('@scenario("1", "main")\ndef play(rng): pass', r"audit\.py:2: play: it returns no Scenario"),
        (
            '@scenario("1", "main")\ndef play(rng): return program()',
            r"audit\.py:2: play: it returns no Scenario",
        ),
        (
            '@scenario("1", "main")\ndef play(rng): 1 / 0',
            r"audit\.py:2: play: it failed \(ZeroDivisionError: .*\)\. Mend it\.",
        ),
        (
            '@scenario("1", "main")\ndef play(rng): return program(Moment(1, "b"), Moment(0, "a"))',
            r"audit\.py:2: play: its moments are not in the order of their times",
        ),
    ],
)
def test_a_fault_in_the_file_is_told_with_its_place(
    write: Callable[[str], Assignment], text: str, said: str
) -> None:
    assignment = write(HEAD + text)

    with pytest.raises(ConfigurationError) as caught:
        auditor(assignment)

    assert re.search(said, str(caught.value))


def test_without_a_file_nobody_is_audited_and_only_always_complains(
    write: Callable[[str], Assignment], tmp_path: Path
) -> None:
    assignment = write("")
    (tmp_path / "audit.py").unlink()

    auditor(assignment)
    with pytest.raises(ConfigurationError, match=r"--audit always: .*audit\.py is not there"):
        auditor(assignment, "always")


def test_never_does_not_even_read_the_file(write: Callable[[str], Assignment]) -> None:
    auditor(write("raise SystemError"), "never")
