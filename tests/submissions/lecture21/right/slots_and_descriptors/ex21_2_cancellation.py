import asyncio


class Announcer:
    __slots__ = ("jobId",)

    def __init__(self, jobId):
        self.jobId = jobId

    def __call__(self, what):
        print(f"Job {self.jobId} {what}")


async def longRunningJob(jobId, duration):
    announce = Announcer(jobId)
    try:
        announce("started")
        await asyncio.sleep(duration)
        announce("completed")
        return f"Result_{jobId}"
    except asyncio.CancelledError:
        announce("was cancelled")
        raise


class Crew:
    __slots__ = ("tasks", "done", "pending")

    def __init__(self, *jobs):
        self.tasks = [asyncio.create_task(job) for job in jobs]

    async def work(self, limit):
        self.done, self.pending = await asyncio.wait(self.tasks, timeout=limit)

    async def stop(self):
        for task in self.pending:
            task.cancel()
        await asyncio.gather(*self.pending, return_exceptions=True)


async def main():
    crew = Crew(longRunningJob("A", 2.0), longRunningJob("B", 0.5), longRunningJob("C", 1.0))
    await crew.work(1.2)
    print(f"Done: {len(crew.done)}, Pending: {len(crew.pending)}")
    await crew.stop()


if __name__ == "__main__":
    asyncio.run(main())
