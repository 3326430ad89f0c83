"""What a program says to the grader in each test, as a fingerprint: programs with the same one behave alike there.

Everything counts that comes out of the jail: answers, prints, the timeline with its times; but for line numbers, since
a mutant may have more lines or fewer than the reference. It is evidence, not proof: a test sees only what it asks for.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from autograder.testing.link import Link

_PLACE = re.compile(r"\bline \d+|\bprogram\d+[./]")
"""Where something is: a line, and the folder in which a program of a batch lies."""
_TAGGED = ("yield", "sret")
"""Frames that carry a number drawn afresh, in the second place."""


class Traces:
    """Listens in on the tests of one submission after another."""

    def __init__(self) -> None:
        self._taps: dict[str, _Tap] = {}

    def listen(self, test: str, link: Link) -> None:
        """Listen in on a test's conversation from now on."""
        tap = self._taps[test] = _Tap(link.child.channel)
        link.child.channel = tap  # type: ignore[assignment]  # it passes everything on

    def take(self) -> dict[str, str]:
        """Return test to fingerprint, and forget them."""
        taps, self._taps = self._taps, {}
        return {test: tap.digest.hexdigest() for test, tap in taps.items()}


class _Tap:
    """A channel that is listened to."""

    def __init__(self, channel: Any) -> None:
        self._channel = channel
        self.digest = hashlib.blake2b(digest_size=8)

    def receive(self) -> Any:
        data = self._channel.receive()
        self.digest.update(_without_lines(data))
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._channel, name)


def _without_lines(frame: Any) -> bytes:
    """Return a frame as bytes, without what differs from run to run or with the length of the program."""
    if not (type(frame) is list and frame):
        return repr(frame).encode("utf-8", "replace")
    *content, events = frame
    if content and content[0] in _TAGGED:
        del content[1:2]
    if type(events) is list:
        events = [[*row[:3], *row[4:]] if type(row) is list and len(row) == 5 else row for row in events]
    text = json.dumps([content, events], default=repr)
    return _PLACE.sub("", text).encode("utf-8", "replace")
