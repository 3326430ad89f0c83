"""The skeletons of lecture 21 as students get them: one blank for each idea, and each open blank makes itself known."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.catalogue import load_assignment
from autograder.release import check_points, fill, partially_filled, skeleton

from .conftest import ASSIGNMENT, NAMES, ROOT, SOLUTIONS, Exercise, Run, RunAll

LECTURE = {
    "ex21_1_gather": """\
Starting fetch A
Starting fetch B
Starting fetch C
Completed fetch B
Completed fetch C
Completed fetch A
Data from source A
Data from source B
Data from source C
Total time: 1.00s (vs ~2.3s sequential)
""",
    "ex21_2_cancellation": """\
Job A started
Job B started
Job C started
Job B completed
Job C completed
Done: 2, Pending: 1
Job A was cancelled
""",
    "ex21_3_context_manager": """\
Connected to db://prod
Row: {'id': 0, 'value': 0}
Row: {'id': 1, 'value': 10}
Row: {'id': 2, 'value': 20}
Disconnected from db://prod
""",
}

# What the lecture explains, by the code that shows it: (?s) lets a pattern cross lines.
IDEAS = {
    "ex21_1_gather": {
        "announce": r'print\(f"Starting',
        "suspension point": r"await asyncio\.sleep",
        "result": r"result = f",
        "completion": r'print\(f"Completed',
        "return": r"return result",
        "gather": r"await asyncio\.gather",
        "elapsed": r"elapsed = ",
        "order of results": r"for result in results",
        "benefit": r"elapsed:\.2f",
    },
    "ex21_2_cancellation": {
        "announce": r"started",
        "suspension point": r"await asyncio\.sleep",
        "completion": r"completed",
        "result": r"return f",
        "catch": r"except asyncio\.CancelledError",
        "cleanup": r"was cancelled",
        "re-raise": r"(?m)^ *raise$",
        "create_task": r"asyncio\.create_task",
        "wait with timeout": r"(?s)asyncio\.wait\(.*timeout=1\.2",
        "count": r"len\(done\)",
        "cancel": r"task\.cancel\(\)",
        "drain": r"return_exceptions=True",
    },
    "ex21_3_context_manager": {
        "closed at first": r"isOpen = False",
        "handshake": r"asyncio\.sleep\(0\.01\)",
        "open": r"isOpen = True",
        "connected": r"Connected to",
        "return self": r"return self",
        "goodbye": r"asyncio\.sleep\(0\.01\)",
        "closed again": r"isOpen = False",
        "disconnected": r"Disconnected from",
        "no suppression": r"return False",
        "row takes time": r"asyncio\.sleep\(0\.005\)",
        "yield": r"yield",
        "async with": r"async with",
        "async for": r"async for",
        "row": r"print\(f\"Row",
    },
}


def name_of(exercise: Exercise) -> str:
    return exercise.reference.path.stem


def named(run: Run) -> int:
    """Return the blank that a program named when it ended; fail if it said anything else."""
    assert len(run.err.splitlines()) == 1, run.err
    return named_last(run)


def named_last(run: Run) -> int:
    """Return the blank that a program named in its last line, which may end a traceback."""
    assert run.code == 1, run
    found = re.search(r"^(?:SystemExit: )?Blank (\d+) is still open: \S.*\n\Z", run.err, re.MULTILINE)
    assert found, run.err
    return int(found[1])


def test_the_skeletons_are_what_the_solutions_give(exercise: Exercise) -> None:
    assert exercise.skeleton == skeleton(exercise.reference), "run `make skeletons`"


def test_each_solution_has_a_skeleton_and_each_skeleton_a_solution() -> None:
    assert {path.stem for path in SOLUTIONS.glob("*.py")} == set(NAMES)
    assert {path.stem for path in ASSIGNMENT.glob("ex*.py")} == set(NAMES)


def test_every_idea_of_the_lecture_is_a_blank_of_its_own(exercise: Exercise) -> None:
    ideas = IDEAS[name_of(exercise)]

    assert len(exercise.reference.regions) == len(ideas)
    for region, (idea, pattern) in zip(exercise.reference.regions, ideas.items(), strict=True):
        body = "\n".join(region.body)
        assert re.search(pattern, body), f"blank {region.number} should be: {idea}"
        others = [other for other in ideas.values() if other != pattern and re.search(other, body)]
        assert not others, f"blank {region.number} should hold nothing but: {idea}"


def test_each_blank_says_what_goes_there(exercise: Exercise) -> None:
    for number in exercise.numbers:
        comment = rf"\n *# Blank {number} \(\d points?\): \S.*\n.*\bblank\({number}\)"
        assert re.search(comment, exercise.skeleton)


def test_the_points_of_the_blanks_are_those_of_the_exercise(exercise: Exercise) -> None:
    (settings,) = (
        e for e in load_assignment(ROOT, "lecture21").exercises if e.file == exercise.reference.path.name
    )

    check_points(exercise.reference, settings)
    assert exercise.reference.points == settings.points


def test_each_blank_has_hints_that_do_not_give_its_solution_away(exercise: Exercise) -> None:
    for region in exercise.reference.regions:
        assert 1 <= len(region.hints) <= 3
        said = " ".join(region.hints)
        for line in region.body:
            assert len(re.findall(r"\w+", line)) < 2 or line.strip() not in said, line
        assert all(hint not in exercise.skeleton for hint in region.hints)


def without_help(text: str) -> str:
    """Return a skeleton without what stands in it for the sake of its blanks alone."""
    text = re.sub(r"\n# There are .*?still open\.\n", "", text, count=1, flags=re.DOTALL)
    return re.sub(r"# Nothing to fill in.*?\n\n\n(?=if __name__)", "", text, flags=re.DOTALL)


def test_all_blanks_filled_is_the_reference(exercise: Exercise) -> None:
    marked = exercise.reference.path.read_text()
    reference = re.sub(r"(?m)^ *### (BEGIN|END) SOLUTION\n|^ *# Hint \d.*\n(?: *#   .*\n)*", "", marked)

    assert without_help(exercise.filled(exercise.numbers)) == reference
    answers = {region.number: region.answer for region in exercise.reference.regions}
    assert fill(exercise.skeleton, answers) == reference


def test_some_blanks_filled_is_the_reference_but_for_the_others(exercise: Exercise) -> None:
    for left in exercise.numbers:
        assert partially_filled(exercise.reference, {left}) == exercise.filled({*exercise.numbers} - {left})
        assert partially_filled(exercise.reference, {*exercise.numbers} - {left}) == exercise.filled({left})


def test_no_line_of_a_solution_gets_to_the_students() -> None:
    solutions = [SOLUTIONS / f"{name}.py" for name in NAMES]
    regions = [
        region
        for path in solutions
        for region in re.findall(r"(?s)### BEGIN SOLUTION\n(.*?)### END", path.read_text())
    ]
    secret = {line.strip() for region in regions for line in region.splitlines()} - {"", ")", "raise"}
    assert len(secret) > 40

    for path in ASSIGNMENT.rglob("*"):
        # Tests catch and wait, too: what they may hold is looked at where a bundle is made.
        if path.is_file() and path.suffix != ".pyc" and path.name != "test_public.py":
            text = path.read_text(encoding="utf-8")
            assert not [line for line in secret if line in text], path
            assert "SOLUTION" not in text


def test_a_new_skeleton_can_be_imported_and_names_its_first_blank_when_run(
    exercise: Exercise, tmp_path: Path
) -> None:
    (tmp_path / "handout.py").write_text(exercise.skeleton, encoding="utf-8")

    def python(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-W", "error", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    imported = python("-c", "import handout")
    assert (imported.returncode, imported.stdout, imported.stderr) == (0, "", "")
    ran = python("handout.py")
    assert ran.stdout == ""
    assert named(Run(ran.returncode, ran.stdout, ran.stderr)) == 1


def test_filled_in_order_the_next_blank_is_named_each_time(exercise: Exercise, run_all: RunAll) -> None:
    numbers = exercise.numbers

    runs = run_all(exercise.filled(numbers[:count]) for count in range(len(numbers)))

    assert [named(run) for run in runs] == numbers


def test_a_blank_filled_alone_leaves_the_first_of_the_others(exercise: Exercise, run_all: RunAll) -> None:
    runs = run_all(exercise.filled([number]) for number in exercise.numbers)

    assert [named(run) for run in runs] == [2] + [1] * (len(runs) - 1)


def test_a_blank_left_alone_is_named(exercise: Exercise, run_all: RunAll) -> None:
    runs = run_all(exercise.filled(set(exercise.numbers) - {number}) for number in exercise.numbers)

    assert [named(run) for run in runs] == exercise.numbers


def test_whichever_blanks_are_open_the_first_is_named(exercise: Exercise, run_all: RunAll) -> None:
    draw = random.Random(21)
    some = [draw.sample(exercise.numbers, draw.randrange(1, len(exercise.numbers))) for _ in range(60)]

    runs = run_all(exercise.filled(set(exercise.numbers) - set(left)) for left in some)

    assert [named_last(run) for run in runs] == [min(left) for left in some]
    # A coroutine that the interpreter throws away can still run into a blank: that is rare, and nothing is lost.
    assert sum(len(run.err.splitlines()) == 1 for run in runs) > 50


def test_with_main_begun_the_program_goes_as_far_as_it_is_written(
    run_all: RunAll, exercise: Exercise
) -> None:
    """A student sees what works so far, not only what is missing."""
    last = exercise.numbers[-1]
    [run] = run_all([exercise.filled(set(exercise.numbers) - {last})])

    begun = LECTURE[name_of(exercise)].splitlines()[0]
    assert run.out.startswith(begun)


def test_all_blanks_filled_prints_what_the_lecture_shows(exercise: Exercise, run_all: RunAll) -> None:
    [run] = run_all([exercise.filled(exercise.numbers)])

    assert run == Run(0, LECTURE[name_of(exercise)], "")


def test_the_function_blank_may_go_once_nothing_is_open(exercise: Exercise, run_all: RunAll) -> None:
    without = without_help(exercise.filled(exercise.numbers))
    assert "blank(" not in without

    [run] = run_all([without])

    assert run == Run(0, LECTURE[name_of(exercise)], "")


def test_a_blank_that_became_a_comment_is_no_longer_open(exercise: Exercise, run_all: RunAll) -> None:
    first, second = exercise.numbers[:2]
    text = exercise.filled([first])
    region = exercise.reference.regions[0]
    kept = text.replace(region.body[0], f"{region.body[0]}  # was: blank({first})")
    assert kept != text

    [run] = run_all([kept])

    assert named(run) == second


def test_the_readme_counts_the_blanks(exercise: Exercise) -> None:
    readme = (ASSIGNMENT / "README.md").read_text(encoding="utf-8")

    assert re.search(rf"\| `{name_of(exercise)}\.py` \|.*\| {len(exercise.numbers)} \|", readme)


def test_the_readme_shows_what_each_program_prints() -> None:
    readme = (ASSIGNMENT / "README.md").read_text(encoding="utf-8")

    for name, output in LECTURE.items():
        assert f"{name}.py" in readme
        assert f"```text\n{output}```" in readme


@pytest.mark.slow
def test_the_filled_programs_take_the_lectures_time_on_a_real_clock(
    exercise: Exercise, tmp_path: Path
) -> None:
    path = tmp_path / "handed_in.py"
    path.write_text(exercise.filled(exercise.numbers), encoding="utf-8")

    done = subprocess.run([sys.executable, path], capture_output=True, text=True, check=True)

    # Seconds are printed by a clock that this test does not hold: 1.00 on an idle machine.
    assert re.sub(r"time: \d\.\d\d", "time: 1.00", done.stdout) == LECTURE[name_of(exercise)]
    assert done.stderr == ""
