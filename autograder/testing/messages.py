"""What the jail may say, message by message, checked as in `forms` before it is used.

The values inside (arguments, results) and the events are still in their wire form; `codec.HostCodec` and
`events.Output` read these.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from autograder.jail.protocol import ProtocolError, exact, fields

from .forms import is_instant, line_number, text, texts, whole

_MOST_WORDS = 255
_MOST_CANCELLATIONS = 1_000_000

REASONS = ("deadlock", "cpu", "wall", "virtual", "output", "messages", "protocol_mb")
"""Why a process may say that its test cannot go on."""


class Unasked(ProtocolError):
    """An answer to a question that was not asked: one that was made up, written beforehand, or sent twice."""


class State(NamedTuple):
    """The jail's clock, in nanoseconds, and whether it has something to do."""

    now: int
    upcoming: int | None
    ready: bool


class Outcome(NamedTuple):
    """How a call ended: with a value, or with an exception to raise."""

    fine: bool
    value: Any


class Answer(NamedTuple):
    """The end of one exchange: the baton comes back."""

    state: State
    news: list[News]
    events: Any
    outcome: Outcome | None = None


class Question(NamedTuple):
    """A call of one of the test's functions, to be answered at once."""

    state: State
    news: list[News]
    events: Any
    target: int
    args: list[Any]
    words: dict[str, Any]


class Stuck(NamedTuple):
    """A process says that its test can never end by itself."""

    why: str
    text: str
    places: tuple[str, ...]
    events: Any


class Returned(NamedTuple):
    """An awaited call has ended."""

    number: int
    outcome: Outcome
    taken: int
    """Cancellations that the program took back."""


class Asked(NamedTuple):
    """An awaited call of one of the test's functions."""

    question: int
    target: int
    step: str
    args: list[Any]
    words: dict[str, Any]


class Withdrawn(NamedTuple):
    """The program no longer awaits what it had asked."""

    question: int
    message: str | None
    """What its CancelledError carries."""


class TaskCancelled(NamedTuple):
    """The program has cancelled one of the test's tasks."""

    mirror: int


class Parked(NamedTuple):
    """A call is parked at the suspension at which the test wants to cancel it."""

    number: int
    line: int
    """In the submission; 0 for none."""
    place: str


News = Returned | Asked | Withdrawn | TaskCancelled | Parked
Message = Answer | Question | Stuck


def read_message(data: Any, wanted: str, tag: int) -> Message:
    """Return the message in a frame: what was ``wanted`` under this tag, or what may come before it."""
    kind = exact(data, list)[0] if data else None
    outcome = None
    if kind == wanted == "yield":
        answered, state, news, events = fields(data, 4)
    elif kind == wanted == "sret":
        answered, result, state, news, events = fields(data, 5)
        outcome = read_outcome(result)
    elif kind == "scb":
        target, args, words, state, news, events = fields(data, 6)
        common = (_state(state), _news(news), events)
        return Question(*common, whole(target, 1), exact(args, list), _words(words))
    elif kind == "stuck":
        return _stuck(*fields(data, 4))
    else:
        raise ProtocolError("an unexpected message")
    # One that was written beforehand, or a second time, is no answer.
    if exact(answered, int) != tag:
        raise Unasked("an answer to nothing")
    return Answer(_state(state), _news(news), events, outcome)


def _state(data: Any) -> State:
    if type(data) is list and len(data) == 3:
        now, upcoming, ready = data
        if is_instant(now) and (upcoming is None or is_instant(upcoming)) and type(ready) is bool:
            return State(now, upcoming, ready)
    raise ProtocolError("a state that is none")


def _news(data: Any) -> list[News]:
    return [_piece_of_news(each) for each in data] if exact(data, list) else data


def _piece_of_news(data: Any) -> News:
    kind = exact(data, list)[0] if data else None
    if kind == "ret":
        number, outcome, taken = fields(data, 3)
        return Returned(
            whole(number, 1),
            read_outcome(outcome),
            whole(taken, -_MOST_CANCELLATIONS, _MOST_CANCELLATIONS),
        )
    if kind == "cb":
        question, target, step, args, words = fields(data, 5)
        if step not in ("await", "anext", "aclose"):
            raise ProtocolError("a step that is none")
        return Asked(whole(question, 1), whole(target, 1), step, exact(args, list), _words(words))
    if kind == "cbcancel":
        question, message = fields(data, 2)
        return Withdrawn(whole(question, 1), None if message is None else text(message))
    if kind == "cancelled_you":
        (mirror,) = fields(data, 1)
        return TaskCancelled(whole(mirror, 1))
    if kind == "parked":
        number, line, place = fields(data, 3)
        return Parked(whole(number, 1), line_number(line), text(place))
    raise ProtocolError("an unknown message")


def read_outcome(data: Any) -> Outcome:
    """Return whether a call went well, and its result or its exception."""
    if type(data) is not list or len(data) != 2 or data[0] not in ("ok", "error"):
        raise ProtocolError("an outcome that is none")
    fine = data[0] == "ok"
    if not fine and (type(data[1]) is not list or not data[1] or data[1][0] != "e"):
        raise ProtocolError("an error that is none")
    return Outcome(fine, data[1])


def _stuck(why: Any, said: Any, places: Any, events: Any) -> Stuck:
    if why not in REASONS:
        raise ProtocolError("a reason that is none")
    return Stuck(why, text(said), texts(places), events)


def _words(data: Any) -> dict[str, Any]:
    if len(exact(data, dict)) > _MOST_WORDS:
        raise ProtocolError("too many arguments by name")
    words: dict[str, Any] = data
    return words
