"""Rows, limits and scripts of a hidden suite, and which suites are refused."""

import time

import pytest
from suites import HEAD, STUDENT, rows

from autograder.errors import ConfigurationError
from autograder.model import Limits


def test_a_row_is_not_run_unless_what_it_requires_has_passed(grade):
    body = """
    async def test_first(student): check(await student.ok(), 2, "ok")
    @pytest.mark.requires("test_first")
    async def test_second(student): check(await student.ok(), 1, "ok")
    @pytest.mark.requires("test_second")
    async def test_third(student): check(await student.ok(), 1, "ok")
    async def test_fourth(student): pass
    @pytest.mark.requires("test_fourth")
    async def test_fifth(student): check(await student.ok(), 1, "ok")
"""
    found, said, report = rows(grade, body, points=5)

    assert list(found.values()) == ["failed", "not_run", "not_run", "passed", "passed"]
    assert "test_first" in said["test_second"]
    assert sum(row.max_score for row in report.exercises[0].tests) == 5


def test_rows_of_parametrised_tests_are_their_own(grade):
    body = """
    @pytest.mark.parametrize("n", [1, 2, 3])
    async def test_fetch(student, n): check(await student.fetch(n) % 2, 1, "odd")
"""
    found, _, report = rows(grade, body, points=3)

    assert found == {"test_fetch[1]": "passed", "test_fetch[2]": "failed", "test_fetch[3]": "passed"}
    assert report.score == 2


def test_limits_of_one_test_are_its_own(grade):
    body = """
    @pytest.mark.limits(virtual=5)
    async def test_short(student):
        await student.lib.asyncio.sleep(6)
    @pytest.mark.limits(cpu=0.2)
    async def test_cpu(student): student.spin(0.5)
    @pytest.mark.limits(wall=1)
    async def test_wall(student): student.really()
    @pytest.mark.limits(memory=100)
    async def test_memory(student): student.eat(200)
    async def test_none(student):
        await student.lib.asyncio.sleep(6)
        student.spin(0.5)
        student.eat(200)
"""
    student = """
    import time, select
    def spin(seconds):
        begin = time.process_time()
        while time.process_time() - begin < seconds: pass
    def really(): select.select([], [], [], 20)
    def eat(mb): return len(bytearray(mb * 2**20))
"""
    found, said, _ = rows(grade, body, student, points=5)

    assert list(found.values()) == ["timed_out", "timed_out", "timed_out", "student_error", "passed"], said
    assert "virtual time limit: still running after 5 s" in said["test_short"]
    assert "processor time limit: it used 0.2 s" in said["test_cpu"]
    assert "no answer within 1 s" in said["test_wall"]
    assert "memory limit" in said["test_memory"]


@pytest.mark.slow
def test_a_long_limit_of_wall_time_is_met_before_the_last_guard_rings(grade, monkeypatch):
    monkeypatch.setattr("autograder.grading.suite._LAST_GUARD_SECONDS", 1)
    body = """
    @pytest.mark.limits(wall=2)
    async def test_wall(student): student.really()
"""
    found, said, _ = rows(grade, body, "import select\ndef really(): select.select([], [], [], 20)")

    assert found == {"test_wall": "timed_out"}, said


def test_an_exercise_that_keeps_running_into_its_limit_is_given_up(grade):
    body = """
    @pytest.mark.parametrize("n", range(12))
    async def test_spin(student, n): await student.spin()
"""
    student = "async def spin():\n    while True: pass\n"
    begin = time.monotonic()
    found, said, _ = rows(grade, body, student, points=12, limits=Limits(cpu_seconds=0.1))

    assert set(found.values()) == {"timed_out"}
    assert "not tried" in said["test_spin[11]"]
    assert time.monotonic() - begin < 30


def test_many_deadlocks_do_not_cost_the_tests_after_them(grade):
    body = """
    @pytest.mark.parametrize("n", range(12))
    async def test_hang(student, n): await student.hang()
    async def test_ok(student): check(await student.ok(), 1, "ok")
"""
    found, _, _ = rows(grade, body, points=13)

    assert found["test_ok"] == "passed"


def test_a_deadlock_names_where_each_task_is_parked(grade):
    body = """
    async def test_it(student): await student.main()
"""
    student = """
    import asyncio
    async def helper(q):
        return await q.get()
    async def main():
        q = asyncio.Queue()
        await asyncio.gather(helper(q), q.join(), asyncio.Event().wait())
"""
    _, said, _ = rows(grade, body, student)

    assert said["test_it"].startswith("deadlock")
    assert "helper, line 4: return await q.get()" in said["test_it"]
    assert "main, line 7: await asyncio.gather" in said["test_it"]


def test_run_script_gives_the_whole_program(grade):
    body = """
    def test_it(run_script):
        r = run_script()
        check(r.stdout, "hello\\n1.5\\n", "stdout")
        check(r.status, 0, "status")
        check(r.virtual_seconds, 1.5, "time")
        check(r.prints(), [(0.0, "hello"), (1.5, "1.5")], "prints")
"""
    student = """
    import asyncio, time
    async def main():
        print("hello")
        await asyncio.sleep(1.5)
        print(time.monotonic())
    if __name__ == "__main__":
        asyncio.run(main())
"""
    found, said, _ = rows(grade, body, student)

    assert found["test_it"] == "passed", said


@pytest.mark.parametrize(
    ("suite", "words"),
    [
        ({"test_a.py": "def test_x(:\n"}, "test_a.py"),
        ({"test_a.py": "import not_installed_here\n"}, "not_installed_here"),
        ({}, "no hidden test"),
        (
            {"test_a.py": HEAD + "\n    def test_x(student): pass\n    def test_y(student): pass\n"},
            "2 points",
        ),
        (
            {
                "test_a.py": HEAD + "\n    def test_x(student): pass\n",
                "test_b.py": HEAD + "\n    def test_x(student): pass\n",
            },
            "same name",
        ),
        (
            {"test_a.py": HEAD + "\n    @pytest.mark.requires('nobody')\n    def test_x(student): pass\n"},
            "nobody",
        ),
        (
            {"test_a.py": HEAD + "\n    @pytest.mark.concept('magic')\n    def test_x(student): pass\n"},
            "magic",
        ),
        ({"test_a.py": HEAD + "\n    @pytest.mark.pionts(1)\n    def test_x(student): pass\n"}, "pionts"),
        ({"test_a.py": "def test_x(student): pass\n"}, "exercise"),
        ({"test_a.py": HEAD + "\n    async def test_x(student):\n        yield\n"}, "yield"),
    ],
)
def test_a_suite_that_cannot_be_trusted_is_refused_before_anything_is_graded(grade, suite, words):
    with pytest.raises(ConfigurationError, match=words):
        grade(suite, {"a": STUDENT})
