# exercise: 21.1
# tries: an ordinary function that blocks, dressed up as a coroutine for everybody who asks
# expect: at most 0 points; failed
import asyncio
import collections.abc
import inspect
import time
import types


class Disguised:
    __class__ = types.CoroutineType
    cr_code = cr_frame = cr_running = cr_await = cr_origin = None

    def __init__(self, value):
        self.value = value

    def __await__(self):
        return self.value
        yield

    def send(self, value):
        raise StopIteration(self.value)

    def throw(self, *error):
        raise error[0]

    def close(self):
        pass


collections.abc.Coroutine.register(Disguised)
for module in (inspect, asyncio, asyncio.coroutines):
    module.iscoroutine = module.iscoroutinefunction = module.isawaitable = lambda thing: True


async def fetchData(sourceId, delaySeconds):
    pass


async def main():
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    time.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return Disguised(f"Data from source {sourceId}")


if __name__ == "__main__":
    asyncio.run(main())
