# exercise: 21.1
# tries: unpacks a hundred bytes into gigabytes, by zlib, bz2 and lzma
# expect: at most 29 points; crashed, failed, student_error, timed_out
import asyncio
import bz2
import lzma
import time
import zlib


ZEROS = bytes(1 << 20)


def nested(compress, times):
    data = b"".join(compress(ZEROS) for _ in range(times))
    return compress(data)


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"


async def main():
    if __name__ == "__main__":
        bomb = zlib.compress(bytes(20_000_000), 9)
        kept = []
        while True:
            kept.append(zlib.decompress(bomb))
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
