"""README.md and instructor_guide.md say what is so: options, targets, paths, tables, transcripts, and every example."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import pytest

from autograder import errors, testing
from autograder.catalogue import load_assignment
from autograder.catalogue.settings import read_settings
from autograder.cli.grade import EXIT_INTERRUPTED, EXIT_SOME_NOT_GRADED, grade
from autograder.cli.main import cli
from autograder.cli.send import SENDERS
from autograder.grading import run_suite
from autograder.intake.attempts import ATTEMPTS
from autograder.intake.exports import SOURCES
from autograder.jail.host import BACKENDS
from autograder.model import CONCEPTS, GradeOptions, Limits, Outcome, Status, Submission, SubmissionReport
from autograder.release.skeleton import write_skeletons
from autograder.testing.plugin import MARKERS, TestPlugin
from autograder.testing.student import Student

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
GUIDE = (ROOT / "instructor_guide.md").read_text("utf-8")
WRONG = ROOT / "tests" / "submissions" / "lecture21" / "wrong"
CLONE = "~/async-autograder"
REFRESH = "run it again and paste what it prints now into README.md"

BLOCK = re.compile(r"^<!-- (?P<what>[^\n]*) -->\n```\w+\n(?P<text>.*?)^```$", re.M | re.S)
HEAD = """\
import asyncio
import pytest
from autograder.testing import Heartbeat, Spy, check, check_lines, check_time, now, start
pytestmark = pytest.mark.exercise({exercise!r})

"""
EXAMPLES = [match for match in BLOCK.finditer(GUIDE) if match["what"].startswith("hidden ")]

both = pytest.mark.parametrize("text", [README, GUIDE], ids=["README", "guide"])


def block(text: str, what: str) -> str:
    """Return the code block below the comment ``<!-- what -->``."""
    (found,) = [match["text"] for match in BLOCK.finditer(text) if match["what"] == what]
    return found


def table(text: str, head: str) -> dict[str, str]:
    """Return the table whose first column has this head: the first column, without backticks, to the rest."""
    lines = text.splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith(f"| {head} |"))
    rows = {}
    for line in lines[begin + 2 :]:
        if not line.startswith("|"):
            break
        first, rest = line.removeprefix("| ").split(" | ", 1)
        rows[first.strip("`")] = rest
    return rows


def code_in(text: str) -> str:
    """Return all code of a document: blocks and spans."""
    blocks = re.findall(r"^```\w*\n(.*?)^```$", text, re.M | re.S)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S))
    return "\n".join([*blocks, *spans])


# -- what is mentioned exists -----------------------------------------------------------------------------------------


def options(*commands: click.Command) -> set[str]:
    nested = [
        each for group in commands if isinstance(group, click.Group) for each in group.commands.values()
    ]
    params = [each for command in (*commands, *nested) for each in command.params]
    named = {name for each in params if isinstance(each, click.Option) for name in each.opts}
    return {name for name in named if name.startswith("--")} | {"--help"}


@both
def test_every_option_mentioned_exists(text: str) -> None:
    known = options(*cli.commands.values(), *SENDERS.values()) | {"--exporter"}  # nbgrader's own
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text)) <= known


def test_every_option_is_in_the_readme() -> None:
    assert {name.split()[0] for name in table(README, "option")} == options(grade)


def test_jails_sources_and_attempts_offered_are_those_that_exist() -> None:
    """In the README and in the help of `grade`, which both are written by hand."""
    helped = {
        each.name: set(re.findall(r"\w+", each.make_metavar(click.Context(grade)))) for each in grade.params
    }

    for row, parameter, known in (
        ("--from SYSTEM", "source", SOURCES),
        ("--attempts WHICH", "attempts", ATTEMPTS),
        ("--jail NAME", "jail", ("auto", *BACKENDS)),
    ):
        assert set(re.findall(r"`(\w+)`", table(README, "option")[row])) == set(known)
        assert helped[parameter] == set(known)


@both
def test_every_make_target_mentioned_exists(text: str) -> None:
    makefile = (ROOT / "Makefile").read_text()
    mentioned = set(re.findall(r"^(?:\$ )?make ([a-z]+)", code_in(text), re.M))

    assert mentioned
    assert mentioned <= set(re.findall(r"^([a-z]+):", makefile, re.M))


@both
def test_every_path_mentioned_exists(text: str) -> None:
    places = r"(?:autograder|assignments|solutions|tests|requirements|tools)/[\w./-]*"
    mentioned = {path.rstrip(".") for path in re.findall(rf"(?<![\w./~-]){places}", text)}
    mentioned -= {"autograder/1", "assignments/ID", "solutions/ID", "tests/hidden/ID/"}

    assert mentioned
    assert [path for path in sorted(mentioned) if not (ROOT / path).exists()] == []
    assert [name for name in re.findall(r"\]\(([^)]+)\)", text) if not (ROOT / name).is_file()] == []


@both
def test_documents_lead_to_nothing_outside(text: str) -> None:
    assert "http" not in text.lower()
    assert "www." not in text.lower()


def test_every_folder_of_the_package_is_in_the_readme() -> None:
    folders = {path.parent.name for path in (ROOT / "autograder").glob("*/__init__.py")}

    assert {name.split("/")[1] for name in table(README, "folder")} == folders


def test_numbers_of_the_readme_are_counted() -> None:
    submissions, attacks = ROOT / "tests" / "submissions", ROOT / "tests" / "attacks"
    hidden = [path.read_text() for path in (ROOT / "tests" / "hidden").glob("*/test_*.py")]
    archives = [(attacks / "archives" / f"{name}.py").read_text() for name in ("names", "zips", "tars")]
    counted = {
        "hidden tests": sum(len(re.findall(r"^(?:async )?def test_", text, re.M)) for text in hidden),
        "right submissions": sum(path.is_dir() for path in submissions.glob("*/right/[!_.]*")),
        "wrong programs": len([*submissions.glob("*/wrong/*/*.py")]),
        "hostile programs": len([*attacks.glob("lecture21/**/*.py")]),
        "hostile archives": sum(len(re.findall(r"^    Attack\(", text, re.M)) for text in archives),
    }
    flat = " ".join(README.split())

    assert {what: int(re.findall(rf"(\d+) {what}", flat)[0]) for what in counted} == counted


# -- tables say what the code says ------------------------------------------------------------------------------------


def test_exit_codes_are_those_of_the_errors() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    ours = {kind.exit_code for kind in kinds if issubclass(kind, errors.AutograderError)}
    documented = {int(code) for code in table(README, "exit code")}

    assert documented == {0, EXIT_SOME_NOT_GRADED, EXIT_INTERRUPTED, *ours}


def test_outcomes_and_statuses_are_all_explained() -> None:
    assert list(table(GUIDE, "outcome")) == [outcome.value for outcome in Outcome]
    assert all(f"`{each.value}`" in README for each in (*Outcome, *Status))


def test_markers_are_all_explained() -> None:
    assert set(table(GUIDE, "marker")) == {text.split("(")[0] for text in MARKERS}


def test_fixtures_are_all_explained() -> None:
    fixtures = {
        name
        for name, value in vars(TestPlugin).items()
        if type(value).__name__ == "FixtureFunctionDefinition"
    }

    assert set(table(GUIDE, "fixture")) == fixtures


def test_names_for_hidden_tests_are_all_explained() -> None:
    assert set(table(GUIDE, "`student.`")) == {name for name in vars(Student) if not name.startswith("_")}
    assert set(table(GUIDE, "name")) == set(testing.__all__)
    assert re.findall(r"`([\w-]+)`", GUIDE.partition("A concept is one of")[2])[: len(CONCEPTS)] == [
        *CONCEPTS
    ]


def test_keys_of_assignment_toml_are_all_explained(tmp_path: Path) -> None:
    """Each key of the table is taken, one that is not there is refused by a message that lists those allowed."""
    documented = set(table(GUIDE, "key"))
    example = block(GUIDE, "assignment")
    allowed = set()
    firsts = (
        ("", "format"),
        ("limits.", "cpu_seconds"),
        ("feedback.", "reveal"),
        ("jail.", "require"),
        ("late.", "unit"),
        ("gradescope.", "leaderboard"),
        ("exercise.", "id"),
    )
    for place, first in firsts:
        path = tmp_path / "assignment.toml"
        path.write_text(re.sub(rf"^{first} =", f"bogus = 1\n{first} =", example, count=1, flags=re.M))
        with pytest.raises(errors.ConfigurationError) as caught:
            read_settings(path)
        keys = str(caught.value).partition("Allowed: ")[2].rstrip(".").split(", ")
        allowed |= {place + key for key in keys}

    assert documented == allowed - {"limits", "feedback", "jail", "late", "gradescope", "exercise"}


def test_bounds_and_defaults_of_limits_are_the_real_ones(tmp_path: Path) -> None:
    path = tmp_path / "assignment.toml"
    example = block(GUIDE, "assignment").replace("cpu_seconds = 1.0\n", "{limit}\n")
    rows = {key: row for key, row in table(GUIDE, "key").items() if key.startswith("limits.")}
    for key, row in rows.items():
        name = key.partition(".")[2]
        low, high, default = (
            Decimal(number.replace(",", "")) for number in re.findall(r"\d[\d,.]*\d|\d", row)
        )
        for value in (low, high):
            path.write_text(example.format(limit=f"{name} = {value}"))
            assert getattr(read_settings(path).limits, name) == pytest.approx(float(value))
        for value in (low - Decimal("0.05") if low % 1 else low - 1, high + 1):
            path.write_text(example.format(limit=f"{name} = {value}"))
            with pytest.raises(errors.ConfigurationError):
                read_settings(path)
        assert getattr(Limits(), name) == default


# -- examples ---------------------------------------------------------------------------------------------------------


def run_example(source: str, exercise_id: str, content: bytes, folder: Path) -> SubmissionReport:
    """Grade one file of lecture 21 with an example of the guide as its hidden suite."""
    tests = folder / "tests"
    tests.mkdir(exist_ok=True)
    text = source if "pytestmark" in source else HEAD.format(exercise=exercise_id) + source
    (tests / "test_example.py").write_text(text)
    points = sum(map(Decimal, re.findall(r"mark\.points\(([\d.]+)\)", source)), Decimal(0))
    lecture = load_assignment(ROOT, "lecture21")
    exercise = replace(lecture.exercise(exercise_id), points=points)
    assignment = replace(lecture, exercises=(exercise,), hidden_tests=tests)
    reports: list[SubmissionReport] = []
    submission = Submission(id="one", files={exercise.file: content})
    run_suite(assignment, iter([submission]), reports.append, GradeOptions(seed=7))
    return reports[0]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda match: match["what"])
def test_example_passes_the_reference_and_fails_the_program_that_it_names(
    example: re.Match[str], tmp_path: Path
) -> None:
    said = re.fullmatch(r"hidden (?P<exercise>[\d.]+), fails: (?P<wrong>\w+)", example["what"])
    assert said
    file = load_assignment(ROOT, "lecture21").exercise(said["exercise"]).file
    right = (ROOT / "solutions" / "lecture21" / file).read_bytes()
    wrong = (WRONG / said["exercise"] / f"{said['wrong']}.py").read_bytes()

    on_right = run_example(example["text"], said["exercise"], right, tmp_path)
    on_wrong = run_example(example["text"], said["exercise"], wrong, tmp_path)

    assert (on_right.status, on_right.reason) == (Status.GRADED, "")
    assert on_right.score == on_right.max_score > 0
    assert on_wrong.status is Status.GRADED, on_wrong.reason
    assert on_wrong.exercises[0].tests[0].outcome in (Outcome.FAILED, Outcome.STUDENT_ERROR)


def test_every_test_in_the_guide_is_run() -> None:
    assert len(re.findall(r"def test_\w+\(", GUIDE)) == sum(
        len(re.findall(r"def test_\w+\(", example["text"])) for example in EXAMPLES
    )


def test_solution_in_the_guide_becomes_a_skeleton(tmp_path: Path) -> None:
    solutions, assignment = tmp_path / "solutions", tmp_path / "assignment"
    solutions.mkdir()
    assignment.mkdir()
    (assignment / "assignment.toml").write_text(block(GUIDE, "assignment"))
    (exercise,) = read_settings(assignment / "assignment.toml").exercises
    (solutions / exercise.file).write_text(block(GUIDE, "solution"))
    (skeleton,) = write_skeletons(solutions, assignment)
    done = subprocess.run([sys.executable, skeleton], capture_output=True, text=True, check=False)

    assert "Blank 1 is still open: the suspension point" in done.stderr


# -- transcripts ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo_class(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("demo") / "demo-class"
    command = [sys.executable, str(ROOT / "tests" / "submissions" / "assemble.py"), "lecture21", str(target)]
    subprocess.run(command, check=True, capture_output=True)
    return target


Grade = Callable[..., str]


@pytest.fixture(scope="module")
def run_grade(demo_class: Path) -> Grade:
    """Return a function that runs one command line of a transcript on the class and returns what it prints."""

    def run(line: str, *more: str) -> str:
        words = [word.replace("build/demo-class", str(demo_class)) for word in shlex.split(line)]
        assert words[:2] == [".venv/bin/autograder", "grade"]
        command = [sys.executable, "-m", "autograder", *words[1:], *more]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        return done.stdout.replace(str(ROOT), CLONE)

    return run


def holds(printed: str, transcript: str) -> str:
    """Return the first piece between two ``[...]`` of a transcript that is not in what was printed, in order."""
    rest = printed
    for piece in re.split(r"^\[\.\.\.\]\n", transcript, flags=re.M):
        _, found, rest = rest.partition(piece)
        if not found:
            return piece
    return ""


def test_transcript_of_one_submission_is_real(run_grade: Grade) -> None:
    command, _, transcript = block(README, "transcript: single").partition("\n")
    printed = run_grade(command.removeprefix("$ "))

    assert holds(printed, transcript) == "", REFRESH


@pytest.mark.slow
def test_transcript_of_the_demo_is_real(run_grade: Grade, tmp_path: Path) -> None:
    lines = block(README, "transcript: demo").splitlines(keepends=True)
    assert lines[0] == "$ make demo\n"
    place = next(number for number, line in enumerate(lines) if line.startswith(".venv/bin/autograder"))
    command, transcript = lines[place].strip(), "".join(lines[place + 1 :])
    (seed,) = re.findall(r"^Seed: (\d+)", transcript, re.M)
    reports = str(tmp_path / "reports")
    command = command.replace("build/demo-reports", reports)
    printed = run_grade(command, "--seed", seed).replace(reports, "build/demo-reports")

    assert holds(printed, transcript) == "", REFRESH


def is_part(part: Any, whole: Any) -> bool:
    """Tell whether a document is another one shortened: members of objects and items of lists may be left out."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(k in whole and is_part(v, whole[k]) for k, v in part.items())
    if isinstance(part, list):
        return isinstance(whole, list) and all(any(is_part(v, each) for each in whole) for v in part)
    return bool(type(part) is type(whole) and part == whole)


def test_report_in_the_readme_is_a_shortened_real_one(run_grade: Grade) -> None:
    command = block(README, "transcript: single").partition("\n")[0].removeprefix("$ ")
    shown, real = json.loads(block(README, "report: single")), json.loads(run_grade(command, "--json"))
    (submission,) = real["submissions"]
    (test, *_) = submission["exercises"][0]["tests"]

    assert is_part(shown, real), REFRESH
    assert {*shown} == {*real}
    assert {*shown["submissions"][0]} == {*submission} - {"grading_wall_seconds"}
    assert {*shown["submissions"][0]["exercises"][0]["tests"][0]} == {*test}
