"""What is played before the fork goes through the whole of a test, and leaves nothing behind for a program to find."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap

PROGRAM = textwrap.dedent(
    """
    from autograder.jail.guest import clock
    import asyncio, itertools, json, linecache, os, sys, threading, weakref
    from autograder.jail.guest import rehearsal
    from autograder.jail.guest.load import Sources
    from autograder.jail.guest.runtime import Runtime, warm

    rounds, told = int(sys.argv[1]), []
    if rounds:
        sendall = rehearsal._Stage.sendall
        def listen(self, data):
            told.append(json.loads(data[4:]))
            sendall(self, data)
        rehearsal._Stage.sendall = listen
    rehearsal._ROUNDS = rounds
    runtime = Runtime(Sources({}))
    runtime.install()
    out = sys.stdout
    warm(runtime)

    async def nothing(): pass
    def plain(value):
        if isinstance(value, (list, tuple, set, dict, weakref.WeakSet)):
            return len(value)
        return value if isinstance(value, (int, str, bool, type(None))) else type(value).__name__

    def inside(thing):
        names = getattr(type(thing), "__slots__", None) or vars(thing)
        return {name: plain(getattr(thing, name, None)) for name in sorted(names)}

    before = {
        "recorder": inside(runtime.recorder), "watch": inside(runtime.watch), "clock": inside(runtime.clock),
        "conductor": inside(runtime.conductor), "sources": inside(runtime.sources),
        "globals": inside(runtime.globals_at_first), "loops": len(runtime.loops),
        "tasks": len(asyncio.all_tasks(loop=asyncio.SelectorEventLoop())),
        "threads": threading.active_count(), "stdout": sys.stdout is out,
        "modules": [name for name in sys.modules if "rehears" in name and "." not in name],
        "lines": [name for name in linecache.cache if "submission" in name],
    }
    async def name(): return asyncio.current_task().get_name()
    before["task"] = asyncio.run(name())
    os.write(1, json.dumps([before, told]).encode())
    """
)


def warmed(rounds: int) -> tuple[dict[str, object], list[list[object]]]:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(rounds)], capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    state, told = json.loads(run.stdout)
    return state, told


def test_nothing_is_left_of_it() -> None:
    without, _ = warmed(0)
    with_it, _ = warmed(2)

    assert with_it == without


def test_each_message_of_it_is_answered_as_in_a_test() -> None:
    _, told = warmed(1)

    outcomes = [answer[2] for answer in told if answer[0] == "sret"]
    outcomes += [news[2] for answer in told if answer[0] == "yield" for news in answer[3] if news[0] == "ret"]
    errors = [outcome[1][3][0][1] for outcome in outcomes if outcome[0] != "ok"]
    assert errors == ["StopAsyncIteration", "CancelledError"], told
    assert sum(news[0] == "cb" for answer in told if answer[0] == "yield" for news in answer[3]) == 2
