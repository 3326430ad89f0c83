"""The test's own callables, called by the student's code: their arguments, their results, their errors."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from autograder.jail.protocol import ProtocolError

from .failures import CannotCross
from .messages import Asked, Question, Withdrawn

if TYPE_CHECKING:
    from .codec import HostCodec

_OF_THE_TEST = (
    AssertionError,
    CannotCross,
    *(pytest.fail.Exception, pytest.skip.Exception, pytest.exit.Exception),  # a failed ``raises``, a time-out
)
_MOST_KEPT = 100


class Callbacks:
    """What the student's code has asked of the test in one conversation."""

    def __init__(self, codec: HostCodec, post: Callable[[Any], None]) -> None:
        self.swallowed: list[BaseException] = []
        """What is the test's to know, but was raised into the student's code, whose ``except`` may swallow it."""
        self._codec = codec
        self._post = post
        self._answers: dict[int, asyncio.Task[Any]] = {}
        self._last = 0

    def answer(self, question: Question) -> list[Any]:
        """Run an ordinary function of the test's; errors go back to the student's code."""
        function = self._codec.host_object(question.target)
        args, words = self._decode(question)
        return self._outcome(lambda: function(*args, **words))

    def start(self, asked: Asked) -> None:
        """Start a coroutine function (or the next step of an async generator) of the test's."""
        if asked.question <= self._last:
            raise ProtocolError("the same question twice")
        self._last = asked.question
        loop = asyncio._get_running_loop()
        if loop is None:
            raise ProtocolError("a question to a test that cannot wait")
        thing = self._codec.host_object(asked.target)
        args, words = self._decode(asked)

        async def answer() -> Any:
            if asked.step == "await":
                return await thing(*args, **words)
            return await (thing.__anext__() if asked.step == "anext" else thing.aclose())

        name = f"callback-{asked.question}"
        task = self._answers[asked.question] = loop.create_task(answer(), name=name)
        task.add_done_callback(lambda done: self._done(asked.question, done))

    def withdraw(self, withdrawn: Withdrawn) -> None:
        """Cancel what nobody waits for any more; it may be on its way already."""
        if withdrawn.question > self._last:
            raise ProtocolError("a question that was never asked is withdrawn")
        task = self._answers.get(withdrawn.question)
        if task is not None:
            task.cancel(withdrawn.message)

    def _decode(self, call: Question | Asked) -> tuple[list[Any], dict[str, Any]]:
        decode = self._codec.decode
        return [decode(arg) for arg in call.args], {name: decode(each) for name, each in call.words.items()}

    def _done(self, question: int, task: asyncio.Task[Any]) -> None:
        self._answers.pop(question, None)
        self._post(["cbret", question, self._outcome(task.result)])

    def _outcome(self, action: Callable[[], Any]) -> list[Any]:
        try:
            return ["ok", self._codec.encode(action())]
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001 - every error of a callback belongs to its caller
            if isinstance(error, _OF_THE_TEST) and len(self.swallowed) < _MOST_KEPT:
                self.swallowed.append(error)
            return ["error", self._codec.encode(error)]
