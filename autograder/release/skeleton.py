"""From a reference solution to the file that students fill in.

The stub of a blank is one line that calls ``blank``, a short function at the end of the skeleton:

    blank(3)            a statement
    yield blank(3)      where the function around it would otherwise no longer be a generator, and the caller would
                        fail with a `TypeError` that names no blank
    if blank(3):        the head of a block whose inside is given or has blanks of its own
    except blank(3):    the head of a handler

``blank`` ends the program with `SystemExit`: every other exception can get lost in a task whose result nobody reads
(`asyncio.wait`, ``gather(return_exceptions=True)``), and the program would end as if nothing were open. It names the
blank with the lowest number that is open in the file, not the one that stopped the program: ``main`` runs first but
stands last, so a student who has filled the first two blanks would otherwise be told about the sixth.
"""

from __future__ import annotations

from pathlib import Path

from autograder.errors import ConfigurationError
from autograder.release.reference import Reference, Region, read_reference

_HEADER = '''\
"""{summary}

There are {count} blanks to fill. Put your own code, one line or several, in place of each line that says blank(...);
the comment above it says what goes there. Run this file whenever you like: it goes as far as it can, then it names
the first blank that is still open.
"""'''

# Must work wherever students run it: getlines also knows the cells of a notebook, and is empty where it finds nothing.
_BLANK = '''\
# Nothing to fill in from here on. Once no blank is open, the function blank may go or stay.
def blank(number):
    """End the program and name the first blank that is still open."""
    import linecache, logging, re

    source = "".join(linecache.getlines(blank.__code__.co_filename))
    still_open = re.findall(r"# Blank (\\d+): (.*)\\n[^#\\n]*\\bblank\\(\\1\\)", source)
    number, text = (still_open or [(number, "look for its comment")])[0]
    logging.disable()  # asyncio would tell at length which tasks end with the program
    raise SystemExit(f"Blank {number} is still open: {text}")'''


def skeleton(reference: Reference) -> str:
    """Return the text of the skeleton; raise `ConfigurationError` if it would not compile."""
    lines = [_HEADER.format(summary=reference.summary, count=len(reference.regions))]
    for index, part in enumerate(reference.parts[reference.docstring_lines :], reference.docstring_lines):
        if index == reference.guard_part:
            lines += [_BLANK, "", ""]
        lines.append(_stub(part) if isinstance(part, Region) else part)
    text = "\n".join(lines) + "\n"
    try:
        compile(text, str(reference.path), "exec", dont_inherit=True)
    except SyntaxError as error:
        raise ConfigurationError(
            f"{reference.path}:{_blamed(reference, text, error)}: with a blank in place of the solution this is no "
            f"longer valid Python ({error.msg}): let the region hold whole statements, or one head of a block"
        ) from error
    return text


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


def _stub(region: Region) -> str:
    call = f"blank({region.number})"
    first = region.first_code
    indent = first[: len(first) - len(first.lstrip())]
    if region.opens_block:
        keyword = "except" if first.split(maxsplit=1)[0].rstrip(":") == "except" else "if"
        return f"{indent}{keyword} {call}:"
    return f"{indent}yield {call}" if region.yields else indent + call


def _blamed(reference: Reference, text: str, error: SyntaxError) -> int:
    """Return the line of the last region whose stub is not behind the error."""
    before = "\n".join(text.splitlines()[: error.lineno])
    passed = [region for region in reference.regions if f"blank({region.number})" in before]
    return (passed or reference.regions)[-1 if passed else 0].line
