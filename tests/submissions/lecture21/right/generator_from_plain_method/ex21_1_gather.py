import asyncio
import time

SOURCES = {"A": 1.0, "B": 0.5, "C": 0.8}


async def fetchData(sourceId, delaySeconds):
    def say(what):
        print(what, "fetch", sourceId)

    say("Starting")
    await asyncio.sleep(delaySeconds)
    say("Completed")
    return " ".join(["Data", "from", "source", f"{sourceId}"])


async def main():
    def allFetches():
        for name in SOURCES:
            yield fetchData(name, SOURCES[name])

    startTime = time.perf_counter()
    results = await asyncio.gather(*allFetches())
    elapsed = time.perf_counter() - startTime
    print("\n".join(results))
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
