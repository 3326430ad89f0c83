# exercise: 21.2
# tries: reads other processes' memory: process_vm_readv, ptrace, pidfd_getfd, kcmp, /proc/PID/mem
# expect: full points
import asyncio
import ctypes
import os


libc = ctypes.CDLL(None, use_errno=True)


class Piece(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


def look():
    found = []
    own = ctypes.create_string_buffer(4096)
    address = id(libc) & ~4095
    for pid in {os.getppid(), 1, 2, os.getpid() - 1, os.getpid() + 1} - {0, os.getpid()}:
        here, there = Piece(ctypes.addressof(own), 4096), Piece(address, 4096)
        if libc.process_vm_readv(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) > 0:
            found.append(("process_vm_readv", pid))
        if libc.process_vm_writev(pid, ctypes.byref(here), 0, ctypes.byref(there), 0, 0) == 0:
            found.append(("process_vm_writev", pid))
        for name, request in (("attach", 16), ("seize", 0x4206)):
            if libc.ptrace(request, pid, None, None) == 0:
                libc.ptrace(17, pid, None, None)
                found.append((name, pid))
        try:
            found.append(("pidfd_open", pid, os.pidfd_open(pid)))
        except (OSError, AttributeError):
            pass
        try:
            with open(f"/proc/{pid}/mem", "rb") as memory:
                memory.seek(address)
                found.append(("mem", pid, memory.read(16)))
        except (OSError, ValueError):
            pass
    if libc.ptrace(0, 0, None, None) == 0:
        found.append("traceme")
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
