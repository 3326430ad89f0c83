"""A jail without our runtime in it: the student's program on the real clock, heard from outside.

Nothing that the program says of itself is believed: what it prints comes through a pipe, and this side notes when.
The moment at which a scene begins is taken before its inputs are sent, so no honest program is ever early, however
busy the machine is. How well the machine keeps time is told by a process of ours that ticks in the same jail.
"""

from __future__ import annotations

import itertools
import math
import os
import selectors
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.jail.limits import JailLimits
from autograder.jail.protocol import Channel, ChannelClosed
from autograder.model import Notebook

from .launch import Jail
from .start import in_order

TICK_SECONDS = 0.01
_LOAD_SECONDS = 5.0
_BEGIN_SECONDS = 0.06
_PIECE_BYTES = 65_536
_MOST_LINES = 1_000
_SPARE_BYTES = 192 * 2**20
_SPARE_PROCESSES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one process of the jail is to do."""

    file: str
    scene: dict[str, Any] | None
    """Plain data, what ``jail.guest.audit`` plays with the loaded file; None: run the file as a program."""
    seconds: float
    """Seconds after which it is ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What came from a process."""

    lines: tuple[tuple[float, str], ...]
    """Seconds from the moment at which its scene was sent to a line's arrival, and the line."""
    ended: bool
    """It came to its end; else it was ended, for its time or for the mass of what it prints."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What came from several processes that ran side by side."""

    heard: tuple[Heard, ...]
    unsteady_seconds: float
    """By how much the worst of the ticks came late: how far the times can be off, for no fault of the program's."""


class AuditJail(Jail):
    """The jail of one submission's audit. Use it as a context manager, like `Jail`."""

    def start(self, files: dict[str, bytes], notebooks: Mapping[str, Notebook] | None = None) -> None:
        """Start the jail and give it the submission; raises `JailUnavailable` with the reason."""
        self._launch("audit")
        self.request({"do": "prepare", **in_order(files, notebooks or {})})

    def __enter__(self) -> AuditJail:
        return self

    def listen(self, parts: Sequence[Part], limits: JailLimits) -> Session:
        """Let processes do their parts at the same time, and hear them to the end.

        Raises `ChannelClosed` and its kind, or OSError, when the jail itself fails.
        """
        if self._group is not None:
            self._group.limit(2 * limits.memory_bytes + _SPARE_BYTES, 2 * limits.threads + _SPARE_PROCESSES)
        voices: list[_Voice] = []
        try:
            with selectors.DefaultSelector() as selector:
                for part in (None, *parts):
                    voice = self._fork(part, limits)
                    voices.append(voice)
                    voice.register(selector)
                    # One after the other: a program that is starting takes the processor from those that have begun.
                    _hear(selector, voices, voice.has_begun, time.monotonic() + _BEGIN_SECONDS)
                metronome, *players = voices
                _hear(selector, voices, lambda: all(voice.over for voice in players), math.inf)
            late = metronome.worst_gap(time.monotonic()) - TICK_SECONDS
        finally:
            for voice in voices:
                voice.close()
        for voice in voices:
            self.request({"do": "reap", "pid": voice.pid})
        return Session(heard=tuple(voice.heard() for voice in players), unsteady_seconds=late)

    def _fork(self, part: Part | None, limits: JailLimits) -> _Voice:
        """Start a process for a part, or the one that ticks."""
        order = {
            "do": "fork",
            "limits": limits.to_json(),
            "tick": 0 if part is not None else TICK_SECONDS,
            "file": part.file if part is not None else "",
            "program": part is not None and part.scene is None,
        }
        reading, writing = os.pipe()
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                pid = int(self.request(order, [writing, theirs.fileno()])["pid"])
        except BaseException:
            os.close(reading)
            ours.close()
            raise
        finally:
            os.close(writing)
        return _Voice(pid, reading, ours, part, limits.output_bytes)


def _hear(
    selector: selectors.BaseSelector, voices: Sequence[_Voice], done: Callable[[], bool], until: float
) -> None:
    """Hear all of them until ``done`` says so or it is ``until``; raises `ChannelClosed` if the first one ends."""
    while not done() and (now := time.monotonic()) < until:
        first = min(until, *(voice.deadline for voice in voices if not voice.over))
        for key, _ in selector.select(max(first - now, 0)):
            handle: Callable[[], None] = key.data
            handle()
        now = time.monotonic()
        for voice in voices:
            if now >= voice.deadline:
                voice.stop()
        if voices[0].over:
            raise ChannelClosed


class _Voice:
    """The near end of one process: its pipe, and the line on which it is given its scene."""

    def __init__(self, pid: int, pipe: int, line: socket.socket, part: Part | None, most_bytes: int) -> None:
        self.pid = pid
        self.over = False
        self.deadline = time.monotonic() + _LOAD_SECONDS if part is not None else math.inf
        self._begin = time.monotonic()
        self._pipe = pipe
        self._line = line
        self._part = part
        self._left = most_bytes
        self._ended = False
        self._has_scene = False
        self._rest = b""
        self._lines: list[tuple[float, bytes]] = []
        self._selector: selectors.BaseSelector

    def register(self, selector: selectors.BaseSelector) -> None:
        """Hear what comes from now on."""
        os.set_blocking(self._pipe, False)
        self._selector = selector
        selector.register(self._pipe, selectors.EVENT_READ, self._take)
        selector.register(self._line, selectors.EVENT_READ, self._send_scene)

    def has_begun(self) -> bool:
        """Tell whether it has got its scene and printed something, or is over already."""
        return self.over or (self._has_scene and bool(self._lines))

    def stop(self) -> None:
        """Hear no more of it."""
        if not self.over:
            self.over = True
            self._selector.unregister(self._pipe)

    def close(self) -> None:
        """Close both ends."""
        os.close(self._pipe)
        self._line.close()

    def heard(self) -> Heard:
        """Return all that came since the scene was sent, or since the start if it never came to that."""
        lines = self._lines
        if self._rest:
            lines = [*lines, (lines[-1][0] if lines else self._begin, self._rest)]
        return Heard(
            lines=tuple((when - self._begin, line.decode("utf-8", "replace")) for when, line in lines),
            ended=self._ended,
        )

    def worst_gap(self, end: float) -> float:
        """Return the longest time between two lines, or between the last one and ``end``."""
        times = [*(when for when, _ in self._lines), end]
        return max((after - before for before, after in itertools.pairwise(times)), default=0.0)

    def _send_scene(self) -> None:
        """Send the scene to a process that asks for it; what its file printed while it was loaded does not count."""
        self._selector.unregister(self._line)
        try:
            if self._line.recv(1):
                while not self.over and self._take():
                    pass
                self._lines.clear()
                self._rest = b""
                self._has_scene = True
                self._begin = time.monotonic()
                scene = self._part.scene if self._part is not None else None
                Channel(self._line).send(scene or {})
        except (OSError, ChannelClosed):
            return  # it has ended already
        if self._part is not None:
            self.deadline = self._begin + self._part.seconds

    def _take(self) -> bool:
        """Read what is in the pipe, with the time; tell whether there was anything."""
        if self.over:
            return False  # of the same round of events
        try:
            piece = os.read(self._pipe, _PIECE_BYTES)
        except BlockingIOError:
            return False
        now = time.monotonic()
        if not piece:
            self._ended = True
            self.stop()
            return False
        self._left -= len(piece)
        *complete, self._rest = (self._rest + piece).split(b"\n")
        self._lines += [(now, line) for line in complete]
        if self._part is not None and (self._left < 0 or len(self._lines) > _MOST_LINES):
            self.stop()
        return True
