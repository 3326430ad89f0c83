# exercise: 21.2
# tries: empties files, changes process groups, syncs disks, empties and probes the page cache, asks for addresses
# expect: full points
import asyncio
import ctypes
import fcntl
import os
import socket

BY_NUMBER = {
    "sync": (162,),
    "syncfs": (306, 0),
    "mincore": (27, 0, 0, 0),
    "readahead": (187, 0, 0, 4096),
    "cachestat": (451, 0, 0, 0, 0),
    "mq_unlink": (241, b"attack-was-here"),
    "file_setattr": (469, -100, b"/tmp", bytes(24), 24, 0),
    "core of its own": (157, 62, 1, 0, 0, 0),
}


def attempts():
    libc = ctypes.CDLL(None, use_errno=True)
    if os.uname().machine == "x86_64":
        for name, call in BY_NUMBER.items():
            yield name, lambda call=call: libc.syscall(*call) != -1
    library = os.open(os.__file__, os.O_RDONLY)
    ours, _theirs = socket.socketpair()
    for path in (__file__, "/tmp/attack-was-here", "/dev/null"):
        yield path, lambda path=path: os.truncate(path, 0) is None
    yield "group", lambda: os.setpgid(0, os.getpgid(os.getppid())) is None
    yield "session", lambda: os.setsid() > 0
    yield "evict", lambda: os.posix_fadvise(library, 0, 0, os.POSIX_FADV_DONTNEED) is None
    yield "cached", lambda: os.preadv(library, [bytearray(1)], 0, os.RWF_NOWAIT) > 0
    yield "hint", lambda: fcntl.fcntl(library, 1036, bytes(8)) is not None
    yield "attributes", lambda: fcntl.ioctl(library, 0x40086602, bytes(8)) is not None
    yield "addresses", lambda: fcntl.ioctl(ours, 0x8912, bytes(16)) is not None
    yield "signals", lambda: fcntl.ioctl(ours, 0x5452, bytes(4)) is not None


def succeeded():
    for name, attempt in attempts():
        try:
            if attempt():
                yield name
        except OSError:
            pass


REACHED = list(succeeded())


async def longRunningJob(jobId, duration):
    try:
        print(f"Job {jobId} started", *REACHED)
        await asyncio.sleep(duration)
        print(f"Job {jobId} completed")
        return f"Result_{jobId}"
    except asyncio.CancelledError:
        print(f"Job {jobId} was cancelled")
        raise


async def main():
    tasks = [
        asyncio.create_task(longRunningJob("A", 2.0)),
        asyncio.create_task(longRunningJob("B", 0.5)),
        asyncio.create_task(longRunningJob("C", 1.0)),
    ]
    done, pending = await asyncio.wait(tasks, timeout=1.2)
    print(f"Done: {len(done)}, Pending: {len(pending)}")
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
