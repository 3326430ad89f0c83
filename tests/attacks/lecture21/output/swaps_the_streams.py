# exercise: 21.1
# tries: puts streams of its own in the place of all streams, which write elsewhere, nowhere or the wrong thing
# expect: at most 19 points; failed
import asyncio
import io
import sys
import time


class Funny(io.StringIO):
    def write(self, text):
        return real.write(text.upper())

    encoding = property(lambda self: 1 / 0)
    errors = "passed"


real = sys.stdout
sys.stdout = sys.__stdout__ = Funny()
sys.stderr = sys.__stderr__ = sys.stdin = None


async def fetchData(sourceId, delaySeconds):
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
