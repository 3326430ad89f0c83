import asyncio
from contextlib import suppress


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
    failures = []

    async def call(service, group):
        try:
            return await callService(*service)
        except ConnectionError as error:
            failures.append(error)
            raise

    with suppress(ConnectionError), suppressGroup():
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(call(service, group)) for service in services]
    for error in failures:
        print(f"Failed: {error}")
    return None if failures else [task.result() for task in tasks]


class suppressGroup:
    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if isinstance(error, BaseExceptionGroup):
            _, others = error.split(ConnectionError)
            if others:
                raise others
            return True
        return False


async def callWithLimit(name, seconds, limit):
    answer = None
    try:
        async with asyncio.timeout(limit):
            answer = await callService(name, seconds, True)
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
