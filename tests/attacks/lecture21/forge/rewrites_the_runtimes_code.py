# exercise: 21.1
# tries: gives the functions of the runtime other code, so that whatever is asked is answered with success
# expect: at most 13 points; failed, student_error
import asyncio
import gc
import sys
import time


def find_server():
    """Walk the frames, then the heap, to what talks to the grader."""
    frame = sys._getframe()
    while frame is not None:
        for thing in list(frame.f_locals.values()):
            if type(thing).__name__ == "Server":
                return thing
        frame = frame.f_back
    return next(thing for thing in gc.get_objects() if type(thing).__name__ == "Server")


async def succeed_later(self, operation, target, args, kwargs):
    return "Data from source " + args[0] if args else None


def succeed(self, operation, target, args, kwargs):
    return {"pending": [], "lost": [], "never_awaited": [], "open_generators": []}


async def fetchData(sourceId, delaySeconds):
    server = type(find_server())
    server.perform_async.__code__ = succeed_later.__code__
    server._perform.__code__ = succeed.__code__
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
