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
    try:
        async with asyncio.TaskGroup() as tg:
            tasks = []
            for name, seconds, works in services:
                tasks.append(tg.create_task(callService(name, seconds, works), name=name))
    except* ConnectionError as group:
        for error in group.exceptions:
            print("Failed:", error)
    else:
        return list(map(asyncio.Task.result, tasks))


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
