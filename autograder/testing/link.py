"""The trusted end of one test's wire: the baton, remote calls and their cancellation, and how a conversation ends."""

from __future__ import annotations

import asyncio
import os
import weakref
from collections.abc import Sequence
from typing import Any, NoReturn

from autograder.errors import GraderError
from autograder.jail.host import Child
from autograder.jail.protocol import ChannelClosed, ChannelTimeout, ProtocolError, TooLarge

from .bounds import LIES, ended, lied, limit_behind, too_slow
from .callbacks import Callbacks
from .clock import World
from .codec import HostCodec
from .events import Event, Output
from .failures import (
    CannotCross,
    JailDied,
    StudentFailure,
    StudentFlooded,
    StudentStuck,
    StudentTooSlow,
    mark_limit,
)
from .forms import texts
from .messages import (
    Answer,
    Asked,
    News,
    Outcome,
    Parked,
    Question,
    Returned,
    State,
    Stuck,
    Unasked,
    Withdrawn,
    read_message,
)
from .remote import Ref

_STUCK: dict[str, tuple[type[StudentFailure], str]] = {
    "deadlock": (StudentStuck, "deadlock: "),
    "cpu": (StudentTooSlow, "processor time limit: "),
    "wall": (StudentTooSlow, "wall time limit: "),
    "virtual": (StudentTooSlow, "virtual time limit: "),
    "output": (StudentFlooded, "output limit: "),
    "messages": (StudentFlooded, "message limit: "),
    "protocol_mb": (StudentFlooded, "protocol limit: "),
}


class _Slot:
    """A remote call that is on its way."""

    __slots__ = ("cancelled", "future", "mirror", "outcome")

    def __init__(self, mirror: int) -> None:
        self.mirror = mirror
        self.future: asyncio.Future[None] | None = None
        self.outcome: tuple[bool, Any, int] | None = None
        self.cancelled = False
        """Over there it is cancelled already, and the task that waits for it is still to be."""

    def wake(self) -> None:
        """Let the waiting task look again."""
        if self.future is not None and not self.future.done():
            self.future.set_result(None)


class Stop:
    """Where one task of the test's is to be cancelled, once: at a suspension of the student's coroutines in it."""

    __slots__ = ("ended", "line", "message", "number", "place", "reached", "since")

    def __init__(self, number: int, message: str) -> None:
        self.number = number
        """1 for its first suspension."""
        self.message = message
        self.reached = False
        self.line = 0
        self.place = ""
        self.since = self.ended = 0
        """Instants (ns) of the cancellation, and of the task's end; the latter is noted by whoever runs the task."""


class Link:
    """One test's conversation with the student's process."""

    def __init__(self, world: World, child: Child) -> None:
        self.world = world
        self.child = child
        self.codec = HostCodec(self)
        self.output = Output(child.limits)
        self.failure: StudentFailure | GraderError | None = None
        self.callbacks = Callbacks(self.codec, self._post)
        self.alive = True
        self.draining = False
        self._outbox: list[Any] = []
        # What may wait until the next message goes anyway: a round trip of its own costs more than all of these.
        self._released: list[tuple[int, int]] = []
        self._ended: list[Any] = []
        self._slots: dict[int, _Slot] = {}
        self._calls = 0
        self._mirror_count = 0
        self._mirrors: weakref.WeakKeyDictionary[asyncio.Task[Any], int] = weakref.WeakKeyDictionary()
        self._tasks: dict[int, weakref.ref[asyncio.Task[Any]]] = {}
        self._stops: dict[int, Stop] = {}
        self._peer_next: int | None = None
        self._peer_ready = False

    def _post(self, message: Any) -> None:
        self._outbox.append(message)

    # -- the baton --------------------------------------------------------------------------------------------

    def wants_turn(self, mine: int | None) -> bool:
        """Tell whether the jail has, or may have, something to do up to the instant ``mine``."""
        if not self.alive:
            return False
        if self._outbox or self._peer_ready:
            return True
        return self._peer_next is not None and (mine is None or self._peer_next <= mine)

    def run(self, until: int | None) -> None:
        """Let the jail run until the instant ``until`` (ns; None: as long as it can) or until it has news."""
        if not self.alive:
            return
        messages = [*self._outbox, *self._ended, *(["rel", *released] for released in self._released)]
        self._outbox, self._ended, self._released = [], [], []
        try:
            self._exchange("run", "yield", self.world.ns, until, messages)
        except StudentFailure:
            self._fail_slots()

    def sync(
        self, operation: str, target: int, args: Sequence[Any], kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Do one thing in the jail at once; raise what it raises, or the `StudentFailure` that ended it."""
        self._check()
        encode = self.codec.encode
        words = {name: encode(value) for name, value in (kwargs or {}).items()}
        releases, self._released = self._released, []
        running = asyncio._get_running_loop() is not None
        arguments = [encode(arg) for arg in args]
        try:
            fine, value = self._exchange(
                "sync", "sret", self.world.ns, running, operation, target, arguments, words, releases
            )
        except StudentFailure:
            self._fail_slots()
            raise
        if fine:
            return value
        raise value

    def _exchange(self, order: str, wanted: str, *content: Any) -> tuple[bool, Any]:
        """Send one frame, take the answer to it, and return its result; calls of the test's functions come between.

        Whatever the jail sends or does not send, this returns, or raises the `StudentFailure` that it amounts to.
        """
        channel = self.child.channel
        # Drawn afresh, so that no answer can be written beforehand. Of one length always: the sizes of messages
        # decide where objects lie in the jail, and so the order of sets.
        tag = 10**14 + int.from_bytes(os.urandom(6), "big")
        try:
            channel.send([order, tag, *content])
            while True:
                message = read_message(channel.receive(), wanted, tag)
                if isinstance(message, Stuck):
                    raise self._stuck(message)
                self._take(message)
                if isinstance(message, Answer):
                    return self._decode(message.outcome) if message.outcome is not None else (True, None)
                answer = self.callbacks.answer(message)
                channel.send(["scbret", answer])
        except ChannelTimeout:
            raise self._die(too_slow(self.child.kill(report=True), self.child.limits)) from None
        except ChannelClosed:
            raise self._die(None) from None
        except StudentFailure as failure:
            raise self._die(failure) from None
        except LIES as error:
            if isinstance(error, TooLarge) and error.limit == "frame":  # our own, which was not sent
                raise CannotCross("what the test passes on is too large for one message") from None
            raise self._die(lied(error, self.child.limits)) from None
        except CannotCross:
            raise
        except BaseException as error:
            # Half an exchange cannot be taken up again. It is no fault of the student's, so it does not cost points.
            self._die(
                GraderError(f"the conversation with the jail broke off: {type(error).__name__}: {error}")
            )
            raise

    def _take(self, message: Answer | Question) -> None:
        """Take over the jail's clock, its news and what was printed."""
        state: State = message.state
        if state.now < self.world.ns:
            raise ProtocolError("time runs backwards")
        if state.now > 2 * self.world.limit_ns:
            raise ProtocolError("a time beyond the limit")
        since, self.world.ns = self.world.ns, state.now
        self._peer_next, self._peer_ready = state.upcoming, state.ready
        self.output.take(message.events, since, state.now)
        if message.news:
            self.child.channel.count(len(message.news))
            for each in message.news:
                self._dispatch(each)

    def _stuck(self, message: Stuck) -> StudentFailure:
        self.output.take(message.events, self.world.ns)
        kind, prefix = _STUCK[message.why]
        return kind(
            prefix + message.text, message.places, "waits in" if message.why == "deadlock" else "is in"
        )

    # -- endings ----------------------------------------------------------------------------------------------

    def _check(self) -> None:
        if self.failure is not None:
            raise self.failure
        if not self.alive:
            raise JailDied("the test is over; the student's process has ended")

    def refuse(self, error: ProtocolError) -> NoReturn:
        """End the process for an answer that cannot be one; raises the `StudentFailure`."""
        failure = self._die(lied(error, self.child.limits))
        self._fail_slots()
        raise failure from None

    def _die(self, failure: StudentFailure | GraderError | None) -> StudentFailure | GraderError:
        """Kill the process; without a given failure, conclude from how it had ended by itself."""
        self.alive = False
        ending = self.child.kill(hung_up=failure is None)
        if self.failure is None:
            self.failure = failure or ended(ending, self.child.limits)
        return self.failure

    def fail_waiting(self) -> bool:
        """Nothing can ever happen again: tell every call that waits so; tell whether there was one."""
        if not self.alive:
            return self._fail_slots()
        if not self._slots:
            return False
        places: tuple[str, ...] = ()
        try:
            places = texts(self.sync("parked", 0, ()))
        except ProtocolError as error:
            self._die(lied(error, self.child.limits))
        except Exception:  # noqa: BLE001 - a failure, or what the student's code has made of being asked
            pass
        self._die(StudentStuck("deadlock: nothing that it waits for can ever happen", places))
        return self._fail_slots()

    def _fail_slots(self) -> bool:
        slots, self._slots = self._slots, {}
        for slot in slots.values():
            slot.wake()
        return bool(slots)

    def finish(self) -> None:
        """End the conversation for good."""
        self.alive = False
        self._fail_slots()
        self.codec.close_coroutines()
        self.child.drop()

    # -- awaited calls ----------------------------------------------------------------------------------------

    async def call(
        self, operation: str, target: int, args: Sequence[Any] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Await one thing in the jail. Its first step runs at once; a cancellation is passed on."""
        self._check()
        task = asyncio.current_task()
        assert task is not None
        mirror = self._mirror(task)
        base = task.cancelling()
        encode = self.codec.encode
        words = {name: encode(value) for name, value in (kwargs or {}).items()}
        self._calls += 1
        number = self._calls
        slot = self._slots[number] = _Slot(mirror)
        self._outbox.append(
            ["call", mirror, number, base, operation, target, [encode(arg) for arg in args], words]
        )
        self.run(self.world.ns)
        loop = asyncio.get_running_loop()
        while slot.outcome is None or slot.cancelled:
            if slot.cancelled:
                slot.cancelled = False
                await _be_cancelled(task, self._stops[mirror].message)
                continue
            self._check()
            slot.future = loop.create_future()
            try:
                await slot.future
            except asyncio.CancelledError as error:
                if slot.outcome is not None or not self.alive or self.draining:
                    raise
                message = error.args[0] if error.args and isinstance(error.args[0], str) else None
                self._outbox.append(["cancel", mirror, number, message])
                self.run(self.world.ns)
        fine, value, taken = slot.outcome
        while task.cancelling() > max(base + taken, 0):
            task.uncancel()
        if fine:
            return value
        raise value

    def stop_at(self, stop: Stop) -> None:
        """Cancel the running task at this suspension of the student's coroutines that it is going to await."""
        task = asyncio.current_task()
        assert task is not None
        mirror = self._mirror(task)
        self._stops[mirror] = stop
        self._outbox.append(["stop", mirror, stop.number])

    def _cancel_parked(self, parked: Parked) -> None:
        """Cancel a call where it is parked: before anything of the student's goes on, so not by way of the task."""
        slot = self._slots.get(parked.number)
        stop = self._stops.get(slot.mirror) if slot is not None else None
        if slot is None or stop is None or stop.reached:
            raise Unasked("a suspension that nobody asked for")
        stop.reached, stop.line, stop.place, stop.since = True, parked.line, parked.place, self.world.ns
        self._outbox.append(["cancel", slot.mirror, parked.number, stop.message])
        slot.cancelled = True
        slot.wake()

    def _mirror(self, task: asyncio.Task[Any]) -> int:
        number = self._mirrors.get(task)
        if number is None:
            self._mirror_count += 1
            number = self._mirrors[task] = self._mirror_count
            self._tasks[number] = weakref.ref(task)
            task.add_done_callback(lambda _, number=number: self._ended.append(["end", number]))  # type: ignore[misc]
        return number

    def release(self, ref: Ref) -> None:
        """Let go of an original whose stand-in is gone."""
        if ref.kind == "async generator":
            self._outbox.append(
                ["rel", ref.number, ref.count]
            )  # its finalizer is to run now, as it would here
        else:
            self._released.append((ref.number, ref.count))

    def _dispatch(self, news: News) -> None:
        if isinstance(news, Returned):
            slot = self._slots.pop(news.number, None)
            if slot is None:
                raise Unasked("an answer to nothing")
            slot.outcome = (*self._decode(news.outcome), news.taken)
            slot.wake()
        elif isinstance(news, Asked):
            self.callbacks.start(news)
        elif isinstance(news, Withdrawn):
            self.callbacks.withdraw(news)
        elif isinstance(news, Parked):
            self._cancel_parked(news)
        else:
            if news.mirror > self._mirror_count:
                raise ProtocolError("a task that is none")
            task = self._tasks[news.mirror]()
            if task is not None:
                task.cancel()

    def _decode(self, outcome: Outcome) -> tuple[bool, Any]:
        value = self.codec.decode(outcome.value)
        if not outcome.fine:
            mark_limit(value, limit_behind(value, self.child.limits))
        return outcome.fine, value

    @property
    def events(self) -> list[Event]:
        """The timeline so far."""
        return self.output.events


async def _be_cancelled(task: asyncio.Task[Any], message: str) -> None:
    """Let the running task count as cancelled and go on: its half in the jail has been cancelled already."""
    task.cancel(message)
    try:
        await asyncio.sleep(0)
    except asyncio.CancelledError:
        return
