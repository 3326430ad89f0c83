"""Example 21.2: tasks with create_task, and cancellation."""

# There are 12 blanks to fill, worth 35 points. Put your own code, one line or several, in place of each line
# that says blank(...); the comment above it says what goes there.
# Run this file when you like: it goes as far as it can, then names the first blank that is still open.

import asyncio


async def longRunningJob(jobId, duration):
    try:
        # Blank 1 (2 points): say that the job starts, exactly: Job <jobId> started
        blank(1)
        # Blank 2 (4 points): the suspension point: wait duration seconds without blocking (a cancellation arrives here)
        blank(2)
        # Blank 3 (2 points): say that the job is done, exactly: Job <jobId> completed
        blank(3)
        # Blank 4 (2 points): give the caller the text: Result_<jobId>
        blank(4)
    # Blank 5 (3 points): catch what a cancellation raises inside the job, and nothing else
    except blank(5):
        # Blank 6 (2 points): the cleanup: say exactly: Job <jobId> was cancelled
        blank(6)
        # Blank 7 (5 points): let what you caught go on its way, so that the job counts as cancelled
        blank(7)


async def main():
    # Blank 8 (4 points): start three jobs as tasks, not waiting: task1 is "A" 2.0 s, task2 "B" 0.5 s, task3 "C" 1.0 s
    blank(8)
    # Blank 9 (4 points): done, pending = the tasks that have and have not finished after at most 1.2 seconds
    blank(9)
    # Blank 10 (1 point): say how many there are of each, exactly: Done: <number>, Pending: <number>
    blank(10)
    # Blank 11 (3 points): cancel every task that is still pending
    blank(11)
    # Blank 12 (3 points): the drain: wait until every cancelled task has finished its cleanup, whatever it raises
    blank(12)


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
