"""Example 21.2: tasks with create_task, and cancellation."""

import asyncio


async def longRunningJob(jobId, duration):
    try:
        # Blank 1 (2 points): say that the job starts, exactly: Job <jobId> started
        # Hint 1: A print with an f-string, before anything is awaited: so the line comes as soon as the job
        #     runs.
        # Hint 2: The id stands in the middle of the text: `f"Job {...} ..."`.
        ### BEGIN SOLUTION
        print(f"Job {jobId} started")
        ### END SOLUTION
        # Blank 2 (4 points): the suspension point: wait duration seconds without blocking (a cancellation arrives here)
        # Hint 1: A cancellation can only arrive where a job is suspended, that is at an `await`. `time.sleep`
        #     never suspends.
        # Hint 2: Await the pause that asyncio offers, for the seconds in the parameter duration.
        ### BEGIN SOLUTION
        await asyncio.sleep(duration)
        ### END SOLUTION
        # Blank 3 (2 points): say that the job is done, exactly: Job <jobId> completed
        # Hint 1: This line is reached only if the wait was not interrupted.
        # Hint 2: The line of blank 1 with another last word.
        ### BEGIN SOLUTION
        print(f"Job {jobId} completed")
        ### END SOLUTION
        # Blank 4 (2 points): give the caller the text: Result_<jobId>
        # Hint 1: Give the text back instead of printing it.
        # Hint 2: `return` and an f-string: an underscore stands between the word and the id.
        ### BEGIN SOLUTION
        return f"Result_{jobId}"
        ### END SOLUTION
    # Blank 5 (3 points): catch what a cancellation raises inside the job, and nothing else
    # Hint 1: Cancelling a task raises an exception at the `await` where the job is suspended. Which one?
    # Hint 2: Its name is CancelledError, and it lives in asyncio. It is no `Exception`: `except Exception`
    #     lets it pass, a bare `except` catches far too much.
    # Hint 3: The line is the head of a block: the word `except`, the exception with its module before it, and
    #     a colon.
    ### BEGIN SOLUTION
    except asyncio.CancelledError:
        ### END SOLUTION
        # Blank 6 (2 points): the cleanup: say exactly: Job <jobId> was cancelled
        # Hint 1: The job is still running here: it can do whatever has to be done before it goes.
        # Hint 2: One print, with the id in the middle as in blank 1.
        ### BEGIN SOLUTION
        print(f"Job {jobId} was cancelled")
        ### END SOLUTION
        # Blank 7 (5 points): let what you caught go on its way, so that the job counts as cancelled
        # Hint 1: Whoever cancelled the job wants to know that it is over. If the exception ends here, the
        #     task counts as finished with the result `None`, not as cancelled.
        # Hint 2: Inside a handler, one word sends the caught exception on, unchanged. Neither a new exception
        #     nor `return` does the same.
        ### BEGIN SOLUTION
        raise
        ### END SOLUTION


async def main():
    # Blank 8 (4 points): start three jobs as tasks, not waiting: task1 is "A" 2.0 s, task2 "B" 0.5 s, task3 "C" 1.0 s
    # Hint 1: Calling longRunningJob only makes a coroutine: nothing runs yet. Awaiting it here would wait
    #     until it is over. What starts it in the background?
    # Hint 2: `asyncio.create_task` takes a coroutine, has it run as soon as main waits for something, and
    #     gives a task.
    # Hint 3: Three lines, one for each task: `task1 = asyncio.create_task(...)` with the call of the job
    #     inside, and so on. No `await`.
    ### BEGIN SOLUTION
    task1 = asyncio.create_task(longRunningJob("A", 2.0))
    task2 = asyncio.create_task(longRunningJob("B", 0.5))
    task3 = asyncio.create_task(longRunningJob("C", 1.0))
    ### END SOLUTION
    # Blank 9 (4 points): done, pending = the tasks that have and have not finished after at most 1.2 seconds
    # Hint 1: gather and wait_for cancel what is too slow. Here, the slow tasks shall go on: you only want to
    #     stop waiting for them.
    # Hint 2: `asyncio.wait` waits for a collection of tasks, at most for its argument `timeout`, and gives
    #     two sets: those that are done and those that are not.
    # Hint 3: Put the three tasks into a list, await `asyncio.wait` with it and with timeout, and unpack the
    #     two sets into done and pending.
    ### BEGIN SOLUTION
    done, pending = await asyncio.wait(
        [task1, task2, task3],
        timeout=1.2,
    )
    ### END SOLUTION
    # Blank 10 (1 point): say how many there are of each, exactly: Done: <number>, Pending: <number>
    # Hint 1: How many items a set has, `len` tells.
    # Hint 2: An f-string may hold a call: `{len(...)}`, once for each of the two sets.
    ### BEGIN SOLUTION
    print(f"Done: {len(done)}, Pending: {len(pending)}")
    ### END SOLUTION
    # Blank 11 (3 points): cancel every task that is still pending
    # Hint 1: pending is a set of tasks; each task has a method that asks it to stop.
    # Hint 2: Go through the set with `for`, and call `cancel` on each task. It only asks: the exception
    #     arrives in the job once main waits again.
    ### BEGIN SOLUTION
    for task in pending:
        task.cancel()
    ### END SOLUTION
    # Blank 12 (3 points): the drain: wait until every cancelled task has finished its cleanup, whatever it raises
    # Hint 1: cancel only asks. If main ends now, nobody has waited for the cleanup of the jobs.
    # Hint 2: `asyncio.gather` waits for all that it gets; a star before a set hands over its items one by
    #     one.
    # Hint 3: A cancelled task raises CancelledError where it is awaited, and that would end main. With
    #     `return_exceptions=True`, gather gives exceptions back as results instead.
    ### BEGIN SOLUTION
    await asyncio.gather(*pending, return_exceptions=True)
    ### END SOLUTION


if __name__ == "__main__":
    asyncio.run(main())
