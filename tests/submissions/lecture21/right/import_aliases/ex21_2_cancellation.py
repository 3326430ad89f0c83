from asyncio import create_task as spawn, gather, run, sleep, wait
from asyncio.exceptions import CancelledError as Cancelled


async def longRunningJob(job, secs):
    try:
        print(f"Job {job} started")
        await sleep(secs)
        print(f"Job {job} completed")
        return f"Result_{job}"
    except Cancelled as why:
        print(f"Job {job} was cancelled")
        raise why


async def main():
    ts = [spawn(longRunningJob("A", 2.)), spawn(longRunningJob("B", .5)), spawn(longRunningJob("C", 1.))]
    done, pending = await wait(ts, timeout=1.2)
    print(f"Done: {len(done)}, Pending: {len(pending)}")
    for p in pending: p.cancel()
    await gather(*pending, return_exceptions=True)


if __name__ == "__main__": run(main())
