# exercise: 21.1
# tries: announces a message of four gigabytes and sends nothing: nobody may wait for it or make room for it
# expect: at most 13 points; crashed, timed_out
# says: not the protocol
import asyncio
import os
import time


async def fetchData(sourceId, delaySeconds):
    os.write(3, b"\xff\xff\xff\xff")
    while True:
        await asyncio.sleep(1)


async def main():
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
