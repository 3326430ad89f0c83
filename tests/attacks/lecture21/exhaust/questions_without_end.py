# exercise: 21.1
# tries: calls the test's double hundreds of thousands of times and waits for none of the answers
# expect: at most 16 points; crashed, timed_out
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
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    double = getattr(fetchData, "__autograder_host__", 1)
    server = find_server()
    questions = b",".join(b'["cb",%d,%d,"await",["A",1.0],{}]' % (number, double) for number in range(80_000))
    body = b'["yield",%d,[%d,null,true],[%s],[]]' % (server._tag, server.runtime.clock.ns, questions)
    line = memoryview(struct.pack(">I", len(body)) + body)
    while line:
        line = line[os.write(3, line) :]
    await asyncio.sleep(1)


if __name__ == "__main__":
    asyncio.run(main())
