"""Notebooks are graded as files are: their cells run in order, and a line is told as cell and line."""

import json
import sys
import textwrap
from decimal import Decimal
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from lab import Grader, messages, outcomes
from notebooks import as_notebook, notebook

from autograder.catalogue import load_assignment
from autograder.grading.suite import run_suite
from autograder.intake import read_paths
from autograder.intake.answers import Answers
from autograder.intake.notebook import read_notebook
from autograder.model import GradeOptions, Limits, Submission
from autograder.outputs.export.stored import read_reports
from autograder.outputs.json_report import to_document
from autograder.outputs.wording import finding_line, trace

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests/submissions/lecture21"

SUITE = """
import asyncio, pytest
pytestmark = [pytest.mark.exercise("1"), pytest.mark.concept("result"), pytest.mark.points(1)]

async def test_f(student):
    assert await student.f() == 1

def test_program(run_script):
    script = run_script()
    assert script.error == "", script.error
    assert script.stdout == "1\\n"

def test_nothing_is_printed_or_left_by_then(student):
    assert student.stdout == ""
    assert not student.leaks, str(student.leaks)
"""

F = "import asyncio\nasync def f():\n    await asyncio.sleep(1)\n    return 1"
MAIN = "async def main():\n    print(await f())"


class NotebookGrader(Grader):
    """Grades notebooks, given as lists of cells."""

    def notebooks(self, suite, books, *, jail="bwrap", limits=None):
        """Return the reports by name of the notebook."""
        points = suite.count("\nasync def test") + suite.count("\ndef test")
        assignment = self.assignment(suite, points, limits or Limits())
        submissions = []
        for name, cells in books.items():
            joined = read_notebook("ex.ipynb", notebook(*map(textwrap.dedent, cells)))
            answers = Answers()
            answers.take("ex.ipynb", joined, assignment.exercises[0], assignment)
            submissions.append(Submission(id=name, files=answers.files, notebooks=answers.notebooks))
        reports = {}

        def keep(report):
            reports[report.id] = report

        run_suite(assignment, iter(submissions), keep, GradeOptions(jail=jail))
        return reports


@pytest.fixture(scope="module")
def grader(tmp_path_factory):
    return NotebookGrader(tmp_path_factory.mktemp("notebooks"))


# -- how a notebook's program is started -------------------------------------------------------------------------

RIGHT = {
    "awaits at the top": [F, MAIN, "await main()"],
    "guard": [F, MAIN, 'if __name__ == "__main__":\n    asyncio.run(main())'],
    "guard that awaits": [F, MAIN, 'if __name__ == "__main__":\n    await main()'],
    "runs a loop of its own": [F, MAIN, "asyncio.run(main())"],
    "runs it by another name": ["from asyncio import run", F, MAIN, "run(main())"],
    "old loop": [F, MAIN, "asyncio.new_event_loop().run_until_complete(main())"],
    "patched for Jupyter": ["import nest_asyncio\nnest_asyncio.apply()", F, MAIN, "asyncio.run(main())"],
    "shows what only Jupyter shows": [
        "import IPython\nfrom IPython.display import HTML, clear_output, display as show",
        F,
        MAIN,
        "display(HTML('x'), raw=True)\nshow(1)\nclear_output(wait=True)",
        "get_ipython().run_line_magic('matplotlib', 'inline')\nIPython.get_ipython().ast_node_interactivity = 'all'",
        "await main()",
    ],
    "prints what it awaits": [F, "print(await f())"],
    "timed": [F, MAIN, "%time await main()"],
    "timed cell": [F, MAIN, "%%time\nawait main()"],
    "task in one cell, awaited in another": [F, MAIN, "task = asyncio.create_task(main())", "await task"],
    "both ways": [F, "x = asyncio.run(f())", "y = await f()", "assert x == y == 1", MAIN, "await main()"],
    "both ways in threads": [
        F,
        "x = asyncio.run(asyncio.to_thread(int))",
        "y = await asyncio.to_thread(int)",
        "z = asyncio.run(asyncio.to_thread(int))",
        MAIN,
        "await main()",
    ],
    "definition changed later": ["async def f(): return 2", F, MAIN, "f = f", "await main()"],
    "future in the middle": [
        "x = 1",
        "from __future__ import annotations",
        F + "\ny: Undefined = 1",
        MAIN,
        "await main()",
    ],
    "docstrings and magics": [
        '"""Title."""',
        "%matplotlib inline",
        '"""More."""',
        F,
        "!ls",
        MAIN,
        "await main()",
    ],
    "class and lambda": [
        F,
        "class A:\n    g = staticmethod(lambda: f())",
        "async def main(): print(await A.g())",
        "await main()",
    ],
    "queue made at the top": [
        "import asyncio\nqueue = asyncio.Queue()",
        "await queue.put(1)",
        "async def f():\n    queue.put_nowait(1)\n    return await queue.get()",
        "print(await f())",
    ],
    "cells that rest on what was awaited": [
        F,
        "import asyncio\nrows, queue = [], asyncio.Queue()",
        "rows.append(await f())\nawait queue.put(2)",
        "assert rows == [1] and queue.get_nowait() == 2",
        MAIN,
        "await main()",
    ],
    "ends with its result": [
        "import sys",
        F,
        "async def main():\n    print(await f())",
        "sys.exit(await main())",
    ],
    "waits with a limit": [F, MAIN, "await asyncio.wait_for(main(), 5)"],
    "async for and async with at the top": [
        F,
        "async def rows():\n    yield await f()",
        "async for row in rows():\n    last = row",
        "async with asyncio.timeout(5):\n    last = await f()",
        "got = [row async for row in rows()]\nassert got == [last]",
        MAIN,
        "await main()",
    ],
}


@pytest.fixture(scope="module")
def right(grader):
    return grader.notebooks(SUITE, RIGHT)


@pytest.mark.parametrize("name", RIGHT)
def test_however_a_notebook_starts_its_program_it_counts(right, name):
    report = right[name]

    assert messages(report) == dict.fromkeys(messages(report), "")
    assert report.score == 3


def test_a_notebook_runs_the_same_without_a_jail(grader, monkeypatch):
    for forced in (False, True):  # each test in a process that is started for it, as where none can be forked
        monkeypatch.setattr("autograder.jail.host.fresh.FORCED", forced)
        report = grader.notebooks(SUITE, {"a": RIGHT["task in one cell, awaited in another"]}, jail="plain")[
            "a"
        ]

        assert report.score == 3, messages(report)


def test_a_program_that_never_ends_costs_only_the_tests_that_run_it(grader):
    cells = [F, "async def main():\n    while True:\n        await asyncio.sleep(1)", "await main()"]
    limits = Limits(virtual_seconds=50)

    for last in ("await main()", "asyncio.run(main())"):
        report = grader.notebooks(SUITE, {"a": [*cells[:2], last]}, limits=limits)["a"]

        assert outcomes(report) == {
            "test_f": "passed",
            "test_program": "timed_out",
            "test_nothing_is_printed_or_left_by_then": "passed",
        }
        assert "main, cell 2, line 3: await asyncio.sleep(1)" in messages(report)["test_program"]


# -- where something is ------------------------------------------------------------------------------------------

PLACES = """
import asyncio, pytest
from autograder.testing.check import check
pytestmark = [pytest.mark.exercise("1"), pytest.mark.concept("result"), pytest.mark.points(1)]

async def test_raises(student):
    await student.raises(0)

async def test_waits(student):
    await student.waits()

@pytest.mark.limits(cpu=0.2)
async def test_spins(student):
    student.spins()

async def test_forgets(student):
    await student.forgets()

async def test_prints(student):
    student.says()
    check(student.stdout, "", "what it prints")

async def test_cancelled(student):
    steps = await student.cancel_at_every_await(lambda: student.swallows())
    assert steps.all_reraised, str(steps)

def test_dies(student):
    student.dies()
"""
PLACES_CELLS = [
    "#md # line 7",
    "import asyncio, os, faulthandler",
    "# line 1\nasync def raises(x):\n    return 1 / x  # line 99",
    "async def waits():\n    await asyncio.Event().wait()\n\ndef spins():\n    while True:\n        pass",
    "async def forgets():\n\n    asyncio.sleep(1)\n    waits()",
    "async def generates():\n    yield 1\n    yield 2",
    "def says():\n    print('line 7, line 8 of ex.py, line 9')",
    "async def swallows():\n    try:\n        await asyncio.sleep(1)\n    except BaseException:\n        pass",
    "import sys\n\ndef dies():\n    sys._getframe(0)\n    faulthandler._sigsegv()",
]


@pytest.fixture(scope="module")
def placed(grader):
    return grader.notebooks(PLACES, {"a": PLACES_CELLS})["a"]


@pytest.mark.parametrize(
    ("test", "message"),
    [
        (
            "test_raises",
            "ZeroDivisionError: division by zero (ex.ipynb, cell 3, line 3: return 1 / x  # line 99)",
        ),
        ("test_waits", "waits in waits, cell 4, line 2: await asyncio.Event().wait()"),
        ("test_spins", "spins, cell 4, line 5: while True:"),
        ("test_prints", "what it prints: an extra line 1, 'line 7, line 8 of ex.py, line 9'"),
        ("test_cancelled", "(swallows, cell 8, line 3: await asyncio.sleep(1))"),
        ("test_dies", 'File "ex.ipynb", cell 9, line 5 in dies'),
    ],
)
def test_a_message_names_cell_and_line(placed, test, message):
    assert message in messages(placed)[test]


def test_findings_name_cell_and_line(placed):
    told = {finding.code: finding for finding in placed.findings}

    assert (told["never_awaited"].cell, told["never_awaited"].line) == (5, 3)
    assert finding_line(told["never_awaited"]).startswith("1, cell 5, line 3: ")
    assert "sleep (cell 5, line 3)" in told["never_awaited"].message


def test_evidence_names_cell_and_line(placed):
    frames = next(each for each in placed.evidence if each.code == "inspects_frames")

    assert (frames.cell, frames.line) == (9, 4)
    assert frames.message.endswith("sys._getframe (cell 9, line 4)")
    assert trace(frames).startswith("1, cell 9, line 4: ")


def test_a_json_report_has_the_cell_beside_the_line_and_is_read_back(placed, tmp_path):
    text = to_document("trial", 0, "bwrap", placed)
    (submission,) = json.loads(text)["submissions"]

    (never,) = [each for each in submission["findings"] if each["code"] == "never_awaited"]
    assert (never["cell"], never["line"]) == (5, 3)
    (tmp_path / "a.json").write_text(text)
    batch, _ = read_reports([tmp_path / "a.json"])
    (stored,) = batch.items
    assert stored.report.findings == placed.findings
    assert stored.report.evidence == placed.evidence


BROKEN = {
    "syntax": ["import asyncio", "x = 1\nx = = 2"],
    "unfinished text": ["x = '''\n", "y = 1\n'''\n"],
    "raises when it is run": ["x = 1", "y = 2\n\nz = undefined"],
    "raises while it waits": [F, "\nx = await undefined()"],
    "ends itself": ["import sys", "sys.exit('no')"],
    "return at the top": ["x = 1", "return 1"],
}


@pytest.fixture(scope="module")
def broken(grader):
    return grader.notebooks(SUITE, BROKEN)


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("syntax", "SyntaxError: invalid syntax (ex.ipynb, cell 2, line 2: x = = 2)"),
        ("unfinished text", "(ex.ipynb, cell 1, line 1: x = ''')"),
        (
            "raises when it is run",
            "name 'undefined' is not defined (ex.ipynb, cell 2, line 3: z = undefined)",
        ),
        ("raises while it waits", "(ex.ipynb, cell 2, line 2: x = await undefined())"),
        ("ends itself", "SystemExit: no"),
        ("return at the top", "SyntaxError: 'return' outside function (ex.ipynb, cell 2, line 1)"),
    ],
)
def test_a_notebook_that_cannot_be_loaded_says_in_which_cell(broken, name, place):
    assert place in messages(broken[name])["test_f"]


# -- the same program as a file and as a notebook ----------------------------------------------------------------

WRONG = {
    "21.1": [
        *("sequential_awaits", "blocking_sleep", "returns_nothing", "guard_misspelt", "main_never_called"),
        *("name_error_in_main", "syntax_error", "coroutines_never_awaited"),
    ],
    "21.2": ["swallowed_cancel", "program_exits_early", "wait_without_timeout"],
    "21.3": ["aexit_returns_true", "main_run_twice", "rows_collected_first", "never_set_open"],
}


def test_a_wrong_program_gets_the_same_marks_as_a_notebook(tmp_path):
    assignment = load_assignment(ROOT, "lecture21")
    for exercise, names in WRONG.items():
        file = assignment.exercise(exercise).file
        for name in names:
            program = (SAMPLES / "wrong" / exercise / f"{name}.py").read_bytes()
            for kind, content in ((".py", program), (".ipynb", as_notebook(program))):
                place = tmp_path / kind[1:] / f"{exercise} {name}"
                place.mkdir(parents=True)
                (place / file).with_suffix(kind).write_bytes(content)
    marks = {}
    for kind in ("py", "ipynb"):
        single = [next(place.iterdir()) for place in sorted((tmp_path / kind).iterdir())]
        submissions = read_paths(single, assignment)
        reports = []
        run_suite(assignment, iter(submissions), reports.append, GradeOptions(seed=3))
        marks[kind] = {
            path.parent.name: (outcomes(report), [each.code for each in report.findings])
            for path, report in zip(single, reports, strict=True)
        }

    assert len(marks["py"]) == sum(map(len, WRONG.values()))
    assert marks["ipynb"] == marks["py"]


@pytest.mark.slow
def test_every_right_program_gets_full_marks_as_a_notebook(tmp_path):
    assignment = load_assignment(ROOT, "lecture21")
    files = {exercise.file for exercise in assignment.exercises}
    for path in (SAMPLES / "right").rglob("*.py"):
        copy = tmp_path / path.relative_to(SAMPLES / "right")
        copy.parent.mkdir(parents=True, exist_ok=True)
        if path.name in files:
            copy.with_suffix(".ipynb").write_bytes(as_notebook(path.read_bytes()))
        else:
            copy.write_bytes(path.read_bytes())
    submissions = read_paths([tmp_path], assignment)
    lost = {}

    def keep(report):
        if report.score != Decimal(100):
            lost[report.id] = report.reason or {name: text for name, text in messages(report).items() if text}

    run_suite(assignment, iter(submissions), keep, GradeOptions(seed=1))

    assert len(submissions) == len(list((SAMPLES / "right").iterdir()))
    assert all(len(submission.notebooks) == 3 for submission in submissions)
    assert lost == {}
