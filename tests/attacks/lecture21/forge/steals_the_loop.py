# exercise: 21.2
# tries: stops, closes and replaces the running loop: costs the test that it happens in
# expect: at most 15 points; crashed, failed
import asyncio


async def longRunningJob(jobId, duration):
    print(f"Job {jobId} started")
    loop = asyncio.get_running_loop()
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.stop()
    loop._ready.clear()
    loop._scheduled.clear()
    asyncio.set_event_loop_policy(None)
    asyncio._set_running_loop(None)
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
