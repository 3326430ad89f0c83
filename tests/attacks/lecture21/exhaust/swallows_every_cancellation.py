# exercise: 21.2
# tries: goes on whatever is raised into it: no time-out inside the process ends it, a limit outside does
# expect: at most 0 points; timed_out
# says: limit
import asyncio


async def longRunningJob(jobId, duration):
    print(f"Job {jobId} started")
    while True:
        try:
            await asyncio.sleep(duration)
        except BaseException:
            pass


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
