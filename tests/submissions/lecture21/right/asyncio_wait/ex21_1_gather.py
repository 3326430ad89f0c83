# -*- coding: utf-8 -*-
"""
Exercise 21.1
Solved with asyncio.wait instead of gather. wait() gives SETS, which have no order,
so the results are taken from my own list of tasks and not from `done`.
"""
import asyncio
from time import perf_counter


async def fetchData(sourceId, delaySeconds):
    """Fetch (pretend) data and say so."""
    print("Starting fetch {}".format(sourceId))
    await asyncio.sleep(delaySeconds)
    print("Completed fetch {}".format(sourceId))
    return "Data from source {}".format(sourceId)


async def main():
    """Run three fetches at the same time."""
    startTime = perf_counter()
    tasks = []
    for name, delay in (("A", 1.0), ("B", 0.5), ("C", 0.8)):
        tasks.append(asyncio.create_task(fetchData(name, delay)))
    done, pending = await asyncio.wait(tasks, return_when=asyncio.ALL_COMPLETED)
    assert not pending
    elapsed = perf_counter() - startTime
    for task in tasks:
        print(task.result())
    print("Total time: {:.2f}s (vs ~2.3s sequential)".format(elapsed))


if __name__ == "__main__":
    asyncio.run(main())
