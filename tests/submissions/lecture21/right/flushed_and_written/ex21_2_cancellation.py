import asyncio
import sys


async def longRunningJob(jobId, duration):
    try:
        sys.stdout.write(f"Job {jobId} started\n")
        sys.stdout.flush()
        await asyncio.sleep(duration)
        sys.stdout.write(f"Job {jobId} completed\n")
        sys.stdout.flush()
        return f"Result_{jobId}"
    except asyncio.CancelledError:
        sys.stdout.write(f"Job {jobId} was cancelled\n")
        sys.stdout.flush()
        raise


async def main():
    tasks = [
        asyncio.create_task(longRunningJob("A", 2.0)),
        asyncio.create_task(longRunningJob("B", 0.5)),
        asyncio.create_task(longRunningJob("C", 1.0)),
    ]
    done, pending = await asyncio.wait(tasks, timeout=1.2)
    sys.stdout.writelines(["Done: ", str(len(done)), ", ", "Pending: ", str(len(pending)), "\n"])
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
