# exercise: 21.1
# tries: writes well-formed answers of its own to the grader's line: forged or doubled answers are found out
# expect: at most 13 points; crashed
# says: not the protocol
import asyncio
import json
import os
import struct
import time


async def fetchData(sourceId, delaySeconds):
    for answer in (["done", 1, "ok"], {"outcome": "passed"}, ["return", 1, f"Data from source {sourceId}"], ["ok", 1, ["s", "x"]]):
        body = json.dumps(answer).encode()
        os.write(3, struct.pack(">I", len(body)) + body)


async def main():
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
