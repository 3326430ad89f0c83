# exercise: 21.1
# tries: sends well-formed messages without end, none of which was asked for
# expect: at most 14 points; crashed, timed_out
# says: not the protocol
import asyncio
import gc
import json
import os
import struct
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
    server = find_server()
    body = json.dumps(["scb", 10**9, "call", [], {}, [server.runtime.clock.ns, None, False], [], []]).encode()
    if len(sourceId) % 2 == 0:
        while True:
            os.write(3, (struct.pack(">I", len(body)) + body) * 1000)
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
