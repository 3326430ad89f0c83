import asyncio
import time


async def fetchData(source, delay):
    print("Starting fetch " + str(source))
    await asyncio.ensure_future(asyncio.sleep(delay))
    data = "Data from source " + str(source)
    print("Completed fetch " + str(source))
    return data


async def main():
    t = time.monotonic()
    futures = []
    futures.append(asyncio.ensure_future(fetchData("A", 1.0)))
    futures.append(asyncio.ensure_future(fetchData("B", 0.5)))
    futures.append(asyncio.ensure_future(fetchData("C", 0.8)))
    values = []
    for f in futures:
        values.append(await f)
    t = time.monotonic() - t
    print(values[0])
    print(values[1])
    print(values[2])
    print("Total time: " + format(t, ".2f") + "s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
