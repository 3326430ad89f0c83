# loses: cancellation, main, no-suppress, timing
"""Example 22.1: a task group, in which one failure stops the others, and a time limit."""

import asyncio


async def callService(name, seconds, works):
    print(f"Calling {name}")
    try:
        await asyncio.sleep(seconds)
        if not works:
            raise ConnectionError(f"{name} is down")
        return f"Answer of {name}"
    finally:
        print(f"Closing {name}")


async def callAll(services):
    answers = None
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(callService(*service)) for service in services]
        answers = [task.result() for task in tasks]
    except* ConnectionError as failures:
        for error in failures.exceptions:
            print(f"Failed: {error}")
    return answers


async def callWithLimit(name, seconds, limit):
    answer = None
    try:
        async with asyncio.timeout(limit):
            answer = callService(name, seconds, True)
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
