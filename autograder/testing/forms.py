"""The jail's texts, numbers, handles, exceptions and reports: each field checked for type and range before it is used.

What is read here was made by whoever rules the jail's interpreter, which may be the student. Every function takes what
was read from the wire and returns a value whose fields are of the types that it states, or raises `ProtocolError`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from autograder.jail.protocol import ProtocolError, exact, fields

LONGEST_TEXT = 2_000
"""Characters of a message for people: what an exception says, why nothing goes on."""

LONGEST_NAME = 200
MOST_PLACES = 50
_MOST_BASES = 100
_MOST_MEMBERS = 20
_LAST_NUMBER = 2**53
LAST_LINE = 10_000_000

KINDS = (
    "object",
    "class",
    "exception class",
    "module",
    "function",
    "coroutine function",
    "async generator function",
    "coroutine",
    "async generator",
    "beyond",
)
"""What a handle can stand for. ``beyond``: plain data beyond a limit, named in the place of the name."""

LEFTOVERS = ("pending", "lost", "never_awaited", "open_generators")
"""What a program can leave undone."""


class Handle(NamedTuple):
    """Something of the student's that stays in the jail."""

    number: int
    kind: str
    type_name: str
    specials: list[Any]
    name: str
    bases: Bases | None
    """Of an exception class only."""


class Base(NamedTuple):
    """A class in the order of resolution of an exception class."""

    handle: int
    """0 for one that is built in."""
    name: str
    parents: list[int]
    """Places of its direct bases, each further on."""


Bases = list[Base]


class ErrorForm(NamedTuple):
    """An exception of the student's, or one of the test's that comes back."""

    number: int
    of_test: int
    """The number under which the test had sent it, or 0."""
    bases: Bases
    args: list[Any]
    text: str
    where: tuple[tuple[str, int, str, str], ...]
    cause: Any
    members: list[Any]


def read_handle(data: list[Any]) -> Handle:
    """Return the handle in a wire form that is tagged as one."""
    number, kind, type_name, specials, name, bases = fields(data, 6)
    if type(kind) is not str or kind not in KINDS:
        raise ProtocolError("a handle of an unknown kind")
    is_error = kind == "exception class"
    if (bases is not None) is not is_error:
        raise ProtocolError("a handle with the wrong bases")
    return Handle(
        whole(number, 1),
        kind,
        text(type_name, LONGEST_NAME),
        exact(specials, list),
        text(name, LONGEST_NAME),
        _bases(bases) if is_error else None,
    )


def read_error(data: list[Any]) -> ErrorForm:
    """Return the exception in a wire form that is tagged as one."""
    number, of_test, bases, args, said, where, cause, members = fields(data, 8)
    if len(exact(members, list)) > _MOST_MEMBERS:
        raise ProtocolError("too many exceptions in one group")
    return ErrorForm(
        whole(number, 1),
        whole(of_test, 0),
        _bases(bases),
        exact(args, list),
        text(said),
        read_where(where),
        cause,
        members,
    )


def _bases(data: Any) -> Bases:
    if not 1 <= len(exact(data, list)) <= _MOST_BASES:
        raise ProtocolError("a class without bases, or with too many")
    return [_base(each, place, len(data)) for place, each in enumerate(data)]


def _base(data: Any, place: int, count: int) -> Base:
    if type(data) is not list or len(data) != 3:
        raise ProtocolError("a class that is none")
    handle, name, parents = data
    return Base(
        whole(handle, 0),
        text(name, LONGEST_NAME),
        [whole(parent, place + 1, count - 1) for parent in exact(parents, list)],
    )


class ScriptReport(NamedTuple):
    """How a file ended that ran as a program."""

    status: int
    error: str
    where: tuple[tuple[str, int, str, str], ...]


def read_script(value: Any) -> ScriptReport:
    """Return the report of a script from the (decoded) answer."""
    if type(value) is not dict or set(value) != {"status", "error", "where"}:
        raise ProtocolError("a report that is none")
    status = whole(value["status"], -_LAST_NUMBER)
    return ScriptReport(status, text(value["error"]), read_where(value["where"]))


def read_leftovers(value: Any) -> dict[str, list[str]]:
    """Return what a program has left undone, by kind, from the (decoded) answer."""
    if type(value) is not dict or set(value) != set(LEFTOVERS):
        raise ProtocolError("a report that is none")
    return {kind: list(texts(value[kind])) for kind in LEFTOVERS}


def read_where(data: Any) -> tuple[tuple[str, int, str, str], ...]:
    """Return frames of the submission: file, line, function, source."""
    if len(exact(data, list)) > MOST_PLACES:
        raise ProtocolError("too many places")
    found = []
    for each in data:
        if type(each) is not list or len(each) != 4:
            raise ProtocolError("a place that is none")
        file, line, function, source = each
        found.append(
            (
                text(file, LONGEST_NAME),
                line_number(line),
                text(function, LONGEST_NAME),
                text(source, LONGEST_NAME),
            )
        )
    return tuple(found)


def texts(data: Any) -> tuple[str, ...]:
    """Return a list of texts for people."""
    if len(exact(data, list)) > MOST_PLACES:
        raise ProtocolError("too many texts")
    return tuple(text(each) for each in data)


def text(data: Any, longest: int = LONGEST_TEXT) -> str:
    """Return a text for people, in which no half of a character is left: not every output could be given one."""
    if type(data) is not str or len(data) > longest:
        raise ProtocolError("a text that is none, or too long")
    return whole_characters(data)


def whole_characters(data: str) -> str:
    """Return the text with lone surrogates written out as escapes."""
    return data if data.isascii() else data.encode("utf-8", "backslashreplace").decode("utf-8")


def whole(data: Any, low: int, high: int = _LAST_NUMBER) -> int:
    """Return an int within bounds."""
    if type(data) is not int or not low <= data <= high:
        raise ProtocolError("a number that is none, or out of range")
    return data


def is_instant(data: Any) -> bool:
    """Tell whether this is an instant in nanoseconds; whether it is one of this test is for its clock to say."""
    return type(data) is int and 0 <= data < 2**63


def line_number(data: Any) -> int:
    """Return a line, 0 for none."""
    return whole(data, 0, LAST_LINE)
