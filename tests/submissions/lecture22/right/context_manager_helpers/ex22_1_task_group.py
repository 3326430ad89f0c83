import asyncio
from contextlib import asynccontextmanager, contextmanager


@contextmanager
def announced(name):
    print(f"Calling {name}")
    try:
        yield
    finally:
        print(f"Closing {name}")


async def callService(name, seconds, works):
    with announced(name):
        await asyncio.sleep(seconds)
        if works:
            return f"Answer of {name}"
        raise ConnectionError(f"{name} is down")


@asynccontextmanager
async def reportingGroup():
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except* ConnectionError as failures:
        for error in failures.exceptions:
            print(f"Failed: {error}")


async def callAll(services):
    tasks = []
    async with reportingGroup() as group:
        tasks.extend(group.create_task(callService(*service)) for service in services)
    if all(not task.cancelled() and task.exception() is None for task in tasks):
        return [task.result() for task in tasks]
    return None


@asynccontextmanager
async def limited(name, limit):
    try:
        async with asyncio.timeout_at(asyncio.get_running_loop().time() + limit):
            yield
    except TimeoutError:
        print(f"Too slow: {name}")


async def callWithLimit(name, seconds, limit):
    async with limited(name, limit):
        return await callService(name, seconds, True)


async def main():
    print(await callAll([("users", 0.3, True), ("stock", 0.1, True)]))
    print(await callAll([("users", 0.3, True), ("stock", 0.1, True), ("orders", 0.2, False)]))
    print(await callWithLimit("news", 0.1, 0.5))
    print(await callWithLimit("report", 5.0, 0.5))


if __name__ == "__main__":
    asyncio.run(main())
