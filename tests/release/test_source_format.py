"""Points, hints and blanks inside a line; and the way back from a filled skeleton to the reference."""

from __future__ import annotations

import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from autograder.errors import ConfigurationError
from autograder.model import Exercise
from autograder.release import check_points, fill, partially_filled, read_reference, skeleton

from .conftest import Save, blank, lines


def body_of(text: str) -> str:
    """Return the part of a skeleton between what is the same in all of them."""
    return text.partition("still open.\n")[2].partition("\n\n\n# Nothing to fill in")[0] + "\n"


def test_a_blank_may_be_a_part_of_a_line(save: Save) -> None:
    text = lines(
        "def f(i=3):",
        "    # Blank 1 (1.5 points): the value",
        "    # Hint 1: count by tens",
        '    row = {"größe": i, "value": i * 10}  ### SOLUTION i * 10',
        "    # Blank 2 (1 point): while it is small",
        "    while (i < 5):  ### SOLUTION i < 5",
        "        i += 1",
        "    return f(",
        "        # Blank 3 (0.5 points): both",
        "        row, i)  ### SOLUTION row",
    )
    reference = read_reference(save(text))

    assert body_of(skeleton(reference)) == lines(
        "def f(i=3):",
        "    # Blank 1 (1.5 points): the value",
        '    row = {"größe": i, "value": blank(1)}',
        "    # Blank 2 (1 point): while it is small",
        "    while (blank(2)):",
        "        i += 1",
        "    return f(",
        "        # Blank 3 (0.5 points): both",
        "        blank(3), i)",
    )
    assert [region.answer for region in reference.regions] == ["i * 10", "i < 5", "row"]
    assert reference.points == 3


def test_points_and_hints_are_read_and_only_points_are_shown(save: Save) -> None:
    text = lines(
        "def f():",
        "    # Blank 1 (2.25 points): do it: now (soon)",
        "    # Hint 1: gently",
        "    # Hint 2: more explicit,",
        "    #     over two lines",
        "    ### BEGIN SOLUTION",
        "    pass",
        "    ### END SOLUTION",
    )
    reference = read_reference(save(text))
    (region,) = reference.regions

    assert (region.number, region.points, region.prompt) == (1, Decimal("2.25"), "do it: now (soon)")
    assert region.hints == ("gently", "more explicit, over two lines")
    assert body_of(skeleton(reference)) == lines(
        "def f():", "    # Blank 1 (2.25 points): do it: now (soon)", "    blank(1)"
    )
    assert "worth 2.25 points." in skeleton(reference)


def test_points_of_the_blanks_must_be_those_of_the_exercise(save: Save) -> None:
    path = save("def f():\n" + blank("1 (2 points)", "pass") + blank("2 (0.5 points)", "pass"))

    def check(points: str) -> None:
        exercise = Exercise(id="1", title="One", file="reference.py", points=Decimal(points))
        check_points(read_reference(path), exercise)

    check("2.5")
    check("2.50")
    with pytest.raises(ConfigurationError, match=r"reference\.py: .*worth 2\.5 points .*exercise 1 3:"):
        check("3")
    save("def f():\n" + blank(1, "pass"))
    check("3")


ROUND_TRIPS = {
    "lines and expressions": lines(
        "async def f(a, b=2):",
        "    # Blank 1: one",
        "    # Hint 1: of several",
        "    #    lines",
        "    x = [a, b]  ### SOLUTION [a, b]",
        "    # Blank 2: two",
        "    ### BEGIN SOLUTION",
        "",
        "    # why",
        "    for y in x:",
        "        x = '''",
        "blank(7)",
        "'''",
        "    ### END SOLUTION",
        "    # Blank 3: three",
        "    print(x)  ### SOLUTION print(x)",
        "    # Blank 4: a generator",
        "    ### BEGIN SOLUTION",
        "    yield x",
        "    ### END SOLUTION",
        "    # Blank 5: a block",
        "    ### BEGIN SOLUTION",
        "    async with x:",
        "        ### END SOLUTION",
        "        # Blank 6: within",
        "        await a if b else x  ### SOLUTION await a if b else x",
    ),
    "directly below a comment": lines("# a comment", "def f():") + blank(1, "return 1"),
    "with a form feed and odd characters": lines("x = '\u2028'", "\x0c", "def f():")
    + blank(1, "return 'ä\u2028'"),
    "with tabs": lines(
        "def f():", "\t# Blank 1: x", "\t### BEGIN SOLUTION", "\treturn 1", "\t### END SOLUTION"
    ),
    "in classes and functions inside": lines("class A:", "    def f(self):", "        def g():")
    + blank(1, "return 1", indent=12)
    + lines("        return g"),
}


@pytest.mark.parametrize("name", ROUND_TRIPS)
def test_skeleton_and_answers_are_the_reference_again(name: str, save: Save) -> None:
    path = save(ROUND_TRIPS[name])
    reference = read_reference(path)
    answers = {region.number: region.answer for region in reference.regions}
    unmarked = re.sub(
        r"(?m)^[ \t]*### (BEGIN|END) SOLUTION\n|^[ \t]*# Hint \d.*\n([ \t]*#   .*\n)*|  ### SOLUTION .*$",
        "",
        path.read_bytes().decode(),
    )

    assert fill(skeleton(reference), answers) == unmarked
    assert partially_filled(reference, set()) == unmarked
    for number in answers:
        others = {other: answer for other, answer in answers.items() if other != number}
        one_open = fill(skeleton(reference), others)
        assert partially_filled(reference, {number}) == one_open
        assert fill(one_open, {number: answers[number]}) == unmarked


def test_a_number_that_is_no_open_blank_is_refused(save: Save) -> None:
    reference = read_reference(save("def f():\n" + blank(1, "pass")))

    with pytest.raises(ValueError, match="no blank 2"):
        partially_filled(reference, {1, 2})
    with pytest.raises(ValueError, match="blank 1 is not open"):
        fill(partially_filled(reference, set()), {1: "    pass\n"})


def test_a_blank_inside_a_line_names_the_first_that_is_open(save: Save, tmp_path: Path) -> None:
    text = lines(
        "def f():",
        "    # Blank 1 (1 point): the first",
        "    x = [2, 5]  ### SOLUTION 5",
        "    # Blank 2 (1 point): the second",
        "    return sum(x, start=1)  ### SOLUTION sum(x, start=1)",
    )
    reference = read_reference(save(text))

    for left, named in (({1, 2}, 1), ({2}, 2), ({1}, 1), (set(), 0)):
        program = tmp_path / "program.py"
        program.write_text(partially_filled(reference, left))
        done = subprocess.run([sys.executable, program], capture_output=True, text=True, check=False)
        first = {1: "the first", 2: "the second"}.get(named)
        expected = (1, "", f"Blank {named} is still open: {first}\n") if named else (0, "8\n", "")
        assert (done.returncode, done.stdout, done.stderr) == expected
