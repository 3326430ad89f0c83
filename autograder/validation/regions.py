"""In which blanks a program differs from the reference."""

from __future__ import annotations

import difflib

from autograder.release import Reference, Region

GIVEN = 0
"""In place of a blank's number: a line that is given to the students."""


def blanks_touched(reference: Reference, content: bytes) -> frozenset[int]:
    """Return the numbers of the blanks that a program answers in another way; `GIVEN` where it changes other lines.

    Comments, empty lines and the docstring do not count. It goes by lines, so what was moved is seen as changed.
    """
    lines: list[str] = []
    owners: list[int] = []
    for index, part in enumerate(reference.parts):
        if index < reference.docstring_lines:
            continue
        owner = part.number if isinstance(part, Region) else GIVEN
        for line in _code(_lines_of(part)):
            lines.append(line)
            owners.append(owner)
    given = _code(content.decode("utf-8", "replace").splitlines())
    touched: set[int] = set()
    for kind, begin, end, *_ in difflib.SequenceMatcher(None, lines, given, autojunk=False).get_opcodes():
        if kind == "insert":
            # Between two lines: it belongs to the blank on either side, if there is one.
            sides = {owners[place] for place in (begin - 1, begin) if 0 <= place < len(owners)}
            touched |= sides - {GIVEN} or {GIVEN}
        elif kind != "equal":
            touched.update(owners[begin:end])
    return frozenset(touched)


def _lines_of(part: str | Region) -> list[str]:
    if isinstance(part, str):
        return [part]
    if part.inside is not None:
        return [part.inside[0] + part.body[0] + part.inside[1]]
    return list(part.body)


def _code(lines: list[str]) -> list[str]:
    return [line.rstrip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
