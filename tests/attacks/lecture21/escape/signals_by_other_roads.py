# exercise: 21.1
# tries: sends signals to others by every call that there is, and lets the kernel send them for it (F_SETOWN, timers, death of a parent)
# expect: full points
import asyncio
import ctypes
import fcntl
import os
import signal
import socket
import struct
import time


libc = ctypes.CDLL(None, use_errno=True)
QUIET = signal.SIGWINCH


def look():
    found = []
    others = [os.getppid(), 1, 0, -1, -os.getppid()]
    for pid in others:
        for name, send in {
            "kill": lambda pid: os.kill(pid, QUIET),
            "killpg": lambda pid: os.killpg(abs(pid), QUIET),
            "pidfd": lambda pid: signal.pidfd_send_signal(os.pidfd_open(pid), QUIET),
        }.items():
            try:
                send(pid)
                found.append((name, pid))
            except OSError:
                pass
    for name, number in (("tkill", 200), ("tgkill", 234), ("rt_sigqueueinfo", 129), ("rt_tgsigqueueinfo", 297)):
        information = ctypes.create_string_buffer(128)
        information.raw = struct.pack("<iii", int(QUIET), 0, -1) + bytes(116)
        arguments = (os.getppid(), os.getppid(), int(QUIET), information) if "tg" in name else (os.getppid(), int(QUIET), information)
        if os.uname().machine == "x86_64" and libc.syscall(number, *arguments) == 0:
            found.append(name)
    return found


def let_the_kernel_do_it():
    """A socket that has news sends its owner a signal of one's choice; the owner may be somebody else."""
    mine, other = socket.socketpair()
    for owner in (os.getppid(), 1, -os.getppid()):
        try:
            fcntl.fcntl(mine, fcntl.F_SETOWN, owner)
            fcntl.fcntl(mine, 10, int(signal.SIGKILL))
            fcntl.fcntl(mine, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
            other.send(b"x")
        except OSError:
            pass


FOUND = look()
let_the_kernel_do_it()


async def fetchData(sourceId, delaySeconds):
    if FOUND:
        raise LookupError(f"found: {FOUND}")
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
