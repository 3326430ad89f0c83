import asyncio


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
    loop = asyncio.get_running_loop()
    tasks = {
        loop.create_task(longRunningJob("A", 2.0), name="job-A"): "A",
        loop.create_task(longRunningJob("B", 0.5), name="job-B"): "B",
        loop.create_task(longRunningJob("C", 1.0), name="job-C"): "C",
    }
    done, pending = await asyncio.wait(tasks, timeout=1.2)
    print(f"Done: {len(done)}, Pending: {len(pending)}")
    for task in pending:
        task.cancel(msg="too slow: " + task.get_name())
    await asyncio.gather(*pending, return_exceptions=True)


if __name__ == "__main__":
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(main())
    finally:
        asyncio.set_event_loop(None)
        loop.close()
