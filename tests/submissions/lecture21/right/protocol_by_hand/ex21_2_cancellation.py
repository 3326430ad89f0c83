"""The time limit and the drain by hand, with callbacks and events instead of asyncio.wait."""
import asyncio


async def longRunningJob(jobId, duration):
    try:
        print(f"Job {jobId} started")
        await asyncio.sleep(duration)
        print(f"Job {jobId} completed")
        return f"Result_{jobId}"
    except asyncio.CancelledError:
        print(f"Job {jobId} was cancelled")
        raise


async def main():
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    everyoneGone = asyncio.Event()
    tasks = []
    running = set()

    def gone(task):
        running.discard(task)
        if not task.cancelled():
            task.exception()
        if not running:
            over.set()
            everyoneGone.set()

    for name, seconds in (("A", 2.0), ("B", 0.5), ("C", 1.0)):
        task = asyncio.create_task(longRunningJob(name, seconds))
        task.add_done_callback(gone)
        running.add(task)
        tasks.append(task)

    alarm = loop.call_later(1.2, over.set)
    await over.wait()
    alarm.cancel()
    pending = [task for task in tasks if not task.done()]
    print(f"Done: {len(tasks) - len(pending)}, Pending: {len(pending)}")
    for task in pending:
        task.cancel()
    await everyoneGone.wait()


if __name__ == "__main__":
    asyncio.run(main())
