# exercise: 21.1
# tries: makes processes with fork, vfork, clone and clone3, asked of the kernel directly
# expect: full points
import asyncio
import ctypes
import os
import platform
import struct
import time


libc = ctypes.CDLL(None, use_errno=True)
NUMBERS = {"x86_64": (57, 56, 435), "aarch64": (220, 220, 435)}


def child(pid):
    """End a child at once, if there is one; tell whether there was."""
    if pid == 0:
        os._exit(0)
    return pid > 0


def look():
    found = []
    fork, clone, clone3 = NUMBERS[platform.machine()]
    ways = {
        "fork": (fork, 17, 0, 0, 0, 0),
        "clone": (clone, 17, 0, 0, 0, 0),
        "clone with a shared table of files": (clone, 0x400 | 17, 0, 0, 0, 0),
        "clone into a namespace": (clone, 0x10000000 | 17, 0, 0, 0, 0),
        "clone as a sibling": (clone, 0x8000 | 17, 0, 0, 0, 0),
    }
    for name, arguments in ways.items():
        if child(libc.syscall(*arguments)):
            found.append(name)
    order = ctypes.create_string_buffer(struct.pack("<11Q", 0, 0, 0, 0, 17, 0, 0, 0, 0, 0, 0))
    if child(libc.syscall(clone3, order, 88)):
        found.append("clone3")
    for name in ("fork", "forkpty"):
        try:
            pid = getattr(os, name)()
            if child(pid[0] if isinstance(pid, tuple) else pid):
                found.append(name)
        except OSError:
            pass
    return found


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
