"""How text gets onto a terminal or into a pipe, and how long text is folded there."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.measure import Measurement
from rich.text import Text

from autograder.escape import LONGEST_NAME, has_right_to_left, visible

PIPE_WIDTH = 10_000
"""Columns where nobody looks: names must stay whole for those who search in them."""

_HANG = 2
_LEFT_TO_RIGHT_MARK = "\u200e"
_LONGEST_TRACEBACK = 20_000
_MOST_LINES_OF_A_TRACEBACK = 500


def open_console(stream: TextIO) -> Console:
    """Return a console for a stream: no markup, no guesses from the environment."""
    # Told explicitly, since FORCE_COLOR and its like must not draw progress bars into a pipe.
    terminal = stream.isatty()
    return Console(
        file=stream,
        force_terminal=terminal,
        width=None if terminal else PIPE_WIDTH,
        markup=False,
        highlight=False,
        emoji=False,
    )


def put(console: Console, what: RenderableType) -> None:
    """Show something; in a pipe without spaces at the ends of lines."""
    if console.is_terminal:
        console.print(what)
        return
    with console.capture() as captured:
        console.print(what)
    text = "\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n"
    console.file.write(text)


def show_error(message: str, advice: str = "") -> None:
    """Say on stderr why the command ends here; ``advice`` is ours and stands on a line of its own."""
    console = open_console(sys.stderr)
    put(console, Hanging(Text.assemble(("Error: ", "bold red"), visible(message, lines=True))))
    if advice:
        put(console, Hanging(Text(visible(advice))))


def show_traceback(text: str) -> None:
    """Show on stderr where an error came from: its message may quote anything."""
    longest, most = _LONGEST_TRACEBACK, _MOST_LINES_OF_A_TRACEBACK
    sys.stderr.write(visible(text, lines=True, longest=longest, most_lines=most) + "\n")


def name_text(console: Console, name: str) -> str:
    """Return the name of a submission as it is shown on this console."""
    text = visible(name, longest=LONGEST_NAME)
    # A terminal that orders letters by itself would let a Hebrew or Arabic name draw the scores behind it to its other
    # side. Programs that search in a pipe must find the name alone.
    return text + _LEFT_TO_RIGHT_MARK if console.is_terminal and has_right_to_left(text) else text


class Hanging:
    """A text whose second and further lines, folded or its own, are indented more than the first."""

    def __init__(self, text: Text, indent: int = 0) -> None:
        self._text = text
        self._indent = indent

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        width = max(2, options.max_width - self._indent)
        lines = self._text.wrap(console, width, overflow="fold")
        if len(lines) > 1:
            lines = self._text.wrap(console, max(2, width - _HANG), overflow="fold")
        for number, line in enumerate(lines):
            spaces = Text(" " * (self._indent + (_HANG if number else 0)), no_wrap=True, overflow="ignore")
            yield spaces.append_text(line)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        first, *others = map(cell_len, self._text.plain.split("\n"))
        needed = self._indent + max(first, *(other + _HANG for other in others), 1)
        return Measurement(1, min(needed, options.max_width))
