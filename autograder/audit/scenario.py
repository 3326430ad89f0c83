"""What a scenario is made of: what the jail is asked to do, and the lines that must come, with the moments.

    @scenario("21.1", "output", "timing")
    def two_fetches(rng):
        \"\"\"two fetches at the same time\"\"\"
        first, second = rng.words(2)
        return Scenario(
            calls=(call("fetchData", first, 0.14), call("fetchData", second, 0.06)),
            moments=(
                Moment(0, f"Starting fetch {first}", f"Starting fetch {second}", any_order=True),
                Moment(0.06, f"Completed fetch {second}"),
                Moment(0.14, f"Completed fetch {first}", f"-> Data from source {first}", ...),
            ),
            one_by_one=0.2,
        )

Of all this only the calls cross into the jail.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from autograder.testing.draw import Draw

F = TypeVar("F", bound=Callable[[Draw], "Scenario"])

_MARK = "_audits"


@dataclass(frozen=True, slots=True)
class Took:
    """A line with the seconds in it that the program has measured, with two decimals."""

    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.before}...{self.after}"


class Moment:
    """Lines that come at the same time: ``at`` seconds after the beginning, in their order or in ``any_order``."""

    def __init__(self, at: float, *lines: str | Took, any_order: bool = False) -> None:
        self.at = at
        self.lines = lines
        self.any_order = any_order


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One thing to ask of a program, and what must come of it."""

    moments: tuple[Moment, ...]
    calls: tuple[Any, ...] = ()
    """All begin at the same time; see `call`."""
    streams: tuple[Any, ...] = ()
    """See `stream`."""
    doubles: Mapping[str, Any] | None = None
    """Functions of the student's to put something else in the place of; see `double`."""
    as_program: bool = False
    one_by_one: float = 0.0
    """Seconds that it would take if nothing happened at the same time; 0 where that is no question."""


def call(name: str, *args: Any, cancel_after: float | None = None, tell: bool = True) -> Any:
    """Await a function of the student's, or cancel it after some seconds: then its result is ``cancelled``.

    The results are told in lines of their own when all calls have ended, unless nobody asks (``tell``).
    """
    return [name, list(args), cancel_after, tell]


def stream(kind: str, *args: Any, method: str = "", of: tuple[Any, ...] = ()) -> Any:
    """Enter a connection of the student's class ``kind``, and leave it again.

    In between, each item that ``method`` gives is printed after ``-> ``, if a method is named.
    """
    return [kind, list(args), method, list(of)]


def double(answers: Mapping[str, tuple[float, str]]) -> Any:
    """Stand in for a function: its text argument says how many seconds it takes, and what it returns.

    It prints its name, that text, and ``begins``, ``ends`` or ``is cancelled``.
    """
    return {key: list(answer) for key, answer in answers.items()}


def program(*moments: Moment, one_by_one: float = 0.0) -> Scenario:
    """Return the scenario of a file that is run as a program."""
    return Scenario(moments=moments, as_program=True, one_by_one=one_by_one)


def took(before: str, after: str) -> Took:
    """Return a line in which the program tells how long something took, as ``1.25``, between two texts."""
    return Took(before, after)


def scenario(exercise: str, *concepts: str) -> Callable[[F], F]:
    """Mark a function of an ``audit.py`` as a scenario; its docstring says in words what is asked.

    It takes part where all the exercise's tests of these concepts have passed: what they do not give points for is
    not worth an audit.
    """

    def mark(function: F) -> F:
        setattr(function, _MARK, (exercise, concepts))
        return function

    return mark


def mark_of(thing: object) -> tuple[str, tuple[str, ...]] | None:
    """Return what `scenario` has noted on a function, None for anything else."""
    return getattr(thing, _MARK, None)
