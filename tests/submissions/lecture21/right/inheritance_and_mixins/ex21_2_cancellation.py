import asyncio
from abc import ABC, abstractmethod


class Job(ABC):
    def __init__(self, jobId):
        self.jobId = jobId

    @abstractmethod
    async def body(self):
        raise NotImplementedError

    def cleanup(self):
        print(f"Job {self.jobId} was cancelled")

    async def __call__(self):
        print(f"Job {self.jobId} started")
        try:
            result = await self.body()
        except asyncio.CancelledError:
            self.cleanup()
            raise
        print(f"Job {self.jobId} completed")
        return result


class Sleeper(Job):
    def __init__(self, jobId, duration):
        super().__init__(jobId)
        self.duration = duration

    async def body(self):
        await asyncio.sleep(self.duration)
        return f"Result_{self.jobId}"


async def longRunningJob(jobId, duration):
    return await Sleeper(jobId, duration)()


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
