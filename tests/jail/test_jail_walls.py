"""What a program can see and do inside the jail, and how its files are loaded."""

import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from lab import FILE, every_backend, every_python

from autograder.errors import JailUnavailable, UsageError
from autograder.jail.host import Jail, choose_jail, find_interpreter
from autograder.jail.host.runtime import RUNTIME_FILES
from autograder.jail.limits import JailLimits
from autograder.jail.protocol import ChannelClosed
from autograder.testing.failures import JailDied, StudentStuck, StudentTooSlow

walled = pytest.mark.parametrize("backend", ["bwrap", "landlock", "chroot"], indirect=True)

LOOK = """
    import os, sys
    def walk(top, limit=20000):
        found = []
        for folder, folders, files in os.walk(top):
            found += [os.path.join(folder, name) for name in files]
            if len(found) > limit: break
        return found
    def outside():
        skip = ("/usr", "/lib", "/lib64", "/dev", sys.base_prefix)
        return sorted(f for top in sorted(os.listdir("/")) if not ("/" + top).startswith(skip)
                      for f in walk("/" + top) if not f.startswith(skip))
    def listing(path):
        try: return sorted(os.listdir(path))
        except OSError as e: return type(e).__name__
    def can_read(path):
        try: open(path, "rb").read(1); return True
        except OSError: return False
    def can_write(path):
        try: open(os.path.join(path, "x"), "w").close(); return True
        except OSError: return False
    def environment(): return dict(os.environ)
    def descriptors():
        seen = []
        for fd in range(256):
            try: os.fstat(fd); seen.append(fd)
            except OSError: pass
        return seen
    def identity(): return os.getuid(), os.getgid(), os.getppid()
    def argv(): return sys.argv, sys.orig_argv[1:]
    def modules(): return sorted(m for m in sys.modules if m.startswith("autograder"))
    def path(): return sys.path
"""


def test_only_the_interpreter_and_the_runtime_are_visible(bench):
    with bench(LOOK).student() as student:
        seen = student.outside()
    files = {name.removeprefix("/jail/autograder/") for name in seen}
    stray = {name for name in files if not name.startswith("jail/guest/") and "__pycache__" not in name}

    assert stray == {name for name in RUNTIME_FILES if name.endswith(".py")}
    assert not any("test" in name or "solution" in name or "assignment" in name for name in files)


@walled
def test_no_file_outside_can_be_read(bench, tmp_path):
    (tmp_path / "secret").write_text("secret")
    with bench(LOOK).student() as student:
        for path in (tmp_path / "secret", __file__, "/etc/passwd", "/proc/self/environ", "/proc/1/cmdline"):
            assert not student.can_read(str(path))
        for path in (tmp_path, "/root", "/home", "/etc", "/proc", "/work", "/var"):
            assert student.listing(str(path)) in ("FileNotFoundError", "PermissionError", [".pyenv"])


def test_the_machine_outside_is_not_there(bench, tmp_path):
    (tmp_path / "secret").write_text("secret")
    with bench(LOOK).student() as student:
        assert not student.can_read(str(tmp_path / "secret"))
        assert not student.can_read(__file__)
        assert not student.can_read("/etc/passwd")
        assert student.listing("/proc") == "FileNotFoundError"
        assert student.listing("/root") in ("FileNotFoundError", "PermissionError", [".pyenv"])
        assert student.listing("/sys") == "FileNotFoundError"


@every_backend
def test_nobody_else_can_be_signalled_or_found(bench):
    made = bench(
        """
        import os, time
        QUESTIONS = {
            "group": os.getpgid, "session": os.getsid, "cores": os.sched_getaffinity,
            "clock": lambda pid: time.clock_gettime((~pid << 3) | 2), "signal": lambda pid: os.kill(pid, 0),
            "niceness": lambda pid: os.getpriority(os.PRIO_PROCESS, pid),
        }
        def answered(pid):
            found = []
            for name, ask in QUESTIONS.items():
                try: ask(pid); found.append(name)
                except OSError: pass
            return found
        def me(): return os.getpid()
        def times(): return time.process_time() > 0, time.thread_time() > 0, len(os.sched_getaffinity(0)) > 0
        """
    )
    with made.student() as student:
        assert [student.answered(pid) for pid in (1, 2, os.getpid())] == [[], [], []]
        assert "signal" in student.answered(student.me())
        assert student.times() == (True, True, True)


@walled
def test_nothing_is_writable(bench, backend):
    with bench(LOOK).student() as student:
        folders = [
            "/",
            "/tmp",
            "/var/tmp",
            "/run",
            "/dev",
            "/dev/shm",
            "/jail",
            "/usr/lib",
            sys.base_prefix,
            "/jail/autograder/jail/guest",
        ]
        assert [folder for folder in folders if student.can_write(folder)] == []


@walled
def test_the_environment_is_cleared(bench, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_SECRET", "secret")
    with bench(LOOK).student() as student:
        environment = student.environment()

        assert "secret" not in str(environment)
        assert set(environment) <= {
            *(
                "PATH",
                "LANG",
                "TZ",
                "MALLOC_ARENA_MAX",
                "PYTHONHASHSEED",
                "LD_LIBRARY_PATH",
                "PWD",
                "LC_CTYPE",
            )
        }
        user, group = student.identity()[:2]
        assert user == group != 0
        assert "/tests" not in str(student.argv())
        assert all(not entry.startswith("/jail") for entry in student.path())


@every_backend
def test_a_child_holds_no_descriptor_but_its_own(bench):
    with bench(LOOK).student() as student:
        assert student.descriptors() == [0, 1, 2, 3]


@every_backend
def test_the_runtime_imports_nothing_of_the_trusted_side(bench):
    with bench(LOOK).student() as student:
        names = student.modules()

    assert all(
        name
        in ("autograder", *(f"autograder.jail{each}" for each in ("", ".protocol", ".values", ".limits")))
        or name.startswith("autograder.jail.guest")
        for name in names
    ), names


@every_backend
@every_python
def test_a_module_beside_the_exercise_can_be_imported(bench):
    made = bench(
        """
        import helper, tools.deep
        from tools import deep as d
        def f(): return helper.x, tools.deep.y, d.y, helper.__file__
        """,
        **{
            "helper.py": "x = 1\n",
            "tools/__init__.py": "",
            "tools/deep.py": "from helper import x\ny = x + 1\n",
        },
    )
    with made.student() as student:
        assert student.f() == (1, 2, 2, "/submission/helper.py")


@every_backend
def test_a_file_of_the_student_never_hides_the_standard_library(bench):
    bad = "raise RuntimeError('mine')"
    made = bench(
        "import json, random, asyncio, colorsys, socket\ndef f(): return colorsys.__file__",
        **{
            "json.py": bad,
            "random.py": bad,
            "asyncio.py": bad,
            "colorsys.py": bad,
            "socket/__init__.py": bad,
        },
    )
    with made.student() as student:
        assert student.f().endswith("/colorsys.py")
        assert "submission" not in student.f()


@every_backend
def test_planted_bytecode_and_libraries_are_not_used(bench, tmp_path):
    import py_compile

    source = tmp_path / "helper.py"
    source.write_text("x = 'planted'\n")
    py_compile.compile(str(source), cfile=str(tmp_path / "planted.pyc"), doraise=True)
    planted = (tmp_path / "planted.pyc").read_bytes()
    made = bench(
        "import helper\ndef f(): return helper.x",
        **{
            "helper.py": "x = 'text'\n",
            f"__pycache__/helper.{sys.implementation.cache_tag}.pyc": planted,
            "helper.pyc": planted,
            f"helper.cpython-{sys.version_info[0]}{sys.version_info[1]}-x86_64-linux-gnu.so": b"\x7fELF",
            "ex.pyc": planted,
            "__pycache__/ex.pyc": planted,
        },
    )
    with made.student() as student:
        assert student.f() == "text"


@pytest.mark.parametrize(
    "source",
    [
        "\ufeffdef f():\n    return 'é'\n".encode(),
        "def f():\r\n    return 'é'\r\n".encode(),
        "def f():\n\treturn 'é'\n".encode(),
        "def f():\r    return 'é'\r".encode(),
        "# -*- coding: latin-1 -*-\ndef f():\n    return 'é'\n".encode("latin-1"),
        "def f():\n    return 'é'".encode(),
    ],
    ids=["bom", "crlf", "tabs", "cr", "coding", "no newline"],
)
def test_a_file_is_read_as_python_reads_it(bench, source):
    with bench(source).student() as student:
        assert student.f() == "é"


@every_python
def test_what_a_test_leaves_behind_is_gone_in_the_next(bench):
    made = bench(
        """
        import asyncio, builtins
        state = []
        def f():
            known = hasattr(asyncio, "x")
            state.append(1)
            asyncio.x = builtins.y = 1
            return len(state), known
        """
    )
    for _ in range(3):
        with made.student() as student:
            assert student.f() == (1, False)


@every_backend
def test_sets_and_random_numbers_are_the_same_in_every_jail(bench):
    source = """
    import random
    class Thing: pass
    def f():
        things = [Thing() for _ in range(50)]
        order = {t: i for i, t in enumerate(things)}
        return (list({str(i) for i in range(50)}), random.random(), hash("x"), [order[t] for t in set(things)])
    """
    from autograder.jail.host.launch import fix_addresses

    fix_addresses()
    runs = []
    for _ in range(4):
        made = bench(source)
        runs.append([])
        for _ in range(3):
            with made.student() as student:
                runs[-1].append(student.f())
    assert runs.count(runs[0]) == 4


@pytest.mark.parametrize("backend", ["plain"], indirect=True)
def test_objects_lie_where_they_did_however_soon_the_end_of_a_child_is_noticed(bench):
    """A busy machine is slow to notice; in this jail somebody waits for it, to count the threads."""
    from autograder.jail.host.launch import fix_addresses

    fix_addresses()
    runs = []
    for wait in (False, True) * 3:
        made = bench("class Thing: pass\ndef f(): return [id(Thing()) for _ in range(3)]")
        runs.append([])
        for _ in range(4):
            with made.student() as student:
                runs[-1].append(student.f())
                ended = Path(f"/proc/{made.link.child._pid}/stat")
            while wait and ended.exists() and ended.read_text().rpartition(")")[2].split()[0] != "Z":
                pass
    assert runs.count(runs[0]) == len(runs)


def test_a_warning_of_the_compiler_does_not_fill_a_pipe(bench):
    made = bench("x = [" + "'\\d'," * 30_000 + "]\ndef f(): return len(x)\n")
    with made.student() as student:
        assert student.f() == 30_000


@every_backend
def test_a_jail_whose_zygote_is_killed_says_so_and_nothing_is_left(bench):
    made = bench("import asyncio\nasync def f(): await asyncio.sleep(1)")
    process = made.jail._process
    with made.student() as student:
        process.kill()
        process.wait()
        with pytest.raises(JailDied):
            _set_until_it_fails(student)
    with pytest.raises(ChannelClosed):
        made.jail.fork(JailLimits())


def _set_until_it_fails(student):
    for _ in range(1000):  # a namespace takes a moment to go down
        student.missing = 1


def test_forking_and_killing_leaves_no_descriptor_behind(bench):
    made = bench("x = 1")
    with made.student():
        pass
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        with made.student():
            pass
    made.jail.close()
    for _ in range(3):
        with pytest.raises(ChannelClosed):
            made.jail.fork(JailLimits())

    assert len(os.listdir("/proc/self/fd")) <= before


def test_a_process_that_hangs_for_real_is_killed_at_its_wall_limit(bench):
    made = bench("import select\ndef f():\n    select.select([], [], [], 60)")
    with made.student(JailLimits(wall_seconds=0.5)) as student:
        with pytest.raises(StudentTooSlow, match=r"no answer within 0\.5 s"):
            student.f()
        assert made.link.child.ending.exit in (-9, -24)  # with the report of where it was


def test_a_busy_process_gets_its_processor_time_however_short_its_wall_time(bench):
    made = bench("def f():\n    while True:\n        pass")
    limits = JailLimits(wall_seconds=0.3, cpu_seconds=0.4)
    with made.student(limits) as student, pytest.raises(StudentTooSlow, match="processor time limit"):
        student.f()


def test_an_endless_loop_is_named_alike_in_every_run(bench):
    source = """
    import asyncio
    def step(x):
        y = x + 1
        return y * 2 % 1000
    async def f():
        x = 0
        while x >= 0:
            x = step(x)
            for _ in range(10):
                x += step(x)
            x = x % 7
    """
    made = bench(source)
    said = set()
    for _ in range(6):
        with pytest.raises(StudentStuck) as caught:
            made.run(lambda student: student.f(), JailLimits(cpu_seconds=0.1))
        said.add(str(caught.value))

    assert said == {"processor time limit: it used 0.1 s of processor time\n  is in f, line 8: while x >= 0:"}


def test_a_lying_runtime_cannot_hang_the_trusted_side(bench):
    source = """
    import gc
    def server():
        return next(o for o in gc.get_objects() if type(o).__name__ == "Server")
    async def f(message):
        server().post(message)
        return 1
    """
    messages = [
        ["ret", 1, ["ok", 1], -(10**9)],
        ["ret", 1, ["ok", 1], 1e308],
        ["ret", 1, ["ok", 1], "x"],
        ["ret", 1, ["error", 1], 0],
        ["ret", {}, ["ok", 1], 0],
        ["cb", 1, 99, "await", [], {}],
        ["cb", 1, 1, "await", {}, []],
        ["cbcancel", []],
        ["cancelled_you", []],
        ["nonsense"],
        [],
        7,
        ["ret", 1, ["ok", ["h", 5, "async generator", "x" * 10**5, ["__call__", "y" * 10**5], 7, None]], 0],
        ["ret", 1, ["ok", ["h", "x", 5, 5, 5, 5, 5]], 0],
        ["ret", 1, ["error", ["e", 1, 0, [[1, "X", [0]]], [], "", [], None, []]], 0],
        ["ret", 1, ["error", ["e", 1, 0, [[1, "X", [1]], [2, "X", [0]]], [], "", [], None, []]], 0],
        ["ret", 1, ["error", ["e", 1, 0, [], [], "", [], None, []]], 0],
        ["ret", 1, ["error", ["e", 1, 0, [[0, "KeyboardInterrupt", []]], [], "", [], None, []]], 0],
        ["ret", 1, ["error", ["e", 1, 0, [[0, "eval", []]], [], "", [["f", "x", 1, 1]], None, []]], 0],
    ]
    made = bench(source)
    for message in messages:
        try:
            made.run(lambda student, message=message: student.f(message))
        except Exception:  # noqa: BLE001 - which error is of no interest: it is one, it comes at once, and nothing else
            pass


@pytest.mark.parametrize("name", ["eval", "open", "print"])
def test_a_class_name_from_the_jail_gives_no_function_of_ours(bench, name):
    made = bench(f"{name}x = type({name!r}, (Exception,), {{}})\ndef f(): raise {name}x('hello')")
    with made.student() as student:
        with pytest.raises(Exception, match="hello") as caught:
            student.f()
        assert type(caught.value).__name__ == name


def test_a_jail_that_is_unknown_or_cannot_start_says_what_to_do(monkeypatch, tmp_path):
    with pytest.raises(UsageError, match="--jail nonsense"):
        choose_jail("nonsense")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(JailUnavailable, match="apt-get install bubblewrap"):
        Jail("bwrap", find_interpreter()).start({})
    with tempfile.TemporaryDirectory() as folder:  # not below tmp_path, where a jail's user does not get
        os.chmod(folder, 0o755)
        monkeypatch.setenv("PATH", folder)
        fake = Path(folder, "bwrap")
        fake.write_text("#!/bin/sh\necho 'no namespaces here' >&2\nexit 1\n")
        fake.chmod(0o755)
        with pytest.raises(JailUnavailable, match="no namespaces here"):
            Jail("bwrap", find_interpreter()).start({})


def test_an_interpreter_that_is_none_is_refused(tmp_path):
    with pytest.raises(UsageError, match="not a Python interpreter"):
        find_interpreter(tmp_path / "nothing")
    old = tmp_path / "python"
    old.write_text('#!/bin/sh\necho \'["/usr/bin/python", "/usr", "/usr", [3, 9, 1]]\'\n')
    old.chmod(0o755)
    with pytest.raises(UsageError, match=r"3\.9\.1 is too old"):
        find_interpreter(old)


@every_backend
def test_nothing_is_left_running_when_a_jail_is_closed(bench):
    made = bench("x = 1")
    pid = made.jail._process.pid
    with made.student():
        made.jail.close()

    assert (
        subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout == ""
    )


def test_every_file_of_the_jail_channel_is_private(bench):
    """A second jail's socket is of no use: descriptors are not inherited."""
    first, second = bench("x = 1"), bench("x = 2")
    with first.student() as one, second.student() as two:
        assert (one.x, two.x) == (1, 2)
        assert isinstance(first.jail._control, socket.socket)


assert FILE == "ex.py"
