"""A solution that no skeleton can be made of is refused with file and line; one that is fit gives a fair skeleton."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.errors import ConfigurationError
from autograder.release import read_reference, skeleton, write_skeletons

GUARD = '\n\nif __name__ == "__main__":\n    print(f())\n'

Save = Callable[[str], Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Return a function that writes a solution: a docstring in line 1, the given text from line 2 on, and a guard."""

    def write(text: str) -> Path:
        path = tmp_path / "reference.py"
        path.write_bytes(f'"""An example."""\n{text}{GUARD}'.encode())
        return path

    return write


def lines(*text: str) -> str:
    return "".join(line + "\n" for line in text)


def blank(number: int, *solution: str, indent: int = 4) -> str:
    body = (f"# Blank {number}: do it", "### BEGIN SOLUTION", *solution, "### END SOLUTION")
    return lines(*(" " * indent + line for line in body))


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
    "empty": ("def f():\n" + blank(1) + "    pass\n", 4, "region is empty"),
    "only a comment": ("def f():\n" + blank(1, "# later") + "    pass\n", 4, "region is empty"),
    "no comment": (
        lines("def f():", "    ### BEGIN SOLUTION", "    pass", "    ### END SOLUTION"),
        3,
        "# Blank 1: what goes there",
    ),
    "a comment that says nothing": (
        lines("def f():", "    # Blank 1:", "    ### BEGIN SOLUTION", "    pass", "    ### END SOLUTION"),
        4,
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
    """Return the part of a skeleton between the docstring and what is the same in all of them."""
    return text.split('"""\n', 1)[1].partition("\n\n\n# Nothing to fill in")[0] + "\n"


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

    assert text.startswith('"""An example.\n\nThere are 2 blanks to fill.')


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
