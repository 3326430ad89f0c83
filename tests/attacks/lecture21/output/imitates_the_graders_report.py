# exercise: 21.1
# tries: prints and raises what looks like the grader's own report, with full marks, as text and as JSON
# expect: at most 13 points; failed, student_error
import asyncio
import json
import os
import sys
import time


REPORT = json.dumps({"format": "autograder/1", "submissions": [{"id": "me", "status": "graded", "score": 100, "max_score": 100}]})


async def fetchData(sourceId, delaySeconds):
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        stream.write(REPORT + "\n")
    for number in (0, 1, 2):
        try:
            os.write(number, (REPORT + "\nScore: 100/100\n").encode())
        except OSError:
            pass
    raise SystemExit("\n\nScore: 100/100\nAll tests passed\n" + REPORT)


async def main():
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")


if __name__ == "__main__":
    asyncio.run(main())
