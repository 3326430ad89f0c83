"""Does a bundle hold what students must not see? The last look before it leaves the house.

Looked for are the lines of the solutions' regions, and the names, the docstrings and the code of the hidden tests; in
all files, in the cells of notebooks and in the texts of JSON documents too, however they are spaced. A line of a single
word, which says next to nothing (``raise``, ``return result``), is passed over, and so is one that is given to the
students anyway.

Public tests are written like hidden ones and call what students write: `task.cancel()` is no secret in them. There only
longer lines of solutions count, and hidden tests that were copied as a whole.
"""

from __future__ import annotations

import ast
import io
import json
import keyword
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import ConfigurationError
from autograder.release.reference import Reference

_FEWEST_WORDS = 2
_FEWEST_WORDS_IN_TESTS = 4
"""Of a line of a solution; and of a hidden test's line in files that are no tests."""
_FEWEST_LINES = 3
"""Of a hidden test that was copied as a whole."""

_Test = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Leak:
    """A secret in a file of a bundle."""

    file: str
    text: str
    """What was found."""
    origin: str
    """Where it comes from: file and line, or the name of a hidden test."""

    def __str__(self) -> str:
        return f"{self.file} holds {self.text!r}, from {self.origin}"


@dataclass(frozen=True, slots=True)
class _HiddenTest:
    name: str
    title: str
    lines: tuple[str, ...]


class _Text:
    """A text in which secrets are looked for, however they are spaced there."""

    def __init__(self, text: str) -> None:
        self.whole = text
        self._bare = _bare(text)

    def holds(self, secret: str) -> bool:
        """Tell whether the secret is there, and not as a part of longer words."""
        # The pattern alone would do, but looking for hundreds of them takes seconds.
        return _bare(secret) in self._bare and re.search(_pattern(secret), self.whole) is not None


class Secrets:
    """What must not leave the house with an assignment."""

    def __init__(self, references: Iterable[Reference], hidden_tests: Path) -> None:
        """Collect the secrets; raise `ConfigurationError` if a hidden test cannot be read."""
        references = tuple(references)
        given = _Text("\n".join(line for each in references for line in _given(each)))
        self._solution = {
            text: f"{reference.path}:{line}"
            for reference in references
            for text, line in _solution_lines(reference)
            if _says_something(text) and not given.holds(text)
        }
        self._tests: list[_HiddenTest] = []
        self._names: dict[str, str] = {}
        for path in sorted(hidden_tests.rglob("*.py")):
            if path.stem.startswith("test_"):
                self._names[path.stem] = path.name
            self._tests += _read_tests(path)
        self._names |= {test.name: "a hidden test" for test in self._tests}
        self._hidden_lines = {
            line: f"the hidden test {test.name}"
            for test in self._tests
            for line in test.lines
            if len(_words(line)) >= _FEWEST_WORDS_IN_TESTS and not given.holds(line)
        }

    def find(self, files: Mapping[str, bytes], public_tests: str) -> list[Leak]:
        """Return what leaks in these files, by path; ``public_tests`` is the path of those."""
        leaks = []
        for file, content in files.items():
            text = _Text(_text(file, content))
            look = self._find_in_tests if file == public_tests else self._find_in_file
            leaks += [
                Leak(file, what, origin) for what, origin in (*self._find_names(file, text), *look(text))
            ]
        return leaks

    def _find_names(self, file: str, text: _Text) -> Iterator[tuple[str, str]]:
        words = {*re.findall(r"\w+", f"{file} {text.whole}")}
        yield from ((name, origin) for name, origin in self._names.items() if name in words)
        for test in self._tests:
            if test.title and text.holds(test.title):
                yield test.title, f"the hidden test {test.name}"

    def _find_in_file(self, text: _Text) -> Iterator[tuple[str, str]]:
        yield from ((line, origin) for line, origin in self._solution.items() if text.holds(line))
        yield from ((line, origin) for line, origin in self._hidden_lines.items() if text.holds(line))

    def _find_in_tests(self, text: _Text) -> Iterator[tuple[str, str]]:
        for line, origin in self._solution.items():
            if len(_words(line)) >= _FEWEST_WORDS_IN_TESTS and text.holds(line):
                yield line, origin
        lines = {_bare(line) for line in text.whole.split("\n")}
        for test in self._tests:
            body = [line for line in test.lines if len(_words(line)) >= _FEWEST_WORDS]
            if len(body) >= _FEWEST_LINES and lines.issuperset(map(_bare, body)):
                yield body[0], f"the hidden test {test.name}, all lines of which are there"


def _given(reference: Reference) -> Iterator[str]:
    """Yield the code that students get; a comment may be just where a secret slipped in."""
    for part in reference.parts:
        if isinstance(part, str):
            yield "" if part.lstrip().startswith("#") else part
        elif part.inside:
            yield "".join(part.inside)


def _solution_lines(reference: Reference) -> Iterator[tuple[str, int]]:
    for region in reference.regions:
        if region.inside and not _says_something(region.body[0]):
            # What an expression of one word stands for shows the line around it.
            before, behind = region.inside
            yield _normal(before + region.body[0] + behind), region.line
            continue
        for number, line in enumerate(region.body, region.line + (0 if region.inside else 1)):
            yield _normal(line), number


def _read_tests(path: Path) -> Iterator[_HiddenTest]:
    try:
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
        code = _code_lines(text)
    except (OSError, ValueError, SyntaxError, tokenize.TokenError) as error:
        raise ConfigurationError(
            f"{path}: this hidden test cannot be read, and so nobody can tell whether the bundle holds any of it "
            f"({error}). Mend the file."
        ) from error
    for node in ast.walk(tree):
        if isinstance(node, _Test) and node.name.startswith("test_"):
            title = ast.get_docstring(node) or ""
            inside = range(node.body[0].lineno, (node.end_lineno or node.lineno) + 1)
            yield _HiddenTest(
                name=node.name,
                title=_normal(title.split("\n")[0]),
                lines=tuple(line for number, line in code.items() if number in inside),
            )


def _code_lines(text: str) -> dict[int, str]:
    """Return the lines that hold more code than a string, by their number."""
    numbers = {
        token.start[0]
        for token in tokenize.generate_tokens(io.StringIO(text, newline="\n").readline)
        if token.type == tokenize.NAME and not keyword.iskeyword(token.string)
    }
    return {number: _normal(line) for number, line in enumerate(text.split("\n"), 1) if number in numbers}


def _text(file: str, content: bytes) -> str:
    """Return all text of a file; that of a JSON document also without its escapes."""
    text = content.decode("utf-8", "replace")
    if file.endswith((".json", ".ipynb")):
        return "\n".join([text, *_strings(json.loads(text))])
    return text


def _strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            # A notebook may hold a cell as a list of its lines.
            for item in value:
                yield from _strings(item)
        case dict():
            for key, item in value.items():
                yield from (str(key), *_strings(item))


def _normal(line: str) -> str:
    return " ".join(line.split())


def _bare(text: str) -> str:
    return "".join(text.split())


def _pattern(secret: str) -> str:
    tokens = re.findall(r"\w+|[^\w\s]", secret)
    begin = r"(?<!\w)" if _is_word(tokens[0]) else ""
    end = r"(?!\w)" if _is_word(tokens[-1]) else ""
    return begin + r"\s*".join(map(re.escape, tokens)) + end


def _is_word(token: str) -> bool:
    return re.match(r"\w", token) is not None


def _says_something(line: str) -> bool:
    """Tell whether a solution's line is a secret: it has two words, and ``queue.join()`` and ``self.slots`` are two."""
    return len([each for word in _words(line) for each in _parts(word)]) >= _FEWEST_WORDS


def _parts(word: str) -> list[str]:
    return [word] if word[0].isdigit() else [each for each in word.split(".") if each]


def _words(line: str) -> list[str]:
    return [word for word in re.findall(r"\w[\w.]*", line) if not keyword.iskeyword(word)]
