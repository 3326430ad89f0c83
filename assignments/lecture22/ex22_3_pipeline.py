"""Example 22.3: a pipeline: one producer, a queue with little room, several workers, and an orderly end."""

# There are 12 blanks to fill, worth 35 points. Put your own code, one line or several, in place of each line
# that says blank(...); the comment above it says what goes there. Where blank(...) stands inside a line, only
# its own place is yours to fill.
# Run this file when you like: it goes as far as it can, then names the first blank that is still open.

import asyncio


async def fetchItem(number):
    await asyncio.sleep(number / 20)
    print(f"Fetched page{number}")
    return f"page{number}"


async def processItem(item):
    # Blank 1 (2 points): the suspension point: wait half a second without blocking
    blank(1)
    # Blank 2 (2 points): if the item ends with the digit 3, raise a ValueError, exactly: <item> is damaged
    blank(2)
    print(f"Processed {item}")
    return item.upper()


async def produce(queue, count):
    for number in range(1, count + 1):
        item = await fetchItem(number)
        # Blank 3 (4 points): put the item into the queue, and wait while that is full
        blank(3)


async def work(queue, results):
    while True:
        # Blank 4 (3 points): item = the next item of the queue; wait while that is empty
        item = blank(4)
        try:
            # Blank 5 (3 points): process the item, and put what that returns at the end of the list results
            blank(5)
        except Exception as error:
            # Blank 6 (2 points): an item that fails must not stop the worker: say exactly: Failed: <error>
            blank(6)
        # Blank 7 (4 points): tell the queue that this item is done, well or badly
        blank(7)


async def runPipeline(count, workerCount, queueSize):
    results = []
    # Blank 8 (4 points): queue = a queue with room for queueSize items
    queue = blank(8)
    # Blank 9 (4 points): workers = a list with workerCount tasks, each of which works on the queue
    blank(9)
    try:
        await produce(queue, count)
        # Blank 10 (3 points): wait until every item that was put into the queue is done
        blank(10)
    finally:
        # Blank 11 (2 points): the workers wait for items that never come: cancel them
        blank(11)
        # Blank 12 (2 points): wait until every worker has ended, whatever it raises
        blank(12)
    return results


async def main():
    results = await runPipeline(6, 2, 1)
    print(f"{len(results)} of 6: {', '.join(results)}")


# Nothing to fill in from here on. Once no blank is open, the function blank may go or stay.
def blank(number):
    """End the program and name the first blank that is still open."""
    import linecache, logging, re

    source = "".join(linecache.getlines(blank.__code__.co_filename))
    still_open = re.findall(r"# Blank (\d+)[^:\n]*: (.*)\n[^#\n]*\bblank\(\1\)", source)
    number, text = (still_open or [(number, "look for its comment")])[0]
    logging.disable()  # asyncio would tell at length which tasks end with the program
    raise SystemExit(f"Blank {number} is still open: {text}")


if __name__ == "__main__":
    asyncio.run(main())
