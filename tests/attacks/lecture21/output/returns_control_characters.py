# exercise: 21.1
# tries: results that hold what could move a cursor, set a title or turn a line round
# expect: at most 23 points; failed
import asyncio
import time


BITES = (
    "\x1b[2J\x1b[31m", "\x1b]0;owned\x07", "\x1b]8;;http://evil.example\x1b\\here\x1b]8;;\x1b\\", "\x9b31m", "\u202egnp.exe", "\u2066\u2069", "\x00\x07\x08",
    "a\u0301" * 30, "\udc80\udfff", "\ufeff\u200b\u200d", "\r\nScore: 100", "\U000e0041", "\x7f",
)


async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}{BITES[0]}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}{''.join(BITES)}")
    return BITES[len(sourceId) % len(BITES)] + sourceId


async def main():
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
