"""The trusted end of one test's wire: the baton, remote calls, cancellation, and the test's own callables."""

from __future__ import annotations

import asyncio
import secrets
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from autograder.jail.host import Child
from autograder.jail.protocol import ChannelClosed, ChannelTimeout, ProtocolError, TooLarge

from .clock import World
from .events import Event, Output
from .failures import CannotCross, JailDied, StudentFailure, StudentFlooded, StudentStuck, StudentTooSlow
from .remote import HostCodec, Ref

_NONSENSE = (
    KeyError,
    TypeError,
    ValueError,
    AttributeError,
    IndexError,
    RecursionError,
    ProtocolError,
    OverflowError,
)

_PYTESTS_OWN = (pytest.fail.Exception, pytest.skip.Exception, pytest.exit.Exception)


def _nonsense(error: Exception) -> JailDied:
    about = str(error) if isinstance(error, ProtocolError) else type(error).__name__
    return JailDied(f"its process sent something that is not the protocol ({about})")


class _Slot:
    """A remote call that is on its way."""

    __slots__ = ("future", "outcome")

    def __init__(self) -> None:
        self.future: asyncio.Future[None] | None = None
        self.outcome: tuple[bool, Any, int] | None = None

    def wake(self) -> None:
        """Let the waiting task look again."""
        if self.future is not None and not self.future.done():
            self.future.set_result(None)


class Link:
    """One test's conversation with the student's process."""

    def __init__(self, world: World, child: Child) -> None:
        self.world = world
        self.child = child
        self.codec = HostCodec(self)
        self.output = Output(child.limits.output_bytes)
        self.failure: StudentFailure | None = None
        self.swallowed: list[BaseException] = []
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
        self._answers: dict[int, asyncio.Task[Any]] = {}
        # Of one length always: the sizes of messages decide where objects lie in the jail, and so the order of sets.
        self._tag = 10**14 + secrets.randbelow(8 * 10**14)
        self._peer_next: int | None = None
        self._peer_ready = False

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
            state, news, events = self._exchange("run", "yield", self.world.ns, until, messages)
            self._take(state, events)
            for message in news:
                self._dispatch(message)
        except StudentFailure:
            self._fail_slots()
        except _NONSENSE as error:
            self._die(_nonsense(error))
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
            outcome, state, news, events = self._exchange(
                "sync", "sret", self.world.ns, running, operation, target, arguments, words, releases
            )
            self._take(state, events)
            for message in news:
                self._dispatch(message)
            fine, value = self._decode(outcome)
        except StudentFailure:
            self._fail_slots()
            raise
        except _NONSENSE as error:
            raise self._die(_nonsense(error)) from None
        if fine:
            return value
        raise value

    def _exchange(self, order: str, wanted: str, *content: Any) -> list[Any]:
        """Send one frame and return the answer to it; calls of the test's functions come in between.

        The answer must bear the frame's tag: one that was written beforehand, or a second one, is no answer.
        """
        channel = self.child.channel
        self._tag = tag = self._tag + 1
        try:
            channel.send([order, tag, *content])
            while True:
                message = channel.receive()
                if type(message) is not list or not message:
                    raise ProtocolError("no message")
                if message[0] == wanted:
                    if message[1] != tag:
                        raise ProtocolError("an answer to nothing")
                    return message[2:]
                if message[0] == "scb":
                    channel.send(["scbret", self._call_back(*message[1:])])
                elif message[0] == "stuck":
                    raise self._stuck(*message[1:])
                else:
                    raise ProtocolError("an unexpected message")
        except TooLarge as error:
            raise CannotCross(f"what the test passes on is too large: {error}") from None
        except ChannelTimeout:
            wall = self.child.limits.wall_seconds
            raise self._die(
                StudentTooSlow(f"no answer within {wall:g} s: it really waits for something")
            ) from None
        except ChannelClosed:
            raise self._die(None) from None
        except StudentFailure as failure:
            raise self._die(failure) from None
        except _NONSENSE as error:
            raise self._die(_nonsense(error)) from None
        except BaseException:
            # Also for a time-out of pytest's that hits us here: half an exchange cannot be taken up again.
            self._die(JailDied("the conversation with its process broke off"))
            raise

    def _take(self, state: Any, events: Any) -> None:
        now, upcoming, ready = state
        if type(now) is not int or type(ready) is not bool or now < self.world.ns:
            raise ProtocolError("time runs backwards")
        if upcoming is not None and type(upcoming) is not int:
            raise ProtocolError("a time that is none")
        if now > 2 * self.world.limit_ns:
            raise ProtocolError("a time beyond the limit")
        self.world.ns = now
        self._peer_next, self._peer_ready = upcoming, ready
        self.output.take(events)

    def _stuck(self, why: str, text: str, places: list[str], events: list[Any]) -> StudentFailure:
        self.output.take(events)
        kinds = {"output": StudentFlooded, "cpu": StudentTooSlow, "virtual": StudentTooSlow}
        kind: type[StudentFailure] = kinds.get(why, StudentStuck)
        reasons = {
            "deadlock": "deadlock: ",
            "cpu": "processor time limit: ",
            "virtual": "virtual time limit: ",
            "output": "output limit: ",
        }
        shown = tuple(str(place)[:300] for place in places[:20])
        return kind(
            reasons.get(why, "") + str(text)[:1000], shown, "waits in" if why == "deadlock" else "is in"
        )

    # -- endings ----------------------------------------------------------------------------------------------

    def _check(self) -> None:
        if self.failure is not None:
            raise self.failure
        if not self.alive:
            raise JailDied("the test is over; the student's process has ended")

    def _die(self, failure: StudentFailure | None) -> StudentFailure:
        """Kill the process; without a given failure, conclude from how it had ended by itself."""
        self.alive = False
        ending = self.child.kill(hung_up=failure is None)
        if failure is None:
            if ending.exit == -24 or (
                ending.exit == -9 and ending.cpu_seconds > self.child.limits.cpu_seconds
            ):
                failure = StudentTooSlow(f"processor time limit: {ending.describe()}")
            else:
                failure = JailDied(f"the program died: {ending.describe()}")
        if self.failure is None:
            self.failure = failure
        return self.failure

    def fail_waiting(self) -> bool:
        """Nothing can ever happen again: tell every call that waits so; tell whether there was one."""
        if not self.alive:
            return self._fail_slots()
        if not self._slots:
            return False
        try:
            places = self.sync("parked", 0, ())
        except StudentFailure:
            return self._fail_slots()
        self._die(
            StudentStuck("deadlock: nothing that it waits for can ever happen", tuple(map(str, places)))
        )
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
        slot = self._slots[number] = _Slot()
        self._outbox.append(
            ["call", mirror, number, base, operation, target, [encode(arg) for arg in args], words]
        )
        self.run(self.world.ns)
        loop = asyncio.get_running_loop()
        while slot.outcome is None:
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

    def _dispatch(self, message: list[Any]) -> None:
        kind = message[0]
        if kind == "ret":
            _, number, outcome, taken = message
            slot = self._slots.pop(number, None)
            if slot is not None:
                if type(taken) is not int:
                    raise ProtocolError("a count that is none")
                fine, value = self._decode(outcome)
                slot.outcome = (fine, value, taken)
                slot.wake()
        elif kind == "cb":
            self._ask(*message[1:])
        elif kind == "cbcancel":
            answer = self._answers.get(message[1])
            if answer is not None:
                answer.cancel()
        elif kind == "cancelled_you":
            reference = self._tasks.get(message[1])
            task = reference() if reference is not None else None
            if task is not None:
                task.cancel()
        else:
            raise ProtocolError("an unknown message")

    def _decode(self, outcome: Any) -> tuple[bool, Any]:
        fine = outcome[0] == "ok"
        value = self.codec.decode(outcome[1])
        if not fine and not isinstance(value, BaseException):
            raise ProtocolError("an error that is none")
        return fine, value

    # -- the test's own callables -----------------------------------------------------------------------------

    def _call_back(
        self,
        number: int,
        operation: str,
        args: list[Any],
        kwargs: dict[str, Any],
        state: Any,
        news: Any,
        events: Any,
    ) -> list[Any]:
        """Run an ordinary function of the test for the student's code; errors go back to it."""
        self._take(state, events)
        for message in news:
            self._dispatch(message)
        function = self.codec.host_object(number)
        decode = self.codec.decode
        words = {str(name): decode(value) for name, value in kwargs.items()}
        return self._outcome(lambda: function(*[decode(arg) for arg in args], **words))

    def _outcome(self, action: Callable[[], Any]) -> list[Any]:
        try:
            return ["ok", self.codec.encode(action())]
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001 - every error of a callback belongs to its caller
            # An assertion of the test's (or pytest's own exceptions: a failed ``raises``, a time-out) inside a
            # callback could be swallowed by the student's ``except``.
            if isinstance(error, (AssertionError, *_PYTESTS_OWN)):
                self.swallowed.append(error)
            return ["error", self.codec.encode(error)]

    def _ask(
        self, question: int, number: int, operation: str, args: list[Any], kwargs: dict[str, Any]
    ) -> None:
        """Start a coroutine function (or the next step of an async generator) of the test."""
        thing = self.codec.host_object(number)
        decode = self.codec.decode
        words = {str(name): decode(value) for name, value in kwargs.items()}
        arguments = [decode(arg) for arg in args]

        async def answer() -> Any:
            if operation == "await":
                return await thing(*arguments, **words)
            return await (thing.__anext__() if operation == "anext" else thing.aclose())

        task = asyncio.get_running_loop().create_task(answer(), name=f"callback-{question}")
        self._answers[question] = task
        task.add_done_callback(lambda done: self._answered(question, done))

    def _answered(self, question: int, task: asyncio.Task[Any]) -> None:
        self._answers.pop(question, None)
        self._outbox.append(["cbret", question, self._outcome(task.result)])

    @property
    def events(self) -> list[Event]:
        """The timeline so far."""
        return self.output.events
