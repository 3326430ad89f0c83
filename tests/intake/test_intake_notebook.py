"""Notebooks as they are handed in: what is read, what is left out, and what becomes of those that are none."""

import json
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from notebooks import notebook

from autograder.intake import read_paths
from autograder.intake.magics import neutralise
from autograder.intake.notebook import MAX_CELLS, MAX_LINES, MAX_NOTEBOOK_BYTES, read_notebook
from autograder.intake.tree import Unreadable
from autograder.model import Exercise

GATHER = "async def fetchData(x):\n    return x"
CANCEL = "async def longRunningJob(x):\n    return x"
SKELETON = b"async def fetchData(x):\n    blank(1)\n    return blank(2)\n"


def lines_of(joined):
    return joined.source.decode().split("\n")


def code(source, **metadata):
    return {"cell_type": "code", "metadata": metadata, "outputs": [], "source": source}


# -- joining ---------------------------------------------------------------------------------------------------


def test_code_cells_are_joined_in_order_and_everything_else_is_passed_over():
    raw = {"cell_type": "raw", "metadata": {}, "source": "raw = 1"}
    joined = read_notebook(
        "a.ipynb", notebook("#md # Title\n", "x = 1\ny = 2", raw, "", "z = 3\n", "#md end")
    )

    assert joined.source == b"# -*- coding: utf-8 -*-\nx = 1\ny = 2\n\nz = 3\n\n"
    assert joined.cells == ((2, 2), (5, 5)), "counted from the top, all kinds"
    assert joined.notes == ()


def test_each_line_of_the_joined_text_leads_back_to_its_cell(make_tree, assignment):
    path = (
        make_tree({"ex1_gather.ipynb": notebook("#md Title", "import asyncio", GATHER)}) / "ex1_gather.ipynb"
    )

    (submission,) = read_paths([path], assignment)
    book = submission.notebooks["ex1_gather.py"]
    lines = submission.files["ex1_gather.py"].decode().split("\n")

    assert book.name == "ex1_gather.ipynb"
    assert book.place(lines.index("import asyncio") + 1) == (2, 1)
    assert book.place(lines.index("    return x") + 1) == (3, 2)
    assert book.place(1) == (0, 0), "the line above all cells"


def test_line_ends_encodings_and_halves_of_characters_do_no_harm():
    cells = "x = 'ä'\r\ny = 1\rz = 2", "# -*- coding: latin-1 -*-\nname = '🙂'"
    plain = read_notebook("a.ipynb", notebook(*cells))
    with_mark = read_notebook("a.ipynb", b"\xef\xbb\xbf" + notebook(*cells))

    assert plain == with_mark
    compile(plain.source, "joined", "exec")
    space = {}
    exec(plain.source, space)
    assert (space["x"], space["y"], space["z"], space["name"]) == ("ä", 1, 2, "🙂")
    compile(read_notebook("a.ipynb", notebook(code("x = '\ud800'"))).source, "joined", "exec")


def test_a_notebook_of_format_3_is_read():
    cells = [
        {"cell_type": "code", "language": "python", "input": ["x = 1\n", "y = 2"], "outputs": []},
        {"cell_type": "heading", "level": 1, "source": ["Title"]},
        {"cell_type": "code", "language": "python", "input": "z = 3", "outputs": []},
        {"cell_type": "code", "language": "R", "input": "z <- 4", "outputs": []},
    ]
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": cells}]}

    joined = read_notebook("a.ipynb", json.dumps(old).encode())

    assert lines_of(joined)[1:6] == ["x = 1", "y = 2", "", "z = 3", ""]
    assert joined.cells == ((2, 1), (5, 3))


def test_cells_with_the_courses_own_tests_are_left_out_and_other_locked_cells_kept():
    def graded(source, *, grade, locked, solution):
        told = {
            "grade": grade,
            "locked": locked,
            "solution": solution,
            "grade_id": source,
            "schema_version": 3,
        }
        return code(source, nbgrader=told)

    joined = read_notebook(
        "a.ipynb",
        notebook(
            graded("imports = 1", grade=False, locked=True, solution=False),
            graded("answer = 2", grade=False, locked=False, solution=True),
            graded("marked_by_hand = 3", grade=True, locked=False, solution=True),
            graded("assert tests == 4", grade=True, locked=True, solution=False),
        ),
    )

    assert [line for line in lines_of(joined)[1:] if line] == [
        "imports = 1",
        "answer = 2",
        "marked_by_hand = 3",
    ]


# -- what is no Python -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "python", "changes"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1", [(1, "left out: %matplotlib inline")]),
        ("!pip install a \\\n  b\nx = 1", "pass\n\nx = 1", [(1, "left out: !pip install a \\")]),
        ("if x:\n    !ls\n\ty?", "if x:\n    pass\n\tpass", [(2, "left out: !ls"), (3, "left out: y?")]),
        ("?print\nprint??", "pass\npass", [(1, "left out: ?print"), (2, "left out: print??")]),
        ("a = !ls -l", "a = []", [(1, "left out: !ls -l (a = [])")]),
        ("a, b.c = %who_ls", "a = b.c = None", [(1, "left out: %who_ls (a = b.c = None)")]),
        ("%time x = f(1)", "x = f(1)", [(1, "%time was taken off, the statement is kept")]),
        (
            "  %timeit -n 10 -r3 f(-1)\n  y",
            "f(-1)\ny",
            [(1, "%timeit -n 10 -r3 was taken off, the statement is kept")],
        ),
        ("r = %time f(1)", "r = f(1)", [(1, "%time was taken off, the statement is kept")]),
        ("%time", "pass", [(1, "left out: %time")]),
        ("\n%%time\nawait main()", "\n\nawait main()", [(2, "%%time was taken off, the cell is kept")]),
        ("%%capture out --no-stderr\nx", "\nx", [(1, "%%capture was taken off, the cell is kept")]),
        ("%%bash\nls\nx = 1", "\n\n", [(0, "left out as a whole, for its %%bash")]),
        ("%%writefile a.py\nx = 1", "\n", [(0, "left out as a whole, for its %%writefile")]),
        ("pip install nest_asyncio", "pass", [(1, "left out: pip install nest_asyncio")]),
        (">>> x = 1\n... y = 2", "x = 1\ny = 2", []),
        ("    # end of a body\nx = 1", "    # end of a body\nx = 1", []),
        # None of these is a command.
        ('"""\n%time x\n!ls\n"""', '"""\n%time x\n!ls\n"""', []),
        ('x = """\n%%bash\n""" + "?"', 'x = """\n%%bash\n""" + "?"', []),
        ("x = (a\n% b\n)", "x = (a\n% b\n)", []),
        ("x = a \\\n% b", "x = a \\\n% b", []),
        ("# really?\nx = 1  # why?\n'what?'", "# really?\nx = 1  # why?\n'what?'", []),
        ("f('a = !ls')\nx != y\nx %= 3", "f('a = !ls')\nx != y\nx %= 3", []),
        ("pip install\nx", "pip install\nx", []),
        ("ls in files", "ls in files", []),
        ("don't\n%time x", "don't\nx", [(2, "%time was taken off, the statement is kept")]),
        ("x = '''begun\n%time y", "x = '''begun\n%time y", []),
    ],
)
def test_what_only_jupyter_understands_is_neutralised_and_all_lines_keep_their_places(cell, python, changes):
    neutral = neutralise(cell)

    assert neutral.text == python
    assert neutral.changes == changes
    assert neutral.text.count("\n") == cell.count("\n")


@pytest.mark.parametrize(
    "cell",
    ["%" + "x" * 9999, "a.b" * 9999 + " = !\x1b[2J", "%%" + "y" * 9999, "%timeit" + " -q" * 9999 + " x"],
)
def test_what_is_said_of_a_command_is_short_and_can_be_shown(cell):
    ((_, said),) = neutralise(cell).changes

    assert len(said) < 200
    assert said.isprintable()


def test_notes_name_notebook_cell_and_line():
    joined = read_notebook("a.ipynb", notebook("#md x", "import os\n%cd /tmp", "%%html\n<b>"))

    assert joined.notes == (
        "a.ipynb, cell 2, line 2: left out: %cd /tmp",
        "a.ipynb, cell 3: left out as a whole, for its %%html",
    )


IPYTHON_CELLS = [
    "%matplotlib inline\nimport os\n",
    "x = 1\nif x:\n    !ls\n    %cd ..\n",
    'text = """\n%time x\n!ls\nwhat?\n"""\n!echo done\n',
    "names = !ls\nwho = %who_ls\nx = [1,\n2]\nprint?\n",
    "y = (3\n% 2)\nz = 3 \\\n% 2\n?y\n",
    "print('a?')\nx = 1 # ?\nprint??\n",
    "f = 'x = !ls'\nd = {'a': '%b'}\n%pwd\n",
    "def f():\n    '''!doc\n    %doc\n    '''\n    return 1\n%who\n",
]


@pytest.mark.parametrize("cell", IPYTHON_CELLS)
def test_the_same_lines_are_commands_as_to_ipython(cell):
    transform = pytest.importorskip("IPython.core.inputtransformer2").TransformerManager().transform_cell

    theirs = transform(cell).split("\n")
    ours = neutralise(cell)

    assert [line for line, _ in ours.changes] == [
        number for number, line in enumerate(theirs, 1) if "get_ipython()" in line
    ]
    compile(ours.text, "cell", "exec")


# -- notebooks that are none -------------------------------------------------------------------------------------


def nested(depth):
    return b'{"cells": ' + b"[" * depth + b"]" * depth + b"}"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is empty"),
        (b" \n", "it is empty"),
        (notebook("x = 1")[:-40], "it is no JSON, line "),
        (b"<html>", "it is no JSON, line 1, column 1"),
        (b'{"cells": "\xe4\xff"}', "it is no text in UTF-8"),
        (nested(100_000), "nested too deeply"),
        (nested(100), "its cell 1 is none"),
        (b"[]", "no notebook"),
        (b'"cells"', "no notebook"),
        (b"{}", "there are no cells in it"),
        (b'{"cells": {}}', "there are no cells in it"),
        (b'{"cells": null, "worksheets": [1]}', "there are no cells in it"),
        (b'{"worksheets": [{"cells": 1}]}', "there are no cells in it"),
        (b'{"cells": [1]}', "its cell 1 is none"),
        (b'{"cells": [{"cell_type": "code"}]}', "its cell 1 holds no text"),
        (b'{"cells": [{"cell_type": "code", "source": ["a", 1]}]}', "its cell 1 holds no text"),
        (b'{"cells": [{"cell_type": "code", "source": 3}]}', "its cell 1 holds no text"),
    ],
)
def test_what_is_no_notebook_says_why_and_what_to_do(content, why):
    with pytest.raises(Unreadable) as caught:
        read_notebook("a.ipynb", content)

    assert str(caught.value).startswith("a.ipynb cannot be read as a notebook: ")
    assert why in str(caught.value)
    assert "Open it in Jupyter" in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [
        b'{"nbformat": ' + b"9" * 5000 + b', "cells": []}',
        b'{"x": NaN, "y": -Infinity, "z": 1e999, "metadata": [], "cells": []}',
        b'{"cells": [1], "cells": []}',
        b'{"metadata": {"kernelspec": 3, "language_info": {"name": ["R"]}}, "cells": []}',
        b'{"cells": [{"cell_type": ["code"]}, {"cell_type": "code", "metadata": 1, "source": "  \\n"}]}',
        notebook("%%bash\nls"),
    ],
)
def test_odd_but_harmless_notebooks_hold_no_code_and_say_so(content):
    joined = read_notebook("a.ipynb", content)

    assert joined.cells == ()
    assert joined.notes[-1] == "a.ipynb holds no code"


@pytest.mark.parametrize(
    "metadata",
    [
        {"language_info": {"name": "R"}},
        {"language_info": {}, "kernelspec": {"language": "julia", "name": "x"}},
        {"language_info": {"name": "javascript\x1b[2J"}, "kernelspec": {"language": "python"}},
    ],
)
def test_a_notebook_for_another_language_is_told(metadata):
    with pytest.raises(
        Unreadable, match=r"^a.ipynb is a notebook for .*, not for Python: choose a Python kernel"
    ) as told:
        read_notebook("a.ipynb", notebook("x <- 1", **metadata))

    assert str(told.value).isprintable()


@pytest.mark.parametrize(
    "content",
    [
        notebook(*["x"] * (MAX_CELLS + 1)),
        notebook("x\n" * MAX_LINES),
        notebook("x = '" + "y" * 2**20 + "'"),
    ],
)
def test_a_notebook_has_bounds(content):
    with pytest.raises(Unreadable):
        read_notebook("a.ipynb", content)


def test_a_notebook_may_be_long_for_its_outputs_but_not_without_end(make_tree, assignment):
    book = json.loads(notebook(GATHER))
    book["cells"][0]["outputs"] = [{"output_type": "display_data", "data": {"image/png": "A" * 3 * 2**20}}]
    root = make_tree({"ex1_gather.ipynb": json.dumps(book).encode()})

    (submission,) = read_paths([root / "ex1_gather.ipynb"], assignment)
    assert submission.files["ex1_gather.py"].endswith(GATHER.encode() + b"\n\n")
    book["cells"][0]["outputs"] *= MAX_NOTEBOOK_BYTES // (3 * 2**20) + 1
    (root / "ex1_gather.ipynb").write_text(json.dumps(book))
    (submission,) = read_paths([root / "ex1_gather.ipynb"], assignment)
    assert "at most 8.0 MiB are read. Clear all outputs" in submission.broken


def test_of_each_exercise_a_notebook_may_be_as_long(make_tree, assignment):
    third = Exercise(id="21.3", title="Third", file="ex3_third.py", points=Decimal(1), defines=("third",))
    assignment = replace(assignment, exercises=(*assignment.exercises, third))
    book = json.loads(notebook(GATHER))
    book["cells"][0]["outputs"] = [{"output_type": "display_data", "data": {"image/png": "A" * 7 * 2**20}}]
    content = json.dumps(book).encode()
    root = make_tree({f"alice/{each.notebook}": content for each in assignment.exercises})

    (submission,) = read_paths([root], assignment)

    assert not submission.broken
    assert set(submission.notebooks) == {each.file for each in assignment.exercises}
