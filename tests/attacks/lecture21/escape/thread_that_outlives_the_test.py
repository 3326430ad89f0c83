# exercise: 21.2
# tries: leaves a thread behind that scribbles later: no other test may notice
# expect: at most 27 points; failed, timed_out, student_error
import asyncio
import threading
import time

def scribble():
    while True:
        time.sleep(0.1)
        print("still here")


async def longRunningJob(jobId, duration):
    threading.Thread(target=scribble, daemon=True).start()
    print(f"Job {jobId} started")
    await asyncio.sleep(duration)
    print(f"Job {jobId} completed")
    return f"Result_{jobId}"


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
