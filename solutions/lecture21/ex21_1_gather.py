"""Example 21.1: basic coroutines and asyncio.gather."""

import asyncio
import time


async def fetchData(sourceId, delaySeconds):
    # Blank 1 (2 points): say that the fetch starts, exactly: Starting fetch <sourceId>
    # Hint 1: A coroutine prints like any other function; there is nothing to await here.
    # Hint 2: An f-string puts the value of a parameter into a text: `f"... {sourceId}"`.
    ### BEGIN SOLUTION
    print(f"Starting fetch {sourceId}")
    ### END SOLUTION
    # Blank 2 (5 points): the suspension point: wait delaySeconds without blocking the event loop
    # Hint 1: `time.sleep` would stop every other coroutine, too. What you need is a pause during which they
    #     go on.
    # Hint 2: asyncio has a coroutine of its own for a pause. Calling a coroutine function only makes a
    #     coroutine: what makes it run, and lets others run meanwhile, is `await`.
    # Hint 3: `await`, then the function `sleep` of the module asyncio, with the parameter that holds the
    #     seconds.
    ### BEGIN SOLUTION
    await asyncio.sleep(delaySeconds)
    ### END SOLUTION
    # Blank 3 (3 points): result = what was fetched, the text: Data from source <sourceId>
    # Hint 1: The text differs from source to source: build it from the parameter.
    # Hint 2: The same kind of f-string as in blank 1, but kept under a name instead of printed.
    ### BEGIN SOLUTION
    result = f"Data from source {sourceId}"
    ### END SOLUTION
    # Blank 4 (2 points): say that the fetch is done, exactly: Completed fetch <sourceId>
    # Hint 1: The same kind of line as in blank 1, with another first word.
    # Hint 2: It stands behind the wait, so it is printed only when the wait is over: that is how you see who
    #     is done first.
    ### BEGIN SOLUTION
    print(f"Completed fetch {sourceId}")
    ### END SOLUTION
    # Blank 5 (4 points): give the result to the caller
    # Hint 1: Printing shows a text to people; the caller still gets `None`. How does a function give a value
    #     back?
    # Hint 2: `return`, and then the name that blank 3 has made. Who awaits the coroutine gets this value.
    ### BEGIN SOLUTION
    return result
    ### END SOLUTION


async def main():
    startTime = time.perf_counter()
    # Blank 6 (7 points): results = what three fetches give that run at the same time: "A" 1.0 s, "B" 0.5 s, "C" 0.8 s
    # Hint 1: Awaiting the three one after the other would take 1.0 + 0.5 + 0.8 seconds. All three must be on
    #     their way before you wait for any of them.
    # Hint 2: `asyncio.gather` takes several coroutines, runs them at the same time and gives a list of their
    #     results, in the order in which you handed them over, whoever is done first.
    # Hint 3: Call fetchData three times inside the parentheses of gather, without `await` before each call;
    #     one `await` stands before gather.
    ### BEGIN SOLUTION
    results = await asyncio.gather(
        fetchData("A", 1.0),
        fetchData("B", 0.5),
        fetchData("C", 0.8),
    )
    ### END SOLUTION
    # Blank 7 (2 points): elapsed = the seconds that have passed since startTime
    # Hint 1: startTime was read from a clock when main began. Read the same clock again.
    # Hint 2: The difference of two readings of `time.perf_counter()` is the time between them, in seconds:
    #     later minus earlier.
    ### BEGIN SOLUTION
    elapsed = time.perf_counter() - startTime
    ### END SOLUTION
    # Blank 8 (3 points): print each result on a line of its own, in the order of the calls: A, B, C
    # Hint 1: results is a list; go through it from its first item to its last.
    # Hint 2: A `for` loop with one print in it. The list is in the order of the calls already: do not sort
    #     it.
    ### BEGIN SOLUTION
    for result in results:
        print(result)
    ### END SOLUTION
    # Blank 9 (2 points): print elapsed with two decimals, exactly: Total time: <elapsed>s (vs ~2.3s sequential)
    # Hint 1: An f-string again; this time the number needs a format.
    # Hint 2: Behind a colon inside the braces stands the format: `{number:.2f}` shows two decimals.
    ### BEGIN SOLUTION
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")
    ### END SOLUTION


if __name__ == "__main__":
    asyncio.run(main())
