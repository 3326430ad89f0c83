import asyncio


async def longRunningJob(job, seconds):
    print("Job " + str(job) + " started")
    try:
        await asyncio.sleep(seconds)
    except asyncio.CancelledError:
        print("Job " + str(job) + " was cancelled")
        raise
    print("Job " + str(job) + " completed")
    return "Result_" + str(job)


async def main():
    fs = []
    fs.append(asyncio.ensure_future(longRunningJob("A", 2.0)))
    fs.append(asyncio.ensure_future(longRunningJob("B", 0.5)))
    fs.append(asyncio.ensure_future(longRunningJob("C", 1.0)))
    result = await asyncio.wait(fs, timeout=1.2)
    nDone = len(result[0])
    nPending = len(result[1])
    print("Done: " + str(nDone) + ", Pending: " + str(nPending))
    for f in fs:
        if not f.done():
            f.cancel()
    await asyncio.gather(*fs, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
