"""The one clock inside the jail: integer nanoseconds that pass only when something waits for them.

`install` replaces what ``time`` and ``datetime`` read, so that ``time.time``, ``time.perf_counter``,
``datetime.now`` and the event loop agree to the nanosecond. A program that reads the clock in a loop would wait for
ever on a clock that stands still, so after `MAX_SPINS` readings at one instant each further one moves time a little.
"""

from __future__ import annotations

import datetime as datetime_module
import math
import sys
import time as time_module
from collections.abc import Callable
from typing import Any

from autograder.jail.limits import MAX_SPINS, SPIN_TICK_NS

EPOCH_NS = 1_767_603_600 * 10**9
"""Where wall-clock time starts in every test: Monday 2026-01-05, 09:00:00 UTC."""

_SECOND = 10**9
_TIME_NAMES = ("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "sleep")


def to_ns(when: float) -> int:
    """Round seconds to nanoseconds so that a timer never fires early; infinity becomes some thirty years."""
    return math.ceil(min(max(when, 0.0), 1e9) * 1e9 - 0.5)


class VirtualClock:
    """Nanoseconds since the test began."""

    __slots__ = ("limit_ns", "ns", "on_limit", "on_spin", "reads", "sleep")

    def __init__(self) -> None:
        self.ns = 0
        self.reads = 0
        self.limit_ns = 10_000 * _SECOND
        self.on_limit: Callable[[], None] = lambda: None
        self.on_spin: Callable[[str], None] = lambda kind: None
        self.sleep: Callable[[float], None] = lambda seconds: None

    def advance(self, ns: int) -> None:
        """Move on to the instant ``ns``; never back."""
        if ns > self.ns:
            self.ns = ns
            self.reads = 0
            if ns > self.limit_ns:
                self.on_limit()

    def read(self) -> int:
        """Return the time as a program sees it that asks for it."""
        self.reads += 1
        if self.reads > MAX_SPINS:
            if self.reads == MAX_SPINS + 1:
                self.on_spin("busy-wait")
            reads = self.reads
            self.advance(self.ns + SPIN_TICK_NS)
            self.reads = reads
        return self.ns


def install(clock: VirtualClock) -> None:
    """Let ``time`` and ``datetime`` read this clock from now on, in every module of this interpreter."""
    names = [(time_module, name) for name in _TIME_NAMES]
    names += [(datetime_module, name) for name in ("date", "datetime")]
    before = {id(getattr(module, name)): (module, name) for module, name in names}
    kept = [getattr(module, name) for module, name in names]  # no id may be used again meanwhile
    _install_time(clock)
    _install_datetime(clock)
    # ``threading`` and ``queue`` have done ``from time import monotonic`` long before.
    for module in list(sys.modules.values()):
        if module in (time_module, datetime_module):
            continue
        for name, value in list(vars(module).items()):
            if id(value) in before:
                setattr(module, name, getattr(*before[id(value)]))
    kept.clear()


def _install_time(clock: VirtualClock) -> None:
    read = clock.read

    def seconds() -> float:
        return read() / 1e9

    def wall() -> float:
        return (EPOCH_NS + read()) / 1e9

    def wall_ns() -> int:
        return EPOCH_NS + read()

    def sleep(seconds: float, /) -> None:
        """Delay execution for a given number of (virtual) seconds."""
        if not isinstance(seconds, (int, float)) and not hasattr(seconds, "__index__"):
            raise TypeError(f"'{type(seconds).__name__}' object cannot be interpreted as an integer")
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        clock.sleep(seconds)

    for name, function in {
        "time": wall,
        "time_ns": wall_ns,
        "monotonic": seconds,
        "monotonic_ns": lambda: read(),
        "perf_counter": seconds,
        "perf_counter_ns": lambda: read(),
        "sleep": sleep,
        **(_clocks_by_number(read, wall_ns) if hasattr(time_module, "clock_gettime") else {}),
    }.items():
        function.__name__ = function.__qualname__ = name
        setattr(time_module, name, function)
    for name in ("gmtime", "localtime", "ctime"):
        setattr(time_module, name, _with_default_now(getattr(time_module, name), wall))
    real_strftime, real_asctime, localtime = (
        time_module.strftime,
        time_module.asctime,
        time_module.localtime,
    )
    time_module.strftime = lambda format, t=None, /: real_strftime(format, localtime() if t is None else t)
    time_module.asctime = lambda t=None, /: real_asctime(localtime() if t is None else t)


def _clocks_by_number(read: Callable[[], int], wall_ns: Callable[[], int]) -> dict[str, Callable[..., Any]]:
    """Return what is to stand in the place of the clocks that Unix numbers."""
    real_gettime, real_gettime_ns = time_module.clock_gettime, time_module.clock_gettime_ns
    cpu_clocks = {time_module.CLOCK_PROCESS_CPUTIME_ID, time_module.CLOCK_THREAD_CPUTIME_ID}

    def clock_gettime_ns(clk_id: int, /) -> int:
        if clk_id in cpu_clocks or clk_id < 0:  # below 0: the processor time of a process
            return real_gettime_ns(clk_id)
        return wall_ns() if clk_id == time_module.CLOCK_REALTIME else read()

    def clock_gettime(clk_id: int, /) -> float:
        return real_gettime(clk_id) if clk_id in cpu_clocks or clk_id < 0 else clock_gettime_ns(clk_id) / 1e9

    return {"clock_gettime": clock_gettime, "clock_gettime_ns": clock_gettime_ns}


def _with_default_now(real: Callable[..., Any], wall: Callable[[], float]) -> Callable[..., Any]:
    def convert(seconds: float | None = None, /) -> Any:
        return real(wall() if seconds is None else seconds)

    convert.__name__ = convert.__qualname__ = real.__name__
    return convert


def _install_datetime(clock: VirtualClock) -> None:
    real_datetime: Any = datetime_module.datetime
    real_date: Any = datetime_module.date
    epoch = real_datetime(1970, 1, 1)

    def naive_now() -> datetime_module.datetime:
        since = datetime_module.timedelta(microseconds=(EPOCH_NS + clock.read()) // 1000)
        moment: datetime_module.datetime = epoch + since
        return moment

    class LikeReal(type):
        # A program's isinstance(x, datetime) must hold for the real class's instances too, and the reverse.
        def __instancecheck__(cls, instance: object) -> bool:
            return isinstance(instance, cls.__mro__[1])

        def __subclasscheck__(cls, subclass: type) -> bool:
            return issubclass(subclass, cls.__mro__[1])

    class date(real_date, metaclass=LikeReal):  # type: ignore[misc]
        @classmethod
        def today(cls) -> Any:
            now = naive_now()
            return cls(now.year, now.month, now.day)

        def __repr__(self) -> str:
            return "datetime." + str(super().__repr__()).rpartition(".")[2]

    class datetime(real_datetime, metaclass=LikeReal):  # type: ignore[misc]
        @classmethod
        def now(cls, tz: datetime_module.tzinfo | None = None) -> Any:
            moment = naive_now()
            made = cls(*moment.timetuple()[:6], moment.microsecond)
            return made if tz is None else tz.fromutc(made.replace(tzinfo=tz))

        @classmethod
        def utcnow(cls) -> Any:
            return cls.now()

        @classmethod
        def today(cls) -> Any:
            return cls.now()

        def __repr__(self) -> str:
            return "datetime." + str(super().__repr__()).rpartition("datetime.")[2]

    for name, fake in (("date", date), ("datetime", datetime)):
        fake.__module__, fake.__qualname__ = "datetime", name
        setattr(datetime_module, name, fake)
