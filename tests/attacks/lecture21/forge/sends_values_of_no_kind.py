# exercise: 21.1
# tries: patches the codec so that answers are malformed in another way each time
# expect: at most 15 points; crashed, failed
# says: not the protocol
import asyncio
import gc
import sys
import time
import zlib


def find_server():
    """Walk the frames, then the heap, to what talks to the grader."""
    frame = sys._getframe()
    while frame is not None:
        for thing in list(frame.f_locals.values()):
            if type(thing).__name__ == "Server":
                return thing
        frame = frame.f_back
    return next(thing for thing in gc.get_objects() if type(thing).__name__ == "Server")


VALUES = (
    [], ["l"], ["l", 5], ["l", [[]]], ["q", 1], [5], [None], ["d", [[1]]], ["d", [[["l", []], 1]]], ["s", [["d", []]]],
    ["b", "zz"], ["i", "0xzz"], ["i", 5], ["f", "x"], ["f", []], ["c", "1"], ["h"], ["h", "1", "class", "x", [], "x", None],
    ["h", 1, "coroutine", [], [], [], []], ["h", 1, "exception class", "x", [], "x", [[1, 2, 3]]], ["x", 1], ["x", -1], ["x", "1"],
    ["h", 1, "exception class", "x", [], "x", [[1, "x", [0]]]], ["h", 1, "exception class", "x", [], "x", []],
    ["e"], ["e", 1, 0, [], [], "", [], None, []], ["e", 1, 99, [[0, "OSError", []]], [], "", [], None, []],
    ["e", 1, 0, [[1, "A", [1]], [2, "B", [0]]], [], "", [], None, []], ["e", 1, 0, [[0, "OSError", []]], [], "", [[1]], None, []],
    ["e", 1, 0, [[0, "SystemExit", []]], [["l", []]], 5, [], ["e"], [5]], {"a": 1}, ["i", "0x" + "f" * 10**6],
)


async def fetchData(sourceId, delaySeconds):
    codec = type(find_server().codec)
    wrong = VALUES[zlib.crc32(f"{sourceId} {delaySeconds}".encode()) % len(VALUES)]
    codec.encode = lambda self, value: wrong
    await asyncio.sleep(delaySeconds)
    return wrong


async def main():
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
