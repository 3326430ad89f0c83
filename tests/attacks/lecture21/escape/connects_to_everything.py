# exercise: 21.1
# tries: makes sockets of every family and kind and sends to this machine, to names, to the world and to well-known sockets
# expect: full points
import asyncio
import socket
import time


PORTS = range(47_521, 47_529)
NAMES = (
    *(f"\0canary-listener-{place}" for place in range(8)),
    "/run/docker.sock", "/var/run/docker.sock", "/run/dbus/system_bus_socket", "/dev/log", "/tmp/.X11-unix/X0", "\0/tmp/dbus",
)


def look():
    found = []
    for family in range(46):
        for kind in (1, 2, 3, 5, 10):
            try:
                socket.socket(family, kind).close()
                found.append((family, kind))
            except (OSError, ValueError):
                pass
    addresses = [("127.0.0.1", port) for port in PORTS]
    for address in [*addresses, ("localhost", PORTS[0]), ("10.0.2.2", 80), ("8.8.8.8", 53), ("example.org", 80)]:
        for way in (lambda a: socket.create_connection(a, 0.2), lambda a: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", a)):
            try:
                way(address)
                found.append(address)
            except (OSError, UnicodeError):
                pass
    for name in NAMES:
        try:
            socket.socket(socket.AF_UNIX).connect(name)
            found.append(name)
        except OSError:
            pass
    for name in ("example.org", "localhost"):
        try:
            found.append(socket.getaddrinfo(name, 80)[:1] if name != "localhost" else ())
        except OSError:
            pass
    try:
        socket.create_server(("127.0.0.1", 0))
        found.append("listens")
    except OSError:
        pass
    return [each for each in found if each]


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
