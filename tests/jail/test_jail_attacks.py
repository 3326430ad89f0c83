"""Whatever a student's program does to its process, it costs the test that does it, and nothing else.

These are small and look at outcome and words of one test; whole hostile programs, in every jail, are in tests/attacks.
"""

import textwrap
import time

import pytest
from lab import FILE, Grader, messages, outcomes

from autograder.model import Limits

pytestmark = pytest.mark.slow

SUITE = """
    import pytest
    from autograder.testing import check
    pytestmark = [pytest.mark.exercise("1"), pytest.mark.concept("main")]

    @pytest.mark.points(2)
    async def test_before(student):
        check(await student.honest(3), 6, "honest")

    @pytest.mark.points(6)
    async def test_attack(student):
        check(await student.attack(), "CANARY-OF-THE-TEST" * 1, "attack")

    @pytest.mark.points(2)
    async def test_after(student):
        check(await student.honest(4), 8, "honest")
"""

HONEST = """
import asyncio, os, sys
async def honest(n):
    await asyncio.sleep(n)
    print("honest", n)
    return 2 * n
"""

FRAME = """
import json, struct
def frame(message, fd=3):
    body = json.dumps(message).encode()
    os.write(fd, struct.pack(">I", len(body)) + body)
"""

# ruff: noqa: E501, ISC004 - small programs, on one line each

# name: (body of `async def attack()`, or a whole file; allowed outcomes; words of the message)
ATTACKS = {
    "exit": ("os._exit(0)", "crashed", "ended itself with status 0"),
    "exit3": ("os._exit(3)", "crashed", "ended itself with status 3"),
    "abort": ("os.abort()", "crashed", "SIGABRT"),
    "kill_itself": ("os.kill(os.getpid(), 9)", "crashed", "SIGKILL"),
    "terminate": ("import signal; signal.raise_signal(15)", "crashed", "SIGTERM"),
    "null_pointer": ("import ctypes; ctypes.string_at(0)", "crashed", "SIGSEGV"),
    "segfault_names_line": ("import ctypes; ctypes.string_at(0)", "crashed", "line"),
    "close_all": ("os.closerange(0, 100); return 'CANARY-OF-THE-TEST'", "crashed", ""),
    "close_all_and_spin": ("os.closerange(0, 100)\nwhile True: pass", "crashed timed_out", ""),
    "spin": ("while True: pass", "timed_out", "processor time limit"),
    "spin_deaf": (
        (
            "import signal\nfor s in range(1, 65):\n  try: signal.signal(s, signal.SIG_IGN)\n  except Exception: pass\n"
            "signal.setitimer(signal.ITIMER_PROF, 0)\nwhile True: pass"
        ),
        "timed_out",
        "processor time limit",
    ),
    "spin_in_c": ("sum(range(10**15))", "timed_out", "processor time limit"),
    "spin_swallows": (
        "while True:\n  try:\n    while True: pass\n  except BaseException: pass",
        "timed_out",
        "processor time limit",
    ),
    "spin_thread": (
        "import threading\ndef work():\n  while True: pass\nthreading.Thread(target=work).start()\n"
        "await asyncio.sleep(9)",
        "timed_out",
        "processor time limit",
    ),
    "really_sleeps": ("import signal; signal.pause()", "timed_out", "no answer within 3 s"),
    "really_selects": ("import select; select.select([], [], [], 100)", "timed_out", "no answer within 3 s"),
    "virtual": ("while True: await asyncio.sleep(100)", "timed_out", "virtual time limit"),
    "virtual_blocking": ("import time\nwhile True: time.sleep(1)", "timed_out", "virtual time limit"),
    "poll": ("while True: await asyncio.sleep(0)", "timed_out", "limit"),
    "deadlock": ("await asyncio.get_running_loop().create_future()", "timed_out", "deadlock"),
    "deadlock_thread": (
        "import threading; threading.Event().wait()",
        "timed_out",
        "deadlock",
    ),
    "deadlock_lock": (
        "import threading; l = threading.Lock(); l.acquire(); l.acquire()",
        "timed_out",
        "deadlock",
    ),
    "memory_block": ("return len(bytearray(10**10))", "student_error", "memory limit"),
    "memory_list": (
        "x = []\nwhile True: x.append(bytearray(10**6))",
        "student_error",
        "memory limit",
    ),
    "memory_small": ("x = None\nwhile True: x = [x, 1.5]", "student_error timed_out", "limit"),
    "output": ("while True: print('x' * 1000)", "crashed", "output limit"),
    "output_bytes": ("while True: sys.stdout.buffer.write(b'x' * 1000)", "crashed", "output limit"),
    "output_fd": (
        "while True: os.write(1, b'x' * 1000); os.write(2, b'x' * 1000)",
        "timed_out student_error",
        "",
    ),
    "threads": (
        "import threading, time\nfor _ in range(10**6): threading.Thread(target=time.sleep, args=(9,)).start()",
        "student_error",
        "new thread",
    ),
    "recursion": ("def f(): return f()\nf()", "student_error", "RecursionError"),
    "recursion_swallowed": (
        "def f():\n  try: return f()\n  except RecursionError: return f()\nsys.setrecursionlimit(60); f()",
        "student_error timed_out crashed",
        "",
    ),
    "deep_recursion_limit": (
        "sys.setrecursionlimit(10**9)\nclass A:\n  def __repr__(self): return repr([self])\nrepr(A())",
        "crashed student_error timed_out",
        "",
    ),
    "system_exit": ("sys.exit(0)", "student_error", "SystemExit"),
    "exit_builtin": ("exit()", "student_error", "SystemExit"),
    "keyboard_interrupt": ("raise KeyboardInterrupt", "student_error", "KeyboardInterrupt"),
    "generator_exit": ("raise GeneratorExit", "student_error", "GeneratorExit"),
    "stop_iteration": (
        "class S(StopAsyncIteration): pass\nraise S",
        "student_error",
        "StopAsyncIteration",
    ),
    "base_exception": ("class B(BaseException): pass\nraise B('mine')", "student_error", "mine"),
    "cancelled": ("raise asyncio.CancelledError", "student_error failed", ""),
    "exit_in_task": (
        "async def t(): sys.exit(1)\nasyncio.create_task(t()); await asyncio.sleep(1)\nraise ValueError('went on')",
        "student_error",
        "went on",
    ),
    "interrupt_in_task": (
        "async def t(): raise KeyboardInterrupt\nawait asyncio.create_task(t())",
        "student_error",
        "KeyboardInterrupt",
    ),
    "stop_loop": (
        "asyncio.get_running_loop().stop(); await asyncio.sleep(1); raise ValueError('went on')",
        "student_error",
        "went on",
    ),
    "close_loop": ("asyncio.get_running_loop().close()", "student_error failed crashed", ""),
    "assertion": ("raise AssertionError('told you')", "student_error", "told you"),
    "no_stdout": ("sys.stdout = None; print('x'); return sys.stdout", "failed", "None"),
    "no_stdout_del": ("del sys.stdout; print('x')", "student_error", "stdout"),
    "settrace": (
        "def t(*a): raise ValueError('from trace')\nsys.settrace(t); await asyncio.sleep(1)",
        "student_error failed crashed",
        "",
    ),
    "patch_json": (
        (
            "import json\njson.dumps = json.loads = json.JSONEncoder.encode = None\njson.decoder = json.encoder = None\n"
            "return 'x'"
        ),
        "failed",
        "expected",
    ),
    "patch_asyncio": (
        "for n in list(vars(asyncio)): setattr(asyncio, n, None)\nreturn 'x'",
        "failed student_error crashed timed_out",
        "",
    ),
    "patch_builtins": (
        (
            "import builtins\nfor n in ('len', 'type', 'isinstance', 'list', 'getattr', 'int', 'str', 'print'):\n"
            "  setattr(builtins, n, lambda *a: 'CANARY')\nreturn 'x'"
        ),
        "failed student_error crashed",
        "",
    ),
    "del_builtins": (
        "vars(__builtins__).clear() if not isinstance(__builtins__, dict) else __builtins__.clear()",
        "failed student_error crashed",
        "",
    ),
    "patch_socket": (
        "import socket\nsocket.socket.recv = socket.socket.sendall = None",
        "failed student_error crashed",
        "",
    ),
    "clear_modules": ("sys.modules.clear()", "failed student_error crashed", ""),
    "garbage": ("os.write(3, b'garbage' * 1000)", "crashed", "not the protocol"),
    "garbage_huge": ("os.write(3, b'\\xff\\xff\\xff\\xff')", "crashed", "not the protocol"),
    "garbage_json": ("os.write(3, b'\\x00\\x00\\x00\\x02{]')", "crashed", "not the protocol"),
    "garbage_nan": ("os.write(3, b'\\x00\\x00\\x00\\x05[NaN]')", "crashed", "not the protocol"),
    "garbage_deep": (
        "b = b'[' * 10**6; os.write(3, len(b).to_bytes(4, 'big')); os.write(3, b)",
        "crashed",
        "value limit",
    ),
    "half_frame": ("os.write(3, b'\\x00\\x00\\x00'); os._exit(0)", "crashed", ""),
    "half_frame_waits": (
        "os.write(3, b'\\x00\\x00\\x00\\x09ab'); import signal; signal.pause()",
        "timed_out crashed",
        "",
    ),
    "drip": (
        "import select\nos.write(3, b'\\x00\\x10\\x00\\x00')\nwhile True:\n  os.write(3, b' ')\n  select.select([], [], [], 0.2)",
        "timed_out",
        "no answer within",
    ),
    "drip_frames": (
        FRAME + "import select\nwhile True:\n"
        "  frame(['scb', 0, 0, 'call', [], {}, [0, None, False], [], []]); os.read(3, 10000)\n"
        "  select.select([], [], [], 0.2)",
        "timed_out crashed",
        "",
    ),
    "flood": ("while True: os.write(3, b'\\x00\\x00\\x00\\x02[]')", "crashed", "not the protocol"),
    "forged_answer": (
        FRAME + "frame(['sret', ['ok', 'CANARY-OF-THE-TEST'], [0, None, False], [], []])",
        "crashed",
        "not the protocol",
    ),
    "forged_yield": (
        FRAME + "frame(['yield', [0, None, False], [['ret', 1, ['ok', 'CANARY-OF-THE-TEST'], 0]], []])",
        "crashed",
        "not the protocol",
    ),
    "forged_negative_cancelling": (
        FRAME + "frame(['yield', [0, None, False], [['ret', 1, ['ok', 'CANARY-OF-THE-TEST'], -5]], []])",
        "crashed",
        "not the protocol",
    ),
    "forged_time": (FRAME + "frame(['yield', [-5, None, False], [], []])", "crashed", "not the protocol"),
    "forged_far_time": (
        FRAME + "frame(['yield', [10**30, None, False], [], []])",
        "crashed",
        "not the protocol",
    ),
    "forged_stuck": (
        FRAME + "frame(['stuck', 'deadlock', 'hello ' * 10**5, ['x'] * 10**4, []])",
        "timed_out crashed",
        "",
    ),
    "forged_stuck_kind": (FRAME + "frame(['stuck', [], {}, 5, 7])", "crashed", "not the protocol"),
    "forged_unhashable": (FRAME + "frame([['x'], {}])", "crashed", "not the protocol"),
    "read_requests": ("os.read(3, 0); os.set_blocking(3, False); os.dup2(0, 3)", "crashed", ""),
    "liar_eq": (
        (
            "class Yes:\n  def __eq__(self, other): return True\n  def __ne__(self, other): return False\n"
            "  def __bool__(self): return True\n  def __hash__(self): return hash('CANARY-OF-THE-TEST')\nreturn Yes()"
        ),
        "failed",
        "expected",
    ),
    "liar_str": (
        "class S(str):\n  def __eq__(self, other): return True\n  __hash__ = str.__hash__\nreturn S('x')",
        "failed",
        "expected",
    ),
    "liar_class": (
        "class X:\n  __class__ = str\n  def __eq__(self, other): return True\nreturn X()",
        "failed",
        "expected",
    ),
    "exiting_str": (
        "class E(Exception):\n  def __str__(self): sys.exit(0)\nraise E()",
        "student_error",
        "E",
    ),
    "surrogates": ("raise ValueError('\\udc80 \\x1b[2J \\u202e')", "student_error", "ValueError"),
    "big_int": ("return 7 ** 100000", "failed", "expected"),
    "huge_values": ("return ['x' * 1000] * 19000", "failed", "expected"),
    "cyclic": ("x = []; x.append(x); return x", "failed", "expected"),
    "many_events": ("import time\nfor _ in range(10**5): time.sleep(0)\nreturn 'x'", "failed", "expected"),
    "many_tasks": (
        "for _ in range(5000): await asyncio.gather(*[asyncio.sleep(0) for _ in range(4)])\nreturn 'x'",
        "failed",
        "expected",
    ),
    "many_lost": (
        (
            "async def t(): raise ValueError('x' * 10**5)\nfor _ in range(5000): asyncio.create_task(t())\n"
            "await asyncio.sleep(1); return 'x'"
        ),
        "failed timed_out",
        "",
    ),
    "many_unawaited": ("for _ in range(10**5): asyncio.sleep(1)\nreturn 'x'", "failed", "expected"),
    "swallow_cancel": (
        "while True:\n  try: await asyncio.sleep(10)\n  except asyncio.CancelledError: pass",
        "timed_out",
        "virtual time limit",
    ),
    "thread_left": (
        "import threading, time\ndef w():\n  while True: time.sleep(1)\nthreading.Thread(target=w).start(); return 'x'",
        "failed",
        "expected",
    ),
    "atexit": ("import atexit; atexit.register(print, 'late'); return 'x'", "failed", "expected"),
}


def _file(body: str) -> str:
    return HONEST + "async def attack():\n" + textwrap.indent(body, "    ") + "\n"


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory):
    """All attacks in one class, honest submissions among them."""
    submissions = {}
    for number, (name, (body, _, _)) in enumerate(ATTACKS.items()):
        submissions[name] = {FILE: _file(body)}
        if number % 10 == 9:
            submissions[f"honest {number}"] = {FILE: _file("return 'CANARY-OF-THE-TEST'")}
    grade = Grader(tmp_path_factory.mktemp("attacks"))
    limits = Limits(cpu_seconds=0.5, wall_seconds=3, memory_mb=256)
    return grade(SUITE, submissions, limits=limits)


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_costs_its_own_test_only(verdicts, name):
    _, allowed, words = ATTACKS[name]
    report = verdicts[name]

    assert report.status == "graded", report.reason
    assert outcomes(report)["test_attack"] in allowed.split(), messages(report)
    assert words in messages(report)["test_attack"]
    assert "Traceback" not in messages(report)["test_attack"]
    assert "/autograder/" not in messages(report)["test_attack"]
    assert len(messages(report)["test_attack"]) < 2100
    assert messages(report)["test_attack"].replace("\n", " ").isprintable()
    assert outcomes(report)["test_before"] == outcomes(report)["test_after"] == "passed", messages(report)
    assert report.score == 4


def test_honest_submissions_among_attacks_lose_nothing(verdicts):
    scores = [report.score for name, report in verdicts.items() if name.startswith("honest")]

    assert scores == [10] * (len(ATTACKS) // 10)


def test_attacks_take_no_longer_than_their_limits(verdicts):
    slow = {name: report.wall_seconds for name, report in verdicts.items() if report.wall_seconds > 30}

    assert not slow


LOAD = {
    "exit": ("import os; os._exit(0)", "crashed"),
    "raise": ("1 / 0", "student_error"),
    "system_exit": ("import sys; sys.exit(0)", "student_error"),
    "interrupt": ("raise KeyboardInterrupt", "student_error"),
    "spin": ("while True: pass", "timed_out"),
    "syntax": ("def f(:\n", "student_error"),
    "null_bytes": ("x = 1\0", "student_error"),
    "latin": (b"# caf\xe9\n", "student_error"),
    "deep": ("x = " + "(" * 5000 + ")" * 5000, "student_error"),
    "deep_unary": ("x = " + "-" * 200_000 + "1", "student_error crashed"),
    "deep_attributes": ("x = a" + ".a" * 100_000, "student_error crashed"),
    "exponential_finally": (
        "def f():\n"
        + "".join("    " * (n + 1) + "try: pass\n" + "    " * (n + 1) + "finally:\n" for n in range(19))
        + "    " * 20
        + "print(1, 2, 3)\n",
        "student_error crashed timed_out failed",
    ),
    "warnings": ("x = [" + "'\\d'," * 5000 + "]\n", "student_error failed"),
    "asyncio_run": ("import asyncio\nasyncio.run(asyncio.sleep(10**5))", "timed_out"),
    "missing": ("x = 1", "student_error"),
}


def test_a_file_that_cannot_be_loaded_fails_all_its_tests_and_nothing_else(grade):
    begin = time.monotonic()
    bad = {name: text for name, (text, _) in LOAD.items()}
    reports = grade(
        SUITE, bad | {"honest": _file("return 'CANARY-OF-THE-TEST'")}, limits=Limits(cpu_seconds=0.5)
    )

    assert reports["honest"].score == 10
    for name, (_, allowed) in LOAD.items():
        assert reports[name].status == "graded", (name, reports[name].reason)
        assert set(outcomes(reports[name]).values()) <= set(allowed.split()), (name, messages(reports[name]))
        assert reports[name].score == 0
    assert time.monotonic() - begin < 60


def test_a_file_that_does_not_compile_names_its_line(grade):
    reports = grade(SUITE, {"a": "import asyncio\n\nasync def attack()\n    return 1\n"})

    for message in messages(reports["a"]).values():
        assert "SyntaxError" in message
        assert "ex.py, line 3" in message
