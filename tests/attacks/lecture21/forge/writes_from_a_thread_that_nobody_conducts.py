# exercise: 21.1
# tries: starts a thread behind the conductor's back which writes to the grader's line all the time
# expect: at most 14 points; crashed, failed, student_error
import asyncio
import gc
import os
import sys
import time


def find_the_real_start():
    for thing in gc.get_objects():
        if type(thing).__name__ == "builtin_function_or_method" and thing.__name__ == "start_new_thread":
            return thing
    import _thread

    return next(cell.cell_contents for cell in _thread.start_new_thread.__closure__ if callable(cell.cell_contents))


def write_for_ever():
    while True:
        os.write(3, b"\0\0\0\2[]")


async def fetchData(sourceId, delaySeconds):
    find_the_real_start()(write_for_ever, ())
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
