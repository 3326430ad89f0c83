"""A coverage-guided fuzzer over all that the trusted side does with what a jail says.

It needs atheris, which is no dependency of this project: make an environment of its own for it (`README.md` here).
Every script that makes the trusted side raise what it must not, or take long, is written to the folder ``findings``;
the fuzzer goes on. Options after the folders are libFuzzer's.
"""

from __future__ import annotations

import copy
import hashlib
import json
import random
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import atheris

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

WATCHED = [
    *("autograder.jail.protocol", "autograder.jail.values", "autograder.jail.host.wire"),
    *(
        f"autograder.testing.{name}"
        for name in (
            "bounds",
            "callbacks",
            "codec",
            "events",
            "failures",
            "forms",
            "link",
            "messages",
            "raised",
        )
    ),
    *("autograder.testing.remote", "autograder.testing.verdict"),
]

with atheris.instrument_imports(include=WATCHED):
    from conversation import MOST_SECONDS, converse
    from scripts import corpus, honest

_seen: set[str] = set()


def one_script(script: bytes) -> None:
    """Hold one conversation; keep the script if it did harm that none has done before it."""
    try:
        seconds = converse(script).seconds
        if seconds < MOST_SECONDS / 4:
            return
        harm = f"slow {seconds:.0f} s"
        where = harm
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is a finding
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__} {last.filename}:{last.lineno}"
        harm = "".join(traceback.format_exception(error))
    if where not in _seen:
        _seen.add(where)
        name = hashlib.sha256(script).hexdigest()[:12]
        folder = Path("findings")
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(script)
        (folder / f"{name}.txt").write_text(harm)
        print(f"FOUND {where}: findings/{name}", flush=True)


def change(script: bytes, most: int, seed: int) -> bytes:
    """Return a script with another value in one place of one frame, or with some bytes changed."""
    rng = random.Random(seed)
    lines = script.split(b"\n")
    place = rng.randrange(len(lines))
    if rng.random() < 0.3 or not place:
        return bytes(atheris.Mutate(script, most))
    try:
        frame = json.loads(lines[place].replace(b"TAG", b'"TAG"'))
    except (ValueError, RecursionError):
        return bytes(atheris.Mutate(script, most))
    nodes = list(_nodes([frame]))
    parent, index = rng.choice(nodes)
    if rng.random() < 0.6:
        parent[index] = rng.choice(_VALUES)
    elif rng.random() < 0.5:
        other, its_index = rng.choice(nodes)
        parent[index] = copy.deepcopy(other[its_index])
    elif isinstance(parent, list) and rng.random() < 0.5:
        parent.insert(index, copy.deepcopy(parent[index]))
    elif len(parent) > 1:
        del parent[index]
    lines[place] = json.dumps(frame, separators=(",", ":")).encode().replace(b'"TAG"', b"TAG")
    return b"\n".join(lines)[:most]


def _nodes(parent: Any) -> Iterator[tuple[Any, Any]]:
    """Yield where each value of a document stands."""
    for index in list(parent) if isinstance(parent, dict) else range(len(parent)):
        yield parent, index
        if isinstance(parent[index], (list, dict)):
            yield from _nodes(parent[index])


_VALUES = (
    *(
        None,
        True,
        False,
        0,
        1,
        2,
        3,
        4,
        5,
        6,
        -1,
        2**53,
        10**9,
        2**63,
        -(2**64),
        1.5,
        1e308,
        "",
        "x",
        "TAG",
        [],
        {},
    ),
    *(
        "ret",
        "cb",
        "cbcancel",
        "cancelled_you",
        "await",
        "anext",
        "aclose",
        "ok",
        "error",
        "scb",
        "stuck",
        "yield",
    ),
    *(
        "sret",
        "l",
        "t",
        "s",
        "z",
        "d",
        "b",
        "i",
        "f",
        "c",
        "h",
        "e",
        "x",
        "nan",
        "inf",
        "0x20000000000000",
        "1.0",
    ),
    *(f"{kind} function" for kind in ("coroutine", "async generator")),
    *("class", "exception class", "coroutine", "async generator", "function", "object", "module", "beyond"),
    *(
        "value_items",
        "value_kb",
        "print",
        "created",
        "finished",
        "blocking",
        "cut",
        "tampered",
        "deadlock",
        "cpu",
    ),
    *(
        "ValueError",
        "OSError",
        "UnicodeDecodeError",
        "ExceptionGroup",
        "SystemExit",
        "CancelledError",
        "KeyError",
    ),
    *("IncompleteReadError", "SyntaxError", "BlockingIOError", "StopAsyncIteration", "__iter__", "__aiter__"),
    *(
        ["l", []],
        ["d", []],
        ["s", [1]],
        ["t", [0]],
        ["x", 1],
        ["x", 4],
        ["x", 5],
        ["f", "inf"],
        ["c", "1.0", "0.0"],
    ),
    *([0, None, False], [0, 10**9, True], "\ud800", "\0", "\u202e", "9" * 30, "a" * 300),
)


def main() -> None:
    """Put the scripts to begin with into the first folder, then fuzz."""
    folder = Path(next(argument for argument in sys.argv[1:] if not argument.startswith("-")))
    folder.mkdir(parents=True, exist_ok=True)
    for script in (*honest().values(), *corpus()):
        (folder / hashlib.sha256(script).hexdigest()[:16]).write_bytes(script)
    atheris.Setup(sys.argv, one_script, custom_mutator=change)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
