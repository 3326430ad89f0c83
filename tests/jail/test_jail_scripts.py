"""A file that runs as a program, in every form that a program may have, takes its exact virtual time."""

import pytest
from lab import every_python

from autograder.testing.failures import StudentStuck

MAIN = """
import asyncio, sys, time, threading
async def main():
    print("begin")
    await asyncio.sleep(1.5)
    print("end", time.monotonic())
    return 7
"""


@every_python
@pytest.mark.parametrize(
    "start",
    [
        "asyncio.run(main())",
        "asyncio.run(main(), debug=True)",
        "if __name__ == '__main__':\n    asyncio.run(main())",
        "with asyncio.Runner() as runner:\n    assert runner.run(main()) == 7",
        "loop = asyncio.new_event_loop()\nasyncio.set_event_loop(loop)\nloop.run_until_complete(main())\nloop.close()",
        "sys.exit(asyncio.run(main()) - 7)",
        "t = threading.Thread(target=asyncio.run, args=(main(),))\nt.start()\nt.join()",
        "threading.Thread(target=asyncio.run, args=(main(),)).start()",
    ],
)
def test_every_form_of_a_program_runs(bench, start):
    script = bench(MAIN + start).script()

    assert (script.status, script.error) == (0, "")
    assert script.prints() == [(0.0, "begin"), (1.5, "end 1.5")]
    assert script.virtual_seconds == 1.5


@pytest.mark.parametrize(
    ("end", "status", "error"),
    [
        ("sys.exit(3)", 3, ""),
        ("sys.exit('no')", 1, ""),
        ("sys.exit()", 0, ""),
        ("exit(0)", 0, ""),
        ("raise KeyError('x')", 1, "KeyError: 'x'"),
        ("raise KeyboardInterrupt", 1, "KeyboardInterrupt: "),
        ("input()", 1, "EOFError: "),
    ],
)
def test_a_program_ends_with_its_status(bench, end, status, error):
    script = bench(MAIN + "print('x')\n" + end).script()

    assert script.status == status
    assert script.error.startswith(error)
    assert script.stdout == "x\n"


def test_an_unguarded_run_at_import_takes_no_time_of_the_test(bench):
    with bench(MAIN + "asyncio.run(main())").student() as student:
        assert student.time.monotonic() == 0.0


def test_a_program_that_can_never_end_says_where(bench):
    with pytest.raises(StudentStuck, match="deadlock") as caught:
        bench(MAIN + "async def wait():\n    await asyncio.Event().wait()\nasyncio.run(wait())").script()

    assert "wait, line 9: await asyncio.Event().wait()" in str(caught.value)
