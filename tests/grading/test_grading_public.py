"""Public tests: what they may be, and whether those of lecture 21 see each blank that is open or wrong."""

import re
import tempfile
import textwrap
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from autograder.catalogue import Bundle, load_assignment, read_bundle
from autograder.errors import ConfigurationError
from autograder.grading.public import run_public_tests
from autograder.grading.selfcheck import explain
from autograder.grading.workplace import Workplace
from autograder.intake import read_paths
from autograder.model import Assignment, Exercise, Outcome, Submission
from autograder.release import partially_filled, read_reference
from autograder.release.bundle import make_bundle

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "tests" / "submissions" / "lecture21"
LECTURE = load_assignment(ROOT, "lecture21")

HEAD = """
    import pytest
    from autograder.testing import check
    pytestmark = [pytest.mark.exercise("1"), pytest.mark.concept("result")]
"""
PROGRAM = "def double(number):\n    return 2 * number\n"
SUITE = """
    @pytest.mark.blanks(1)
    @pytest.mark.hint("Twice.")
    def test_doubles(student, rng):
        "It doubles."
        number = rng.number(1, 99)
        check(student.double(number), 2 * number, "double")
"""


def course(folder: Path, suite: str) -> Assignment:
    """Return an assignment of one exercise, with these public tests and no hidden ones."""
    (folder / "test_public.py").write_text(textwrap.dedent(HEAD) + textwrap.dedent(suite))
    exercise = Exercise(id="1", title="One", file="ex.py", points=Decimal(10))
    nowhere = folder / "nowhere"
    return Assignment(
        id="trial",
        title="Trial",
        folder=folder,
        solutions=nowhere,
        hidden_tests=nowhere,
        exercises=(exercise,),
    )


def run(assignment: Assignment, submissions, seed=1):
    """Return the reports by submission, and which blanks each test is about."""
    reports = {}
    blanks = run_public_tests(
        assignment, iter(submissions), lambda report: reports.update({report.id: report}), seed
    )
    return reports, blanks


def not_passed(report):
    return {
        row.name
        for exercise in report.exercises
        for row in exercise.tests
        if row.outcome is not Outcome.PASSED
    }


# -- any public tests -----------------------------------------------------------------------------------------------


def test_public_tests_run_as_hidden_ones_do_and_are_worth_nothing(tmp_path):
    assignment = course(tmp_path, SUITE)
    given = [
        Submission(id="right", files={"ex.py": PROGRAM.encode()}),
        Submission(id="wrong", files={"ex.py": PROGRAM.replace("2", "3").encode()}),
    ]

    reports, blanks = run(assignment, given)

    assert blanks == {"test_doubles": (1,)}
    rows = {name: report.exercises[0].tests[0] for name, report in reports.items()}
    assert (rows["right"].outcome, rows["wrong"].outcome) == (Outcome.PASSED, Outcome.FAILED)
    assert rows["wrong"].message.startswith("double: expected ")
    assert [(row.hint, row.title, row.max_score) for row in rows.values()] == [
        ("Twice.", "It doubles.", 0)
    ] * 2
    assert [report.reason for report in reports.values()] == ["", ""]


def test_nothing_else_in_a_students_folder_takes_part_and_nothing_is_written_there(tmp_path):
    for name in ("conftest.py", "__init__.py", "pytest.py", "asyncio.py"):
        (tmp_path / name).write_text("raise SystemExit('never')\n")
    assignment = course(tmp_path, SUITE)
    before = sorted(tmp_path.rglob("*"))

    reports, _ = run(assignment, [Submission(id="a", files={"ex.py": PROGRAM.encode()})])

    assert not_passed(reports["a"]) == set()
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("suite", "complaint"),
    [
        (SUITE.replace("blanks(1)", "points(3)"), "test_doubles: a public test carries no points"),
        (
            SUITE.replace("blanks(1)", "blanks('1')"),
            r"test_doubles: its blanks are \('1',\); give their numbers",
        ),
        (SUITE.replace("blanks(1)", "concept('x')"), "its concept is 'x'; use one of concurrency"),
        (SUITE.replace("def test_doubles", "def est_doubles"), "no public test was found there"),
        ("\n    def test_x(:\n", r"test_public.py:\d+: the public tests are not valid Python"),
        ("\n    import nonsense\n", "the public suite cannot be collected(.|\n)*nonsense"),
    ],
)
@pytest.mark.parametrize("started_in", [Path("/"), Path(tempfile.gettempdir())])
def test_tests_that_cannot_be_used_are_told_with_their_own_path(
    tmp_path, monkeypatch, suite, complaint, started_in
):
    monkeypatch.chdir(started_in)  # pytest calls a file that lies near by a path from there
    with pytest.raises(ConfigurationError, match=complaint) as raised:
        run(course(tmp_path, suite), [Submission(id="a", files={"ex.py": PROGRAM.encode()})])

    assert str(tmp_path / "test_public.py") in str(raised.value)
    assert "autograder-public-" not in str(raised.value), "no trace of the copy that was collected"


@pytest.mark.parametrize("mark", ["exercise", "concept"])
def test_a_test_of_a_students_own_without_marks_is_told_what_to_do(tmp_path, mark):
    assignment = course(tmp_path, SUITE)
    path = assignment.public_tests
    text = path.read_text().replace("pytestmark =", "MARKS =").replace("def test_doubles", "def test_mine")
    others = [f'@pytest.mark.{each}("{value}")' for each, value in (("exercise", 1), ("concept", "result"))]
    kept = next(each for each in others if mark not in each)
    path.write_text(text.replace("@pytest.mark.blanks(1)", kept))

    with pytest.raises(ConfigurationError) as raised:
        run(assignment, [Submission(id="a", files={"ex.py": PROGRAM.encode()})])

    said = str(raised.value)
    assert said.startswith(f"{path}: test_mine: has no mark @pytest.mark.{mark}(...)")
    assert "None" not in said
    assert said.endswith("Take the file from the released bundle again.")


def test_missing_public_tests_are_told(tmp_path):
    assignment = course(tmp_path, SUITE)
    assignment.public_tests.unlink()

    with pytest.raises(ConfigurationError, match=r"the public tests cannot be read .* released bundle"):
        run(assignment, [])


# -- those of lecture 21 --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def released(tmp_path_factory) -> Bundle:
    """The real bundle of lecture 21, on disk."""
    folder = tmp_path_factory.mktemp("bundle")
    for name, content in make_bundle(LECTURE).files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    return read_bundle(folder)


@pytest.fixture(scope="module")
def references():
    return {each.id: read_reference(LECTURE.solutions / each.file) for each in LECTURE.exercises}


@pytest.fixture(scope="module")
def one_open(references):
    """Each blank that is open while all others are filled: its program, and what the public tests say of it."""
    programs = {}
    for exercise in LECTURE.exercises:
        for region in references[exercise.id].regions:
            text = partially_filled(references[exercise.id], [region.number])
            programs[exercise, region.number] = Submission(
                id=f"{exercise.id}#{region.number}",
                files={exercise.file: text.encode()},
                exercises=(exercise.id,),
            )
    reports, blanks = run(LECTURE, programs.values())
    return {key: (program, reports[program.id]) for key, program in programs.items()}, blanks


@pytest.mark.slow
def test_each_blank_is_covered_by_one_test_that_fails_while_it_is_open(one_open):
    results, blanks = one_open

    assert [
        sum(1 for exercise, _ in results if exercise.id == each) for each in ("21.1", "21.2", "21.3")
    ] == [9, 12, 14]
    for (exercise, number), (_, report) in results.items():
        rows = report.exercises[0].tests
        about = [row.name for row in rows if number in blanks[row.name]]
        assert len(about) == 1, f"blank {number} of {exercise.id}"
        assert about[0] in not_passed(report)


@pytest.mark.slow
def test_each_open_blank_is_named_with_its_line_and_no_test_fails_for_it(one_open, released):
    results, blanks = one_open
    for (exercise, number), (program, report) in results.items():
        place = Workplace(
            bundle=released,
            folder=released.assignment.folder,
            exercises=(exercise,),
            files=program.files,
            missing={},
        )

        told = explain(place, blanks, report, seed=1, hints=2)

        lines = program.files[exercise.file].decode().split("\n")
        (blank,) = told.exercises[0].open_blanks
        assert (blank.number, blank.hints != ()) == (number, True)
        assert f"blank({number})" in lines[blank.line - 1]
        assert lines[blank.line - 2].endswith(f": {blank.prompt}")
        assert not told.passed
        assert [test.waits_for for test in told.exercises[0].tests if not test.passed] == [(number,)] * len(
            not_passed(report)
        )


@pytest.mark.slow
def test_every_right_sample_passes():
    samples = read_paths(sorted((SAMPLES / "right").iterdir()), LECTURE)

    reports, _ = run(LECTURE, samples, seed=17)

    assert len(samples) >= 60
    assert {name: failed for name, report in reports.items() if (failed := not_passed(report))} == {}


TYPICAL = {
    "concurrency": ("21.1/sequential_awaits", "test_main_fetches_three_sources_at_the_same_time"),
    "ordering": ("21.1/results_in_completion_order", "test_main_prints_the_results_in_order"),
    "result": ("21.1/returns_nothing", "test_fetch_gives_its_data"),
    "output": ("21.1/start_text_wrong", "test_fetch_says_when_it_starts_and_when_it_is_done"),
    "timing": ("21.2/wait_without_timeout", "test_main_counts_after_1_2_seconds"),
    "suspension": ("21.1/blocking_sleep", "test_fetch_waits_and_lets_others_run"),
    "cancellation": ("21.2/swallowed_cancel", "test_cancelled_job_says_so_and_stays_cancelled"),
    "cleanup": ("21.2/no_drain", "test_main_cancels_and_waits_for_the_cleanup"),
    "aexit": ("21.3/is_open_never_reset", "test_connection_closes_and_lets_an_error_go_on"),
    "no-suppress": ("21.3/aexit_returns_true", "test_connection_closes_and_lets_an_error_go_on"),
    "enter": ("21.3/enter_returns_nothing", "test_block_gets_the_connection"),
    "streaming": ("21.3/rows_collected_first", "test_rows_come_one_at_a_time"),
    "rows": ("21.3/rows_start_at_one", "test_rows_come_one_at_a_time"),
    "main": ("21.3/main_fetches_two_rows", "test_main_prints_three_rows"),
    "load": ("21.1/syntax_error", "test_fetch_gives_its_data"),
}
LEFT_TO_THE_HIDDEN_TESTS = (
    "21.1/main_never_called",
    "21.2/wait_first_exception",
    "21.3/swallows_cancellation",
)


def test_the_typical_mistake_of_each_concept_fails_the_test_that_is_about_it():
    samples = {name for name, _ in TYPICAL.values()} | {*LEFT_TO_THE_HIDDEN_TESTS}
    given = []
    for sample in sorted(samples):
        exercise = LECTURE.exercise(sample.partition("/")[0])
        source = (SAMPLES / "wrong" / f"{sample}.py").read_bytes()
        given.append(Submission(id=sample, files={exercise.file: source}, exercises=(exercise.id,)))

    reports, _ = run(LECTURE, given)

    for concept, (sample, test) in TYPICAL.items():
        assert test in not_passed(reports[sample]), concept
    for sample in LEFT_TO_THE_HIDDEN_TESTS:
        assert not_passed(reports[sample]) == set(), (
            "what needs a hidden test is let through, and nothing is claimed"
        )


def test_each_public_test_teaches():
    reports, blanks = run(LECTURE, [Submission(id="nothing", files={"ex21_1_gather.py": b""})])

    rows = [row for exercise in reports["nothing"].exercises for row in exercise.tests]
    assert len(rows) == len(blanks) == 18
    for row in rows:
        assert row.title.endswith("."), row.name
        assert row.hint, row.name
        assert blanks[row.name], row.name


def test_no_line_of_a_solution_stands_in_the_public_tests(references):
    public = {line.strip() for line in LECTURE.public_tests.read_text().split("\n")}
    solution = {
        line.strip() for each in references.values() for region in each.regions for line in region.body
    }

    assert {line for line in solution & public if len(re.findall(r"\w+", line)) > 1} == set()


def test_public_and_hidden_tests_have_different_names():
    def names(text):
        return set(re.findall(r"def (test_\w+)", text))

    hidden = names("".join(path.read_text() for path in LECTURE.hidden_tests.glob("test_*.py")))
    assert names(LECTURE.public_tests.read_text()) & hidden == set()


def test_hidden_settings_do_not_matter_for_a_check(tmp_path):
    assignment = replace(course(tmp_path, SUITE), require="bwrap", reveal="nothing")

    reports, _ = run(assignment, [Submission(id="a", files={"ex.py": b"def double(n): return 0"})])

    assert reports["a"].exercises[0].tests[0].message.startswith("double: expected"), "own code, own machine"
