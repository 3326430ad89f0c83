import asyncio
import time


async def fetchData(sourceId, delaySeconds):
    for step in ("start", "wait", "stop"):
        match step:
            case "start":
                print(f"Starting fetch {sourceId}")
            case "wait":
                await asyncio.sleep(delaySeconds)
            case "stop":
                print(f"Completed fetch {sourceId}")
            case _:
                raise AssertionError(step)
    return f"Data from source {sourceId}"


async def main():
    startTime = time.perf_counter()
    print(
        *(results := await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))),
        sep="\n",
    )
    assert len(results) == 3
    print(f"Total time: {(elapsed := time.perf_counter() - startTime):.2f}s (vs ~2.3s sequential)")
    assert elapsed > 0


match __name__:
    case "__main__":
        asyncio.run(main())
