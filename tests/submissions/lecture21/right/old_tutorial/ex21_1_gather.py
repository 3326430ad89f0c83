import asyncio
import time

# learned from an old tutorial (before asyncio.run existed)

async def fetchData(sourceId, delaySeconds):
    loop = asyncio.get_event_loop()
    print("Starting fetch %s" % sourceId)
    fut = loop.create_future()
    loop.call_later(delaySeconds, fut.cancel)
    await asyncio.wait([fut])
    print("Completed fetch %s" % sourceId)
    return "Data from source %s" % sourceId

async def main():
    t = time.time()
    results = await asyncio.gather(*[fetchData(n, d) for (n, d) in (("A", 1.0), ("B", 0.5), ("C", 0.8))])
    t = time.time() - t
    for r in results:
        print("%s" % r)
    print("Total time: %.2fs (vs ~%.1fs sequential)" % (t, 2.3))

if __name__ == "__main__":
    loop = asyncio.get_event_loop()
    loop.run_until_complete(main())
    loop.close()
