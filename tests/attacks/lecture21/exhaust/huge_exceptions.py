# exercise: 21.1
# tries: texts of megabytes, a hundred thousand notes, a million arguments, and notes that are no texts
# expect: at most 13 points; failed, student_error
import asyncio
import time


class Huge(Exception):
    def __str__(self):
        return "x" * 5_000_000


def large(kind):
    error = Huge(*range(500_000)) if kind else Huge("y" * 5_000_000)
    for number in range(100_000):
        error.add_note(f"note {number}")
    return error


async def fetchData(sourceId, delaySeconds):
    raise large(len(sourceId) % 2)


async def main():
    if __name__ == "__main__":
        raise large(0)
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
