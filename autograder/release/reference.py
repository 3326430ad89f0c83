"""A reference solution, cut into what is given to the students and what they are to write."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from autograder.errors import ConfigurationError
from autograder.model import Exercise
from autograder.release import inline
from autograder.release.prompt import (
    FORM,
    Prompt,
    check_all_have_points,
    is_blank,
    is_hint,
    read_prompt,
)
from autograder.release.source import Function, Source, read_source

BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"

_NEARLY_MARKER = re.compile(r"#.*\bSOLUTION\b|\b(BEGIN|END) SOLUTION\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """What one blank of the skeleton stands for: whole lines, or one expression inside a line."""

    number: int
    prompt: str
    """What goes there, as the comment above the blank says it."""
    points: Decimal | None = None
    """What the blank is worth; None in a file whose blanks have no points of their own."""
    hints: tuple[str, ...] = ()
    """From the gentlest to the most explicit."""
    line: int
    """Where the solution begins in the reference, counted from 1: the marker before it, or its own line."""
    body: tuple[str, ...]
    """The solution's lines, as they are in the file; the expression alone where it stands inside a line."""
    inside: tuple[str, str] | None = None
    """What stands before and behind the expression in its line; None where the solution is whole lines."""
    opens_block: bool = False
    """Its last line is the head of a block (``async with ...:``), whose inside is not in the region."""
    yields: bool = False
    """The function around it is a generator because of what is in the region."""

    @property
    def first_code(self) -> str:
        """The first line that is neither empty nor a comment."""
        return next(line for line in self.body if _is_code(line))

    @property
    def answer(self) -> str:
        """What `autograder.release.fill` puts in place of the blank: whole lines with their ends, or an expression."""
        return self.body[0] if self.inside else "".join(f"{line}\n" for line in self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A reference solution: `parts` in the order of the file, a string being one line that is given."""

    path: Path
    summary: str
    """First line of the docstring."""
    docstring_lines: int
    """Length of the docstring, with which the file begins."""
    guard_part: int
    """Index in `parts` of the line ``if __name__ == "__main__":``."""
    parts: tuple[str | Region, ...]

    @property
    def regions(self) -> tuple[Region, ...]:
        """The regions in the order of their numbers."""
        return tuple(part for part in self.parts if isinstance(part, Region))

    @property
    def points(self) -> Decimal | None:
        """What all blanks together are worth; None if they have no points of their own."""
        points = [region.points for region in self.regions if region.points is not None]
        return sum(points, Decimal(0)) if points else None


def read_reference(path: Path) -> Reference:
    """Read a reference solution; raise `ConfigurationError` with path and line if no skeleton can be made of it."""
    source = read_source(path)
    parts = tuple(_Cut(source))
    if not any(isinstance(part, Region) for part in parts):
        source.fail(1, f'there is nothing to fill in: put "{BEGIN}" and "{END}" around a part')
    guard = next((i for i, part in enumerate(parts) if isinstance(part, str) and _is_guard(part)), None)
    if guard is None:
        advice = 'end the file with if __name__ == "__main__":, so that a skeleton can be imported'
        source.fail(len(source.lines), advice)
    return Reference(
        path=path,
        summary=(ast.get_docstring(source.tree) or "").splitlines()[0],
        docstring_lines=source.tree.body[0].end_lineno or 1,
        guard_part=guard,
        parts=parts,
    )


def check_points(reference: Reference, exercise: Exercise) -> None:
    """Raise `ConfigurationError` if the blanks have points, and not as many as the exercise."""
    if reference.points not in (None, exercise.points):
        raise ConfigurationError(
            f"{reference.path}: the blanks are worth {reference.points} points together, but assignment.toml gives "
            f"exercise {exercise.id} {exercise.points}: change the points of some blanks, or of the exercise"
        )


def points_text(points: Decimal) -> str:
    """Return ``3 points`` or ``1 point``."""
    return f"{points:f} point{'' if points == 1 else 's'}"


class _Cut:
    """Goes through the lines and yields those that are given, and the regions; a blank's comment is a given line."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._prompts: list[Prompt] = []

    def __iter__(self) -> Iterator[str | Region]:
        line = 1
        while line <= len(self._source.lines):
            if not is_blank(self._source.own_comment(line)):
                self._check_given(line)
                yield self._source.lines[line - 1]
                line += 1
                continue
            prompt = read_prompt(self._source, line, len(self._prompts) + 1)
            self._prompts.append(prompt)
            yield self._source.lines[line - 1]
            region, line = self._region(prompt)
            yield region
        check_all_have_points(self._source, self._prompts)

    def _check_given(self, line: int) -> None:
        """Raise `ConfigurationError` if a given line has something to do with solutions or hints."""
        marker = self._marker(line)
        number = len(self._prompts) + 1
        if marker == END:
            self._source.fail(line, f'an end without a beginning: put "{BEGIN}" before the solution')
        if marker:
            self._source.fail(
                line,
                f"nothing says what goes into this blank: put a line before it: {FORM.format(number)}",
            )
        if is_hint(self._source.own_comment(line)):
            self._source.fail(line, "a hint belongs directly below the comment of a blank, which is not here")

    def _marker(self, line: int) -> str:
        """Return the marker that a line has, or ""; raise `ConfigurationError` if it only looks like one."""
        text, comment = self._source.lines[line - 1], self._source.comments.get(line, (0, ""))[1]
        own = self._source.own_comment(line).rstrip()
        if own in (BEGIN, END):
            return own
        if not own and comment.startswith(inline.MARKER):
            return inline.MARKER
        if _NEARLY_MARKER.search(comment) or re.search(r"\b(BEGIN|END) SOLUTION\b", text):
            self._source.fail(
                line,
                f'a marker stands on a line of its own: "{BEGIN}" or "{END}"; '
                f'or, for a blank inside a line, behind the code: "{inline.MARKER}" and the expression',
            )
        return ""

    def _region(self, prompt: Prompt) -> tuple[Region, int]:
        """Return the region that must begin right behind a comment, and the line behind it."""
        begin = prompt.end
        marker = self._marker(begin) if begin <= len(self._source.lines) else ""
        if marker == inline.MARKER:
            return self._inside_line(prompt, begin), begin + 1
        if marker != BEGIN:
            self._source.fail(
                prompt.line,
                f'no solution follows blank {prompt.number}: put "{BEGIN}" directly below its comment and hints, '
                f'or "{inline.MARKER}" and an expression behind the line below it',
            )
        end = self._find_end(begin)
        return self._whole_lines(prompt, begin, end), end + 1

    def _find_end(self, begin: int) -> int:
        for line in range(begin + 1, len(self._source.lines) + 1):
            marker = self._marker(line)
            if marker == END:
                return line
            if marker:
                self._source.fail(
                    line, f"a blank inside the region that begins in line {begin}: end that first"
                )
            own = self._source.own_comment(line)
            if is_blank(own) or is_hint(own):
                self._source.fail(
                    line,
                    f"a comment for a blank inside the region that begins in line {begin}: end that first",
                )
        self._source.fail(begin, f'this region has no end: put "{END}" behind the solution')

    def _inside_line(self, prompt: Prompt, line: int) -> Region:
        before, expression, behind = inline.split_line(self._source, line)
        return Region(
            number=prompt.number,
            prompt=prompt.text,
            points=prompt.points,
            hints=prompt.hints,
            line=line,
            body=(expression,),
            inside=(before, behind),
        )

    def _whole_lines(self, prompt: Prompt, begin: int, end: int) -> Region:
        """Return the region between the markers in lines ``begin`` and ``end``."""
        lines = self._source.lines
        body = lines[begin : end - 1]
        code = [line for line in body if _is_code(line)]
        if not code:
            self._source.fail(begin, "the region is empty: put the solution between its markers")
        around = self._source.function_around(begin)
        if around is None:
            self._source.fail(begin, "the region is in no function: what runs on import cannot be a blank")
        following = next((line for line in lines[end:] if _is_code(line)), "")
        return Region(
            number=prompt.number,
            prompt=prompt.text,
            points=prompt.points,
            hints=prompt.hints,
            line=begin,
            body=body,
            opens_block=_indent(following) > _indent(code[0]) and code[-1].rstrip().endswith(":"),
            yields=any(begin < line < end for line in _yields(around)),
        )


def _yields(function: Function) -> Iterator[int]:
    """Yield the lines in which the function itself, not one inside it, yields."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            yield node.lineno
        if not isinstance(node, Function | ast.Lambda | ast.ClassDef):
            waiting.extend(ast.iter_child_nodes(node))


def _is_code(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _is_guard(line: str) -> bool:
    return re.fullmatch(r"""if __name__ == ["']__main__["']:""", line) is not None


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
