"""What a notebook's cell may hold that is no Python: magics, shell commands, questions. They are neutralised.

Every line stays in its place. The text is not parsed, as none is here: it may be broken, or hostile. Only where lines
hold a quote, a bracket or a backslash does the tokenizer say where a statement ends, so that no line inside of a text
or a call is taken for a command.
"""

from __future__ import annotations

import keyword
import re
import tokenize
from collections.abc import Sequence
from typing import NamedTuple

from autograder.intake.tree import printable

_CANDIDATE = re.compile(r"^[ \t]*[%!?,;/]|\?[ \t]*$|=[ \t]*[%!]|^[ \t]*>>> ", re.MULTILINE)
_CELL_MAGIC = re.compile(r"%%(\w+|!)")
_TIMERS = re.compile(r"%(?:time|timeit)\b((?:[ \t]+-(?:[nrp][ \t]*\d+|[tcqov]+)(?=[ \t]|$))*)[ \t]*")
_KEPT_CELLS = frozenset(("time", "timeit", "capture"))
"""Cell magics below which the cell is the student's program all the same."""

_ASSIGNED = re.compile(
    r"([ \t]*)([^\W\d][\w.]*(?:[ \t]*,[ \t]*[^\W\d][\w.]*)*)[ \t]*=[ \t]*(?=[!%])(?P<command>.*)"
)
_BARE_COMMAND = re.compile(
    r"(?:pip|conda|mamba|uv|cd|ls|matplotlib|load_ext|reload_ext|autoreload|autoawait)[ \t]+([^\W\d]\w*)"
)
_PROMPT = re.compile(r"(?:>>>|\.\.\.)(?: |$)")
_MAY_GO_ON = frozenset("'\"([{\\")
_LONGEST_SHOWN = 60


class Neutral(NamedTuple):
    """A cell as Python."""

    text: str
    """As many lines as the cell has."""
    changes: list[tuple[int, str]]
    """What was neutralised: the line in the cell, and what became of it."""


def neutralise(cell: str) -> Neutral:
    """Return a cell, whose lines end with a newline character, without what only Jupyter understands."""
    lines = _without_prompt_and_indentation(cell.split("\n"))
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    if _is_bare_command(lines, first):
        changes = [(first + 1, _left_out(lines[first]))]
        return Neutral("\n".join(["pass" if index == first else "" for index in range(len(lines))]), changes)
    if not _CANDIDATE.search("\n".join(lines)):
        return Neutral("\n".join(lines), [])
    changes = []
    magic = _CELL_MAGIC.match(lines[first])
    if magic is not None:
        name = _shown(magic[0])
        if magic[1] not in _KEPT_CELLS:
            return Neutral("\n" * (len(lines) - 1), [(0, f"left out as a whole, for its {name}")])
        changes.append((first + 1, f"{name} was taken off, the cell is kept"))
        lines[first] = ""
    changes += _neutralise_lines(lines)
    return Neutral("\n".join(lines), changes)


def _without_prompt_and_indentation(lines: list[str]) -> list[str]:
    """Return the lines without what Jupyter takes off all of a cell, too: what its first line begins with.

    A comment is not asked: the end of the body above it may have been cut off with it.
    """
    first = next((line for line in lines if line.strip() and not line.lstrip().startswith("#")), "")
    if _PROMPT.match(first):
        lines = [_PROMPT.sub("", line, count=1) for line in lines]
        first = _PROMPT.sub("", first, count=1)
    margin = first[: len(first) - len(first.lstrip(" \t"))]
    return [line.removeprefix(margin) for line in lines] if margin else lines


def _is_bare_command(lines: Sequence[str], first: int) -> bool:
    """Tell whether a cell of one line is a command without its percent sign, such as ``pip install ...``."""
    found = _BARE_COMMAND.match(lines[first])
    if found is None or any(line.strip() for line in lines[first + 1 :]):
        return False
    return not keyword.iskeyword(found[1]) and found[1] not in keyword.softkwlist


def _neutralise_lines(lines: list[str]) -> list[tuple[int, str]]:
    """Neutralise commands in the lines, which are changed; return what was done."""
    changes = []
    index = 0
    while index < len(lines):
        start = lines[index].lstrip(" \t")
        assigned = _ASSIGNED.fullmatch(lines[index])
        if assigned is not None or start[:1] in tuple("%!?,;/"):
            end = _end_of_command(lines, index)
            kept, what = _assigned(assigned) if assigned is not None else _command(lines[index], start)
            changes.append((index + 1, what))
            lines[index] = kept
            lines[index + 1 : end] = [""] * (end - index - 1)
        else:
            end, complete = _end_of_statement(lines, index)
            last = lines[end - 1].rstrip()
            if complete and last.endswith("?") and "#" not in last:
                changes.append((index + 1, _left_out(start)))
                lines[index] = _indentation(lines[index]) + "pass"
                lines[index + 1 : end] = [""] * (end - index - 1)
        index = end
    return changes


def _command(line: str, start: str) -> tuple[str, str]:
    """Return what takes the place of a line that is a command, and what to say of it."""
    timer = _TIMERS.match(start)
    rest = start[timer.end() :] if timer is not None else ""
    if timer is not None and rest:
        kept = _indentation(line) + rest
        return kept, f"{_shown(timer[0])} was taken off, the statement is kept"
    return _indentation(line) + "pass", _left_out(start)


def _assigned(found: re.Match[str]) -> tuple[str, str]:
    indentation, targets, command = found[1], found[2], found["command"]
    timer = _TIMERS.match(command)
    if timer is not None and command[timer.end() :]:
        kept = f"{indentation}{targets} = {command[timer.end() :]}"
        return kept, f"{_shown(timer[0])} was taken off, the statement is kept"
    names = [name.strip() for name in targets.split(",")]
    value = "[]" if command.startswith("!") else "None"
    kept = " = ".join([*names, value])
    return indentation + kept, f"{_left_out(command)} ({_shown(kept)})"


def _end_of_command(lines: Sequence[str], index: int) -> int:
    """Return the index behind a command: it goes on where a line ends with a backslash."""
    while index < len(lines) - 1 and lines[index].endswith("\\"):
        index += 1
    return index + 1


def _end_of_statement(lines: Sequence[str], index: int) -> tuple[int, bool]:
    """Return the index behind the statement that begins at a line, and whether it has an end."""
    if _MAY_GO_ON.isdisjoint(lines[index]):
        return index + 1, True
    upcoming = iter(range(index, len(lines)))

    def read() -> str:
        following = next(upcoming, None)
        return "" if following is None else lines[following] + "\n"

    try:
        for token in tokenize.generate_tokens(read):
            if token.type == tokenize.NEWLINE:
                return index + token.end[0], True
            if token.type == tokenize.COMMENT and not token.line[: token.start[1]].strip():
                return index + token.end[0], True
    except tokenize.TokenError as error:
        # What is begun and has no end takes all the rest with it.
        text = str(error.args[0])
        return (len(lines), False) if "EOF" in text or "triple" in text else (index + 1, False)
    except SyntaxError:
        return index + 1, False
    return len(lines), False


def _indentation(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" \t"))]


def _left_out(text: str) -> str:
    return f"left out: {_shown(text)}"


def _shown(text: str) -> str:
    text = text.strip()
    return printable(text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "...")
