"""What a hidden suite does wrong, or runs into, is no pass that was not earned, and no zero that was not deserved."""

import time

import pytest
from lab import messages, outcomes
from suites import HEAD, STUDENT, rows


@pytest.mark.parametrize(
    ("name", "body", "outcome"),
    [
        (
            "a dead process is not what raises() asked for",
            """
    async def test_it(student):
        with pytest.raises(Exception):
            await student.die()
""",
            "crashed",
        ),
        (
            "nor for BaseException",
            """
    async def test_it(student):
        try:
            await student.die()
        except BaseException:
            pass
""",
            "crashed",
        ),
        (
            "a deadlock sticks",
            """
    async def test_it(student):
        with pytest.raises(Exception):
            await student.hang()
""",
            "timed_out",
        ),
        (
            "a suite that waits for nothing",
            """
    async def test_it(student):
        await asyncio.Event().wait()
""",
            "timed_out",
        ),
        (
            "an assertion in a spy that the program swallows",
            """
    async def test_it(student):
        async def fake(n):
            assert n == 2, "wrong argument"
        student.patch("fetch", fake)
        check(await student.swallow(), "swallowed", "result")
""",
            "failed",
        ),
        (
            "a failed raises() in a callback that the program swallows",
            """
    async def test_it(student):
        async def fake(n):
            with pytest.raises(ValueError):
                pass
        student.patch("fetch", fake)
        check(await student.swallow_all(), "swallowed", "result")
""",
            "failed",
        ),
        (
            "an assertion in a synchronous callback",
            """
    def test_it(student):
        def fake(n):
            assert n == 2
        student.patch("sync_fetch", fake)
        check(student.swallow_sync(), "swallowed", "result")
""",
            "failed",
        ),
        (
            "an error that a spy raises on purpose is the program's to handle",
            """
    async def test_it(student):
        student.patch("fetch", Spy(error=ValueError("x")))
        check(await student.swallow(), "swallowed", "result")
""",
            "passed",
        ),
        (
            "the truth of an opaque value",
            """
    async def test_it(student):
        assert await student.opaque()
""",
            "failed",
        ),
        (
            "the falsehood of an opaque value",
            """
    async def test_it(student):
        assert not await student.opaque()
""",
            "failed",
        ),
        (
            "the equality of an opaque value",
            """
    async def test_it(student):
        assert await student.opaque() == 1
""",
            "failed",
        ),
        (
            "the inequality of an opaque value means nothing either way",
            """
    async def test_it(student):
        assert 1 == await student.opaque()
""",
            "failed",
        ),
        (
            "membership",
            """
    async def test_it(student):
        assert await student.opaque() in [1, 2, 3]
""",
            "failed",
        ),
        (
            "a name that is missing",
            """
    async def test_it(student):
        await student.missing()
""",
            "student_error",
        ),
        (
            "patching a name that is missing",
            """
    async def test_it(student):
        student.patch("missing", Spy())
""",
            "student_error",
        ),
        (
            "skip",
            """
    async def test_it(student):
        pytest.skip("not today")
""",
            "grader_error",
        ),
        (
            "skip mark",
            """
    @pytest.mark.skip(reason="not today")
    async def test_it(student): pass
""",
            "grader_error",
        ),
        (
            "xfail",
            """
    async def test_it(student):
        pytest.xfail("not today")
""",
            "grader_error",
        ),
        (
            "exit",
            """
    async def test_it(student):
        pytest.exit("out")
""",
            "grader_error",
        ),
        (
            "exit in a fixture",
            """
    @pytest.fixture
    def broken(): pytest.exit("out")
    async def test_it(student, broken): pass
""",
            "grader_error",
        ),
        (
            "a fixture of the suite that fails",
            """
    @pytest.fixture
    def broken(): return {}["x"]
    async def test_it(student, broken): pass
""",
            "grader_error",
        ),
        (
            "a fixture of the suite that fails in its clean-up",
            """
    @pytest.fixture
    def broken():
        yield
        {}["x"]
    async def test_it(student, broken): pass
""",
            "grader_error",
        ),
        (
            "a fixture that does not exist",
            """
    async def test_it(student, nothing): pass
""",
            "grader_error",
        ),
        (
            "a name that the suite forgot to import",
            """
    async def test_it(student):
        await student.ok()
        sys.exit
""",
            "grader_error",
        ),
        (
            "an import that fails in a test",
            """
    async def test_it(student):
        import not_installed_here
""",
            "grader_error",
        ),
        (
            "SystemExit on the trusted side",
            """
    async def test_it(student):
        raise SystemExit
""",
            "grader_error",
        ),
        (
            "a coroutine that nobody awaits",
            """
    def test_it(student):
        async def body(): assert False
        return body()
""",
            "grader_error",
        ),
        (
            "something that cannot go into the jail",
            """
    async def test_it(student):
        await student.fetch(asyncio.Queue())
""",
            "grader_error",
        ),
        (
            "a value that is too large",
            """
    async def test_it(student):
        await student.fetch("x" * 10**7)
""",
            "grader_error",
        ),
        (
            "a leak that the suite minds",
            """
    async def test_it(student):
        await student.leave()
        if student.leaks: raise AssertionError(str(student.leaks))
""",
            "failed",
        ),
        (
            "a leak that it does not mind",
            """
    async def test_it(student):
        await student.leave()
""",
            "passed",
        ),
        (
            "an async fixture",
            """
    @pytest.fixture
    async def started(student):
        await asyncio.sleep(1)
        yield student
        await student.ok()
    async def test_it(started):
        check(asyncio.get_running_loop().time(), 1.0, "time")
        check(await started.ok(), 1, "ok")
""",
            "passed",
        ),
        (
            "a task of the test that goes on for ever",
            """
    async def test_it(student):
        async def forever():
            while True:
                try:
                    await asyncio.sleep(1)
                except asyncio.CancelledError:
                    if asyncio.get_running_loop().time() > 50: raise
        task = asyncio.create_task(forever())
        check(await student.ok(), 1, "ok")
""",
            "",
        ),
    ],
)
def test_a_test_is_judged_as_it_ended(grade, name, body, outcome):
    found, said, report = rows(grade, body)

    assert list(found) == ["test_it"]
    if outcome:
        assert found["test_it"] == outcome, said
    assert report.score == (1 if found["test_it"] == "passed" else 0)
    assert (report.status == "not_graded") == (found["test_it"] == "grader_error")


@pytest.mark.parametrize(
    "body",
    [
        """
    async def test_it(student):
        while True: pass
""",
        """
    async def test_it(student):
        try:
            time.sleep(100)
        except Exception:
            pass
""",
        """
    async def test_it(student):
        async def background():
            while True: pass
        task = asyncio.create_task(background())
        await asyncio.sleep(1)
        check(await student.ok(), 1, "ok")
""",
        """
    async def test_it(student):
        asyncio.get_running_loop().call_later(1, time.sleep, 100)
        await asyncio.sleep(2)
        check(await student.ok(), 1, "ok")
""",
        """
    async def test_it(student):
        async def fake(n):
            time.sleep(100)
        student.patch("fetch", fake)
        await student.swallow_all()
""",
        """
    def test_it(student):
        student.patch("sync_fetch", lambda n: time.sleep(100))
        student.swallow_sync()
""",
        """
    @pytest.fixture
    def slow(): time.sleep(100)
    def test_it(student, slow): pass
""",
        """
    @pytest.fixture
    def slow():
        yield
        time.sleep(100)
    def test_it(student, slow): pass
""",
    ],
)
def test_a_test_that_blocks_the_grader_is_stopped_and_is_no_pass(grade, body):
    begin = time.monotonic()
    suite = (
        HEAD
        + body.replace("def test_it", "def test_it")
        + "\n    pytestmark.append(pytest.mark.timeout(0.5))\n"
    )
    suite += "    async def test_next(student): check(await student.ok(), 1, 'ok')\n"
    report = grade(suite, {"a": STUDENT, "b": STUDENT}, points=2)

    for each in report.values():
        assert outcomes(each) == {"test_it": "grader_error", "test_next": "passed"}, messages(each)
        assert each.status == "not_graded"
    assert time.monotonic() - begin < 20
