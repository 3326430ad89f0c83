"""The name of a new exercise, ``LECTURE/EXERCISE``, and what follows from it."""

from __future__ import annotations

import keyword
import re
import sys
from dataclasses import dataclass

from autograder.errors import UsageError
from autograder.escape import visible

_LECTURE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_MODULE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_NUMBERED = re.compile(r"ex_?(\d+)_(\d+)(?:_(\w+))?", re.IGNORECASE)
_LONGEST = 40
_LONGEST_TITLE = 80

_TAKEN = frozenset({"autograder", "blank", "conftest", "pytest", "setup"})
"""Modules that a student's own file must not hide, and what is nobody's exercise."""

_DEVICES = frozenset(
    {"aux", "con", "nul", "prn", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
)
"""Windows makes no file of such a name, whatever its ending."""

_FORM = "Write LECTURE/EXERCISE, such as lecture30/ex30_1_retry"


@dataclass(frozen=True, slots=True)
class ExerciseName:
    """A name that is fit for an assignment's folder and for a module."""

    lecture: str
    module: str

    @property
    def file(self) -> str:
        """The name of the student's file."""
        return f"{self.module}.py"

    @property
    def id(self) -> str:
        """The exercise's id: ``30.1`` for ``ex30_1_retry``; a name without numbers is its own id."""
        found = _NUMBERED.fullmatch(self.module)
        return f"{found[1]}.{found[2]}" if found else self.module

    @property
    def title(self) -> str:
        """A title to begin with: ``Retry`` for ``ex30_1_retry``."""
        found = _NUMBERED.fullmatch(self.module)
        words = (found[3] or "") if found else self.module
        return _in_words(words) or f"Exercise {self.id}"

    @property
    def assignment_title(self) -> str:
        """A title for the whole assignment: ``Lecture 30`` for ``lecture30``."""
        return _in_words(re.sub(r"(?<=[A-Za-z])(?=\d)", " ", self.lecture))


def parse_name(text: str) -> ExerciseName:
    """Read ``LECTURE/EXERCISE``; raise `UsageError`, with what to write instead, if it is not fit for it."""
    lecture, slash, module = text.partition("/")
    if not slash or "/" in module or "\\" in text:
        raise UsageError(f"{visible(text)!r}: this is not the name of an exercise. {_FORM}.")
    _check(lecture, _LECTURE, "lecture", "letters, digits, _ and -")
    _check(module, _MODULE, "exercise", "letters, digits and _, for it becomes a Python module")
    _check_module(module)
    return ExerciseName(lecture, module)


def check_title(title: str) -> str:
    """Return a title without spaces around it; raise `UsageError` if it is no single line of text."""
    title = title.strip()
    if not title or len(title) > _LONGEST_TITLE or visible(title) != title:
        raise UsageError(
            f"--title {visible(title)!r}: give it one line of 1 to {_LONGEST_TITLE} characters that can be seen."
        )
    return title


def _check(name: str, form: re.Pattern[str], what: str, allowed: str) -> None:
    shown = visible(name)
    if name.endswith(".py") and form.fullmatch(name[:-3]):
        raise UsageError(f"{shown}: leave out .py: the name is that of the module, {name[:-3]}.")
    if not form.fullmatch(name):
        raise UsageError(
            f"{shown!r}: the name of {_article(what)} begins with a letter and has {allowed}. {_FORM}."
        )
    if len(name) > _LONGEST:
        raise UsageError(f"{shown}: this name is longer than {_LONGEST} characters. Take a shorter one.")
    if name.lower() in _DEVICES:
        raise UsageError(f"{shown}: Windows cannot make a file of this name. Take another one.")


def _check_module(module: str) -> None:
    lowered = module.lower()  # on some file systems Asyncio.py and asyncio.py are one file
    why = ""
    if keyword.iskeyword(module) or keyword.iskeyword(lowered):
        why = "is a word of Python's own, so no module can be called so"
    elif lowered.startswith("test_") or lowered.endswith("_test"):
        why = "is how a file of tests is called, and pytest would take it for one"
    elif lowered in {each.lower() for each in sys.stdlib_module_names}:
        why = f"would hide Python's own module {lowered} from every program beside it"
    elif lowered in _TAKEN:
        why = "is a name that is needed for something else"
    if why:
        raise UsageError(f"{module}: this {why}. Take another name, such as ex_{module.strip('_')[:30]}.")


def _article(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def _in_words(name: str) -> str:
    words = re.sub(r"[_\s-]+", " ", name).strip()
    return words[:1].upper() + words[1:]
