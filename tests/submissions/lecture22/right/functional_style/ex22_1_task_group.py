from asyncio import TaskGroup, create_task, gather, run, sleep, timeout
from operator import methodcaller


async def callService(name, seconds, works, /):
    print("Calling", name)
    try:
        await sleep(seconds)
        return answer(name) if works else down(name)
    finally:
        print("Closing", name)


def answer(name):
    return "Answer of {}".format(name)


def down(name):
    raise ConnectionError("%s is down" % name)


def printFailure(error):
    print("Failed:", error)


async def callAll(services):
    ok = True
    try:
        async with TaskGroup() as group:
            tasks = tuple(map(lambda service: group.create_task(callService(*service)), services))
    except* ConnectionError as failures:
        ok = False
        [*map(printFailure, failures.exceptions)]
    return [*map(methodcaller("result"), tasks)] if ok else None


async def callWithLimit(name, seconds, limit):
    try:
        async with timeout(limit):
            return await callService(name, seconds, True)
    except TimeoutError:
        return print("Too slow:", name)


async def main():
    print(await callAll([("users", 0.3, True), ("stock", 0.1, True)]))
    print(await callAll([("users", 0.3, True), ("stock", 0.1, True), ("orders", 0.2, False)]))
    print(await callWithLimit("news", 0.1, 0.5))
    print(await callWithLimit("report", 5.0, 0.5))


if __name__ == "__main__":
    run(main())
