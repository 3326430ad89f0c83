"""Example 22.2: a semaphore, which lets only so many through at the same time."""

import asyncio
import time


async def transfer(name, megabytes):
    # Blank 1 (2 points): say that the transfer begins, exactly: Start <name>
    # Hint 1: An f-string puts the name into the text.
    ### BEGIN SOLUTION
    print(f"Start {name}")
    ### END SOLUTION
    # Blank 2 (3 points): the suspension point: wait a tenth of a second for each megabyte, without blocking
    # Hint 1: Ten megabytes take one second.
    # Hint 2: `await asyncio.sleep(...)` with megabytes divided by ten.
    ### BEGIN SOLUTION
    await asyncio.sleep(megabytes / 10)
    ### END SOLUTION
    # Blank 3 (2 points): if there are no megabytes, raise a ValueError with the text: <name> is empty
    # Hint 1: An `if` with a `raise` inside; `raise ValueError(f"...")`.
    ### BEGIN SOLUTION
    if megabytes == 0:
        raise ValueError(f"{name} is empty")
    ### END SOLUTION
    print(f"End {name}")
    # Blank 4 (2 points): give the caller the text: Saved <name>
    # Hint 1: The text is given to the caller, not printed.
    ### BEGIN SOLUTION
    return f"Saved {name}"
    ### END SOLUTION


class DownloadPool:
    def __init__(self, limit):
        self.active = 0
        self.peak = 0
        # Blank 5 (4 points): a semaphore with limit slots
        # Hint 1: asyncio has an object that counts free slots.
        # Hint 2: `asyncio.Semaphore(...)` takes how many slots there are.
        self.slots = asyncio.Semaphore(limit)  ### SOLUTION asyncio.Semaphore(limit)

    async def download(self, name, megabytes):
        # Blank 6 (4 points): a block that begins when a slot is free, and gives the slot back when it is left
        # Hint 1: A semaphore is a context manager; it may have to wait, so it is an async one.
        # Hint 2: `async with ...:` around the semaphore of this pool.
        ### BEGIN SOLUTION
        async with self.slots:
            ### END SOLUTION
            # Blank 7 (3 points): one more is active, and peak is the most that ever were
            # Hint 1: One more is active.
            # Hint 2: `max(...)` of the old peak and the new number is the new peak.
            ### BEGIN SOLUTION
            self.active += 1
            self.peak = max(self.peak, self.active)
            ### END SOLUTION
            try:
                # Blank 8 (2 points): give the caller what transfer returns for this file
                # Hint 1: transfer is a coroutine function: await it, with both arguments, and hand its
                #     result on.
                return await transfer(name, megabytes)  ### SOLUTION await transfer(name, megabytes)
            finally:
                # Blank 9 (3 points): one less is active, however the download has ended
                # Hint 1: What stands in `finally` happens after a result, after an error and after a
                #     cancellation.
                # Hint 2: It takes back what the counting above has added to self.active.
                ### BEGIN SOLUTION
                self.active -= 1
                ### END SOLUTION

    async def downloadAll(self, files):
        # Blank 10 (3 points): results = what all downloads give, in the order of the files, errors included
        # Hint 1: gather takes all downloads at once and keeps their order.
        # Hint 2: `self.download(*file)` for each file; a star in front hands them to gather one by one.
        # Hint 3: `return_exceptions=True` lets gather put an error into the list.
        ### BEGIN SOLUTION
        results = await asyncio.gather(*(self.download(*file) for file in files), return_exceptions=True)
        ### END SOLUTION
        return results


async def main():
    startTime = time.perf_counter()
    pool = DownloadPool(2)
    results = await pool.downloadAll([("a.zip", 4), ("b.zip", 2), ("c.zip", 0), ("d.zip", 3), ("e.zip", 3)])
    # Blank 11 (2 points): print each result on a line of its own; an error is printed as its text
    # Hint 1: A loop with one print.
    ### BEGIN SOLUTION
    for result in results:
        print(result)
    ### END SOLUTION
    elapsed = time.perf_counter() - startTime
    print(f"At most {pool.peak} at once, {elapsed:.2f} seconds")


if __name__ == "__main__":
    asyncio.run(main())
