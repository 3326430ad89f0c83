import asyncio
import enum
import string
import time


class Phase(enum.Enum):
    START = string.Template("Starting fetch $source")
    END = string.Template("Completed fetch $source")

    def announce(self, source):
        print(self.value.substitute(source=source))


RESULT = "Data from source %(source)s"
TOTAL = "Total time: %(elapsed).2fs (vs ~%(sequential).1fs sequential)"
DELAYS = {"A": 1.0, "B": 0.5, "C": 0.8}


async def fetchData(sourceId, delaySeconds):
    Phase.START.announce(sourceId)
    await asyncio.sleep(delaySeconds)
    Phase.END.announce(sourceId)
    return RESULT % {"source": sourceId}


async def main():
    startTime = time.perf_counter()
    results = await asyncio.gather(*(fetchData(*item) for item in DELAYS.items()))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(TOTAL % {"elapsed": elapsed, "sequential": sum(DELAYS.values())})


if __name__ == "__main__":
    asyncio.run(main())
