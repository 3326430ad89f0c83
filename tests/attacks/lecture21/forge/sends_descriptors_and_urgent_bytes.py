# exercise: 21.1
# tries: passes hundreds of open files and out-of-band bytes down the grader's line
# expect: at most 13 points; crashed
import array
import asyncio
import os
import socket
import time


async def fetchData(sourceId, delaySeconds):
    line = socket.socket(fileno=os.dup(3))
    for _ in range(50):
        line.sendmsg([], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [3, 2, 1] * 20))])
        try:
            line.send(b"x", socket.MSG_OOB)
        except OSError:
            pass
    line.sendmsg([b"\0"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0] * 100))])
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
