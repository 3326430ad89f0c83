# exercise: 21.1
# tries: exceptions whose text holds escapes, bidi marks, NUL, surrogates, zero-width and combining characters
# expect: at most 13 points; failed, student_error
import asyncio
import time


BITES = (
    "\x1b[2J\x1b[31m", "\x1b]0;owned\x07", "\x1b]8;;http://evil.example\x1b\\here\x1b]8;;\x1b\\", "\x9b31m", "\u202egnp.exe", "\u2066\u2069", "\x00\x07\x08",
    "a\u0301" * 30, "\udc80\udfff", "\ufeff\u200b\u200d", "\r\nScore: 100", "\U000e0041", "\x7f",
)


async def fetchData(sourceId, delaySeconds):
    raise ValueError("".join(BITES) + sourceId)


async def main():
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
