# exercise: 21.1
# tries: keeps megabytes in buffers of the kernel, where no limit of the process counts them
# expect: at most 29 points; crashed, failed, student_error, timed_out
import asyncio
import fcntl
import os
import socket
import time


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    if __name__ == "__main__":
        kept = []
        held = 0
        try:
            while True:
                mine, other = socket.socketpair()
                kept += [mine, other]
                for sock in (mine, other):
                    sock.setblocking(False)
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 26)
                    try:
                        while True:
                            held += sock.send(bytes(1 << 20))
                    except BlockingIOError:
                        pass
        except OSError:
            pass
        while kept:
            kept.pop().close()
        try:
            while True:
                reading, writing = os.pipe()
                os.set_blocking(writing, False)
                kept += [reading, writing]
                try:
                    fcntl.fcntl(writing, 1031, 1 << 20)
                except OSError:
                    pass
                try:
                    while True:
                        held += os.write(writing, bytes(1 << 20))
                except BlockingIOError:
                    pass
        except OSError:
            pass
        print("held", held >> 20)
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
