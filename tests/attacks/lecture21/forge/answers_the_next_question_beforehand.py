# exercise: 21.1
# tries: sends answers to the questions that will come, with the numbers that they will have
# expect: at most 13 points; crashed
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


def frame(message):
    body = json.dumps(message).encode()
    return struct.pack(">I", len(body)) + body


async def fetchData(sourceId, delaySeconds):
    server = find_server()
    now = server.runtime.clock.ns
    passed = ["ok", f"Data from source {sourceId}"]
    for ahead in range(8):
        os.write(3, frame(["yield", server._tag + ahead, [now, None, False], [["ret", n, passed, 0] for n in range(9)], []]))
        os.write(3, frame(["sret", server._tag + ahead, passed, [now, None, False], [], []]))
    await asyncio.sleep(delaySeconds)
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
