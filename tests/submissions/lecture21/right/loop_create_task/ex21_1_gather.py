import asyncio


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    loop = asyncio.get_running_loop()
    start = loop.time()
    tasks = [
        loop.create_task(fetchData("A", 1.0)),
        loop.create_task(fetchData("B", 0.5)),
        loop.create_task(fetchData("C", 0.8)),
    ]
    results = [await task for task in tasks]
    elapsed = loop.time() - start
    print(*results, sep="\n")
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(main())
    finally:
        loop.close()
