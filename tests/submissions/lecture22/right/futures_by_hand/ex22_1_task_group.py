import asyncio


async def callService(name, seconds, works):
    print(f"Calling {name}")
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    timer = loop.call_later(seconds, lambda: future.done() or future.set_result(None))
    try:
        await future
        if not works:
            raise ConnectionError(f"{name} is down")
    except BaseException:
        print(f"Closing {name}")
        raise
    else:
        print(f"Closing {name}")
    finally:
        timer.cancel()
    return "Answer of " + name


async def callAll(services):
    tasks = {}
    try:
        async with asyncio.TaskGroup() as group:
            for place, service in enumerate(services):
                tasks[place] = group.create_task(callService(*service))
    except* ConnectionError as failures:
        failures = failures.exceptions
        print("\n".join(f"Failed: {error}" for error in failures))
        tasks = None
    if tasks is not None:
        return [tasks[place].result() for place in sorted(tasks)]


async def callWithLimit(name, seconds, limit):
    loop = asyncio.get_running_loop()
    task = loop.create_task(callService(name, seconds, True))
    late = []

    def stop():
        late.append(True)
        task.cancel()

    timer = loop.call_later(limit, stop)
    try:
        return await task
    except asyncio.CancelledError:
        if not late:
            raise
        print(f"Too slow: {name}")
        return None
    finally:
        timer.cancel()


async def main():
    print(await callAll([("users", 0.3, True), ("stock", 0.1, True)]))
    print(await callAll([("users", 0.3, True), ("stock", 0.1, True), ("orders", 0.2, False)]))
    print(await callWithLimit("news", 0.1, 0.5))
    print(await callWithLimit("report", 5.0, 0.5))


if __name__ == "__main__":
    asyncio.run(main())
