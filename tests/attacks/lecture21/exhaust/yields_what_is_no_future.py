# exercise: 21.1
# tries: awaits objects that yield strings, itself, foreign futures and finished ones
# expect: at most 29 points; crashed, failed, student_error, timed_out
import asyncio
import time


class Odd:
    def __init__(self, thing):
        self.thing = thing

    def __await__(self):
        while True:
            yield self.thing


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    if __name__ == "__main__":
        task = asyncio.current_task()
        for thing in ("text", 5, task, Odd(1), asyncio.Future(loop=asyncio.new_event_loop())):
            try:
                await Odd(thing)
            except RuntimeError:
                pass
        done = asyncio.get_running_loop().create_future()
        done.set_result(1)
        await Odd(done)
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
