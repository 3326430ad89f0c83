"""Who catches whom: the hidden tests of an exercise against all wrong programs, small enough for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from autograder.escape import visible
from autograder.validation import Matrix, ProgramRow

from .console import Hanging, put

_INDENT = 2
_WIDEST_MAP = 100
_NUMBER = 4
_SHADES = ("·", "░", "▒", "▓", "█")
_ASCII_SHADES = (".", "-", "+", "*", "#")


def show_matrix(out: Console, matrix: Matrix, *, every_program: bool) -> None:
    """Show what each test is good for and a map of who catches whom; with ``every_program`` a line for each."""
    samples = sum(program.kind == "wrong" for program in matrix.programs)
    count = f"{samples} wrong samples, {len(matrix.programs) - samples} mutants"
    put(out, Text())
    put(out, Hanging(Text(visible(f"{matrix.exercise} {matrix.title}"), style="bold").append(f": {count}")))
    head = f"{'':>{_NUMBER}}{'points':>7}{'catches':>9}{'alone':>7}{'needed':>8}"
    put(out, Hanging(Text(f"{head}  test", style="dim")))
    for number, test in enumerate(matrix.tests, start=1):
        cells = f"{number:>{_NUMBER}}{test.points:>7f}{test.catches:>9}{test.alone:>7}{test.needed:>8}"
        style = "" if test.needed else "yellow" if test.catches else "bold red"
        put(out, Hanging(Text.assemble(cells, "  ", (visible(test.name), style))))
    if matrix.programs:
        _show_map(out, matrix)
    if every_program:
        _show_every_program(out, matrix)


def _show_map(out: Console, matrix: Matrix) -> None:
    programs = _in_order(matrix)
    width = max(8, min(out.width, _WIDEST_MAP) - _NUMBER - 2)
    each = -(-len(programs) // width)
    blocks = [programs[start : start + each] for start in range(0, len(programs), each)]
    shades = _SHADES if (out.encoding or "").lower().startswith("utf") else _ASCII_SHADES
    what = "one wrong program" if each == 1 else f"{each} wrong programs"
    put(
        out,
        Hanging(
            Text(
                f"Each column stands for {what}; the fuller it is, the more of them are caught:", style="dim"
            )
        ),
    )
    for number in range(len(matrix.tests)):
        cells = "".join(_shade(shades, number, block) for block in blocks)
        put(out, Text(f"{number + 1:>{_NUMBER}} {cells}", no_wrap=True, overflow="crop"))


def _shade(shades: tuple[str, ...], number: int, block: list[ProgramRow]) -> str:
    caught = sum(number in program.caught_by for program in block)
    if caught == len(block):
        return shades[-1]
    return shades[-(-caught * 3 // len(block))]


def _in_order(matrix: Matrix) -> list[ProgramRow]:
    """Return the programs so that those caught by the same tests stand together, the hardest to catch last."""
    return sorted(matrix.programs, key=lambda program: (-len(program.caught_by), program.caught_by))


def _show_every_program(out: Console, matrix: Matrix) -> None:
    put(
        out,
        Hanging(
            Text("Every wrong program, with an x for each test (by its number) that catches it:", style="dim")
        ),
    )
    for line in _digits(len(matrix.tests)):
        put(out, Hanging(Text(line, style="dim"), _INDENT))
    for program in matrix.programs:
        marks = "".join("x" if number in program.caught_by else "." for number in range(len(matrix.tests)))
        name = visible(f"{program.kind}/{program.name}")
        note = "  (waived)" if program.waived else "" if program.caught_by else "  (survives)"
        put(out, Hanging(Text.assemble(marks, "  ", name, (note, "bold red")), _INDENT))


def _digits(count: int) -> Iterator[str]:
    numbers = range(1, count + 1)
    if count > 9:
        yield "".join(str(number // 10) if number >= 10 else " " for number in numbers)
    yield "".join(str(number % 10) for number in numbers)
