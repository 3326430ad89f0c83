"""What a hostile student hands in as ex21_1_gather.py: it tries everything, and says what it got."""

import os
import socket

SECRETS = [
    "/autograder",
    "/autograder/source",
    "/autograder/source/grader.json",
    "/autograder/source/course/tests/hidden/lecture21/test_ex21_1_gather.py",
    "/autograder/results",
    "/autograder/results/results.json",
    "/autograder/submission",
    "/autograder/submission_metadata.json",
    "/autograder/run_autograder",
    "/proc/self/environ",
    "/proc/1/environ",
    "/proc/1/cmdline",
    "/etc/shadow",
    "/etc/passwd",
    "/opt/async-autograder/venv/pyvenv.cfg",
    "/root",
    "/tmp",
]


def read(path):
    if os.path.isdir(path):
        os.listdir(path)
    else:
        open(path).read(1)  # noqa: SIM115 - as students write


def write(path):
    if os.path.isdir(path):
        open(path + "/results.json", "w").close()
    else:
        open(path, "a").write("{}")  # noqa: SIM115 - as students write


TRIES = {
    **{"read " + path: (read, path) for path in SECRETS},
    **{"write " + path: (write, path) for path in SECRETS},
    "replace results": (lambda path: os.replace("/etc/hostname", path), "/autograder/results/results.json"),
    "replace run": (os.unlink, "/autograder/run_autograder"),
    "become root": (os.setuid, 0),
    "fork": (lambda _: os.fork() or os._exit(0), None),
    "execute": (lambda _: os.execv("/bin/sh", ["sh", "-c", "sleep 1000"]), None),
    "signal the grader": (lambda _: os.kill(1, 9), None),
    "signal all": (lambda _: os.kill(-1, 9), None),
    "connect": (lambda _: socket.create_connection(("127.0.0.1", 80), 1), None),
}


def succeeds(what, argument):
    try:
        what(argument)
    except BaseException:  # noqa: BLE001 - whatever it was, it was refused
        return False
    return True


async def fetchData(sourceId, delaySeconds):
    got = [name for name, (what, argument) in TRIES.items() if succeeds(what, argument)]
    raise RuntimeError(f"PROBED {len(TRIES)} GOT {got} ENVIRONMENT {sorted(os.environ)}")
