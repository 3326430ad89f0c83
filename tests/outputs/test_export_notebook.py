"""Where something is in a notebook is told as cell and line, in every format that tells where something is."""

import pytest
from export_course import SETTINGS, make_batch, make_exercise, make_report, make_test

from autograder.model import Evidence, Finding, Outcome
from autograder.outputs.export import export
from autograder.outputs.export.formats import find_format
from autograder.outputs.html_report import HtmlReport
from autograder.outputs.markdown_report import MarkdownReport

FINDING = Finding(
    code="never_awaited",
    concept="suspension",
    exercise="1",
    line=3,
    message="A coroutine was created but never awaited: sleep (cell 5, line 3)",
    cell=5,
)
MESSAGE = "ZeroDivisionError: division by zero (ex1.ipynb, cell 7, line 4: return 1 / x)"


@pytest.fixture
def report():
    row = make_test("runs", "1", "1", Outcome.STUDENT_ERROR, visibility="visible", message=MESSAGE)
    evidence = Evidence(
        code="tracing", exercise="1", line=2, message="Uses sys.settrace (cell 9, line 2)", cell=9
    )
    return make_report("x", make_exercise("1", row), findings=(FINDING,), evidence=(evidence,))


@pytest.mark.parametrize("name", ["gradescope", "github-summary"])
def test_students_are_told_cell_and_line(name, report):
    told = export(make_batch(report), find_format(name), SETTINGS).files[0].content.decode()

    assert "ex1.ipynb, cell 7, line 4: return 1 / x" in told
    assert "1, cell 5, line 3: A coroutine was created but never awaited: sleep (cell 5, line 3)" in told


@pytest.mark.parametrize("form", [HtmlReport, MarkdownReport])
def test_teachers_are_told_cell_and_line(form, report, assignment):
    file = form(assignment, 7, "bwrap")
    file.add(report)
    told = "".join(file.pieces())
    file.close()

    assert "ex1.ipynb, cell 7, line 4: return 1 / x" in told
    assert "1, cell 5, line 3: A coroutine" in told
    assert "1, cell 9, line 2: Uses sys.settrace (cell 9, line 2)" in told


def test_an_annotation_names_the_cell_and_no_line_that_github_would_count_otherwise(report):
    (file,) = export(make_batch(report), find_format("github-annotations"), SETTINGS).files

    error, warning = file.content.decode().splitlines()[1:]
    assert "file=" not in error + warning
    assert "line=" not in error + warning
    assert "cell 7, line 4" in error
    assert "cell 5, line 3" in warning
