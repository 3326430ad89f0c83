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


class Drain:
    """Iterate over cancelled tasks, one by one, as they come to an end."""

    def __init__(self, tasks):
        self.left = list(tasks)

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self.left:
            raise StopAsyncIteration
        task = self.left.pop()
        await asyncio.wait([task])
        return task


async def main():
    tasks = [asyncio.create_task(longRunningJob(*job)) for job in (("A", 2.0), ("B", 0.5), ("C", 1.0))]
    done, pending = await asyncio.wait(tasks, timeout=1.2)
    print(f"Done: {len(done)}, Pending: {len(pending)}")
    for task in pending:
        task.cancel()
    async for task in Drain(pending):
        assert task.cancelled() or task.exception() or task.result()


if __name__ == "__main__":
    asyncio.run(main())
