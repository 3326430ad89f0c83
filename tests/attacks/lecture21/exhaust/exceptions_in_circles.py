# exercise: 21.1
# tries: raises exceptions whose causes and contexts lead back to themselves, in groups within groups, a hundred thousand deep
# expect: at most 13 points; failed, student_error
import asyncio
import time


def circle():
    first, second = ValueError("first"), ValueError("second")
    first.__cause__, second.__cause__ = second, first
    first.__context__ = first
    return first


def chain(length):
    error = ValueError("innermost")
    for number in range(length):
        outer = ValueError(str(number))
        outer.__cause__ = error
        error = outer
    return error


def groups(depth):
    error = ValueError("innermost")
    for _ in range(depth):
        error = ExceptionGroup("group", [error, ValueError("beside")])
    return error


async def fetchData(sourceId, delaySeconds):
    raise {0: circle, 1: lambda: chain(30_000), 2: lambda: groups(2_000)}[len(sourceId) % 3]()


async def main():
    if __name__ == "__main__":
        raise [chain(100_000), groups(5_000), circle()][hash(fetchData.__name__) % 3]
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
