"""A test's double for one of the student's coroutine functions, observed on the trusted clock."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Call:
    """One call of a `Spy`. Times are virtual seconds on the trusted clock; ``finished`` is None while it runs."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    started: float
    finished: float | None = None
    cancelled: bool = False

    @property
    def values(self) -> tuple[Any, ...]:
        """All arguments, whether they were given by position or by name: parameter names are free."""
        return (*self.args, *self.kwargs.values())


class Spy:
    """An async callable that waits ``delay`` virtual seconds, then raises ``error`` or returns ``result``.

    Each of the three is one value for all calls, a list with one value per call (the last one repeats), or a function
    that is given the `Call`.
    """

    def __init__(self, result: Any = None, delay: Any = 0.0, error: Any = None) -> None:
        self.results = result
        self._delay = delay
        self._error = error
        self.calls: list[Call] = []
        self.in_flight = 0
        self.max_in_flight = 0

    @property
    def count(self) -> int:
        """How often it was called."""
        return len(self.calls)

    async def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Be the student's function for one call."""
        index = len(self.calls)
        loop = asyncio.get_running_loop()
        call = Call(args, kwargs, loop.time())
        self.calls.append(call)
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)
        try:
            await asyncio.sleep(_pick(self._delay, index, call))
            error = _pick(self._error, index, call)
            if error is not None:
                raise error
            return _pick(self.results, index, call)
        except asyncio.CancelledError:
            call.cancelled = True
            raise
        finally:
            self.in_flight -= 1
            call.finished = loop.time()


def _pick(value: Any, index: int, call: Call) -> Any:
    if callable(value) and not isinstance(value, type):
        return value(call)
    return value[min(index, len(value) - 1)] if isinstance(value, list) and value else value
