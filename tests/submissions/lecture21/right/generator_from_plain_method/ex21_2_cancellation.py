import asyncio


async def longRunningJob(jobId, duration):
    async def work():
        print(f"Job {jobId} started")
        await asyncio.sleep(duration)
        print(f"Job {jobId} completed")

    def cleanup():
        print(f"Job {jobId} was cancelled")

    try:
        await work()
    except asyncio.CancelledError:
        cleanup()
        raise
    return f"Result_{jobId}"


async def main():
    def start(jobId, duration):
        return asyncio.create_task(longRunningJob(jobId, duration))

    async def stop(tasks):
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def report(done, pending):
        print(f"Done: {len(done)}, Pending: {len(pending)}")
        return pending

    tasks = [start("A", 2.0), start("B", 0.5), start("C", 1.0)]
    await stop(report(*await asyncio.wait(tasks, timeout=1.2)))


if __name__ == "__main__":
    asyncio.run(main())
