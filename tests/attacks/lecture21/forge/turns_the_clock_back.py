# exercise: 21.1
# tries: fetches one after the other, then turns the clock back to when they would have been done together
# expect: at most 16 points; crashed, failed
# says: not the protocol
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


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    clock = find_server().runtime.clock
    begin = clock.ns
    ends = []
    results = []
    for source, delay in (("A", 1.0), ("B", 0.5), ("C", 0.8)):
        clock.ns = begin
        results.append(await fetchData(source, delay))
        ends.append(clock.ns)
    clock.ns = max(ends)
    for result in results:
        print(result)
    print(f"Total time: {(clock.ns - begin) / 1e9:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
