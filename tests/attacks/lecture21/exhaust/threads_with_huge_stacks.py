# exercise: 21.2
# tries: asks for threads with a gigabyte of stack each, then for as many small ones as there are numbers
# expect: at most 34 points; crashed, failed, student_error, timed_out
import asyncio
import threading
import time


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
    if __name__ == "__main__":
        kept = []
        for size in (1 << 30, 1 << 26, 1 << 15):
            threading.stack_size(size)
            try:
                for _ in range(10_000):
                    kept.append(threading.Thread(target=time.sleep, args=(10**6,), daemon=True))
                    kept[-1].start()
            except (RuntimeError, MemoryError):
                pass
        raise RuntimeError(f"{len(kept)} threads")
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
