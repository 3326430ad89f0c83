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
        # Blank 3: say that it is done, exactly: Job <jobId> completed
        ### BEGIN SOLUTION
        print(f"Job {jobId} completed")
        ### END SOLUTION
        # Blank 4: return the text: Result_<jobId>
        ### BEGIN SOLUTION
        return f"Result_{jobId}"
        ### END SOLUTION
    except asyncio.CancelledError:
        # Blank 5: the cleanup, exactly: Job <jobId> was cancelled
        ### BEGIN SOLUTION
        print(f"Job {jobId} was cancelled")
        ### END SOLUTION
        # Blank 6: let the CancelledError go on its way
        ### BEGIN SOLUTION
        raise
        ### END SOLUTION


async def main():
    # Blank 7: tasks = a list of three tasks that run longRunningJob: "A" 2.0 s, "B" 0.5 s, "C" 1.0 s
    ### BEGIN SOLUTION
    tasks = [
        asyncio.create_task(longRunningJob("A", 2.0)),
        asyncio.create_task(longRunningJob("B", 0.5)),
        asyncio.create_task(longRunningJob("C", 1.0)),
    ]
    ### END SOLUTION
    # Blank 8: done, pending = what asyncio.wait says of the tasks after at most 1.2 seconds
    ### BEGIN SOLUTION
    done, pending = await asyncio.wait(tasks, timeout=1.2)
    ### END SOLUTION
    # Blank 9: say how many there are of each, exactly: Done: <number>, Pending: <number>
    ### BEGIN SOLUTION
    print(f"Done: {len(done)}, Pending: {len(pending)}")
    ### END SOLUTION
    # Blank 10: cancel every task that is still pending
    ### BEGIN SOLUTION
    for task in pending:
        task.cancel()
    ### END SOLUTION
    # Blank 11: the drain: wait until every cancelled task has finished its cleanup, whatever it raises
    ### BEGIN SOLUTION
    await asyncio.gather(*pending, return_exceptions=True)
    ### END SOLUTION


if __name__ == "__main__":
    asyncio.run(main())
