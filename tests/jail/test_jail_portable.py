"""The plain jail on a student's own machine: on Windows there is no fork, no signal and no limit of the kernel's.

There is no Windows here. So `elsewhere/no_unix.py` takes away all that only Unix has, from the grader and from each
process that it starts, and what is graded then is compared with what the plain jail gives as it is.
"""

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from lab import OTHER_PYTHONS, outcomes

from autograder.errors import JailUnavailable
from autograder.jail.host import BACKENDS, Interpreter, Jail, choose_jail, find_interpreter, fresh
from autograder.jail.limits import JailLimits
from autograder.jail.protocol import ChannelClosed

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(__file__).parent / "elsewhere" / "grade.py"
FILES = {
    "21.1": "ex21_1_gather.py",
    "21.2": "ex21_2_cancellation.py",
    "21.3": "ex21_3_context_manager.py",
}
WRONG = (
    "21.1/sequential_awaits",
    "21.1/blocking_sleep",
    "21.1/syntax_error",
    "21.1/wait_for_gives_up_after_one_second",
    "21.1/busy_wait",
    "21.2/swallowed_cancel",
    "21.2/no_drain",
    "21.3/aexit_returns_true",
    "21.3/main_never_closes_on_error",
)


def command(*arguments: str) -> list[str]:
    return [sys.executable, str(PROGRAM), *arguments]


def grade(job: dict, *arguments: str, **environment: str) -> dict:
    done = subprocess.run(
        command(*arguments),
        input=json.dumps(job),
        capture_output=True,
        text=True,
        timeout=200,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def lecture21(*wrong: str) -> dict:
    """Return a job: the reference solution, and wrong files each of which stands in its place in one exercise."""
    reference = {name: str(ROOT / "solutions" / "lecture21" / name) for name in FILES.values()}
    submissions = [{"id": "reference", "files": reference}]
    for each in wrong:
        exercise, name = each.split("/")
        path = ROOT / "tests" / "submissions" / "lecture21" / "wrong" / exercise / f"{name}.py"
        files = {**reference, FILES[exercise]: str(path)}
        submissions.append({"id": each, "files": files, "exercises": [exercise]})
    return {"root": str(ROOT), "assignment": "lecture21", "suite": "", "seed": 21, "submissions": submissions}


def trial(folder: Path, program: str, suite: str, points: int, **more) -> dict:
    """Return a job: one program, and a suite that asks it for one point a test."""
    tests = folder / "suite"
    tests.mkdir()
    head = """
        import asyncio, os, pytest
        pytestmark = [pytest.mark.exercise("1"), pytest.mark.concept("main"), pytest.mark.points(1)]
    """
    (tests / "test_suite.py").write_text(textwrap.dedent(head) + textwrap.dedent(suite))
    (folder / "ex.py").write_text(textwrap.dedent(program))
    submission = {"id": "it", "files": {"ex.py": str(folder / "ex.py")}}
    return {
        "suite": str(tests),
        "points": points,
        "limits": {"cpu_seconds": 0.3, "wall_seconds": 6.0},
        "seed": 1,
        "submissions": [submission],
        **more,
    }


def started_by(pid: int) -> list[int]:
    """Return the processes that a grader without Unix has started."""
    mark = f"# {pid} started it\n".encode()
    found = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if folder.name.isdigit() and mark in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
    return found


# -- imports ------------------------------------------------------------------------------------------------------


def test_all_that_a_student_needs_can_be_imported_without_unix():
    packages = ["autograder.model", "autograder.scoring", "autograder.catalogue", "autograder.grading"]
    packages += ["autograder.testing", "autograder.audit", "autograder.jail.host", "autograder.cli.main"]
    if (ROOT / "autograder" / "cli" / "check.py").exists():
        packages += ["autograder.cli.check", "autograder.cli.screen.check"]

    names = grade({"import": packages}, "--no-unix")

    assert {"autograder.jail.host.bwrap", "autograder.grading.suite", "autograder.testing.guard"} <= {*names}


# -- lecture 21 ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_lecture_gets_the_same_verdicts_without_unix():
    job = lecture21(*WRONG)

    with_fork, without = grade(job), grade(job, "--no-unix")

    assert (with_fork["fresh"], without["fresh"]) == (False, True)
    assert without["reports"]["reference"]["score"] == 100
    assert [*without["reports"]] == ["reference", *WRONG]
    assert without["reports"] == with_fork["reports"]


@pytest.mark.slow
def test_student_hears_the_same_from_check_without_unix(tmp_path):
    folder = tmp_path / "lecture21"
    shutil.copytree(ROOT / "assignments" / "lecture21", folder)
    shutil.copy(ROOT / "solutions" / "lecture21" / FILES["21.1"], folder)
    job = json.dumps({"command": ["check", "--seed", "5", "--json", str(folder)]})

    with_fork, without = (
        subprocess.run(command(*arguments), input=job, capture_output=True, text=True, timeout=200)
        for arguments in ((), ("--no-unix",))
    )

    assert without.returncode == with_fork.returncode == 1, without.stderr
    assert json.loads(without.stdout) == json.loads(with_fork.stdout)
    assert "passed" in without.stdout


# -- hostile programs ---------------------------------------------------------------------------------------------

HOSTILE = """
    import asyncio, builtins, ctypes, faulthandler, os, signal, subprocess, sys, threading, time
    def endless():
        while True:
            pass
    def never_gives_up():
        while True:
            try:
                while True: pass
            except BaseException: pass
    def never_lets_go():
        sys.setswitchinterval(1000)
        while True: pass
    def endless_in_c(): sum(range(10**12))
    def waits_for_real(): os.read(os.pipe()[0], 1)
    async def deadlock(): await asyncio.Event().wait()
    def leave(): os._exit(3)
    def crash(): ctypes.string_at(0)
    def abort(): os.abort()
    def flood():
        while True: print("x" * 1000)
    def scribble(numbers):
        for number in range(numbers):
            try: os.write(number, b"junk" * 100)
            except OSError: pass
        return "done"
    def close_all(): os.closerange(0, 300)
    def ask(): return input("? ")
    def leave_threads():
        threading.Thread(target=threading.Event().wait).start()
        threading.Thread(target=time.sleep, args=(1e6,), daemon=True).start()
        return threading.active_count()
    def start_process(): subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)"])
    def connect():
        import socket
        socket.create_connection(("127.0.0.1", 9))
    def interrupt(): signal.raise_signal(signal.SIGINT)
    def flood_errors():
        for _ in range(100): os.write(2, b"x" * 100_000); sys.stderr.write("x" * 100_000)
        return "done"
    def look_around():
        found = []
        for name in ("pytest", "autograder.testing", "autograder.errors", "autograder.jail.host"):
            try: __import__(name)
            except ImportError: continue
            found.append(name)
        return found, os.getcwd(), hash("a"), sys.path[0], time.localtime().tm_hour
    def wreck():
        for name in list(vars(builtins)):
            if name not in ("vars", "list"): vars(builtins).pop(name)
    async def length(text): return len(text)
    def replace_os():
        for name in ("read", "write", "_exit", "dup2", "ftruncate", "lseek"): setattr(os, name, None)
        print("printed")
        return "done"
    def replace_os_and_hang():
        replace_os()
        while True: pass
    def forge():
        import json, struct
        body = json.dumps(["sret", 1, ["ok", "forged"], [0, None, False], [], []]).encode()
        for number in range(3, 300):
            try: os.write(number, struct.pack(">I", len(body)) + body)
            except OSError: pass
        return "done"
    def close_errors():
        for number in (2, 102):
            try: os.close(number)
            except OSError: pass
        return "done"
    def leave_from_a_thread():
        threading.Thread(target=os._exit, args=(4,)).start()
        time.sleep(1)
"""
SUITE = """
    def make(name, *arguments):
        def test(student):
            raise AssertionError(repr(getattr(student, name)(*arguments)))
        return test
    for name in ("endless", "never_gives_up", "leave", "crash", "abort", "flood", "close_all", "ask", "leave_threads",
                 "start_process", "connect", "interrupt", "flood_errors", "look_around", "wreck", "replace_os",
                 "replace_os_and_hang", "forge", "close_errors", "leave_from_a_thread"):
        globals()["test_" + name] = make(name)
    test_scribble = make("scribble", 10)
    test_scribble_everywhere = make("scribble", 300)
    for name in ("never_lets_go", "endless_in_c", "waits_for_real"):
        globals()["test_" + name] = pytest.mark.limits(wall=1.5)(make(name))
    async def test_deadlock(student): await student.deadlock()
    async def test_long_argument(student): raise AssertionError(await student.length("x" * 200_000))
    @pytest.mark.timeout(1)
    def test_that_hangs_itself():
        while True: pass
    @pytest.mark.timeout(1)
    async def test_that_hangs_in_a_task():
        async def spin():
            while True: pass
        task = asyncio.create_task(spin())
        await asyncio.sleep(1)
    def test_after_one_that_hangs(student): raise AssertionError(student.look_around()[1])
"""
TESTS = 30
SAME = (
    *("replace_os", "replace_os_and_hang", "forge", "close_errors", "leave_from_a_thread"),
    *("endless", "never_gives_up", "leave", "crash", "abort", "flood", "close_all"),
    *("ask", "leave_threads", "start_process", "interrupt", "look_around", "wreck", "scribble_everywhere"),
    *(
        "waits_for_real",
        "deadlock",
        "long_argument",
        "that_hangs_itself",
        "that_hangs_in_a_task",
        "after_one_that_hangs",
    ),
)
"""What comes to the same in every word."""

OTHERWISE = {
    "scribble": ("failed", "'done'"),  # small numbers lead nowhere
    "flood_errors": ("failed", "'done'"),
    "never_lets_go": ("timed_out", "wall time limit: no answer within 1.5 s"),
    "endless_in_c": ("timed_out", "wall time limit: no answer within 1.5 s"),
    "connect": ("student_error", "PermissionError"),
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The rows of the hostile program, with fork and without Unix."""
    job = trial(tmp_path_factory.mktemp("hostile"), HOSTILE, SUITE, TESTS)
    rows = [grade(job, *arguments)["reports"]["it"]["tests"] for arguments in ((), ("--no-unix",))]
    return [{name.removeprefix("test_"): row for name, row in each.items()} for each in rows]


@pytest.mark.slow
@pytest.mark.parametrize("name", SAME)
def test_hostile_program_meets_the_same_end(hostile, name):
    with_fork, without = hostile

    assert without[name] == with_fork[name]
    assert without[name][0] != "passed"


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHERWISE)
def test_hostile_program_meets_an_end_that_is_told(hostile, name):
    _, without = hostile
    outcome, begin = OTHERWISE[name]

    assert without[name][0] == outcome
    assert without[name][1].startswith(begin)


@pytest.mark.slow
def test_hostile_program_that_never_lets_go_is_told_where_it_is(hostile):
    assert "is in endless_in_c, line 14 of ex.py" in hostile[1]["endless_in_c"][1]


@pytest.mark.slow
def test_hidden_test_that_hangs_is_stopped_without_unix(hostile):
    outcome, message, _ = hostile[1]["that_hangs_itself"]

    assert outcome == "grader_error"
    assert "the test itself was still busy after 1 s and was stopped" in message


# -- endings ------------------------------------------------------------------------------------------------------

WAITING = """
    import os
    def wait():
        open({fifo!r}, "w").close()
        os.read(os.pipe()[0], 1)
"""
ASKING = """
    def test_it(student): student.wait()
"""


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL], ids=["ctrl-c", "killed"])
def test_nothing_is_left_when_the_grader_is_ended(tmp_path, sent):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    job = trial(tmp_path, WAITING.format(fifo=str(fifo)), ASKING, 1, limits={"wall_seconds": 60.0})
    with subprocess.Popen(
        command("--no-unix"), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as grader:
        assert grader.stdin is not None
        grader.stdin.write(json.dumps(job).encode())
        grader.stdin.close()
        fifo.read_bytes()  # the program has come to where it waits
        processes = [os.pidfd_open(pid) for pid in started_by(grader.pid)]
        assert len(processes) >= 2  # the test's, and what was started ahead

        grader.send_signal(sent)

        for process in processes:
            assert select.select([process], [], [], 20)[0], "a process outlives its grader"
            os.close(process)
        grader.wait(20)
        assert started_by(grader.pid) == []


def test_nothing_is_left_when_all_is_graded(tmp_path, monkeypatch, bench):
    monkeypatch.setattr(fresh, "FORCED", True)
    jail = Jail("plain", find_interpreter())
    jail.start({"ex.py": b"def f(): return 1\n"})
    children = [jail.fork(JailLimits()) for _ in range(3)]
    assert jail._fresh is not None
    processes = [each._process for each in (*jail._fresh._begun, *jail._fresh._ready)]
    assert len(processes) >= 5

    children[0].drop()
    children[1].kill()
    jail.close()

    assert [each.poll() is not None for each in processes] == [True] * len(processes)


# -- where it lies, and which Python ------------------------------------------------------------------------------

LOOKING = """
    import asyncio, colorsys, datetime, sys, time
    async def look():
        before = time.monotonic()
        await asyncio.gather(*(asyncio.to_thread(time.sleep, 1.5) for _ in range(3)))
        print("Grüße")
        return sys.version_info[:2], time.monotonic() - before, str(datetime.datetime.now()), hash("a")
"""
LOOK = """
    async def test_it(student):
        raise AssertionError(f"{await student.look()} {student.stdout}")
"""


def looked(job: dict, **environment: str) -> str:
    (row,) = grade(job, **environment)["reports"]["it"]["tests"].values()
    return row[1]


@pytest.mark.parametrize(
    "python", [path for path in OTHER_PYTHONS if path.exists()], ids=lambda path: path.parts[-3]
)
def test_other_pythons_do_the_same(tmp_path, python):
    job = trial(tmp_path, LOOKING, LOOK, 1, forced=True, python=str(python))
    version = tuple(map(int, python.parts[-3].split(".")[:2]))

    assert looked(job).startswith(f"({version}, 1.5, '2026-01-05 09:00:01.500000', ")


def test_folder_and_environment_of_a_user_do_not_matter(tmp_path):
    home = tmp_path / "Zoë O'Brien's \"own\" $HOME {x} %TEMP%"
    shutil.copytree(ROOT / "autograder", home / "autograder", ignore=shutil.ignore_patterns("__pycache__"))
    (home / "autograder" / "jail" / "guest" / "asyncio.py").write_text("raise ImportError('not this one')")
    (home / "colorsys.py").write_text("raise ImportError('nor this one')")
    job = trial(tmp_path, LOOKING, LOOK, 1, forced=True)
    here = looked(job)

    there = looked(
        job,
        PYTHONPATH=str(home),
        PYTHONHASHSEED="77",
        PYTHONUTF8="0",
        LC_ALL="C",
        PYTHONSAFEPATH="1",
        PYTHONWARNINGS="ignore",
    )

    assert there == here
    assert here.endswith("Grüße\n")


# -- what does not work -------------------------------------------------------------------------------------------


def test_only_the_plain_jail_does_without_fork(monkeypatch):
    monkeypatch.setattr(fresh, "FORCED", True)
    for name in BACKENDS:
        if name != "plain":
            with pytest.raises(JailUnavailable, match="processes that are forked"):
                choose_jail(name)
    with pytest.raises(JailUnavailable, match="cannot be locked in on this machine"):
        choose_jail("auto")

    assert choose_jail("plain", "plain").backend == "plain"


@pytest.mark.parametrize("broken", ["/bin/false", "/nowhere/python"])
def test_python_that_cannot_be_started_is_told(monkeypatch, broken):
    monkeypatch.setattr(fresh, "FORCED", True)
    python = Interpreter(executable=Path(broken), prefix=Path("/usr"), version=(3, 11, 0))

    with pytest.raises(JailUnavailable, match=r"did not start|cannot be started"):
        Jail("plain", python).start({})


def test_python_of_another_version_than_it_says_is_refused(monkeypatch):
    monkeypatch.setattr(fresh, "FORCED", True)
    real = find_interpreter()
    python = Interpreter(executable=real.executable, prefix=real.prefix, version=(3, 99, 0))

    with pytest.raises(JailUnavailable, match=r"not 3\.99\.0 as it said"):
        Jail("plain", python).start({})


def test_death_of_a_process_that_was_started_ahead_is_no_students_fault(monkeypatch):
    monkeypatch.setattr(fresh, "FORCED", True)
    with Jail("plain", find_interpreter()) as jail:
        jail.start({"ex.py": b""})
        assert jail._fresh is not None
        for each in jail._fresh._ready:
            each._process.kill()
            each._process.wait()

        with pytest.raises(ChannelClosed):
            jail.fork(JailLimits())


def test_text_that_kills_its_reader_costs_only_its_own_tests(monkeypatch, grade):
    monkeypatch.setattr(fresh, "FORCED", True)
    suite = """
        import pytest
        pytestmark = [pytest.mark.exercise("1"), pytest.mark.concept("main")]
        @pytest.mark.points(10)
        def test_it(student): assert student.f() == 1
    """
    deep = "x = " + "(" * 150 + "1" + ")" * 150 + "\n" + "y = " + "-" * 90_000 + "1\n"

    report = grade(suite, {"a": {"ex.py": "def f(): return 1\n", "deep.py": deep}}, jail="plain")["a"]

    assert outcomes(report) == {"test_it": "passed"}
