"""Red flags in what a student handed in, found before any byte of it has run.

The list says what the files *say*: it is made in the jail, by a process that only reads them, so no program can take
anything off it. It does not say what a program does. A name that is put together while it runs may be missed; that
something computes names, or runs text, is a flag of its own. What is seen of a running program (`watch`) is that
program's own claim: it could have been wiped.

Hostile files are read in a process that may die of them. Sizes are bounded, so that the list is the same in every
run; processor time and memory are bounded as well, should that not do.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from .inspection import inspect_source
from .load import Sources, in_a_child

NOT_SCANNED = "not_scanned"

_MOST_BYTES = 100_000
"""Of one file, and twice as much of all: some thirty times what honest solutions hold."""

_SMALL_BYTES = 20_000
"""A file of this length that is known to compile is read at once: a process of its own would cost more than that."""

_MOST_FILES = 50
_MOST_FLAGS = 10
"""Of one code in one file, so that none can bury the others."""

_CPU_SECONDS = 4
_MAX_TRIALS = 3
_MOST_ANSWER_BYTES = 2**20


def scan(sources: Sources, confine: Callable[[], None] | None) -> list[list[Any]]:
    """Return ``[code, file, line, what]`` for each red flag in the submission's Python files, in their order.

    ``confine`` locks in the process that reads what is not known to be harmless; None: this one may die of it.
    """
    names = [name for name in sources.files if name.endswith(".py")]
    # The shortest first: a monster that eats up the time must not keep the others from being read.
    names.sort(key=lambda name: (len(sources.files[name]), name))
    flags: list[list[Any]] = []
    chosen: list[str] = []
    left = 2 * _MOST_BYTES
    for name in names:
        size = len(sources.files[name])
        left -= size
        if size > _MOST_BYTES or left < 0 or len(chosen) == _MOST_FILES:
            flags.append([NOT_SCANNED, name, 0, f"{size} bytes"])
        else:
            chosen.append(name)
    for name in [
        name
        for name in chosen
        if confine is None or (name in sources.code and len(sources.files[name]) <= _SMALL_BYTES)
    ]:
        flags += [[code, name, line, what] for line, code, what in _flags_of(sources.files[name])]
        chosen.remove(name)
    for _ in range(_MAX_TRIALS):
        if not chosen or confine is None:
            break
        found, chosen = _try_to_read(sources, chosen, confine)
        flags += found
    flags += [[NOT_SCANNED, name, 0, "too complicated"] for name in chosen]
    sources.flagged = bool(flags)
    return sorted(flags, key=lambda flag: (flag[1], flag[2], flag[0], flag[3]))


def _try_to_read(
    sources: Sources, names: Sequence[str], confine: Callable[[], None]
) -> tuple[list[list[Any]], list[str]]:
    """Return the flags of the files, as far as one process comes with them, and the files that are left."""

    def work(channel: int) -> None:
        import resource  # where no process can be forked there is none

        resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
        for name in names:
            answer = json.dumps(_flags_of(sources.files[name])).encode() + b"\n"
            while answer:
                answer = answer[os.write(channel, answer) :]

    pid, reading = in_a_child(work, confine)
    answers = bytearray()
    while len(answers) < _MOST_ANSWER_BYTES and (piece := os.read(reading, 65_536)):
        answers += piece
    os.close(reading)
    os.waitpid(pid, 0)
    complete = answers.split(b"\n")[:-1]
    flags = [
        [code, name, line, what]
        for name, answer in zip(names, complete, strict=False)
        for line, code, what in json.loads(answer)
    ]
    if len(complete) < len(names):
        flags.append([NOT_SCANNED, names[len(complete)], 0, "too complicated"])
    return flags, list(names[len(complete) + 1 :])


def _flags_of(raw: bytes) -> list[Any]:
    counts: Counter[str] = Counter()
    kept = []
    try:
        for line, code, what in sorted(inspect_source(raw)):
            counts[code] += 1
            if counts[code] <= _MOST_FLAGS:
                kept.append([line, code, what])
        return kept
    except (SyntaxError, ValueError):
        return []  # it will never run
    except Exception:  # noqa: BLE001 - RecursionError, MemoryError, or a fault of ours: the jail must live on
        return [[0, NOT_SCANNED, "too complicated"]]
