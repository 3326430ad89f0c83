"""System calls by which a program reached further than its own process, each found by an attack that succeeded once."""

import os
import subprocess
import sys
import textwrap

import pytest
from lab import every_backend

from autograder.jail.host.identity import FIRST_USER, USERS
from autograder.jail.limits import JailLimits

REACH_OUT = """
    import ctypes, fcntl, os, socket
    libc = ctypes.CDLL(None, use_errno=True)
    def call(number, *args):
        libc.syscall(number, *args)
        return os.strerror(ctypes.get_errno())
    def error_of(function, *args):
        try:
            return repr(function(*args))
        except OSError as error:
            return error.strerror
    def on_files():
        library = os.open(ctypes.__file__, os.O_RDONLY) if os.path.exists(ctypes.__file__) else 0
        return {
            "truncate": error_of(os.truncate, "/tmp/nothing", 0),
            "sync": error_of(os.sync) if os.uname().machine != "x86_64" else call(162),
            "fsync": error_of(os.fsync, library),
            "evict": error_of(os.posix_fadvise, library, 0, 0, os.POSIX_FADV_DONTNEED),
            "is cached": error_of(os.preadv, library, [bytearray(1)], 0, os.RWF_NOWAIT),
            "hint": error_of(fcntl.fcntl, library, 1036, bytes(8)),
            "flags of the file": error_of(fcntl.ioctl, library, 0x40086602, bytes(8)),
        }
    def on_processes():
        ours, theirs = socket.socketpair()
        return {
            "another group": error_of(os.setpgid, 0, 0),
            "another session": error_of(os.setsid),
            "addresses of the machine": error_of(fcntl.ioctl, ours, 0x8912, bytes(16)),
            "signals for a socket": error_of(fcntl.ioctl, ours, 0x5452, bytes(4)),
        }
    def as_ever():
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        os.set_blocking(theirs.fileno(), False)
        os.set_inheritable(os.dup(ours.fileno()), True)
        return os.isatty(ours.fileno()), ours.getblocking(), os.get_blocking(theirs.fileno())
    def timers():
        made = 0
        while made < 10_000 and libc.timer_create(1, None, ctypes.byref(ctypes.c_void_p())) == 0:
            made += 1
        return made
"""


@every_backend
def test_files_that_may_be_read_can_neither_be_changed_nor_carry_notes(bench):
    with bench(REACH_OUT).student() as student:
        assert set(student.on_files().values()) == {"Operation not permitted"}


@every_backend
def test_process_stays_in_its_group_and_sees_no_network(bench):
    with bench(REACH_OUT).student() as student:
        assert set((seen := student.on_processes()).values()) == {"Operation not permitted"}, seen


@every_backend
def test_descriptors_of_its_own_work_as_ever(bench):
    with bench(REACH_OUT).student() as student:
        assert student.as_ever() == (False, False, False)


@every_backend
def test_timers_of_the_kernel_are_few(bench):
    with bench(REACH_OUT).student() as student:
        assert student.timers() <= 64


ASK_FOR_A_USER = """
    import sys
    from autograder.jail.host.identity import own_user

    print(own_user(), flush=True)
    sys.stdin.read()
"""

SQUAT = """
    import os, socket, sys

    os.setuid({user})
    held = []
    for user in range({first}, {first} + {count}):
        held.append(socket.socket(socket.AF_UNIX))
        try:
            held[-1].bind(f"\\0autograder-jail-user-{{user}}")
        except OSError:
            pass
    print("done", flush=True)
    sys.stdin.read()
"""


def start(source: str) -> subprocess.Popen[str]:
    """Start a Python program that says something and stays until its input ends."""
    command = [sys.executable, "-c", textwrap.dedent(source)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def first_line(process: subprocess.Popen[str]) -> str:
    """Return what it says."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="gives out user ids")
def test_no_other_user_can_take_the_ids_of_jails_away():
    with start(SQUAT.format(user=61_150, first=FIRST_USER, count=USERS)) as squatter:
        assert first_line(squatter) == "done"
        with start(ASK_FOR_A_USER) as one, start(ASK_FOR_A_USER) as another:
            users = {first_line(one), first_line(another)}
            for process in (one, another, squatter):
                process.communicate()

    assert len(users) == 2
    assert all(FIRST_USER <= int(user) < FIRST_USER + USERS for user in users)


THREAD_BOMB = """
    import ctypes, threading
    def start(most):
        libc = ctypes.CDLL(None)
        attributes, thread = (ctypes.c_char * 64)(), ctypes.c_ulong()
        libc.pthread_attr_init(attributes)
        libc.pthread_attr_setstacksize(attributes, ctypes.c_size_t(16384))
        pause, begun = ctypes.cast(libc.pause, ctypes.c_void_p), 0
        while begun < most and libc.pthread_create(ctypes.byref(thread), attributes, pause, None) == 0:
            begun += 1
        return begun
    def one_after_the_other(count):
        for _ in range(count):
            thread = threading.Thread(target=int)
            thread.start()
            thread.join()
        return count
"""


@every_backend
def test_threads_made_without_python_are_counted(bench):
    """In plain, where the jail's user is whoever grades, the zygote counts them: the kernel would count all of them."""
    made = bench(THREAD_BOMB)
    for _ in range(2):
        with made.student(JailLimits(threads=20)) as student:
            assert 20 <= student.start(1000) <= 28
    with made.student(JailLimits(threads=20)) as student:
        assert student.one_after_the_other(100) == 100


ENCODING_OF_ITS_OWN = """
import os
os.kill(os.getppid(), 9)
raise SystemExit
"""


@every_backend
def test_an_encoding_that_the_submission_brings_runs_nothing_before_the_lockdown(bench):
    """What reads a file looks its encoding up as a module, which once was the student's, and not yet confined."""
    made = bench(
        "def f(): return 1\n",
        **{"extra.py": b"# \xff coding: evilx\nx = 1\n", "encodings/evilx.py": ENCODING_OF_ITS_OWN},
    )
    with made.student() as student:
        assert student.f() == 1


@pytest.mark.parametrize(
    "encoding", ["hex", "rot13", "undefined", "idna", "punycode", "evilx", "utf-7", "zlib"]
)
def test_an_encoding_that_is_none_costs_nobody_the_jail(bench, encoding):
    odd = f"# coding: {encoding}\n".encode() + b"x = 'a-" + b"99" * 200_000 + b"'\n"
    made = bench("def f(): return 1\n", **{"extra.py": odd})
    with made.student() as student:
        assert student.f() == 1


def test_descriptors_keep_no_notes_for_the_next_test(bench):
    made = bench(
        """
        import fcntl, os
        def look(): return [fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_APPEND for fd in (0, 1, 2)]
        def note():
            for fd in (0, 1, 2): fcntl.fcntl(fd, fcntl.F_SETFL, fcntl.fcntl(fd, fcntl.F_GETFL) | os.O_APPEND)
        """
    )
    with made.student() as student:
        student.note()
        assert student.look() != [0, 0, 0]
    with made.student() as student:
        assert student.look() == [0, 0, 0]
