"""Example 21.1: basic coroutines and asyncio.gather."""

import asyncio
import time


async def fetchData(sourceId, delaySeconds):
    # Blank 1: say that the fetch starts, exactly: Starting fetch <sourceId>
    ### BEGIN SOLUTION
    print(f"Starting fetch {sourceId}")
    ### END SOLUTION
    # Blank 2: the suspension point: wait delaySeconds without blocking the event loop
    ### BEGIN SOLUTION
    await asyncio.sleep(delaySeconds)
    ### END SOLUTION
    # Blank 3: result = what was fetched, the text: Data from source <sourceId>
    ### BEGIN SOLUTION
    result = f"Data from source {sourceId}"
    ### END SOLUTION
    # Blank 4: say that the fetch is done, exactly: Completed fetch <sourceId>
    ### BEGIN SOLUTION
    print(f"Completed fetch {sourceId}")
    ### END SOLUTION
    # Blank 5: give the result to the caller
    ### BEGIN SOLUTION
    return result
    ### END SOLUTION


async def main():
    startTime = time.perf_counter()
    # Blank 6: results = what three fetches give that run at the same time: "A" 1.0 s, "B" 0.5 s, "C" 0.8 s
    ### BEGIN SOLUTION
    results = await asyncio.gather(
        fetchData("A", 1.0),
        fetchData("B", 0.5),
        fetchData("C", 0.8),
    )
    ### END SOLUTION
    # Blank 7: elapsed = the seconds that have passed since startTime
    ### BEGIN SOLUTION
    elapsed = time.perf_counter() - startTime
    ### END SOLUTION
    # Blank 8: print each result on a line of its own, in the order of the calls: A, B, C
    ### BEGIN SOLUTION
    for result in results:
        print(result)
    ### END SOLUTION
    # Blank 9: print elapsed with two decimals, exactly: Total time: <elapsed>s (vs ~2.3s sequential)
    ### BEGIN SOLUTION
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")
    ### END SOLUTION


if __name__ == "__main__":
    asyncio.run(main())
