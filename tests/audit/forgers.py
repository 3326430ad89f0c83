"""Programs that would fool a clock in their own interpreter. Each says what the audit must hear of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Forger:
    """A hostile program for one exercise of lecture 21."""

    exercise: str
    source: str
    heard: tuple[str, ...]
    """Parts of messages, each of which must be among the evidence."""


FETCH = """
import asyncio, time
async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"
"""

GATHER = """
async def main():
    startTime = time.perf_counter()
    results = await asyncio.gather(fetchData("A", 1.0), fetchData("B", 0.5), fetchData("C", 0.8))
    elapsed = time.perf_counter() - startTime
    for result in results:
        print(result)
    print(f"Total time: {elapsed:.2f}s (vs ~2.3s sequential)")
if __name__ == "__main__":
    asyncio.run(main())
"""

PRINTS_WITHOUT_WAITING = """
import asyncio, heapq, time
now = 0.0
waiting = []
time.perf_counter = time.monotonic = time.time = lambda: now
async def sleep(seconds):
    # Sleepers go on in the order of their times, and the clock says that the time has passed.
    global now
    mine = (now + seconds, len(waiting), asyncio.get_running_loop().create_future())
    heapq.heappush(waiting, mine)
    for _ in range(20):
        await real_sleep(0)
    while waiting and not mine[2].done():
        when, _, future = heapq.heappop(waiting)
        now = max(now, when)
        future.set_result(None)
        await real_sleep(0)
    await mine[2]
real_sleep, asyncio.sleep = asyncio.sleep, sleep
async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"
"""

DRIVES_THE_RUNTIMES_CLOCK = """
import asyncio, gc, sys, time
def clock():
    frame = sys._getframe()
    while frame is not None:
        for thing in frame.f_locals.values():
            if type(thing).__name__ == "Server":
                return thing.runtime.clock
        frame = frame.f_back
    return next((each for each in gc.get_objects() if type(each).__name__ == "VirtualClock"), None)
async def sleep(seconds):
    found = clock()
    if found is not None:
        found.advance(found.ns + round(seconds * 1e9))
async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    await sleep(delaySeconds)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"
"""

RETURNS_AT_ONCE_AND_CLAIMS_THE_TIME = """
import asyncio, gc, time
async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    for each in gc.get_objects():
        if type(each).__name__ == "Recorder":
            each.print(round(delaySeconds * 1e9), f"Completed fetch {sourceId}")
            break
    else:
        print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"
"""

ONE_AFTER_THE_OTHER_IN_DISGUISE = """
async def main():
    # All say that they start, each is waited for alone, and the ends are printed as if they had been together.
    for name in "ABC":
        print(f"Starting fetch {name}")
    for seconds in (1.0, 0.5, 0.8):
        await asyncio.sleep(seconds)
    for name in "BCA":
        print(f"Completed fetch {name}")
    for name in "ABC":
        print(f"Data from source {name}")
    print("Total time: 1.00s (vs ~2.3s sequential)")
if __name__ == "__main__":
    asyncio.run(main())
"""

KNOWS_WHAT_THE_LECTURE_SHOWS = """
async def main():
    print("Starting fetch A\\nStarting fetch B\\nStarting fetch C")
    await asyncio.sleep(0.5)
    print("Completed fetch B")
    await asyncio.sleep(0.3)
    print("Completed fetch C")
    await asyncio.sleep(0.2)
    print("Completed fetch A\\nData from source A\\nData from source B\\nData from source C")
    print("Total time: 1.00s (vs ~2.3s sequential)")
if __name__ == "__main__":
    asyncio.run(main())
"""

CANCELLED_JOB_GOES_ON = """
import asyncio
async def longRunningJob(jobId, duration):
    print(f"Job {jobId} started")
    try:
        await asyncio.sleep(duration)
    except asyncio.CancelledError:
        print(f"Job {jobId} was cancelled")
        return
    print(f"Job {jobId} completed")
    return f"Result_{jobId}"
async def main():
    tasks = [asyncio.create_task(longRunningJob(*job)) for job in (("A", 2.0), ("B", 0.5), ("C", 1.0))]
    done, pending = await asyncio.wait(tasks, timeout=1.2)
    print(f"Done: {len(done)}, Pending: {len(pending)}")
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
if __name__ == "__main__":
    asyncio.run(main())
"""

BLOCKS_WHERE_IT_SHOULD_AWAIT = """
import asyncio, time
class AsyncDatabaseConnection:
    def __init__(self, dbUrl):
        self.dbUrl, self.isOpen = dbUrl, False
    async def __aenter__(self):
        time.sleep(0.01)
        self.isOpen = True
        print(f"Connected to {self.dbUrl}")
        return self
    async def __aexit__(self, *error):
        time.sleep(0.01)
        self.isOpen = False
        print(f"Disconnected from {self.dbUrl}")
    async def fetchRows(self, count):
        for i in range(count):
            yield {"id": i, "value": i * 10}
async def main():
    async with AsyncDatabaseConnection("db://prod") as conn:
        async for row in conn.fetchRows(3):
            print(f"Row: {row}")
if __name__ == "__main__":
    asyncio.run(main())
"""

HONEST_IN_THE_TESTS_ONLY = """
import asyncio, time
def is_watched():
    return type(asyncio.get_running_loop()).__name__ == "VirtualLoop"
async def fetchData(sourceId, delaySeconds):
    print(f"Starting fetch {sourceId}")
    await asyncio.sleep(delaySeconds if is_watched() else 0)
    print(f"Completed fetch {sourceId}")
    return f"Data from source {sourceId}"
"""

FORGERS = {
    "prints_without_waiting": Forger(
        exercise="21.1",
        source=PRINTS_WITHOUT_WAITING + GATHER,
        heard=("Four fetches", "The file as a program", "somebody did not wait"),
    ),
    "drives_the_runtimes_clock": Forger(
        exercise="21.1", source=DRIVES_THE_RUNTIMES_CLOCK + GATHER, heard=("Four fetches",)
    ),
    "returns_at_once_and_claims_the_time": Forger(
        exercise="21.1", source=RETURNS_AT_ONCE_AND_CLAIMS_THE_TIME + GATHER, heard=("Four fetches",)
    ),
    "one_after_the_other_in_disguise": Forger(
        exercise="21.1",
        source=FETCH + ONE_AFTER_THE_OTHER_IN_DISGUISE,
        heard=("as long as one after the other (2.30 s)", "should be 'fetchData A begins'"),
    ),
    "knows_what_the_lecture_shows": Forger(
        exercise="21.1",
        source=FETCH + KNOWS_WHAT_THE_LECTURE_SHOWS,
        heard=("should be 'fetchData A begins'",),
    ),
    "cancelled_job_goes_on": Forger(
        exercise="21.2", source=CANCELLED_JOB_GOES_ON, heard=("should be '-> cancelled' and is '-> None'",)
    ),
    "blocks_where_it_should_await": Forger(
        exercise="21.3",
        source=BLOCKS_WHERE_IT_SHOULD_AWAIT,
        heard=("somebody did not wait", "Five connections"),
    ),
    "honest_in_the_tests_only": Forger(
        exercise="21.1", source=HONEST_IN_THE_TESTS_ONLY + GATHER, heard=("Four fetches", "in another order")
    ),
}
