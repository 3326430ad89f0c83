"""What was heard against what must come. Pure: values in, a disagreement or None out.

Three things cannot happen to an honest program, however busy the machine is: a line that is missing, wrong or too
much, a line that comes before its time counted from when the inputs were sent, and a measured time that is none. A
line may come late for no fault of the program's, though; so that is held against it beyond generous bounds only, which
widen with how badly the machine kept time just then.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.jail.host.audit import Heard
from autograder.testing.check import show

from .scenario import Moment, Scenario, Took

TOLERANCE_SECONDS = 0.025
TOLERANCE_SHARE = 0.1
_PER_WAIT_SECONDS = 0.002
"""A timer fires up to a millisecond late, and what follows takes a while: for each wait in a row."""

_EARLIEST_SECONDS = 0.003
"""Two clocks that are set against each other while they run; nothing honest is early by more."""

_STEADY_SECONDS = 0.1
"""A machine that keeps time so well has left a program enough of it before that is given up as hanging."""

_ROUNDED_SECONDS = 0.006
_SECONDS = re.compile(r"\d{1,6}\.\d\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """What is wrong with what was heard, in words."""

    text: str
    strong: bool
    """No load of the machine explains it."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that was expected and came."""

    wait: int
    """Which of the moments it belongs to."""
    at: float
    wanted: str | Took
    when: float
    text: str


def compare(scenario: Scenario, heard: Heard, unsteady_seconds: float) -> Disagreement | None:
    """Return how what was heard differs from what must come; None if it does not."""
    lines, disagreement = _match(scenario.moments, heard, unsteady_seconds)
    return (
        disagreement
        or _too_early(lines)
        or _false_times(lines)
        or _off_time(scenario, lines, unsteady_seconds)
    )


def _match(
    moments: Sequence[Moment], heard: Heard, unsteady_seconds: float
) -> tuple[list[_Line], Disagreement | None]:
    """Pair the lines that must come with those that came."""
    matched: list[_Line] = []
    for wait, moment in enumerate(moments):
        came = heard.lines[len(matched) : len(matched) + len(moment.lines)]
        wanted = _put_in_order(moment, [text for _, text in came])
        for want, (when, text) in zip(wanted, came, strict=False):
            if not _is(want, text):
                return matched, _wrong(moments, heard, len(matched), want)
            matched.append(_Line(wait, moment.at, want, when, text))
        if len(came) < len(wanted):
            return matched, _missing(wanted[len(came)], moment.at, heard, unsteady_seconds)
    if len(heard.lines) > len(matched):
        when, text = heard.lines[len(matched)]
        return matched, Disagreement(
            text=f"a line that nothing asks for, {show(text)}, after {when:.2f} s", strong=True
        )
    return matched, None


def _put_in_order(moment: Moment, came: Sequence[str]) -> list[str | Took]:
    """Return a moment's lines in the order in which they came, where any order will do."""
    if not moment.any_order:
        return list(moment.lines)
    left = list(moment.lines)
    ordered: list[str | Took] = []
    for text in came:
        if text not in left:
            break
        left.remove(text)
        ordered.append(text)
    return ordered + left


def _is(want: str | Took, text: str) -> bool:
    if isinstance(want, str):
        return text == want
    return text.startswith(want.before) and text.endswith(want.after) and _seconds_in(want, text) is not None


def _seconds_in(want: Took, text: str) -> float | None:
    number = text[len(want.before) : len(text) - len(want.after)]
    return float(number) if _SECONDS.fullmatch(number) else None


def _wrong(moments: Sequence[Moment], heard: Heard, place: int, want: str | Took) -> Disagreement:
    when, text = heard.lines[place]
    said = f"line {place + 1}, after {when:.2f} s, should be {show(str(want))} and is {show(text)}"
    expected = Counter(str(each) for moment in moments for each in moment.lines)
    if expected == Counter(each for _, each in heard.lines):
        said += ": all lines came, but in another order"
    return Disagreement(text=said, strong=True)


def _missing(want: str | Took, at: float, heard: Heard, unsteady_seconds: float) -> Disagreement:
    last = (
        f"; the last line that came is {show(heard.lines[-1][1])}" if heard.lines else "; no line came at all"
    )
    said = f"{show(str(want))} never came, it was due after {at:.2f} s{last}"
    if not heard.ended:
        said += ", and the program did not come to an end"
    return Disagreement(text=said, strong=heard.ended or unsteady_seconds < _STEADY_SECONDS)


def _too_early(lines: Sequence[_Line]) -> Disagreement | None:
    for line in lines:
        if line.when < line.at - _EARLIEST_SECONDS:
            text = f"{show(line.text)} came after {line.when:.2f} s, but cannot come before {line.at:.2f} s"
            return Disagreement(text=f"{text}: somebody did not wait", strong=True)
    return None


def _false_times(lines: Sequence[_Line]) -> Disagreement | None:
    for line in lines:
        if isinstance(line.wanted, Took):
            seconds = _seconds_in(line.wanted, line.text)
            assert seconds is not None
            if not line.at - _EARLIEST_SECONDS - _ROUNDED_SECONDS <= seconds <= line.when + _ROUNDED_SECONDS:
                text = f"it says {show(line.text)} after {line.when:.2f} s, of which it must wait {line.at:.2f} s"
                return Disagreement(text=text, strong=True)
    return None


def _off_time(scenario: Scenario, lines: Sequence[_Line], unsteady_seconds: float) -> Disagreement | None:
    """Judge by the time between lines. What begins at the same time need not be quick about it."""
    begun = [line for line in lines if line.wait == 0]
    for line in lines[len(begun) :]:
        due = line.at - begun[0].at
        slack = TOLERANCE_SECONDS + TOLERANCE_SHARE * due
        most = line.when - begun[0].when
        if most < due - slack - unsteady_seconds:
            text = f"{show(line.text)} came {most:.2f} s after {show(begun[0].text)}, not {due:.2f} s"
            return Disagreement(text=f"{text}: somebody did not wait", strong=True)
        least = line.when - begun[-1].when
        if least > due + slack + line.wait * (_PER_WAIT_SECONDS + unsteady_seconds):
            text = f"{show(line.text)} came {least:.2f} s after {show(begun[-1].text)}, not {due:.2f} s"
            total = lines[-1].when - begun[-1].when
            if scenario.one_by_one and total > (1 - TOLERANCE_SHARE) * scenario.one_by_one:
                text += (
                    f": all took {total:.2f} s, as long as one after the other ({scenario.one_by_one:.2f} s)"
                )
                return Disagreement(text=text, strong=True)
            return Disagreement(text=text, strong=False)
    return None
