"""Real parsers that say what a program makes of a report, apart from the text in it."""

import re
from html import unescape
from html.parser import HTMLParser

from markdown_it import MarkdownIt


def skeleton(markdown: str) -> tuple[list[tuple[str, str, str]], list[str]]:
    """Return all that a renderer makes of a text (kind, tag, and words outside code), and what it shows as code."""
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    outside, code = [], []
    tokens = [
        each
        for token in reader.parse(markdown)
        for each in (token.children if token.type == "inline" else [token])
    ]
    for token in tokens:
        is_code = token.type in ("code_inline", "code_block")
        outside.append((token.type, token.tag, "" if is_code else token.content))
        if is_code:
            code.append(token.content)
    return outside, code


class Reader(HTMLParser):
    """Notes every tag as it is written, and all text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(re.sub(r"\bs[0-9a-f]{16}\b", "ANCHOR", unescape(self.get_starttag_text())))

    def handle_endtag(self, tag):
        self.tags.append(f"</{tag}>")

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    def unknown_decl(self, data):
        raise AssertionError(f"a declaration: {data}")

    def handle_pi(self, data):
        raise AssertionError(f"a processing instruction: {data}")


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader
