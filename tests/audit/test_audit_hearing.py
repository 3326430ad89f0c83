"""The bare jail: a program on the real clock, behind the same walls, heard through a pipe."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lab import FILE, OTHER_PYTHONS, every_backend

from autograder.jail.host import BACKENDS, find_interpreter
from autograder.jail.host.audit import AuditJail, Heard, Part
from autograder.jail.limits import JailLimits

Listen = Callable[..., Heard]


@pytest.fixture
def listen(backend: str) -> Listen:
    """Return a function that runs a program, or lets a scene be played with it, and returns what was heard."""

    def listen(
        source: str,
        scene: dict[str, Any] | None = None,
        seconds: float = 5,
        python: Path | None = None,
        **files: str,
    ) -> Heard:
        if scene is not None:
            scene = {"doubles": {}, "calls": [], "streams": [], **scene}
        contents = {FILE: source} | {f"{name}.py": text for name, text in files.items()}
        with AuditJail(backend, find_interpreter(python)) as jail:
            jail.start({name: textwrap.dedent(text).encode() for name, text in contents.items()})
            session = jail.listen([Part(file=FILE, scene=scene, seconds=seconds)], JailLimits())
        (heard,) = session.heard
        return heard

    return listen


def texts(heard: Heard) -> list[str]:
    return [text for _, text in heard.lines]


NAP = """
    import asyncio, sys
    async def nap(name, seconds):
        print(name, "sleeps")
        print("not heard", file=sys.stderr)
        await asyncio.sleep(seconds)
        print(name, "wakes")
        return name.upper()
    asyncio.run(nap("at import", 0.01))
"""


@every_backend
@pytest.mark.parametrize("python", [None, *(path for path in OTHER_PYTHONS if path.exists())], ids=str)
def test_lines_come_when_they_are_printed_counted_from_the_scene(listen: Listen, python: Path | None) -> None:
    calls = [
        ["nap", ["a", 0.09], None, True],
        ["nap", ["b", 0.04], None, False],
        ["nap", ["c", 9], 0.06, True],
    ]

    heard = listen(NAP, {"calls": calls}, python=python)

    assert texts(heard) == [
        *("a sleeps", "b sleeps", "c sleeps", "b wakes", "a wakes"),
        *("-> A", "-> cancelled"),
    ]
    assert heard.ended
    assert heard.lines[3][0] >= 0.039
    assert 0.089 <= heard.lines[4][0] < 1


def test_a_file_is_run_as_a_program_with_its_own_modules(listen: Listen) -> None:
    heard = listen(
        """
        import sys, threading, time
        from other import word
        def late():
            time.sleep(0.03)
            print(word, "late")
        if __name__ == "__main__":
            threading.Thread(target=late).start()
            print(word, end="")
            print("s")
            sys.exit()
        """,
        other="word = 'word'",
    )

    assert texts(heard) == ["words", "word late"]
    assert heard.ended


def test_doubles_take_the_place_of_a_function_wherever_it_is_held(listen: Listen) -> None:
    heard = listen(
        """
        import asyncio
        async def fetch(name): return "real"
        table = {"f": fetch}
        async def main():
            print(*await asyncio.gather(table["f"]("x"), fetch(name="y")))
            task = asyncio.create_task(fetch("z"))
            await asyncio.sleep(0.01)
            task.cancel()
            await asyncio.wait([task])
        """,
        {
            "doubles": {"fetch": {"x": [0.04, "one"], "y": [0.01, "two"], "z": [9, ""]}},
            "calls": [["main", [], None, False]],
        },
    )

    assert texts(heard) == [
        *("fetch x begins", "fetch y begins", "fetch y ends", "fetch x ends", "one two"),
        *("fetch z begins", "fetch z is cancelled"),
    ]


def test_streams_are_entered_and_their_items_told(listen: Listen) -> None:
    heard = listen(
        """
        class Rows:
            def __init__(self, name): self.name = name
            async def __aenter__(self): print("open", self.name); return self
            async def __aexit__(self, *error): print("close", self.name)
            async def rows(self, count):
                for number in range(count):
                    yield {"n": number}
        """,
        {"streams": [["Rows", ["a"], "rows", [2]], ["Rows", ["b"], "", []]]},
    )

    assert texts(heard) == ["open a", "-> {'n': 0}", "-> {'n': 1}", "close a", "open b", "close b"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def (", "SyntaxError: "),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("import sys; sys.exit(3)", "SystemExit: 3"),
        ("async def nap(name, seconds): raise KeyError(name)", "-> KeyError: 'a'"),
        ("x = 1", "AttributeError: module 'ex' has no attribute 'nap'"),
    ],
)
def test_what_a_program_fails_with_is_heard(listen: Listen, source: str, said: str) -> None:
    heard = listen(source, {"calls": [["nap", ["a", 0], None, True]]})

    (text,) = texts(heard)
    assert text.startswith(said)
    assert heard.ended


def test_neither_our_runtime_nor_its_clock_is_in_the_interpreter(listen: Listen) -> None:
    heard = listen(
        """
        import asyncio, sys, time
        print(*sorted(name for name in sys.modules if "autograder" in name))
        print(time.monotonic, time.sleep)
        async def main(): print(type(asyncio.get_running_loop()).__module__)
        asyncio.run(main())
        """
    )

    modules, clock, loop = texts(heard)
    assert not {"clock", "runtime", "serve", "loop", "threads"} & {
        name.rpartition(".")[2] for name in modules.split()
    }
    assert clock == "<built-in function monotonic> <built-in function sleep>"
    assert loop == "asyncio.unix_events"


@pytest.mark.parametrize("backend", [name for name in BACKENDS if name != "plain"], indirect=True)
def test_the_same_walls_stand_around_it(listen: Listen) -> None:
    heard = listen(
        f"""
        import os, socket
        def attempt(what, *arguments):
            try:
                what(*arguments)
                print("done", what)
            except OSError as error:
                print("refused")
        attempt(os.fork)
        attempt(os.execv, "/usr/bin/true", ["true"])
        attempt(socket.socket)
        attempt(os.kill, os.getppid(), 9)
        attempt(open, {__file__!r})
        attempt(open, "/tmp/x", "w")
        for descriptor in range(4, 64):
            try:
                os.fstat(descriptor)
                print("inherited", descriptor)
            except OSError:
                pass
        """
    )

    assert texts(heard) == ["refused"] * 6


@pytest.mark.parametrize(
    "source",
    [
        "while True: print('x' * 1000)",
        "import time\nwhile True: time.sleep(1)",
        "while True: pass",
        "async def nap(name, seconds):\n  import time\n  while True: time.sleep(1)",
    ],
)
def test_a_program_without_end_is_ended(listen: Listen, source: str) -> None:
    begin = time.monotonic()
    scene = {"calls": [["nap", ["a", 0], None, True]]} if "nap" in source else None

    heard = listen(source, scene, seconds=0.3)

    assert not heard.ended
    assert sum(map(len, texts(heard))) < 200_000
    assert time.monotonic() - begin < 20
