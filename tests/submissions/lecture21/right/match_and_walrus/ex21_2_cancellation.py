import asyncio


async def longRunningJob(jobId, duration):
    try:
        print(f"Job {jobId} started")
        await asyncio.sleep(duration)
        print(f"Job {jobId} completed")
        return f"Result_{jobId}"
    except BaseException as problem:
        match problem:
            case asyncio.CancelledError():
                print(f"Job {jobId} was cancelled")
        raise


async def main():
    match await asyncio.wait(
        tasks := [asyncio.create_task(longRunningJob(i, d)) for i, d in (("A", 2.0), ("B", 0.5), ("C", 1.0))],
        timeout=1.2,
    ):
        case done, pending:
            print(f"Done: {len(done)}, Pending: {len(pending)}")
            assert len(tasks) == len(done) + len(pending)
    for task in pending:
        task.cancel()
    while unfinished := [task for task in pending if not task.done()]:
        await asyncio.wait(unfinished)


match __name__:
    case "__main__":
        asyncio.run(main())
