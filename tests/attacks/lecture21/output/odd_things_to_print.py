# exercise: 21.1
# tries: prints objects whose texts never end, bite, lie about their length or are no texts
# expect: at most 13 points; failed, student_error
import asyncio
import sys
import time


class Endless:
    def __str__(self):
        while True:
            pass


class Liar(str):
    def __str__(self):
        return self

    __len__ = lambda self: -1
    __getitem__ = __add__ = __radd__ = lambda self, other: self
    encode = lambda self, *args: b""


class NoText:
    __repr__ = __str__ = __format__ = lambda self, *args: 5


async def fetchData(sourceId, delaySeconds):
    print(Liar("x" * 1_000), end=Liar("\n"), sep=Liar(""))
    sys.stdout.write(Liar("y"))
    try:
        print(NoText())
    except TypeError:
        pass
    if delaySeconds > 100:
        print(Endless())
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
