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
        answers = [await task for task in tasks]
    except BaseExceptionGroup as group:
        down, others = group.split(ConnectionError)
        if others:
            raise others
        for error in down.exceptions:
            print(f"Failed: {error}")
    return answers


async def callWithLimit(name, seconds, limit):
    try:
        return await asyncio.wait_for(callService(name, seconds, True), timeout=limit)
    except asyncio.TimeoutError:
        print(f"Too slow: {name}")


async def main():
    print(await callAll([("users", 0.3, True), ("stock", 0.1, True)]))
    print(await callAll([("users", 0.3, True), ("stock", 0.1, True), ("orders", 0.2, False)]))
    print(await callWithLimit("news", 0.1, 0.5))
    print(await callWithLimit("report", 5.0, 0.5))


asyncio.run(main())
