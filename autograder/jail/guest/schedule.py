"""What the order of events leaves open, drawn: so that a program which is right is told from one that is lucky.

A schedule is a number; the same number draws the same. Schedule 0 is the natural order: nothing here is in use then.

Drawn is what two conditions hold for: no documentation promises it, and it does differ between runs, machines or
versions of Python.

* Timers that are due at the same instant. "If two callbacks are scheduled for exactly the same time, the order in
  which they are called is undefined" (``loop.call_later``); they lie in a heap that compares nothing but the time. A
  real loop may find all of them due in one of its iterations, or some in a later one when all that the first have set
  off is over; so that is drawn, too: ``done`` of a ``FIRST_COMPLETED`` holds one task or several. The same instant is
  the same nanosecond. Timers of different instants stay in order.
* The order of sets of tasks, futures, coroutines and other objects: of what ``asyncio.wait`` returns, ``all_tasks``,
  what ``as_completed`` starts first, whom a ``TaskGroup`` cancels first, which generator ``shutdown_asyncgens`` closes
  first. It follows their addresses. For tasks and futures of the loop a hash is drawn; for all other objects their
  places in memory are. That of sets of texts, too: it follows ``PYTHONHASHSEED``, which the trusted side sets.
* Which of several threads that can run runs first, which of those that wait for a lock gets it ("which one of the
  waiting threads proceeds is not defined", ``threading.Lock``), whether a thread that was started or has freed a lock
  goes on or lets others go first, and whether it runs before or after the callbacks that are ready. So the results of
  ``to_thread`` and ``run_in_executor`` and what comes by ``call_soon_threadsafe`` arrive in any order.
* Random numbers: the seed of ``random`` is another.

Not drawn, because promised: callbacks run "in the order in which they are registered" (``call_soon``), and with them
the first steps of tasks, the wake-ups of tasks whose futures were completed one after another, and the results of
``gather``; an ``asyncio.Lock`` is fair; queues are first in, first out; ``asyncio.Semaphore`` wakes in the order of
waiting (a guarantee that 3.11 strengthened). Not drawn, because although nobody promises it no two runs differ: the
order in which ``Event``, ``Condition`` and ``Barrier`` wake their tasks, which is that of waiting in every version. Not
drawn either: when the test answers what it was asked, since a test draws its own times; and who comes first at one
instant, program or test, which is a rule of the one clock.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import random
import weakref
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from . import loop as loop_module
from .clock import to_ns
from .loop import VirtualLoop
from .threads import Actor

if TYPE_CHECKING:
    from .runtime import Runtime

_HASH_BITS = 60
_APART = 0.6
"""How often timers of one instant do not all have the same iteration."""
_PATIENCE = (0, 2, 20)
_SWITCHES = (0.3, 0.6, 0.9)
"""How often a thread gives way; a machine has calm hours, too."""
_BLOCKS = 128
_SMALL_BLOCK, _LARGEST_SMALL_BLOCK = 16, 512
_BYTES_HEAD = b"".__sizeof__()


class DrawnTask(asyncio.Task[Any]):
    """A task whose place in a set is drawn."""

    rng: random.Random

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._drawn = self.rng.getrandbits(_HASH_BITS)  # first: the task puts itself into a set
        super().__init__(*args, **kwargs)

    def __hash__(self) -> int:
        return self._drawn


class DrawnFuture(asyncio.Future[Any]):
    """A future whose place in a set is drawn."""

    rng: random.Random

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._drawn = self.rng.getrandbits(_HASH_BITS)
        super().__init__(*args, **kwargs)

    def __hash__(self) -> int:
        return self._drawn


DrawnTask.__name__ = DrawnTask.__qualname__ = "Task"  # as repr() shows it
DrawnFuture.__name__ = DrawnFuture.__qualname__ = "Future"


class DrawnSet(weakref.WeakSet[Any]):
    """A set of weak references with a drawn order."""

    def __init__(self, rng: random.Random) -> None:
        super().__init__()
        self._rng = rng

    def __iter__(self) -> Iterator[Any]:
        items = list(super().__iter__())
        self._rng.shuffle(items)
        return iter(items)


class DrawnQueue(deque[Actor]):
    """Threads that wait; whose turn it is is drawn."""

    def __init__(self, rng: random.Random) -> None:
        super().__init__()
        self._rng = rng

    def popleft(self) -> Actor:
        """Remove one of them and return it."""
        place = self._rng.randrange(len(self)) if self else 0
        self.rotate(-place)
        found = super().popleft()
        self.rotate(place)
        return found


class DrawnLoop(VirtualLoop):
    """The student's loop under a schedule."""

    rng: random.Random

    def __init__(self, selector: Any = None) -> None:
        super().__init__(selector)
        self._asyncgens = DrawnSet(self.rng)
        self._held: deque[asyncio.TimerHandle] = deque()
        """Timers that are due, and wait for a later iteration."""
        self._patience = 0
        """In how many iterations from now; earlier, if there is nothing else to do."""

    def create_task(self, coro: Any, **kwargs: Any) -> asyncio.Task[Any]:
        """Create a task whose life is written to the timeline, and whose place in a set is drawn."""
        if self.get_task_factory() is not None:
            return super().create_task(coro, **kwargs)
        return self.runtime.recorder.create_task(self, self._make_task, coro, kwargs)

    def _make_task(self, coro: Any, **kwargs: Any) -> asyncio.Task[Any]:
        self._check_closed()  # type: ignore[attr-defined]
        return DrawnTask(coro, loop=self, **kwargs)

    def create_future(self) -> asyncio.Future[Any]:
        """Create a future whose place in a set is drawn."""
        return DrawnFuture(loop=self)

    def begin_again(self) -> None:
        """Forget that a program ran here while its file was loaded."""
        super().begin_again()
        self._held.clear()

    def _wait(self) -> None:
        if self._held:
            self._patience -= 1
            if self._patience < 0 or not self._ready:  # type: ignore[attr-defined]
                self._release()
        super()._wait()
        due = self._take_due()
        if due:
            self._held += due
            self._release()

    def _take_due(self) -> list[asyncio.TimerHandle]:
        """Take the timers that are due off the heap, those of the same instant in a drawn order."""
        scheduled: list[asyncio.TimerHandle] = self._scheduled  # type: ignore[attr-defined]
        due = []
        end = self.time() + self._clock_resolution
        while scheduled and scheduled[0]._when < end:  # type: ignore[attr-defined]
            handle: Any = heapq.heappop(scheduled)
            handle._scheduled = False
            due.append(handle)
        drawn = []
        for instant, group in itertools.groupby(due, lambda handle: to_ns(handle._when)):
            together = list(group)
            self.rng.shuffle(together)
            if instant < self._clock.ns:
                self._ready.extend(together)  # type: ignore[attr-defined]  # late: the loop was blocked
            else:
                drawn += together
        return drawn

    def _release(self) -> None:
        """Let some of the timers that are due have this iteration."""
        held = self._held
        count = len(held)
        if count > 1 and self.rng.random() < _APART:
            count = self.rng.randrange(1, count)
        self._patience = self.rng.choice(_PATIENCE)
        self._ready.extend(held.popleft() for _ in range(count))  # type: ignore[attr-defined]

    def _run_threads(self) -> None:
        if self._ready and self.rng.random() < 0.5:  # type: ignore[attr-defined]
            return
        super()._run_threads()


def follow(runtime: Runtime, schedule: int) -> None:
    """Draw by this schedule from now on, in a process in which nothing of the student's has run yet."""
    rng = random.Random(schedule)
    random.seed(schedule)
    DrawnTask.rng = DrawnFuture.rng = DrawnLoop.rng = rng
    runtime.conductor.queue = lambda: DrawnQueue(rng)
    runtime.conductor.ready = DrawnQueue(rng)
    often = rng.choice(_SWITCHES)
    runtime.conductor.switch = lambda: rng.random() < often
    loop_module.install(runtime, DrawnLoop)
    runtime.use_loops(DrawnLoop)
    runtime.scattered = scatter(rng)


def scatter(rng: random.Random) -> list[bytes]:
    """Make the places of the next objects in memory random; the result must be kept.

    Small blocks that were given back are handed out again in the reverse order.
    """
    kept: list[bytes] = []
    for size in range(_SMALL_BLOCK, _LARGEST_SMALL_BLOCK + 1, _SMALL_BLOCK):
        if size < _BYTES_HEAD:
            continue
        blocks = [bytes(size - _BYTES_HEAD) for _ in range(_BLOCKS)]
        rng.shuffle(blocks)
        kept += blocks[_BLOCKS // 2 :]
        while blocks:
            blocks.pop()
    return kept
