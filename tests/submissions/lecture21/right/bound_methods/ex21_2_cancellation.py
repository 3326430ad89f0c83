import asyncio


class Jobs:
    @staticmethod
    async def run(jobId, duration):
        try:
            print(f"Job {jobId} started")
            await asyncio.sleep(duration)
            print(f"Job {jobId} completed")
            return f"Result_{jobId}"
        except asyncio.CancelledError:
            print(f"Job {jobId} was cancelled")
            raise

    @classmethod
    async def stop(cls, tasks):
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


longRunningJob = Jobs.run


async def main():
    tasks = [
        asyncio.create_task(longRunningJob("A", 2.0)),
        asyncio.create_task(longRunningJob("B", 0.5)),
        asyncio.create_task(longRunningJob("C", 1.0)),
    ]
    done, pending = await asyncio.wait(tasks, timeout=1.2)
    print(f"Done: {len(done)}, Pending: {len(pending)}")
    await Jobs.stop(pending)


if __name__ == "__main__":
    asyncio.run(main())
