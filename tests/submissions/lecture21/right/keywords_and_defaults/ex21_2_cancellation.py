import asyncio


async def longRunningJob(jobId="A", duration=2.0, /, *, quiet=False, **extra):
    def say(what):
        if not quiet:
            print(f"Job {jobId} {what}")

    try:
        say("started")
        await asyncio.sleep(duration, result=extra)
        say("completed")
        return f"Result_{jobId}"
    except asyncio.CancelledError:
        say("was cancelled")
        raise


async def main(*, limit=1.2, jobs=(("A", 2.0), ("B", 0.5), ("C", 1.0))):
    tasks = [asyncio.create_task(coro=longRunningJob(*job)) for job in jobs]
    done, pending = await asyncio.wait(fs=tasks, timeout=limit)
    print(f"Done: {len(done)}, Pending: {len(pending)}")
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main(limit=1.2))
