"""A test that meets the student's code through the jail sees what it would see in one process, times included."""

import asyncio
import textwrap
import types

import scenarios.awaiting
import scenarios.streaming
from lab import every_python
from scenarios import SCENARIOS, STUDENT

from autograder.testing.clock import TrustedLoop, World

assert scenarios.awaiting is not scenarios.streaming


class Local:
    """The student's module in the test's own process, with what of the proxy the scenarios use."""

    def __init__(self) -> None:
        self._module = types.ModuleType("ex")
        self._printed: list[str] = []
        self._module.print = lambda *args: self._printed.append(" ".join(map(str, args)) + "\n")
        exec(textwrap.dedent(STUDENT), self._module.__dict__)

    def __getattr__(self, name):
        return getattr(self._module, name)

    @property
    def stdout(self):
        return "".join(self._printed)


def in_one_process(body):
    world = World()
    with asyncio.Runner(loop_factory=lambda: TrustedLoop(world)) as runner:
        student = Local()
        student._module.time = types.SimpleNamespace(sleep=lambda s: world.advance(world.ns + round(s * 1e9)))
        return runner.run(body(student)), student.stdout


@every_python
def test_the_jail_makes_no_difference(bench, subtests):
    jailed = bench(STUDENT)
    for body in SCENARIOS:
        with subtests.test(body.__name__):
            expected = in_one_process(body)

            async def both(student, body=body):
                return await body(student), student.stdout

            assert jailed.run(both) == expected
