# exercise: 21.1
# tries: wants to talk to the world and to this machine: no socket may connect.
# expect: at most 15 points; failed
import asyncio
import socket
import time


async def fetchData(sourceId, delaySeconds):
    for address in (("127.0.0.1", 22), ("192.0.2.1", 80), ("localhost", 8888)):
        try:
            socket.create_connection(address, timeout=0.2).close()
            print("connected", address)
        except OSError:
            pass
    server = await asyncio.start_server(lambda r, w: None, "127.0.0.1", 0)
    server.close()
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
