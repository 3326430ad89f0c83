import asyncio


def sleeping(seconds):
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    handle = loop.call_at(loop.time() + seconds, lambda: future.done() or future.set_result(None))
    future.add_done_callback(lambda _: handle.cancel())
    return future


async def longRunningJob(jobId, duration):
    print(f"Job {jobId} started")
    future = sleeping(duration)
    try:
        await future
    except asyncio.CancelledError:
        assert future.cancelled()
        print(f"Job {jobId} was cancelled")
        raise
    print(f"Job {jobId} completed")
    return f"Result_{jobId}"


async def main():
    loop = asyncio.get_running_loop()
    tasks = [asyncio.create_task(longRunningJob(n, s)) for n, s in (("A", 2.0), ("B", 0.5), ("C", 1.0))]
    over = loop.create_future()
    end = lambda *_: over.done() or over.set_result(None)
    timer = loop.call_later(1.2, end)
    everything = asyncio.gather(*tasks, return_exceptions=True)
    everything.add_done_callback(end)
    await over
    timer.cancel()
    pending = [t for t in tasks if not t.done()]
    print(f"Done: {len(tasks) - len(pending)}, Pending: {len(pending)}")
    for t in pending:
        t.cancel()
    await everything


if __name__ == "__main__":
    asyncio.run(main())
