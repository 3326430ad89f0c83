"""Упражнение 21.1: три запроса одновременно."""
import asyncio
import time


async def fetchData(источник, задержка):
    print(f"Starting fetch {источник}")
    await asyncio.sleep(задержка)
    print(f"Completed fetch {источник}")
    return f"Data from source {источник}"


async def main():
    начало = time.perf_counter()
    ответы = await asyncio.gather(
        fetchData("A", 1.0),  # самый медленный
        fetchData("B", 0.5),
        fetchData("C", 0.8),
    )
    прошло = time.perf_counter() - начало
    for ответ in ответы:
        print(ответ)
    print(f"Total time: {прошло:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
