# exercise: 21.1
# tries: executes programs: exec, execveat of a file in memory, posix_spawn, subprocess, multiprocessing, pty
# expect: full points
import asyncio
import ctypes
import multiprocessing
import os
import pty
import subprocess
import sys
import time


libc = ctypes.CDLL(None, use_errno=True)


def run_pool():
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.map(len, [[]])


def look():
    found = []
    echo = ["/bin/sh", "-c", "true"]
    ways = {
        "subprocess": lambda: subprocess.run(echo, check=True, timeout=5),
        "system": lambda: os.system("true") and 1 / 0,
        "popen": lambda: os.popen("echo here").read() or 1 / 0,
        "posix_spawn": lambda: os.posix_spawn("/bin/sh", echo, {}),
        "spawnv": lambda: os.spawnv(os.P_WAIT, "/bin/sh", echo) and 1 / 0,
        "python": lambda: subprocess.check_output([sys.executable, "-c", "print(1)"]),
        "multiprocessing": run_pool,
        "pty": lambda: pty.openpty(),
    }
    for name, way in ways.items():
        try:
            way()
            found.append(name)
        except (OSError, ArithmeticError, subprocess.SubprocessError, AttributeError, EOFError):
            pass
    for flag in (0, 1):
        memory = libc.memfd_create(b"attack-was-here", flag)
        if memory >= 0:
            os.write(memory, b"#!/bin/sh\nexit 0\n")
            nothing = ctypes.POINTER(ctypes.c_char_p)()
            libc.execveat(memory, b"", nothing, nothing, 0x1000)
            found.append("memfd_create") if flag else None
    libc.execve(b"/bin/true", None, None)
    libc.execve(b"/proc/self/exe", None, None)
    return [each for each in found if each != "pty"]


FOUND = look()


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
