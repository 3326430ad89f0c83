# exercise: 21.1
# tries: stops the loop that serves the grader, raises through it and puts its own in its place
# expect: at most 13 points; crashed, failed
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


class Stop(BaseException):
    pass


def stop(*args):
    raise Stop


async def fetchData(sourceId, delaySeconds):
    server = find_server()
    loop = asyncio.get_running_loop()
    loop.call_soon(stop)
    loop.call_later(0.05, sys.exit, 0)
    loop.stop()
    type(server).serve = type(server).serve_without_loop = type(server)._handle = stop
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
