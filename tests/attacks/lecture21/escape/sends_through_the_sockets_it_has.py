# exercise: 21.1
# tries: turns the sockets that it may have, pairs and the grader's line, towards somebody else
# expect: full points
import asyncio
import os
import socket
import time


def look():
    found = []
    mine, other = socket.socketpair()
    line = socket.socket(fileno=os.dup(3))
    usable = [mine]
    for kind in (socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
        try:
            usable += socket.socketpair(socket.AF_UNIX, kind)
        except OSError:
            pass
    for sock in usable:
        for address in (*(f"\0canary-listener-{place}" for place in range(8)), "/run/systemd/notify", "/dev/log"):
            for way in (lambda: sock.connect(address), lambda: sock.sendto(b"x", address), lambda: sock.sendmsg([b"x"], [], 0, address)):
                try:
                    way()
                    found.append((sock.type, address))
                except OSError:
                    pass
    for way in (lambda: other.bind("\0attack-was-here"), lambda: other.bind("/tmp/attack-was-here"), lambda: other.listen(), lambda: line.listen()):
        try:
            way()
            found.append("bind or listen")
        except OSError:
            pass
    return found


FOUND = look()


async def fetchData(sourceId, delaySeconds):
    if FOUND:
        raise LookupError(f"found: {FOUND}")
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
