from __future__ import annotations

import asyncio
from dataclasses import dataclass, field


@dataclass
class Job:
    jobId: str
    duration: float
    log: list[str] = field(default_factory=list, repr=False)

    def say(self, what: str) -> None:
        self.log.append(what)
        print(f"Job {self.jobId} {what}")

    async def work(self) -> str:
        self.say("started")
        try:
            await asyncio.sleep(self.duration)
        except asyncio.CancelledError:
            self.say("was cancelled")
            raise
        self.say("completed")
        return f"Result_{self.jobId}"


async def longRunningJob(jobId, duration):
    return await Job(jobId, duration).work()


@dataclass(frozen=True)
class Split:
    done: set
    pending: set

    def __str__(self) -> str:
        return f"Done: {len(self.done)}, Pending: {len(self.pending)}"


async def main():
    tasks = [
        asyncio.create_task(longRunningJob("A", 2.0)),
        asyncio.create_task(longRunningJob("B", 0.5)),
        asyncio.create_task(longRunningJob("C", 1.0)),
    ]
    split = Split(*await asyncio.wait(tasks, timeout=1.2))
    print(split)
    for task in split.pending:
        task.cancel()
    await asyncio.gather(*split.pending, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
