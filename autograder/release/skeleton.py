"""From a reference solution to the file that students fill in, and back.

The stub of a blank is one line that calls ``blank``, a short function at the end of the skeleton:

    blank(3)            a statement
    yield blank(3)      where the function around it would otherwise no longer be a generator, and the caller would
                        fail with a `TypeError` that names no blank
    if blank(3):        the head of a block whose inside is given or has blanks of its own
    except blank(3):    the head of a handler
    row = [blank(3)]    an expression inside a line

``blank`` ends the program with `SystemExit`: every other exception can get lost in a task whose result nobody reads
(`asyncio.wait`, ``gather(return_exceptions=True)``), and the program would end as if nothing were open. It names the
blank with the lowest number that is open in the file, not the one that stopped the program: ``main`` runs first but
stands last, so a student who has filled the first two blanks would otherwise be told about the sixth.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import sys
import textwrap
import tokenize
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from autograder.errors import ConfigurationError
from autograder.release.reference import Reference, Region, points_text, read_reference

_LAST_OF_HEADER = (
    "# Run this file when you like: it goes as far as it can, then names the first blank that is still open."
)
_HEADER_FORM = re.compile(
    rf"\n\n# There (?:is|are) \d+ blanks? to fill.*?\n{re.escape(_LAST_OF_HEADER)}", re.S
)

# An open blank, with the comment right above it: what the skeleton looks for in its own text.
_OPEN = r"# Blank (\d+)[^:\n]*: (.*)\n[^#\n]*\bblank\(\1\)"

# Must work wherever students run it: getlines is empty where it finds nothing.
_BLANK = f'''# Nothing to fill in from here on. Once no blank is open, the function blank may go or stay.
def blank(number):
    """End the program and name the first blank that is still open."""
    import linecache, logging, re

    source = "".join(linecache.getlines(blank.__code__.co_filename))
    still_open = re.findall(r"{_OPEN}", source)
    number, text = (still_open or [(number, "look for its comment")])[0]
    logging.disable()  # asyncio would tell at length which tasks end with the program
    raise SystemExit(f"Blank {{number}} is still open: {{text}}")


'''

# In a notebook, each definition comes from a cell, which is a file to Python. `SystemExit` in a task would end the
# kernel's own event loop; what is raised instead may get lost there, so it is also printed.
NOTEBOOK_BLANK = f'''def blank(number):
    """Stop the program and name the first blank that is still open."""
    import inspect, linecache, re, sys

    own = [value for value in list(globals().values()) if getattr(value, "__module__", "") == __name__]
    parts = [part for value in own for part in (value, *getattr(value, "__dict__", {{}}).values())]
    cells = {{inspect.getfile(part) for part in parts if inspect.isfunction(part)}}
    source = "\\n".join("".join(linecache.getlines(cell)) for cell in cells)
    still_open = re.findall(r"{_OPEN}", source) or [(number, "look for its comment")]
    number, text = min(still_open, key=lambda found: int(found[0]))
    print(f"Blank {{number}} is still open: {{text}}", file=sys.stderr)
    raise NotImplementedError(f"blank({{number}})")'''


def skeleton(reference: Reference) -> str:
    """Return the text of the skeleton; raise `ConfigurationError` if it would not compile."""
    text = partially_filled(reference, {region.number for region in reference.regions})
    try:
        compile(text, str(reference.path), "exec", dont_inherit=True)
    except SyntaxError as error:
        raise ConfigurationError(
            f"{reference.path}:{_blamed(reference, text, error)}: with a blank in place of the solution this is no "
            f"longer valid Python ({error.msg}): let the region hold whole statements, or one head of a block"
        ) from error
    named = [int(number) for number, _ in re.findall(_OPEN, text)]
    for region in reference.regions:
        if region.number not in named:
            raise ConfigurationError(
                f"{reference.path}:{region.line}: a # stands before blank({region.number}) in its line, and so the "
                "skeleton cannot find it: give the expression a line of its own"
            )
    return text


def partially_filled(reference: Reference, open_blanks: Collection[int]) -> str:
    """Return the program with the reference's answers everywhere but for these blanks, open as in the skeleton.

    With none open it is the reference itself without markers and hints. Raise `ValueError` for a number that is no
    blank of the reference.
    """
    unknown = set(open_blanks) - {region.number for region in reference.regions}
    if unknown:
        raise ValueError(f"{reference.path.name} has no blank {min(unknown)}")
    pieces: list[str] = []
    for index, part in enumerate(reference.parts):
        if open_blanks and index == reference.guard_part:
            pieces.append(_BLANK)
        if isinstance(part, str):
            pieces.append(part + "\n")
        elif part.number in open_blanks:
            pieces.append(_stub(part) + "\n")
        elif part.inside:
            pieces.append(part.inside[0] + part.answer + part.inside[1] + "\n")
        else:
            pieces.append(part.answer)
        if open_blanks and index + 1 == reference.docstring_lines:
            pieces.append(_header(reference))
    return "".join(pieces)


def fill(skeleton_text: str, answers: Mapping[int, str]) -> str:
    """Put answers in place of blanks of a skeleton, as a student does.

    An answer that ends with a line end takes the place of the blank's whole line, every other that of ``blank(N)``
    only: `Region.answer` is either. What is in a skeleton for the sake of its blanks goes with the last of them.
    Raise `ValueError` if one of the blanks is not open in the text.
    """
    lines = _lines(skeleton_text)
    places = {number: place for number, *place in _calls(skeleton_text)}
    missing = set(answers) - set(places)
    if missing:
        raise ValueError(f"blank {min(missing)} is not open in this text")
    for number, answer in answers.items():
        row, start, end = places[number]
        line = lines[row]
        lines[row] = answer if answer.endswith("\n") else line[:start] + answer + line[end:]
    text = "".join(lines)
    return without_help(text) if set(answers) == set(places) else text


def without_help(skeleton_text: str) -> str:
    """Return a skeleton without what stands in it for the sake of its blanks: the comment at its top, and ``blank``."""
    return _HEADER_FORM.sub("", skeleton_text, count=1).replace(_BLANK, "", 1)


def skeletons_command(solutions: Path, assignment: Path) -> str:
    """Return the command that does what `write_skeletons` does, for a shell that stands where this process does."""
    words = [_python(), "-m", "autograder.release", _from_here(solutions), _from_here(assignment)]
    return shlex.join(words)


def _python() -> str:
    """Return what starts this interpreter: `python3` if that is this very one, and not only another link to it."""
    if not sys.executable:
        return "python3"
    found = shutil.which("python3")
    if (
        found
        and Path(found).parent == Path(sys.executable).parent
        and os.path.samefile(found, sys.executable)
    ):
        return "python3"
    return _from_here(Path(sys.executable))


def _from_here(path: Path) -> str:
    absolute, here = Path(os.path.abspath(path)), Path.cwd()
    return str(absolute.relative_to(here) if absolute.is_relative_to(here) else absolute)


def write_skeletons(solutions: Path, assignment: Path) -> list[Path]:
    """Write the skeleton of every ``.py`` file in ``solutions`` into ``assignment``; return what was written.

    Raises `ConfigurationError` if a folder is missing or a solution is not fit for it; then nothing is written.
    """
    for folder in (solutions, assignment):
        if not folder.is_dir():
            raise ConfigurationError(
                f"{folder}: there is no such folder: give SOLUTIONS and ASSIGNMENT, both existing"
            )
    references = [read_reference(path) for path in sorted(solutions.glob("*.py"))]
    if not references:
        raise ConfigurationError(f"{solutions}: there is no solution (.py) in this folder")
    texts = {assignment / reference.path.name: skeleton(reference) for reference in references}
    for path, text in texts.items():
        path.write_bytes(text.encode("utf-8"))
    return list(texts)


def _header(reference: Reference) -> str:
    count, points = len(reference.regions), reference.points
    text = "There is 1 blank to fill" if count == 1 else f"There are {count} blanks to fill"
    if points is not None:
        text += f", worth {points_text(points)}"
    text += ". Put your own code, one line or several, in place of each line that says blank(...); the comment above "
    text += "it says what goes there."
    if any(region.inside for region in reference.regions):
        text += " Where blank(...) stands inside a line, only its own place is yours to fill."
    lines = textwrap.wrap(text, 110, initial_indent="# ", subsequent_indent="# ")
    return "\n".join(["", *lines, _LAST_OF_HEADER, ""])


def _stub(region: Region) -> str:
    call = f"blank({region.number})"
    if region.inside:
        return region.inside[0] + call + region.inside[1]
    first = region.first_code
    indent = first[: len(first) - len(first.lstrip())]
    if region.opens_block:
        keyword = "except" if first.split(maxsplit=1)[0].rstrip(":") == "except" else "if"
        return f"{indent}{keyword} {call}:"
    return f"{indent}yield {call}" if region.yields else indent + call


def _lines(text: str) -> list[str]:
    return text.replace("\n", "\n\0").split("\0")


def _calls(text: str) -> Iterator[tuple[int, int, int, int]]:
    """Yield number, line (from 0), first and last column of each ``blank(N)`` in the code of a skeleton."""
    tokens = [*tokenize.generate_tokens(io.StringIO(text, newline="\n").readline)]
    for name, opening, number, closing in zip(tokens, tokens[1:], tokens[2:], tokens[3:], strict=False):
        if (name.string, opening.string, closing.string) == ("blank", "(", ")") and number.string.isdecimal():
            yield int(number.string), name.start[0] - 1, name.start[1], closing.end[1]


def _blamed(reference: Reference, text: str, error: SyntaxError) -> int:
    """Return the line of the last region whose stub is not behind the error."""
    before = "\n".join(text.split("\n")[: error.lineno])
    passed = [region for region in reference.regions if f"blank({region.number})" in before]
    return (passed or reference.regions)[-1 if passed else 0].line
