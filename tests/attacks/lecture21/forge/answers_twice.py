# exercise: 21.1
# tries: sends every answer twice: the second of a pair is an answer to nothing
# expect: at most 1 points; crashed, failed
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


channel = type(find_server()._channel)
send = channel.send


def send_twice(self, message):
    send(self, message)
    send(self, message)


channel.send = send_twice


async def fetchData(sourceId, delaySeconds):
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
