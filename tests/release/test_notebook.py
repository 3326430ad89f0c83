"""A skeleton as a notebook: what its cells are, and that they run."""

from __future__ import annotations

import json
import re

import nbformat
import pytest
from courses import SoundCourse
from nbclient import NotebookClient

from autograder.catalogue import load_assignment
from autograder.release import partially_filled, read_reference, skeleton
from autograder.release.notebook import notebook

from .conftest import ROOT
from .test_lecture21_skeletons import LECTURE


def cells(text: str, kind: str) -> list[str]:
    return [cell["source"] for cell in nbformat.reads(text, 4).cells if cell["cell_type"] == kind]


def tiny(course: SoundCourse) -> str:
    reference = read_reference(course.solution)
    return notebook(course.load().exercises[0], reference, skeleton(reference))


def test_each_definition_is_a_cell_below_its_prompts(course: SoundCourse) -> None:
    code = cells(tiny(course), "code")

    assert code[0].startswith("def blank(number):")
    assert code[1] == "import asyncio"
    assert code[2] == (
        "# What it is for.\nasync def double(x):\n"
        "    # Blank 1 (1.5 points): wait a second, then take <x>\n    blank(1)\n"
        "    # Blank 2 (1 point): twice\n    return blank(2)"
    )
    assert code[3] == "def twice(number):\n    return 2 * number"
    assert code[4:] == ["print(await double(21))"]
    texts = cells(tiny(course), "markdown")
    assert texts[0].startswith(
        "# 1 Doubling\n\nExample 1: doubling.\n\nThere are 2 blanks to fill, worth 2.5 points."
    )
    assert texts[2].splitlines() == [
        "## `double`",
        "",
        "- Blank 1 (1.5 points): wait a second, then take &lt;x&gt;",
        "- Blank 2 (1 point): twice",
    ]


def test_all_code_of_the_skeleton_is_in_the_cells(course: SoundCourse) -> None:
    course.replace(
        course.solution,
        "def twice",
        "LIMIT = 3\n# of\n\n\n@staticmethod\n@(lambda f: f)\ndef other(): pass\n\n\n"
        "class A:\n    x = '''\n# a\n'''\n\n\ndef twice",
    )
    joined = "\n".join(cells(tiny(course), "code"))

    for line in (
        skeleton(read_reference(course.solution))
        .split("# Nothing to fill in")[0]
        .split("still open.\n")[1]
        .split("\n")
    ):
        assert line in joined


def test_a_notebook_is_valid_empty_and_the_same_each_time(course: SoundCourse) -> None:
    text = tiny(course)

    nbformat.validate(nbformat.reads(text, 4))
    assert text == tiny(course)
    document = json.loads(text)
    assert len({cell["id"] for cell in document["cells"]}) == len(document["cells"])
    for cell in document["cells"]:
        assert re.fullmatch(r"ex1-\d\d", cell["id"])
        if cell["cell_type"] == "code":
            assert (cell["outputs"], cell["execution_count"]) == ([], None)


STARTS = {
    "asyncio.run(main())": "await main()",
    "sys.exit(asyncio.run(main()))": "sys.exit(await main())",
    "x = asyncio.run(main('ä')).ö": "x = (await main('ä')).ö",
    "main()": "main()",
    "if 1:\n        asyncio.run(main())\n    main()": "if 1:\n    await main()\nmain()",
}


@pytest.mark.parametrize("start", STARTS)
def test_what_starts_the_program_is_awaited(start: str, course: SoundCourse) -> None:
    course.replace(course.solution, "print(asyncio.run(double(21)))", start)

    assert cells(tiny(course), "code")[-1] == STARTS[start]


def run(exercise: int, left: set[int]) -> tuple[str, str]:
    """Run a notebook of lecture 21 with these blanks open, in a kernel; return what it prints and its complaints."""
    settings = load_assignment(ROOT, "lecture21").exercises[exercise]
    reference = read_reference(ROOT / "solutions" / "lecture21" / settings.file)
    book = nbformat.reads(notebook(settings, reference, partially_filled(reference, left)), 4)
    NotebookClient(book, allow_errors=True, timeout=120, kernel_name="python3").execute()
    outputs = [output for cell in book.cells for output in cell.get("outputs", [])]
    streams = [(output.get("name", "stderr"), output.get("text", "")) for output in outputs]
    return tuple("".join(text for name, text in streams if name == wanted) for wanted in ("stdout", "stderr"))  # type: ignore[return-value]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_filled_notebook_does_what_the_lecture_shows_and_an_open_one_names_its_first_blank() -> None:
    printed, complaint = run(1, set())
    assert (printed, complaint) == (LECTURE["ex21_2_cancellation"], "")

    # What the blank raises is lost here: it is the drain that takes it.
    _, complaint = run(1, {5, 7})
    assert complaint.startswith("Blank 5 is still open: catch what a cancellation raises inside the job")

    _, complaint = run(1, {2, 8, 9})
    assert complaint.startswith("Blank 2 is still open: the suspension point")
