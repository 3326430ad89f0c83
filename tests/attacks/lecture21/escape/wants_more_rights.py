# exercise: 21.2
# tries: sets user and group ids, capabilities, secure bits, dumpability and a tracer, and takes back what it has given up
# expect: full points
import asyncio
import ctypes
import os


libc = ctypes.CDLL(None, use_errno=True)


def look():
    found = []
    if os.getuid():
        for name, arguments in {
            "setuid": (0,), "setgid": (0,), "setreuid": (0, 0), "setresuid": (0, 0, 0), "setresgid": (0, 0, 0), "setfsuid": (0,), "setgroups": ([0],),
        }.items():
            if not hasattr(os, name):
                continue
            try:
                getattr(os, name)(*arguments)
                found.append(name)
            except OSError:
                pass
    capabilities = (ctypes.c_uint32 * 6)(*(0xFFFFFFFF,) * 6)
    head = (ctypes.c_uint32 * 2)(0x20080522, 0)
    if libc.syscall(126 if os.uname().machine == "x86_64" else 91, head, capabilities) == 0:
        found.append("capset")
    # keep capabilities, secure bits, ambient, no_new_privs off, another tracer, seccomp off, timer slack is free
    for name, arguments in {
        "ambient": (47, 2, 21, 0, 0), "no_new_privs": (38, 0, 0, 0, 0), "securebits": (28, 0x2F, 0, 0, 0), "tracer": (0x59616D61, -1, 0, 0, 0),
        "mm": (35, 1, 4096, 0, 0), "dumpable": (4, 1, 0, 0, 0), "seccomp": (22, 0, 0, 0, 0), "tagged": (24, 21, 0, 0, 0),
    }.items():
        if libc.prctl(*arguments) == 0:
            found.append(name)
    return found


FOUND = look()


async def longRunningJob(jobId, duration):
    if FOUND:
        raise LookupError(f"found: {FOUND}")
    try:
        print(f"Job {jobId} started")
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
