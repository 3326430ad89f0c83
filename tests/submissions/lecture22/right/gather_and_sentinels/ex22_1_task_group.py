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
    tasks = [asyncio.create_task(callService(name, seconds, works)) for name, seconds, works in services]
    try:
        return await asyncio.gather(*tasks)
    except ConnectionError:
        pass
    finally:
        for task in tasks:
            task.cancel()
        endings = await asyncio.gather(*tasks, return_exceptions=True)
    for ending in endings:
        if isinstance(ending, ConnectionError):
            print(f"Failed: {ending}")
    return None


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
