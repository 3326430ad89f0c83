"""Example 21.2: tasks with create_task, and cancellation."""

import asyncio


async def longRunningJob(jobId, duration):
    try:
        # Blank 1: say that the job starts, exactly: Job <jobId> started
        ### BEGIN SOLUTION
        print(f"Job {jobId} started")
        ### END SOLUTION
        # Blank 2: the suspension point: wait duration seconds without blocking (a cancellation arrives here)
        ### BEGIN SOLUTION
        await asyncio.sleep(duration)
        ### END SOLUTION
        # Blank 3: say that the job is done, exactly: Job <jobId> completed
        ### BEGIN SOLUTION
        print(f"Job {jobId} completed")
        ### END SOLUTION
        # Blank 4: give the caller the text: Result_<jobId>
        ### BEGIN SOLUTION
        return f"Result_{jobId}"
        ### END SOLUTION
    # Blank 5: catch what a cancellation raises inside the job, and nothing else
    ### BEGIN SOLUTION
    except asyncio.CancelledError:
        ### END SOLUTION
        # Blank 6: the cleanup: say exactly: Job <jobId> was cancelled
        ### BEGIN SOLUTION
        print(f"Job {jobId} was cancelled")
        ### END SOLUTION
        # Blank 7: let what you caught go on its way, so that the job counts as cancelled
        ### BEGIN SOLUTION
        raise
        ### END SOLUTION


async def main():
    # Blank 8: start three jobs as tasks, without waiting: task1 is "A" 2.0 s, task2 "B" 0.5 s, task3 "C" 1.0 s
    ### BEGIN SOLUTION
    task1 = asyncio.create_task(longRunningJob("A", 2.0))
    task2 = asyncio.create_task(longRunningJob("B", 0.5))
    task3 = asyncio.create_task(longRunningJob("C", 1.0))
    ### END SOLUTION
    # Blank 9: done, pending = the tasks that have and have not finished after at most 1.2 seconds
    ### BEGIN SOLUTION
    done, pending = await asyncio.wait(
        [task1, task2, task3],
        timeout=1.2,
    )
    ### END SOLUTION
    # Blank 10: say how many there are of each, exactly: Done: <number>, Pending: <number>
    ### BEGIN SOLUTION
    print(f"Done: {len(done)}, Pending: {len(pending)}")
    ### END SOLUTION
    # Blank 11: cancel every task that is still pending
    ### BEGIN SOLUTION
    for task in pending:
        task.cancel()
    ### END SOLUTION
    # Blank 12: the drain: wait until every cancelled task has finished its cleanup, whatever it raises
    ### BEGIN SOLUTION
    await asyncio.gather(*pending, return_exceptions=True)
    ### END SOLUTION


if __name__ == "__main__":
    asyncio.run(main())
