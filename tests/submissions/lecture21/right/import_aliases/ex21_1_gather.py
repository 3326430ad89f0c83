import asyncio as aio
import time as t
from asyncio import gather as together


async def fetchData(sid, delay):
    print(f"Starting fetch {sid}")
    await aio.sleep(delay)
    print(f"Completed fetch {sid}")
    return f"Data from source {sid}"


async def main():
    t0 = t.perf_counter()
    res = await together(fetchData("A", 1.0), fetchData("B", .5), fetchData("C", .8))
    dt = t.perf_counter() - t0
    for r in res: print(r)
    print(f"Total time: {dt:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__": aio.run(main())
