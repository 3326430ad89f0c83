"""Text of unknown origin, made harmless for the place where it is about to be written.

Names, prints, exception texts and reprs come from students, and each place has its own way of being fooled: a terminal
by control characters, a spreadsheet by formulas, Markdown by nearly everything. Whoever writes to such a place passes
every text through the function of that place, once, at the moment of writing; until then it stays as it came. HTML is
`visible` plus the template engine's autoescape.

Every function bounds the length of what it returns.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LONGEST = 2_000
"""Characters of one text, as shown to people."""
LONGEST_NAME = 300
"""Characters of a submission's id, as shown to people. A file's name has at most 255 bytes."""
MOST_LINES = 20

LONGEST_IN_JSON = 10_000
"""Characters of one text in a document for programs."""

_MOST_MARKS = 4
"""Combining marks on one letter. Languages do with less; a heap of them paints over the lines around it."""

# Controls, formats (bidi, zero width and tags among them), surrogates, private use, unassigned, separators of lines.
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_IDEOGRAPHIC_SPACE = "\u3000"  # the one wide enough to be seen for what it is; it stands in Japanese names
# Letters, marks and symbols by category, but nothing that can be seen.
_BLANK = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0\U0001d159"
)  # fmt: skip


def visible(text: str, *, lines: bool = False, longest: int = LONGEST, most_lines: int = MOST_LINES) -> str:
    """Return a text that shows all that is in it and does nothing: what moves, hides or reorders becomes an escape.

    ``lines`` leaves line ends in it, up to ``most_lines`` (indent what comes out). At most ``longest`` characters come
    out, and a note that something was cut. A single line that went through here is not changed by going again.
    """
    if len(text) <= longest and text.isascii() and text.isprintable():
        return text
    pieces: list[str] = []
    room, every = longest, 1
    previous, marks = "", 0
    for char in text:
        kind = _kind(char)
        if lines and char == "\n":
            piece, previous, every = char, "", every + 1
            if every > most_lines:
                pieces.append(f"\n... and {text.count(char) + 1 - most_lines} more lines")
                break
        elif kind == "plain":
            piece, previous, marks = char, char, 0
        elif kind == "mark" and previous and marks < _MOST_MARKS:
            piece, marks = char, marks + 1
        elif kind == "spacing mark" and previous:
            piece = char
        elif kind == "selector" and not marks and _takes_selector(previous):
            piece, marks = char, _MOST_MARKS
        else:
            piece, previous, marks = "    " if char == "\t" else _escape(char), "", 0
        room -= len(piece)
        if room < 0:
            pieces.append("...")
            break
        pieces.append(piece)
    return "".join(pieces)


def json_text(text: str) -> str:
    """Return a text for a JSON document that is written as ASCII: strict readers refuse lone surrogates."""
    if len(text) > LONGEST_IN_JSON:
        text = text[:LONGEST_IN_JSON] + "..."
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


# What makes a cell a formula, in the wide forms of East Asian keyboards too.
_FORMULA = "[=+\\-@\uff1d\uff0b\uff0d\uff20]"
_FORMULA_AT_START = re.compile(rf"\s*{_FORMULA}")
# Half of Europe's spreadsheets part cells at the semicolon, and then the quotes around ours protect nothing.
_FORMULA_AFTER_SEPARATOR = re.compile(rf"([;|][\s\"']*)(?={_FORMULA})")


def csv_cell(text: str, *, longest: int = LONGEST) -> str:
    """Return the content of a cell that no spreadsheet computes; the writer still has to quote it."""
    text = visible(text, longest=longest)
    text = _FORMULA_AFTER_SEPARATOR.sub(r"\1'", text)
    return f"'{text}" if _FORMULA_AT_START.match(text) else text


def markdown_code(text: str, *, longest: int = LONGEST) -> str:
    """Return a text as inline code, the only form in which neither mentions, addresses nor emphasis are looked for."""
    # A bar would end a table's cell also inside code, and renderers differ in how it can be escaped there.
    text = visible(text, longest=longest).replace("|", "\\x7c") or " "
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    pad = " " if text.strip(" ") and (text[0] in "` " or text[-1] in "` ") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def markdown_block(text: str, *, longest: int = LONGEST, most_lines: int = MOST_LINES) -> str:
    """Return a text as an indented block of code, to be put between blank lines and not after a list.

    Nothing in a text can end such a block, as it could end one that stands between fences.
    """
    text = visible(text, lines=True, longest=longest, most_lines=most_lines)
    return "".join(f"    {line}".rstrip() + "\n" for line in text.split("\n"))


def has_right_to_left(text: str) -> bool:
    """Tell whether a text holds letters that are written from right to left: what follows them may move, too."""
    return not text.isascii() and any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in text)


@lru_cache(maxsize=4_096)
def _kind(char: str) -> str:
    """Return what a character is to `visible`; cached, since the same few come again and again."""
    category = unicodedata.category(char)
    if "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef":
        return "selector"
    if category in _HIDDEN_CATEGORIES or char in _BLANK:
        return "hidden"
    if category == "Zs" and char not in (" ", _IDEOGRAPHIC_SPACE):
        return "hidden"
    if category == "Mc":
        return "spacing mark"
    return "mark" if category[0] == "M" else "plain"


def _takes_selector(char: str) -> bool:
    """Tell whether a variation selector behind this character can be seen (a symbol, an ideograph)."""
    return not char.isascii() and unicodedata.category(char) in ("So", "Sm", "Sk", "Po", "Pd", "Lo")


def _escape(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")
