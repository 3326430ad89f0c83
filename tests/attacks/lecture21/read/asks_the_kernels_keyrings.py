# exercise: 21.1
# tries: reads and searches the kernel's keyrings, its log, its list of handles and its performance counters
# expect: full points
import asyncio
import ctypes
import os
import platform
import time


libc = ctypes.CDLL(None, use_errno=True)
NUMBERS = {"x86_64": (250, 248, 249, 103, 298, 303, 321, 323, 425), "aarch64": (219, 217, 218, 116, 241, 264, 280, 282, 425)}


def look():
    found = []
    keyctl, add_key, request_key, syslog, perf, handle, bpf, userfault, io_uring = NUMBERS[platform.machine()]
    buffer = ctypes.create_string_buffer(4096)
    for ring in (-1, -2, -3, -4, -5):
        size = libc.syscall(keyctl, 11, ring, buffer, 4096, 0)
        if size >= 0:
            found.append(("keyring", ring, buffer.raw[: min(size, 40)]))
    if libc.syscall(add_key, b"user", b"attack-was-here", b"x", 1, -4) >= 0:
        found.append("add_key")
    if libc.syscall(request_key, b"user", b"attack-was-here", None, -4) >= 0:
        found.append("request_key")
    if libc.syscall(syslog, 3, buffer, 4096) > 0:
        found.append(("log", buffer.value[:60]))
    for number in (perf, bpf, userfault, io_uring):
        if libc.syscall(number, buffer, 0, 0, 0, 0) >= 0 or ctypes.get_errno() not in (1, 38):
            found.append((number, os.strerror(ctypes.get_errno())))
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
