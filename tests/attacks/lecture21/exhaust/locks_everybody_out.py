# exercise: 21.2
# tries: takes the import lock, the locks of logging and printing and the switch between threads, and keeps them
# expect: at most 34 points; crashed, failed, student_error, timed_out
import _thread
import asyncio
import logging
import sys
import threading


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
        logging._lock.acquire()
        lock = threading.Lock()
        lock.acquire()
        keeper = threading.Thread(target=lock.acquire, daemon=True)
        keeper.start()
        _thread.interrupt_main()
        keeper.join()
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
