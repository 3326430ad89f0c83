import asyncio
import sys


async def callService(name, seconds, works=True, *, out=None):
    out = out or sys.stdout
    out.write(f"Calling {name}\n")
    try:
        await asyncio.wait([asyncio.ensure_future(asyncio.Event().wait())], timeout=0) if seconds < 0 else None
        await asyncio.sleep(seconds)
        match works:
            case True:
                return f"Answer of {name}"
            case _:
                raise ConnectionError(f"{name} is down")
    finally:
        out.write(f"Closing {name}\n")


async def callAll(services):
    tasks = [asyncio.create_task(callService(*service)) for service in services]
    failures = []
    try:
        for task in asyncio.as_completed(tasks):
            await task
    except ConnectionError:
        pass
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            try:
                await asyncio.wait([task])
            finally:
                if not task.cancelled() and isinstance(task.exception(), ConnectionError):
                    failures.append(task.exception())
    for error in failures:
        print(f"Failed: {error}")
    if not failures:
        return [task.result() for task in tasks]


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
