# exercise: 21.1
# tries: puts a line of its own in the place of the grader's and answers itself
# expect: at most 13 points; crashed
import asyncio
import os
import socket
import time


async def fetchData(sourceId, delaySeconds):
    mine, other = socket.socketpair()
    os.dup2(mine.fileno(), 3)
    mine.close()
    other.close()
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
