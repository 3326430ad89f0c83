import asyncio


async def longRunningJob(jobId, duration):
    try:
        print("Job", end=" ")
        print(jobId, end=" ")
        print("started")
        await asyncio.sleep(duration)
        print("Job", jobId, "completed", sep=" ", end="\n")
        return "_".join(("Result", f"{jobId}"))
    except asyncio.CancelledError:
        print(f"Job {jobId} was cancelled\n", end="")
        raise


async def main():
    tasks = [
        asyncio.create_task(longRunningJob("A", 2.0)),
        asyncio.create_task(longRunningJob("B", 0.5)),
        asyncio.create_task(longRunningJob("C", 1.0)),
    ]
    done, pending = await asyncio.wait(tasks, timeout=1.2)
    print(f"Done: {len(done)}", f"Pending: {len(pending)}", sep=", ")
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
