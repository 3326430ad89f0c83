"""The bounds of one test, in the form that crosses into the jail."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class JailLimits:
    """What a test's child may use. Times are nanoseconds of virtual time or seconds of CPU; sizes are bytes."""

    cpu_seconds: float = 2.0
    wall_seconds: float = 10.0
    virtual_ns: int = 10_000 * 10**9
    memory_bytes: int = 512 * 2**20
    output_bytes: int = 64 * 2**10
    threads: int = 64
    open_files: int = 64
    file_bytes: int = 64 * 2**10
    messages: int = 20_000
    protocol_bytes: int = 16 * 2**20
    value_chars: int = 256 * 2**10
    value_items: int = 20_000
    value_depth: int = 24

    @property
    def frame_bytes(self) -> int:
        """The longest frame: one value of the longest text, each character of it as two escapes, and all else."""
        return 12 * self.value_chars + 2**20

    @property
    def frame_parts(self) -> int:
        """Commas, or lists, in the longest frame: a handle has seven, an event five."""
        return 10 * self.value_items + 8 * MAX_EVENTS

    def to_json(self) -> dict[str, float | int]:
        """Return the plain form that `from_json` takes."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_json(cls, data: dict[str, float | int]) -> JailLimits:
        """Rebuild the limits inside the jail."""
        return cls(**data)  # type: ignore[arg-type]


MAX_EVENTS = 5_000
"""Timeline events kept per test; a program that does more is described well enough by the first ones."""

MAX_SPINS = 20_000
"""Loop iterations, or clock readings, at one instant before virtual time is pushed on by `SPIN_TICK_NS`.

Lower would fire time-outs inside legitimate long chains of ready callbacks."""

SPIN_TICK_NS = 1_000_000

MOST_DESCRIPTORS = 256
"""All descriptors of the process that stays in a jail are below this number, so that a child can close them."""

BROKEN_RUNTIME = 70
"""Exit status of a test's process whose runtime can go on no more."""

LOST_CHANNEL = 71
"""Exit status of a test's process that finds its connection to the trusted side gone."""

OUTPUT_KILL_FACTOR = 64
"""A program may print this many times `JailLimits.output_bytes` (only the first part is kept) before it is stopped."""
