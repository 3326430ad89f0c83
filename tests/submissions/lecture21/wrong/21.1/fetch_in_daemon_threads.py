# loses: suspension, concurrency, ordering, result, output, timing, main
import asyncio
import threading
import time

def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    time.sleep(delaySeconds)
    result = f"Data from source {sourceId}"
    print(f"Completed fetch {sourceId}")
    return result

async def main():
    startTime = time.perf_counter()
    results = {}

    def work(sourceId, delaySeconds):
        results[sourceId] = fetchData(sourceId, delaySeconds)

    threads = [
        threading.Thread(target=work, args=("A", 1.0), daemon=True),
        threading.Thread(target=work, args=("B", 0.5), daemon=True),
        threading.Thread(target=work, args=("C", 0.8), daemon=True),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results = [results["A"], results["B"], results["C"]]
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
