"""Each limit, met by a program in a real jail: an outcome of its own, which names the limit, its value and the line."""

import pytest
from lab import Grader, messages, outcomes

pytestmark = pytest.mark.slow

PROGRAM = """\
import asyncio, ctypes, errno, os, select, signal, sys, threading, time
kept = []
def ask(n): return n
async def ask_later(n): return n
def spin():
    while True: pass
def spin_in_c():
    return sum(range(10**15))
def wait_for_real():
    select.select([], [], [], 100)
async def sleep_long():
    await asyncio.sleep(100)
    await asyncio.sleep(100)
def eat():
    return len(bytearray(10**9))
def eat_until_killed():
    from ctypes import CDLL, c_size_t, c_void_p, memset
    malloc = CDLL(None).malloc
    malloc.restype, malloc.argtypes = c_void_p, [c_size_t]
    while True:
        block = malloc(2**20)
        if not block: os.abort()
        memset(block, 1, 2**20)
def many_threads():
    for _ in range(99):
        threading.Thread(target=time.sleep, args=(1,)).start()
def many_threads_past_the_runtime():
    start = threading._start_new_thread.__closure__[1].cell_contents
    for _ in range(99):
        start(signal.pause, ())
def many_files():
    while True: kept.append(os.dup(1))
def long_file():
    while True: os.write(2, b"x" * 10_000)
def long_file_to_the_end():
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    long_file()
def print_much():
    for _ in range(50): print("x" * 100)
def print_for_ever():
    while True: print("x" * 1000)
def print_past_the_runtime():
    server = sys.stdout._recorder._runtime.server
    server._channel.send(["scb", 1, [1], {}, [0, None, False], [], [[0, "print", "", 0, "x" * 5000]]])
def call_for_ever():
    while True: ask(1)
async def call_later_for_ever():
    while True: await asyncio.gather(*[ask_later(i) for i in range(20)])
def call_past_the_runtime():
    server = sys.stdout._recorder._runtime.server
    while True:
        server._channel.send(["scb", 1, [1], {}, [0, None, False], [], []])
        server._channel.receive()
def call_with_much():
    while True: ask("x" * 100_000)
def many_items(): return [[1, 2]] * 50
def long_text(): return "x" * 3000
def deep():
    value = []
    for _ in range(9): value = [value]
    return value
def large_number(): return 10**30_000
def nothing(): pass
def size(value): return len(value)
def items_past_the_runtime():
    sys.stdout._recorder._runtime.server.codec.limits = type("All", (), {"value_items": 10**9, "value_chars": 10**9,
        "value_depth": 99, "frame_bytes": 2**22})
    return [0] * 101
"""

HEAD = """
    import asyncio, pytest
    from autograder.testing import check
    pytestmark = [pytest.mark.exercise("1"), pytest.mark.concept("main"), pytest.mark.points(1)]
"""

# name of the test: (its limit, its body, the outcome, the first words of the message)
CASES = {
    "cpu": (
        "cpu=0.2",
        "student.spin()",
        "timed_out",
        "processor time limit: it used 0.2 s of processor time\n  is in spin, line 6: while True: pass",
    ),
    "cpu_by_the_kernel": (
        "cpu=0.2",
        "student.spin_in_c()",
        "timed_out",
        'processor time limit (0.2 s): it was stopped by SIGXCPU; File "ex.py", line 8 in spin_in_c',
    ),
    "wall": (
        "wall=0.5",
        "student.wait_for_real()",
        "timed_out",
        "wall time limit: no answer within 0.5 s: it really waits for something\n  is in wait_for_real, line 10 of",
    ),
    "virtual": (
        "virtual=150",
        "await student.sleep_long()",
        "timed_out",
        "virtual time limit: still running after 150 s",
    ),
    "memory": (
        "memory=100",
        "student.eat()",
        "student_error",
        "memory limit (100 MB): MemoryError (ex.py, line 15: return len(bytearray(10**9)))",
    ),
    "memory_of_a_killed_one": (
        "memory=100",
        "student.eat_until_killed()",
        "crashed",
        "memory limit (100 MB): the program died: it was stopped by SIGABRT",
    ),
    "threads": (
        "threads=8",
        "student.many_threads()",
        "student_error",
        "thread limit (8): RuntimeError: can't start new thread: 8 run already (ex.py, line 26: ",
    ),
    "threads_by_the_kernel": (
        "threads=8",
        "student.many_threads_past_the_runtime()",
        "student_error",
        "thread limit (8) or memory limit (512 MB): RuntimeError: can't start new thread (ex.py, line 30: ",
    ),
    "open_files": (
        "open_files=20",
        "student.many_files()",
        "student_error",
        "open file limit (20): OSError: [Errno 24] Too many open files (ex.py, line 32: ",
    ),
    "file_size": (
        "file_kb=16",
        "student.long_file()",
        "student_error",
        "file size limit (16 KB): OSError: [Errno 27] File too large (ex.py, line 34: ",
    ),
    "file_size_by_signal": (
        "file_kb=16",
        "student.long_file_to_the_end()",
        "crashed",
        "file size limit (16 KB): the program died: it was stopped by SIGXFSZ",
    ),
    "output": (
        "output=1",
        "student.print_much(); check(student.stdout, '', 'stdout')",
        "failed",
        "output limit (1 KB): it prints more than is kept (from line 39 of the program on)",
    ),
    "output_for_ever": (
        "output=1",
        "student.print_for_ever()",
        "crashed",
        "output limit: it prints without end (1 KB are kept)\n  is in print_for_ever, line 41: ",
    ),
    "output_past_the_runtime": (
        "output=1",
        "student.patch('ask', lambda n: n); student.print_past_the_runtime()",
        "crashed",
        "output limit (1 KB): it prints without end",
    ),
    "messages": (
        "messages=100",
        "student.patch('ask', lambda n: n); student.call_for_ever()",
        "crashed",
        "message limit: it sends more than 100 messages to the test\n  is in call_for_ever, line 46: ",
    ),
    "messages_about_tasks": (
        "messages=100",
        "student.patch('ask_later', asyncio.sleep); await student.call_later_for_ever()",
        "crashed",
        "message limit: it sends more than 100 messages to the test\n  is in call_later_for_ever, line 48: ",
    ),
    "messages_past_the_runtime": (
        "messages=100",
        "student.patch('ask', lambda n: n); student.call_past_the_runtime()",
        "crashed",
        "message limit (100): its process sends message after message",
    ),
    "bytes": (
        "protocol_mb=1",
        "student.patch('ask', lambda n: None); student.call_with_much()",
        "crashed",
        "protocol limit: it passes more than 1 MB to and from the test\n  is in call_with_much, line 55: ",
    ),
    "items": (
        "value_items=100",
        "check(student.many_items(), [], 'items')",
        "failed",
        "items: expected [], got <value limit (100 items): the program's list is beyond it>",
    ),
    "items_looked_at": (
        "value_items=100",
        "assert len(student.many_items()) == 50",
        "failed",
        "value limit (100 items): the program's list is beyond it",
    ),
    "items_compared": (
        "value_items=100",
        "assert student.many_items() == [[1, 2]] * 50",
        "failed",
        "value limit (100 items): the program's list is beyond it",
    ),
    "items_passed_on": (
        "value_items=100",
        "check(student.size(student.many_items()), 50, 'n')",
        "passed",
        "",
    ),
    "items_past_the_runtime": (
        "value_items=100",
        "student.items_past_the_runtime()",
        "crashed",
        "value limit (100 items): its process sent a value beyond it",
    ),
    "text": (
        "value_kb=2",
        "assert 'x' in student.long_text()",
        "failed",
        "value limit (2 KB of text): the program's str is beyond it",
    ),
    "depth": (
        "value_depth=8",
        "assert student.deep()",
        "failed",
        "value limit (8 levels): the program's list is beyond it",
    ),
    "digits": (
        "",
        "assert student.large_number() > 1",
        "failed",
        "value limit (numbers of 65,536 bits): the program's int is beyond it",
    ),
    "arguments": (
        "value_items=100",
        "student.size([0] * 101)",
        "grader_error",
        "CannotCross: this list is too large to be passed to the program: value limit (100 items)",
    ),
    "no_such_limit": ("cpus=3", "student.nothing()", "grader_error", "ConfigurationError: "),
    "none_at_all": ("", "student.nothing()", "passed", ""),
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory):
    suite = HEAD
    for name, (limits, body, _, _) in CASES.items():
        suite += f"""
    @pytest.mark.limits({limits})
    async def test_{name}(student):
        {body}
"""
    grade = Grader(tmp_path_factory.mktemp("limits"))
    report = grade(suite, {"a": PROGRAM}, points=len(CASES))["a"]
    return outcomes(report), messages(report)


@pytest.mark.parametrize("name", CASES)
def test_a_limit_is_an_outcome_that_names_itself(verdicts, name):
    _, _, outcome, words = CASES[name]
    found, said = verdicts

    assert found[f"test_{name}"] == outcome, said[f"test_{name}"]
    assert said[f"test_{name}"].startswith(words)
