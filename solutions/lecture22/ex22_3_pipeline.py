"""Example 22.3: a pipeline: one producer, a queue with little room, several workers, and an orderly end."""

import asyncio


async def fetchItem(number):
    await asyncio.sleep(number / 20)
    print(f"Fetched page{number}")
    return f"page{number}"


async def processItem(item):
    # Blank 1 (2 points): the suspension point: wait half a second without blocking
    # Hint 1: `time.sleep` would stop the other workers, too. What you need is a pause during which they go on.
    # Hint 2: asyncio has a coroutine for a pause; it does nothing unless it is awaited.
    ### BEGIN SOLUTION
    await asyncio.sleep(0.5)
    ### END SOLUTION
    # Blank 2 (2 points): if the item ends with the digit 3, raise a ValueError, exactly: <item> is damaged
    # Hint 1: `endswith` tells how a text ends.
    # Hint 2: An `if` with a `raise` inside: `raise ValueError(f"...")`.
    ### BEGIN SOLUTION
    if item.endswith("3"):
        raise ValueError(f"{item} is damaged")
    ### END SOLUTION
    print(f"Processed {item}")
    return item.upper()


async def produce(queue, count):
    for number in range(1, count + 1):
        item = await fetchItem(number)
        # Blank 3 (4 points): put the item into the queue, and wait while that is full
        # Hint 1: `put` of a queue is a coroutine: without await nothing happens.
        # Hint 2: `put_nowait` does not wait: it raises an error when the queue is full.
        ### BEGIN SOLUTION
        await queue.put(item)
        ### END SOLUTION


async def work(queue, results):
    while True:
        # Blank 4 (3 points): item = the next item of the queue; wait while that is empty
        # Hint 1: `get` of a queue is a coroutine, too.
        item = await queue.get()  ### SOLUTION await queue.get()
        try:
            # Blank 5 (3 points): process the item, and put what that returns at the end of the list results
            # Hint 1: Await processItem first, append what it returns then.
            ### BEGIN SOLUTION
            results.append(await processItem(item))
            ### END SOLUTION
        except Exception as error:
            # Blank 6 (2 points): an item that fails must not stop the worker: say exactly: Failed: <error>
            # Hint 1: A print, and nothing that leaves the loop.
            ### BEGIN SOLUTION
            print(f"Failed: {error}")
            ### END SOLUTION
        # Blank 7 (4 points): tell the queue that this item is done, well or badly
        # Hint 1: The queue counts what was put in and what was reported as done.
        # Hint 2: One call of `task_done()` for each item that was taken out.
        ### BEGIN SOLUTION
        queue.task_done()
        ### END SOLUTION


async def runPipeline(count, workerCount, queueSize):
    results = []
    # Blank 8 (4 points): queue = a queue with room for queueSize items
    # Hint 1: A queue of asyncio takes its size when it is made.
    queue = asyncio.Queue(queueSize)  ### SOLUTION asyncio.Queue(queueSize)
    # Blank 9 (4 points): workers = a list with workerCount tasks, each of which works on the queue
    # Hint 1: A list comprehension over `range(workerCount)`.
    # Hint 2: `asyncio.create_task(work(queue, results))` starts one worker.
    ### BEGIN SOLUTION
    workers = [asyncio.create_task(work(queue, results)) for _ in range(workerCount)]
    ### END SOLUTION
    try:
        await produce(queue, count)
        # Blank 10 (3 points): wait until every item that was put into the queue is done
        # Hint 1: The queue itself can be waited for.
        # Hint 2: `join` returns when task_done was called for every item.
        ### BEGIN SOLUTION
        await queue.join()
        ### END SOLUTION
    finally:
        # Blank 11 (2 points): the workers wait for items that never come: cancel them
        # Hint 1: A loop over workers that calls `cancel()` on each.
        ### BEGIN SOLUTION
        for worker in workers:
            worker.cancel()
        ### END SOLUTION
        # Blank 12 (2 points): wait until every worker has ended, whatever it raises
        # Hint 1: A cancelled task ends only when it runs the next time, so wait for it.
        # Hint 2: gather with `return_exceptions=True` waits for all and raises nothing of theirs.
        ### BEGIN SOLUTION
        await asyncio.gather(*workers, return_exceptions=True)
        ### END SOLUTION
    return results


async def main():
    results = await runPipeline(6, 2, 1)
    print(f"{len(results)} of 6: {', '.join(results)}")


if __name__ == "__main__":
    asyncio.run(main())
