"""Attack a jail from inside, and say what held."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.errors import AutograderError, JailUnavailable
from autograder.jail.host import BACKENDS, Interpreter, Jail
from autograder.jail.protocol import ChannelClosed, ChannelTimeout, ProtocolError
from autograder.testing.clock import World
from autograder.testing.failures import StudentFailure
from autograder.testing.link import Link
from autograder.testing.student import Student

from .attempts import ATTEMPTS, OUTLIVE, Attempt
from .bait import Bait
from .diagnosis import JailTrial, Trial, Verdict
from .processes import below, end, look_at, wait_until_gone
from .verdicts import Conditions, Seen

_FILE = "entry.py"
_FOLDER = Path(__file__).with_name("intruder")
_MOMENT_SECONDS = 0.2
_PATIENCE_SECONDS = 2.0
"""How long after the end of a jail a process of it may still be there: a namespace takes a moment to go down."""

_JAIL_GONE = (ChannelClosed, ChannelTimeout, ProtocolError)


def attack(
    name: str, interpreter: Interpreter, bait: Bait, attempts: Sequence[Attempt] = ATTEMPTS
) -> JailTrial:
    """Start a jail and make the attempts in it; that it cannot be started is told, not raised."""
    begin = time.monotonic()
    promise = BACKENDS[name].promise
    session = _Session(name, interpreter, bait)
    try:
        with session:
            layers = session.layers()
            trials = [session.make(attempt) for attempt in attempts]
            trials.append(session.outlive())
    except JailUnavailable as error:
        return JailTrial(name=name, promise=promise, unavailable=str(error))
    return JailTrial(
        name=name,
        promise=promise,
        layers=layers,
        trials=tuple(trials),
        wall_seconds=time.monotonic() - begin,
    )


class _Session:
    """One jail under attack. Started anew when an attempt has broken it."""

    def __init__(self, name: str, interpreter: Interpreter, bait: Bait) -> None:
        self._bait = bait
        self._files = _intruder()
        self._jail = Jail(name, interpreter)
        self._others = below(os.getpid())
        self._conditions = Conditions(backend=name, version=_version(interpreter))

    def __enter__(self) -> _Session:
        self._jail.start(self._files)
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._jail.close()
        end(self._own())

    def layers(self) -> tuple[str, ...]:
        """Return what the jail says that it rests on."""
        holds = self._jail.holds
        named = [f"user {holds.get('user')}"]
        named += [f"Landlock {holds['landlock']}"] if holds.get("landlock") else []
        named += ["seccomp"] if holds.get("seccomp") else []
        return tuple(named)

    def make(self, attempt: Attempt) -> Trial:
        """Make one attempt in a process of its own."""
        with self._process(attempt) as link:
            before = self._own()
            seen = _try(attempt, link, self._bait)
            now = self._own()
            seen = replace(seen, processes=look_at(now))
            if not seen.failure and not seen.error and attempt.judge(seen, self._conditions):
                now = self._own_after_a_moment(before)
            # Everything is asked, whatever the attempt was about, while its process is still there to be seen.
            told = f"{seen.answer!r} {seen.failure} {seen.error}"
            harm = self._bait.damage() + [f"{place} was read" for place in self._bait.stolen(told)]
            harm += [f"process {pid} was started" for pid in sorted(now - before)]
            if not seen.failure:
                harm += [f"process {pid} of the jail was ended" for pid in sorted(before - now)]
            end(now - before)
        return self._judge(attempt, seen, harm)

    def outlive(self) -> Trial:
        """Leave a process behind that does not want to end, close the jail, and look who is still there."""
        with self._process(OUTLIVE) as link:
            seen = _try(OUTLIVE, link, self._bait)
            there = self._own()
            self._jail.close()
            left = wait_until_gone(there | self._own(), _PATIENCE_SECONDS)
            end(left)
        harm = [f"process {pid} is still there when the jail is closed" for pid in sorted(left)]
        if not there and not seen.error:
            seen = Seen(error="no process of the jail could be seen in /proc")
        return self._judge(OUTLIVE, seen, harm)

    def _judge(self, attempt: Attempt, seen: Seen, harm: list[str]) -> Trial:
        excuse = attempt.excuse(self._conditions)
        complaints = list(harm)
        if not seen.error:
            complaints += filter(None, [attempt.judge(seen, self._conditions)])
        if complaints:
            verdict = Verdict.KNOWN_LIMIT if excuse else Verdict.FAILED
        else:
            verdict = Verdict.UNTESTED if seen.error else Verdict.HELD
        return Trial(
            name=attempt.name,
            tries=attempt.tries,
            verdict=verdict,
            detail="; ".join(complaints) or seen.error,
            excuse=excuse,
        )

    def _own(self) -> frozenset[int]:
        """Return the processes of the jail, as the host sees them."""
        grader = self._bait.grader
        return below(os.getpid()) - self._others - ({grader.pid} if grader is not None else set())

    def _own_after_a_moment(self, before: frozenset[int]) -> frozenset[int]:
        """Look again for the end of one of these: a signal that went through takes effect a little later."""
        until = time.monotonic() + _MOMENT_SECONDS
        while before <= (now := self._own()) and time.monotonic() < until:
            time.sleep(_MOMENT_SECONDS / 20)
        return now

    @contextlib.contextmanager
    def _process(self, attempt: Attempt) -> Iterator[Link]:
        """Give a fresh process of the jail, and the line to it."""
        world = World()
        link = world.link = Link(world, self._fork(attempt))
        try:
            yield link
        finally:
            link.finish()

    def _fork(self, attempt: Attempt) -> Any:
        try:
            return self._jail.fork(attempt.limits)
        except _JAIL_GONE:
            self._jail.close()
            self._jail.start(self._files)
        try:
            return self._jail.fork(attempt.limits)
        except _JAIL_GONE:
            raise JailUnavailable("it ends as soon as it is started. Is the machine out of memory?") from None


def _try(attempt: Attempt, link: Link, bait: Bait) -> Seen:
    begin = time.monotonic()
    try:
        student = Student(link, link.sync("load", 0, (_FILE,)))
        answer = student[attempt.action](*attempt.arguments(bait))
    except StudentFailure as failure:
        ending = link.child.ending
        return Seen(
            failure=str(failure).splitlines()[0],
            kind=type(failure).__name__,
            exit=ending.exit if ending is not None else 0,
            peak_kb=ending.memory_kb if ending is not None else 0,
            seconds=time.monotonic() - begin,
        )
    except AutograderError:
        raise
    except Exception as error:  # noqa: BLE001 - the intruder's own mistake: nothing is known then
        return Seen(error=f"it could not be tried: {type(error).__name__}: {error}"[:300])
    return Seen(answer=answer, seconds=time.monotonic() - begin)


def _intruder() -> dict[str, bytes]:
    """Return the intruder as a submission: its files, and one that has all of its functions."""
    files = {f"intruder/{path.name}": path.read_bytes() for path in sorted(_FOLDER.glob("*.py"))}
    modules = [Path(name).stem for name in files]
    lines = [f"from intruder.{module} import *\n" for module in modules if module != "__init__"]
    return {**files, _FILE: "".join(lines).encode()}


def _version(interpreter: Interpreter) -> str:
    command = [str(interpreter.executable), "-I", "-S", "-c", "import sys; print(sys.version)"]
    return subprocess.run(command, capture_output=True, text=True).stdout.removesuffix("\n")
