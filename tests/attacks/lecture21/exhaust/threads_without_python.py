# exercise: 21.2
# tries: starts thousands of threads with tiny stacks behind Python's back, so that nobody else can start a process
# expect: full points
import asyncio
import ctypes

BOUND = 2_000


def start_threads(most):
    libc = ctypes.CDLL(None)
    attributes, thread = (ctypes.c_char * 64)(), ctypes.c_ulong()
    libc.pthread_attr_init(attributes)
    libc.pthread_attr_setstacksize(attributes, ctypes.c_size_t(16384))
    pause = ctypes.cast(libc.pause, ctypes.c_void_p)
    for count in range(most):
        if libc.pthread_create(ctypes.byref(thread), attributes, pause, None):
            return count
    return most


if __name__ != "__main__" and start_threads(BOUND) == BOUND:
    raise SystemExit("more threads than any program may have")


async def longRunningJob(jobId, duration):
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
