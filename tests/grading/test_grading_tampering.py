"""What a program that tampers leaves in the report of its submission, beside the score."""

import pytest

from autograder.model import Limits

SUITE = """
    import pytest
    from autograder.testing import check
    pytestmark = [pytest.mark.exercise("1"), pytest.mark.concept("main"), pytest.mark.points(5)]

    async def test_one(student):
        check(await student.act(1), 1, "act")

    async def test_two(student):
        check(await student.act(2), 2, "act")
"""
ACT = "async def act(n):\n    {}\n    return n\n"
FRAME = "import json, os, struct\ndef send(*m):\n    b = json.dumps(m).encode()\n    os.write(3, struct.pack('>I', len(b)) + b)\n"  # noqa: E501

FACTS = {
    "forged": (FRAME + ACT.format("send('yield', 5, [0, None, False], [], [])"), "forged_answer"),
    "noise": (FRAME + ACT.format("os.write(3, b'x' * 99)"), "wrote_to_protocol"),
    "closed": ("import os\n" + ACT.format("os.close(3)"), "closed_channel"),
    "exit": ("import os\n" + ACT.format("os._exit(0)"), "ended_process"),
    "exit_at_import": ("import os\nos._exit(3)", "ended_process"),
    "broken": ("import builtins\n" + ACT.format("builtins.isinstance = builtins.getattr = None"), "broke_runtime"),
}  # fmt: skip


@pytest.mark.parametrize("name", FACTS)
def test_what_the_trusted_side_saw_comes_first(grade, name):
    source, code = FACTS[name]
    report = grade(SUITE, {"a": source}, limits=Limits(wall_seconds=3))["a"]

    assert report.score == 0
    assert (report.evidence[0].code, report.evidence[0].exercise) == (code, "1")


@pytest.mark.parametrize(
    "source",
    [
        ACT.format("raise ValueError"),
        ACT.format("x = bytearray(10**12)"),
        ACT.format("while True: pass"),
        "import asyncio\n" + ACT.format("await asyncio.Event().wait()"),
        "import asyncio\n" + ACT.format("while True: await asyncio.sleep(1)"),
        ACT.format("while True: print('x' * 10_000)"),
        ACT.format("raise SystemExit(1)"),
        ACT.format("return act"),
        "1 / 0",
        "def f(:",
        "",
    ],
)
def test_programs_that_only_fail_leave_no_traces(grade, source):
    report = grade(SUITE, {"a": source}, limits=Limits(cpu_seconds=0.3))["a"]

    assert report.score == 0
    assert report.evidence == ()


def test_evidence_changes_no_score_and_is_the_same_in_every_run(grade):
    honest = ACT.format("pass")
    forger = "import asyncio, gc, sys\nasyncio.gather = len\nx = gc.get_objects\n" + ACT.format(
        "sys._getframe()"
    )
    runs = [grade(SUITE, {"honest": honest, "forger": forger}, seed=3) for _ in range(3)]

    assert {run["forger"].score for run in runs} == {10}
    assert {run["honest"].evidence for run in runs} == {()}
    assert len({run["forger"].evidence for run in runs}) == 1
    assert [each.code for each in runs[0]["forger"].evidence] == [
        "library_replaced",
        "patches_library",
        "inspects_frames",
        "inspects_memory",
    ]
    assert [each.line for each in runs[0]["forger"].evidence] == [0, 2, 5, 3]
