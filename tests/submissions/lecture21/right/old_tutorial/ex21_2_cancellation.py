import asyncio

async def longRunningJob(jobId, duration):
    print("Job %s started" % jobId)
    try:
        await asyncio.sleep(duration)
    except asyncio.CancelledError:
        print("Job %s was cancelled" % jobId)
        raise
    print("Job %s completed" % jobId)
    return "Result_%s" % jobId

async def main():
    loop = asyncio.get_event_loop()
    tasks = [loop.create_task(longRunningJob(n, d)) for (n, d) in (("A", 2.0), ("B", 0.5), ("C", 1.0))]
    (done, pending) = await asyncio.wait(tasks, timeout=1.2)
    print("Done: %i, Pending: %i" % (len(done), len(pending)))
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)

if __name__ == "__main__":
    loop = asyncio.get_event_loop()
    try:
        loop.run_until_complete(asyncio.ensure_future(main(), loop=loop))
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
