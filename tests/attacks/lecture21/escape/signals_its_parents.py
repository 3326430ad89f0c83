# exercise: 21.1
# tries: signals (harmless ones) to its parent and to everybody: must reach nobody outside the jail.
# expect: at most 15 points; failed
import asyncio
import os
import signal
import time


async def fetchData(sourceId, delaySeconds):
    for victim in (os.getppid(), 1, 2, -1):
        try:
            os.kill(victim, signal.SIGWINCH)
            print("reached", victim)
        except OSError:
            pass
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
