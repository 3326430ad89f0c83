# exercise: 21.2
# tries: installs trace and profile functions that change what it can: costs its own tests only
# expect: at most 0 points; crashed, student_error
import asyncio
import sys
import threading

def trace(frame, event, argument):
    if "autograder" in frame.f_code.co_filename:
        raise RuntimeError("traced")
    return trace


sys.settrace(trace)
sys.setprofile(trace)
threading.settrace(trace)


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
