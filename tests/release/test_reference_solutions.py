"""A solution that no skeleton can be made of is refused with file and line; one that is fit gives a fair skeleton."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.errors import ConfigurationError
from autograder.release import read_reference, skeleton, write_skeletons

from .conftest import Save, blank, lines


def hinted(*hints: str) -> str:
    """Return a blank with these lines below its comment."""
    return lines(
        "    # Blank 1: do it",
        *(f"    {hint}" for hint in hints),
        "    ### BEGIN SOLUTION",
        "    pass",
        "    ### END SOLUTION",
    )


def inside(code: str, expression: str, line: int = 0) -> str:
    """Return a function with a blank inside a line."""
    rows = code.split("\n")
    rows[line] += f"  ### SOLUTION {expression}" if "SOLUTION" not in code else ""
    rows.insert(line, "# Blank 1: what x is") if line == 0 else rows.insert(line, " " * 8 + "# Blank 1: x")
    rows = [rows[0], *rows[1:]]
    return lines("def f(a=1, b=2, c=3):", *("    " + row if not row.startswith(" ") else row for row in rows))


def inside_head(code: str, expression: str) -> str:
    """Return a line at module level with a blank inside."""
    body = ["    pass"] if code.endswith(":") else []
    return lines("# Blank 1: five", f"{code}  ### SOLUTION {expression}", *body)


BROKEN = {
    "no end": (lines("def f():", "    # Blank 1: x", "    ### BEGIN SOLUTION", "    pass"), 4, "has no end"),
    "no beginning": (lines("def f():", "    pass", "    ### END SOLUTION"), 4, "end without a beginning"),
    "nested": (
        lines(
            "def f():",
            "    # Blank 1: x",
            *["    ### BEGIN SOLUTION"] * 2,
            "    pass",
            "    ### END SOLUTION",
        ),
        5,
        "inside the region that begins in line 4",
    ),
    "a comment of a blank inside a region": (
        "def f():\n" + blank(1, "pass", "# Blank 2: more"),
        6,
        "inside the region that begins in line 4",
    ),
    "a blank inside a line inside a region": (
        "def f():\n" + blank(1, "x = 1  ### SOLUTION 1"),
        5,
        "inside the region that begins in line 4",
    ),
    "both forms for one blank": (
        lines(
            "def f():",
            "    # Blank 1: x",
            "    x = 1  ### SOLUTION 1",
            "    ### BEGIN SOLUTION",
            "    x = 1",
            "    ### END SOLUTION",
        ),
        5,
        "# Blank 2: what goes there",
    ),
    "a blank without solution": (
        lines("def f():", "    # Blank 1: x", "    x = 1") + blank(2, "pass"),
        3,
        "no solution follows blank 1",
    ),
    "a blank at the end of the file": (
        lines("def f():", "    pass", "# Blank 1: x").removesuffix("\n"),
        4,
        "no solution follows blank 1",
    ),
    "some points": (
        "def f():\n" + blank("1 (2 points)", "pass") + blank(2, "pass"),
        7,
        "blank 2 has no points, but others have",
    ),
    "points that are none": ("def f():\n" + blank("1 (many points)", "pass"), 3, "(many points) is not"),
    "three decimals": ("def f():\n" + blank("1 (0.125 points)", "pass"), 3, "at most two decimals"),
    "negative points": ("def f():\n" + blank("1 (-1 points)", "pass"), 3, "is not a number of points"),
    "no points": ("def f():\n" + blank("1 (0 points)", "pass"), 3, "more than 0"),
    "1 points": ("def f():\n" + blank("1 (1 points)", "pass"), 3, "write (1 point)"),
    "2 point": ("def f():\n" + blank("1 (2 point)", "pass"), 3, "write (2 points)"),
    "hints begin with 2": ("def f():\n" + hinted("# Hint 2: a"), 4, "should be hint 1"),
    "hints 1 and 3": ("def f():\n" + hinted("# Hint 1: a", "# Hint 3: b"), 5, "should be hint 2"),
    "hint 1 twice": ("def f():\n" + hinted("# Hint 1: a", "# Hint 1: b"), 5, "should be hint 2"),
    "a hint that says nothing": ("def f():\n" + hinted("# Hint 1:"), 4, "write # Hint 1:"),
    "a hint written otherwise": ("def f():\n" + hinted("# hint 1: a"), 4, "write # Hint 1:"),
    "a hint too far from its blank": (
        "def f():\n" + hinted("# Hint 1: a", "#", "# Hint 2: a"),
        3,
        "no solution follows blank 1",
    ),
    "a hint of no blank": (lines("def f():", "    # Hint 1: a", "    pass"), 3, "directly below the comment"),
    "a hint in a region": ("def f():\n" + blank(1, "# Hint 1: a", "pass"), 5, "inside the region"),
    "an expression that is not there": (inside("x = a + b", "a - b"), 4, "not an expression of this line"),
    "an expression that is there twice": (inside("x = a + a", "a"), 4, "stands in this line 2 times"),
    "the same twice, written in one line": (inside("x = [a + b, a + b]", "a + b"), 4, "2 times"),
    "part of an expression": (inside("x = a * b + c", "b + c"), 4, "not an expression of this line"),
    "no expression": (inside("x = 1", "x = 1"), 4, "must be one expression"),
    "nothing behind the marker": (inside("x = 1", ""), 4, "must be one expression"),
    "a name that is assigned to": (inside("x = 1", "x"), 4, "not an expression of this line"),
    "in an f-string": (inside("x = f'{a} b'", "a"), 4, "f-string"),
    "in a string": (inside("x = 'a'", "a"), 4, "not an expression of this line"),
    "in a pattern": (inside("match a:\n        case 5: x = 1", "5", line=1), 5, "pattern"),
    "an annotation, which nothing evaluates": (inside("x: int = 1", "int"), 4, "not an expression"),
    "an expression over two lines": (inside("x = (1 +\n        2)", "1 + 2", line=1), 5, "not an expression"),
    "with parentheses": (inside("x = (a + b) * c", "(a + b)"), 4, "without parentheses"),
    "a yield in a line": (inside("x = yield 1", "yield 1"), 4, "put the whole statement into a region"),
    "two in a line": (inside("x = [a, b]", "a  ### SOLUTION b"), 4, "several blanks in one line"),
    "a default that is made on import": (inside_head("def f(x=5):", "5"), 3, "in no function"),
    "a value at module level": (
        inside_head("x = 5", "5") + lines("def f():", "    pass"),
        3,
        "in no function",
    ),
    "a marker in a line without comment": (
        lines("def f():", "    x = 5  ### SOLUTION 5"),
        3,
        "# Blank 1: what goes there",
    ),
    "a marker for a line, alone": (
        lines("def f():", "    # Blank 1: x", "    ### SOLUTION 5", "    x = 5"),
        4,
        "behind the code",
    ),
    "a marker with two signs": (inside("x = 5  ## SOLUTION 5", ""), 4, "behind the code"),
    "a # that hides the blank": (inside("x = '#' + str(5)", "5"), 4, "a # stands before blank(1)"),
    "the name blank": ("def f():\n    blank = 1\n" + blank(1, "pass"), 3, "the name blank is taken"),
    "empty": ("def f():\n" + blank(1) + "    pass\n", 4, "region is empty"),
    "only a comment": ("def f():\n" + blank(1, "# later") + "    pass\n", 4, "region is empty"),
    "no comment": (
        lines("def f():", "    ### BEGIN SOLUTION", "    pass", "    ### END SOLUTION"),
        3,
        "# Blank 1: what goes there",
    ),
    "a comment that says nothing": (
        lines("def f():", "    # Blank 1:", "    ### BEGIN SOLUTION", "    pass", "    ### END SOLUTION"),
        3,
        "nothing says what goes into this blank",
    ),
    "does not begin with 1": ("def f():\n" + blank(2, "pass"), 3, "should be blank 1"),
    "a number left out": ("def f():\n" + blank(1, "pass") + blank(3, "pass"), 7, "should be blank 2"),
    "a number twice": ("def f():\n" + blank(1, "pass") + blank(1, "pass"), 7, "should be blank 2"),
    "a marker behind code": (lines("def f():", "    pass  ### BEGIN SOLUTION"), 3, "a line of its own"),
    "a marker misspelt": (lines("def f():", "    # BEGIN SOLUTION", "    pass"), 3, "a line of its own"),
    "carriage return": ("def f():\n    pass\r\n" + blank(1, "pass"), 3, "plain line ends"),
    "at module level": (blank(1, "x = 1", indent=0), 3, "in no function"),
    "a whole function": (blank(1, "def f():", "    pass", indent=0), 3, "in no function"),
    "no region at all": (lines("def f():", "    pass"), 1, "nothing to fill in"),
    "not Python": (lines("def f(:", "    pass"), 2, "not valid Python"),
    "half a statement": (
        "def f():\n"
        + blank(1, "pass")
        + lines("    try:", "        pass")
        + blank(2, "finally:", "    pass"),
        10,
        "no longer valid Python",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_solution_that_is_not_fit_is_refused_with_its_line(name: str, save: Save) -> None:
    text, line, what = BROKEN[name]
    path = save(text)

    with pytest.raises(ConfigurationError) as refused:
        skeleton(read_reference(path))

    assert str(refused.value).startswith(f"{path}:{line}: ")
    assert what in str(refused.value)


def test_a_solution_that_runs_on_import_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "reference.py"
    path.write_text('"""An example."""\n\n\ndef f():\n' + blank(1, "pass") + "\n\nf()\n")

    with pytest.raises(ConfigurationError, match=rf"{path}:11: .*__main__"):
        read_reference(path)


def test_a_solution_without_docstring_or_not_in_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "reference.py"
    path.write_text("x = 1\n")
    with pytest.raises(ConfigurationError, match=rf"{path}:1: .*docstring"):
        read_reference(path)

    path.write_bytes(b'"""An example."""\n# \xff\n')
    with pytest.raises(ConfigurationError, match=rf"{path}:2: .*UTF-8"):
        read_reference(path)


def body_of(text: str) -> str:
    """Return the part of a skeleton between what is the same in all of them."""
    return text.partition("still open.\n")[2].partition("\n\n\n# Nothing to fill in")[0] + "\n"


def test_a_blank_keeps_its_comment_and_the_place_of_the_solution(save: Save) -> None:
    path = save(
        "def f():\n    x = 1\n" + blank(1, "if x:", "    x = 2", "    # so", "x = 3") + "    return x\n"
    )

    assert body_of(skeleton(read_reference(path))) == lines(
        "def f():", "    x = 1", "    # Blank 1: do it", "    blank(1)", "    return x"
    )


def test_the_head_of_a_block_is_a_blank_of_its_own(save: Save) -> None:
    text = lines(
        "async def f(x):",
        "    try:",
        "        pass",
        "    # Blank 1: catch",
        "    ### BEGIN SOLUTION",
        "    except ValueError:",
        "        ### END SOLUTION",
        "        # Blank 2: open",
        "        ### BEGIN SOLUTION",
        "        x = x or 1",
        "        async with x as y:",
        "            ### END SOLUTION",
        "            await y",
    )

    assert body_of(skeleton(read_reference(save(text)))) == lines(
        "async def f(x):",
        "    try:",
        "        pass",
        "    # Blank 1: catch",
        "    except blank(1):",
        "        # Blank 2: open",
        "        if blank(2):",
        "            await y",
    )


def test_a_whole_block_is_not_taken_for_a_head(save: Save) -> None:
    path = save("def f():\n" + blank(1, "for i in ():", "    pass") + "    return 1\n")

    assert "    blank(1)\n" in skeleton(read_reference(path))


def test_a_generator_stays_one(save: Save) -> None:
    path = save("async def f():\n" + blank(1, "pass") + blank(2, "yield 1"))

    assert body_of(skeleton(read_reference(path))) == lines(
        "async def f():", "    # Blank 1: do it", "    blank(1)", "    # Blank 2: do it", "    yield blank(2)"
    )


def test_a_yield_in_a_function_inside_the_solution_makes_no_generator_of_the_one_around_it(
    save: Save,
) -> None:
    path = save("def f():\n" + blank(1, "def g():", "    yield 1", "return [*g()]"))

    assert "    blank(1)\n" in skeleton(read_reference(path))


def test_the_header_tells_what_it_is_about_and_how_many_blanks_there_are(save: Save) -> None:
    text = skeleton(read_reference(save("def f():\n" + blank(1, "pass") + blank(2, "pass"))))

    assert text.startswith('"""An example."""\n\n# There are 2 blanks to fill.')


def run(*arguments: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "autograder.release", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_writes_one_skeleton_for_each_solution(save: Save, tmp_path: Path) -> None:
    path = save("def f():\n" + blank(1, "return 1"))
    out = tmp_path / "out"
    out.mkdir()

    done = run(tmp_path, out)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"wrote {out / 'reference.py'}\n"
    assert (out / "reference.py").read_text() == skeleton(read_reference(path))


def test_the_command_names_what_is_wrong_without_a_traceback(save: Save, tmp_path: Path) -> None:
    path = save("def f():\n" + blank(2, "return 1"))
    out = tmp_path / "out"
    out.mkdir()

    done = run(tmp_path, out)

    assert done.returncode == 2
    assert done.stderr.startswith(f"error: {path}:3: ")
    assert len(done.stderr.splitlines()) == 1


def test_one_broken_solution_leaves_every_skeleton_as_it_was(save: Save, tmp_path: Path) -> None:
    save("def f():\n" + blank(1, "return 1"))
    (tmp_path / "zz.py").write_text("x = 1\n")
    out = tmp_path / "out"
    out.mkdir()

    with pytest.raises(ConfigurationError):
        write_skeletons(tmp_path, out)

    assert list(out.iterdir()) == []


def test_a_folder_that_is_missing_or_holds_no_solution_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="elsewhere"):
        write_skeletons(tmp_path / "elsewhere", tmp_path)
    with pytest.raises(ConfigurationError, match="no solution"):
        write_skeletons(tmp_path, tmp_path)
