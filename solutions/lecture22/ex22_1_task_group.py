"""Example 22.1: a task group, in which one failure stops the others, and a time limit."""

import asyncio


async def callService(name, seconds, works):
    # Blank 1 (2 points): say that the call begins, exactly: Calling <name>
    # Hint 1: An f-string puts the name into the text.
    ### BEGIN SOLUTION
    print(f"Calling {name}")
    ### END SOLUTION
    try:
        # Blank 2 (3 points): wait that many seconds without blocking (a cancellation arrives here)
        # Hint 1: A pause that lets others run has to be awaited.
        # Hint 2: `await asyncio.sleep(...)` takes the seconds.
        ### BEGIN SOLUTION
        await asyncio.sleep(seconds)
        ### END SOLUTION
        # Blank 3 (3 points): if it does not work, raise a ConnectionError with the text: <name> is down
        # Hint 1: An `if not ...:` with a `raise` inside.
        # Hint 2: `raise ConnectionError(f"...")`; the call then ends here, after the wait.
        ### BEGIN SOLUTION
        if not works:
            raise ConnectionError(f"{name} is down")
        ### END SOLUTION
        # Blank 4 (2 points): give the caller the text: Answer of <name>
        # Hint 1: The text is given to the caller, not printed.
        ### BEGIN SOLUTION
        return f"Answer of {name}"
        ### END SOLUTION
    finally:
        # Blank 5 (3 points): the cleanup, however the call has ended: say exactly: Closing <name>
        # Hint 1: This place is reached after an answer, after an error and after a cancellation.
        # Hint 2: One print is enough; no `return` and no `raise`, so that an error goes on its way.
        ### BEGIN SOLUTION
        print(f"Closing {name}")
        ### END SOLUTION


async def callAll(services):
    answers = None
    try:
        # Blank 6 (4 points): a block in which a task group is open, under the name group
        # Hint 1: asyncio has a context manager that waits for the tasks made in it, and cancels them when
        #     one fails.
        # Hint 2: It is called TaskGroup. The line is the head of a block: it is entered with `async with`, and
        #     gets its name with `as`.
        ### BEGIN SOLUTION
        async with asyncio.TaskGroup() as group:
            ### END SOLUTION
            # Blank 7 (4 points): tasks = a list with one task of the group for each (name, seconds, works)
            # Hint 1: A list comprehension over services makes one task after the other.
            # Hint 2: `group.create_task(...)` takes a coroutine: callService called with the three parts of
            #     a service.
            # Hint 3: `callService(*service)` unpacks the three parts.
            ### BEGIN SOLUTION
            tasks = [group.create_task(callService(*service)) for service in services]
            ### END SOLUTION
        # Blank 8 (3 points): answers = a list with what the tasks have returned, in the order of the services
        # Hint 1: When the block of the group has been left without an error, every task is done.
        # Hint 2: A task that is done gives its `result()`; take the tasks in the order of their list.
        ### BEGIN SOLUTION
        answers = [task.result() for task in tasks]
        ### END SOLUTION
    # Blank 9 (4 points): which errors are caught: those of a service that does not work, and no others
    # Hint 1: What comes out of a task group is a group of errors, so `except*` stands here and not `except`.
    # Hint 2: Name the class that callService raises, and no other.
    except* ConnectionError as failures:  ### SOLUTION ConnectionError
        # Blank 10 (2 points): for each error in failures.exceptions print a line, exactly: Failed: <error>
        # Hint 1: A loop over `failures.exceptions`; an error in an f-string shows its text.
        ### BEGIN SOLUTION
        for error in failures.exceptions:
            print(f"Failed: {error}")
        ### END SOLUTION
    return answers


async def callWithLimit(name, seconds, limit):
    answer = None
    try:
        # Blank 11 (3 points): a block that may take at most limit seconds
        # Hint 1: asyncio has a context manager that stops its block when the time is up, and raises
        #     TimeoutError behind it.
        # Hint 2: It is called timeout and takes the seconds. Entering and leaving it may wait: what stands
        #     before a block of that kind?
        ### BEGIN SOLUTION
        async with asyncio.timeout(limit):
            ### END SOLUTION
            # Blank 12 (2 points): what callService gives for name and seconds; the service works
            # Hint 1: Await callService with three arguments; the last one is True.
            answer = await callService(name, seconds, True)  ### SOLUTION callService(name, seconds, True)
    except TimeoutError:
        print(f"Too slow: {name}")
    return answer


async def main():
    print(await callAll([("users", 0.3, True), ("stock", 0.1, True)]))
    print(await callAll([("users", 0.3, True), ("stock", 0.1, True), ("orders", 0.2, False)]))
    print(await callWithLimit("news", 0.1, 0.5))
    print(await callWithLimit("report", 5.0, 0.5))


if __name__ == "__main__":
    asyncio.run(main())
