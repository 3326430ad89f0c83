"""Answers the trusted side: calls into the student's module, and the baton that keeps two loops on one clock.

Exactly one of the two processes runs. The trusted side sends ``run`` (go on until that instant, or until you have
something for me) or ``sync`` (do this at once); this side answers ``yield`` or ``sret``, or asks something itself with
``scb``. Everything that one task of the test awaits here runs inside one *mirror* task, because a time-out or a task
group that is entered in one call and left in another must find itself in the same task.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any

from autograder.jail.limits import JailLimits
from autograder.jail.protocol import Channel, ChannelClosed, TooLarge

from .operations import Operations
from .suspensions import Suspensions, line_of
from .values import GuestCodec

if TYPE_CHECKING:
    from .loop import VirtualLoop
    from .runtime import Runtime

_HAND_OVER_EVERY = 64
_LONGEST_MESSAGE = 2_000


class Mirror:
    """The one task in which everything runs that one task of the test awaits."""

    def __init__(self, server: Server, number: int) -> None:
        self.inbox: deque[list[Any]] = deque()
        self.current = 0
        self.suspensions: Suspensions | None = None
        self._server = server
        self._number = number
        self._ended = False
        self._wake: asyncio.Future[None] | None = None
        loop = server.loop
        self.task = asyncio.Task(self._work(), loop=loop, name=f"test-task-{number}")
        # Only while it runs the program's code shall a sweep over asyncio.all_tasks() meet it.
        asyncio.tasks._unregister_task(self.task)
        server.runtime.recorder.mirrors.add(self.task)

    def put(self, request: list[Any]) -> None:
        """Queue a request of the test's task."""
        self.inbox.append(request)
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    def cancel(self, request: int, message: Any) -> None:
        """Pass a cancellation of the test's task on."""
        if self.current == request:
            self.task.cancel(message)

    def end(self) -> None:
        """The test's task is over."""
        self._ended = True
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)

    async def _work(self) -> None:
        while True:
            while not self.inbox:
                if self._ended:
                    return
                self._wake = self._server.loop.create_future()
                try:
                    await self._wake
                except asyncio.CancelledError:
                    # The student's code cancelled a task that, on this side, only waits: it meant the test's task.
                    self._server.post(["cancelled_you", self._number])
            await self._answer(self.inbox.popleft())

    async def _answer(self, request: list[Any]) -> None:
        _, _, self.current, cancelling, operation, target, args, kwargs = request
        # The test's task counts the cancellations that nobody has taken back; this one keeps to no more than those.
        while self.task.cancelling() > cancelling:
            self.task.uncancel()
        before = self.task.cancelling()
        server = self._server
        asyncio.tasks._register_task(self.task)
        try:
            running = server.operations.awaited(operation, target, args, kwargs)
            if self.suspensions is not None:
                running = self.suspensions.of(self.current, running)
            outcome = ["ok", server.codec.encode(await running)]
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test must hear of it
            server.runtime.make_room(error)
            outcome = ["error", server.codec.report(error)]
        server.runtime.watch.look()
        asyncio.tasks._unregister_task(self.task)
        finished, self.current = self.current, 0
        server.post(["ret", finished, outcome, self.task.cancelling() - before])


class Server:
    """The jail's end of one test."""

    def __init__(self, runtime: Runtime, channel: Channel, limits: JailLimits) -> None:
        self.runtime = runtime
        self.codec = GuestCodec(self, limits)
        self.operations = Operations(runtime, self.codec)
        self.loop: VirtualLoop
        self._channel = channel
        self._outbox: list[Any] = []
        self._mirrors: dict[int, Mirror] = {}
        self._asked: dict[int, asyncio.Future[Any]] = {}
        self._questions = 0
        self._until: int | None = 0
        self._first: list[Any] | None = None
        self._tag = 0
        self.limits = limits
        self._messages = 0
        self._bytes = 0

    def post(self, message: list[Any]) -> None:
        """Queue a message for the next time the baton is passed."""
        self._outbox.append(message)

    # -- the baton --------------------------------------------------------------------------------------------

    def serve_without_loop(self) -> None:
        """Do what the test asks as long as it needs no running loop; return when it does."""
        while True:
            message = self._receive()
            if message[0] == "sync" and not message[3]:
                self._do_sync(message)
            else:
                self._first = message
                return

    def serve(self, loop: VirtualLoop) -> None:
        """Run the served loop until the trusted side is gone."""
        self.loop = loop
        loop.served = True
        while True:
            try:
                loop.run_forever()
            except (KeyboardInterrupt, SystemExit):
                continue

    def between_rounds(self, loop: VirtualLoop, rounds: int) -> int:
        """Called by the served loop instead of waiting; returns the new count of rounds since the last hand-over."""
        clock, conductor = self.runtime.clock, self.runtime.conductor
        ready: Any = loop._ready  # type: ignore[attr-defined]
        if ready:
            # A program that polls for the test's answer, or for later, must not keep the baton for ever.
            overdue = self._until is not None and clock.ns > self._until
            if rounds >= _HAND_OVER_EVERY and (self._outbox or overdue):
                self._yield(True)
                return 0
            return rounds + 1
        while not ready:
            upcoming = loop.next_event()
            if not self._outbox and upcoming is not None and (self._until is None or upcoming <= self._until):
                clock.advance(upcoming)
                conductor.run_due()
                timer = loop.next_timer()
                if ready or (timer is not None and timer <= clock.ns):
                    return rounds + 1
                continue
            self._yield(False)
            conductor.run_due()
        return 0

    def _state(self, ready: bool) -> list[Any]:
        return [self.runtime.clock.ns, self._next_event(), ready]

    def _next_event(self) -> int | None:
        if hasattr(self, "loop"):
            return self.loop.next_event()
        return self.runtime.conductor.next_wake()

    def _yield(self, ready: bool) -> None:
        """Pass the baton and keep answering until it comes back."""
        if self._first is not None:
            first, self._first = self._first, None
            if self._handle(first):
                return
        else:
            self._send("yield", self._tag, ready)
        while not self._handle(self._receive()):
            pass

    def _handle(self, message: list[Any]) -> bool:
        """Deal with one message; tell whether the baton came with it."""
        if message[0] == "sync":
            self._do_sync(message)
            return False
        _, self._tag, now, until, messages = message
        self.runtime.clock.advance(now)
        self._until = until
        for each in messages:
            self._dispatch(each)
        return True

    def _dispatch(self, message: list[Any]) -> None:
        kind = message[0]
        if kind == "call":
            self._mirror(message[1]).put(message)
        elif kind == "stop":
            self._mirror(message[1]).suspensions = Suspensions(message[2], self._stop)
        elif kind == "cancel":
            self._mirrors[message[1]].cancel(message[2], message[3])
        elif kind == "end":
            mirror = self._mirrors.pop(message[1], None)
            if mirror is not None:
                mirror.end()
        elif kind == "cbret":
            future = self._asked.pop(message[1], None)
            if future is not None and not future.done():
                self._settle(future, message[2])
        elif kind == "rel":
            self.codec.release(message[1], message[2])

    def _mirror(self, number: int) -> Mirror:
        mirror = self._mirrors.get(number)
        if mirror is None:
            mirror = self._mirrors[number] = Mirror(self, number)
        return mirror

    def _stop(self, call: int, coroutine: Any) -> None:
        """Say where a call is parked, and do what the test does about it before anything else runs."""
        self.post(["parked", call, line_of(coroutine), self.runtime.recorder.place(coroutine)])
        self._yield(True)

    def _settle(self, future: asyncio.Future[Any], outcome: list[Any]) -> None:
        value = self.codec.decode(outcome[1])
        if outcome[0] == "ok":
            future.set_result(value)
        else:
            # StopIteration and CancelledError cannot be stored in a future, so every error travels wrapped.
            future.set_result(_Raise(value))

    def _send(self, kind: str, tag: int | None, ready: bool, *content: Any) -> None:
        """Send a message of this kind, with all that has gathered: clock, news, events.

        The limits are checked by the trusted side; here they are only so that the program's line can be named.
        """
        news, self._outbox = self._outbox, []
        self._messages += 1 + len(news)
        if self._messages > self.limits.messages:
            self.runtime.stuck(
                "messages", f"it sends more than {self.limits.messages:,} messages to the test"
            )
        if self._bytes > self.limits.protocol_bytes:
            most = self.limits.protocol_bytes >> 20
            self.runtime.stuck("protocol_mb", f"it passes more than {most} MB to and from the test")
        head = [kind] if tag is None else [kind, tag]
        try:
            self._bytes += self._channel.send(
                [*head, *content, self._state(ready), news, self.runtime.recorder.take()]
            )
        except ChannelClosed:
            self.runtime.hang_up()
        except TooLarge:
            most = self.limits.frame_bytes >> 10
            self.runtime.stuck("protocol_mb", f"it passes more than {most:,} KB to the test at once")

    def _receive(self) -> list[Any]:
        try:
            return self._channel.receive()  # type: ignore[no-any-return]
        except ChannelClosed:
            self.runtime.hang_up()

    # -- what the test asks -----------------------------------------------------------------------------------

    def _do_sync(self, message: list[Any]) -> None:
        _, tag, now, _, operation, target, args, kwargs, releases = message
        self.runtime.clock.advance(now)
        for number, count in releases:
            self.codec.release(number, count)
        try:
            outcome = ["ok", self.codec.encode(self.operations.at_once(operation, target, args, kwargs))]
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test must hear of it
            self.runtime.make_room(error)
            outcome = ["error", self.codec.report(error)]
        self.runtime.watch.look()
        ready = bool(getattr(getattr(self, "loop", None), "_ready", ())) or bool(self.runtime.conductor.ready)
        self._send("sret", tag, ready, outcome)

    # -- what the student's code asks of the test's callables ----------------------------------------------------

    async def ask(self, number: int, operation: str, args: Any, kwargs: Any) -> Any:
        """Await a callable of the test."""
        self._questions += 1
        question = self._questions
        encode = self.codec.encode
        words = {name: encode(value) for name, value in kwargs.items()}
        self.post(["cb", question, _number(number), operation, [encode(arg) for arg in args], words])
        loop = asyncio.get_running_loop()
        while True:
            future = self._asked[question] = loop.create_future()
            try:
                answer = await future
                break
            except asyncio.CancelledError as error:
                if future.done() and not future.cancelled():
                    raise
                message = error.args[0] if error.args and type(error.args[0]) is str else None
                self.post(["cbcancel", question, message and message[:_LONGEST_MESSAGE]])
        if isinstance(answer, _Raise):
            raise answer.error
        return answer

    def call_test(self, number: int, args: Any, kwargs: Any) -> Any:
        """Call an ordinary function of the test and return its result at once."""
        encode = self.codec.encode
        words = {name: encode(value) for name, value in kwargs.items()}
        self._send("scb", None, False, _number(number), [encode(arg) for arg in args], words)
        while True:
            message = self._receive()
            if message[0] == "scbret":
                value = self.codec.decode(message[1][1])
                if message[1][0] == "ok":
                    return value
                raise value
            self._do_sync(message)


class _Raise:
    """An error on its way through a future."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


def _number(thing: Any) -> int:
    return thing if isinstance(thing, int) else int(thing.number)
