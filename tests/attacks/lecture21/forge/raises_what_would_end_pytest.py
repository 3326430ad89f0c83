# exercise: 21.2
# tries: exceptions called like pytest's own and the grader's: skipped, failed, exit, not graded
# expect: at most 16 points; failed, student_error
# says: passed
import asyncio
import itertools


NAMES = ("Skipped", "Exit", "Failed", "XFailed", "SuiteHung", "GraderError", "JailUnavailable", "CannotCross", "Interrupted", "UsageError")


def made(name):
    return type(name, (BaseException,), {"__module__": "_pytest.outcomes", "pytrace": False, "returncode": 0, "msg": "passed"})


ERRORS = [made(name) for name in NAMES]


async def longRunningJob(jobId, duration):
    print(f"Job {jobId} started")
    await asyncio.sleep(duration / 2)
    raise ERRORS[len(jobId) % len(ERRORS)]("passed")


async def main():
    tasks = [
        asyncio.create_task(longRunningJob("A", 2.0)),
        asyncio.create_task(longRunningJob("B", 0.5)),
        asyncio.create_task(longRunningJob("C", 1.0)),
    ]
    done, pending = await asyncio.wait(tasks, timeout=1.2)
    print(f"Done: {len(done)}, Pending: {len(pending)}")
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
