"""What the reader of a program cannot see: names that are not what they look like, text that runs backwards."""

from __future__ import annotations

import builtins
import io
import re
import sys
import tokenize

from .load import odd_encoding, text_encoding
from .redflags import ATTRIBUTES, MEMBERS

_OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_LOOK_ALIKES = str.maketrans("аеорсухіјѕһԁԛԝαοеν", "aeopcyxijshdqwaoev")
"""Cyrillic and Greek letters that nobody can tell from Latin ones."""


def disguises(raw: bytes) -> set[tuple[int, str, str]]:
    """Return flags (line, code, what) for a file's text, of which the parser has made sense already."""
    odd = odd_encoding(raw)
    if odd is not None:
        return {(1, "hidden_text", f"the encoding {odd}")}
    if raw.isascii():
        return set()
    flags: set[tuple[int, str, str]] = set()
    text = raw.decode(text_encoding(raw), "replace")
    if any(each in text for each in _OVERRIDES):
        for number, line in enumerate(re.split("\r\n?|\n", text), 1):
            if any(each in line for each in _OVERRIDES):
                flags.add((number, "hidden_text", "characters that turn the direction of the text"))
    strange = {word for word in re.findall(r"[^\W\d]\w*", text) if not word.isascii()}
    worth_hiding = _worth_hiding() if strange else set()
    suspects = {word: like for word in strange if (like := _looks_like(word)) in worth_hiding}
    if suspects:
        for token in tokenize.tokenize(io.BytesIO(raw).readline):
            if token.type == tokenize.NAME and token.string in suspects:
                what = f"{suspects[token.string]}, written as {token.string!a}"
                flags.add((token.start[0], "disguised_name", what))
    return flags


def _looks_like(word: str) -> str:
    import unicodedata  # a library of its own to load, which hardly any file needs

    return unicodedata.normalize("NFKC", word).translate(_LOOK_ALIKES)


def _worth_hiding() -> set[str]:
    """Return the names that somebody might not want to be seen."""
    members = (name for each in MEMBERS.values() for name in each)
    return {*dir(builtins), *sys.stdlib_module_names, *ATTRIBUTES, *members}
