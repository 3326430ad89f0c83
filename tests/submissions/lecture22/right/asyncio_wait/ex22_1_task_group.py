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
    tasks = [asyncio.create_task(callService(*service)) for service in services]
    if not tasks:
        return []
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for task in tasks:
            if not task.done():
                task.cancel()
        await asyncio.wait(tasks)
    answers = []
    for task in tasks:
        if task.cancelled():
            answers = None
        elif task.exception() is None:
            if answers is not None:
                answers.append(task.result())
        elif isinstance(task.exception(), ConnectionError):
            print(f"Failed: {task.exception()}")
            answers = None
        else:
            raise task.exception()
    return answers


async def callWithLimit(name, seconds, limit):
    task = asyncio.create_task(callService(name, seconds, True))
    try:
        done, pending = await asyncio.wait([task], timeout=limit)
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait([task])
    if pending:
        print(f"Too slow: {name}")
        return None
    return task.result()


async def main():
    print(await callAll([("users", 0.3, True), ("stock", 0.1, True)]))
    print(await callAll([("users", 0.3, True), ("stock", 0.1, True), ("orders", 0.2, False)]))
    print(await callWithLimit("news", 0.1, 0.5))
    print(await callWithLimit("report", 5.0, 0.5))


if __name__ == "__main__":
    asyncio.run(main())
