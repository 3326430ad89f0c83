# exercise: 21.2
# tries: imports the grader, the tests, the solutions and pytest, by name and from every path it can think of
# expect: full points
import asyncio
import importlib
import sys


NAMES = (
    "autograder.testing", "autograder.testing.plugin", "autograder.grading", "autograder.model", "autograder.jail.host", "autograder.pipeline",
    "autograder.errors", "pytest", "_pytest", "test_ex21_1_gather", "test_ex21_2_cancellation", "tests.hidden.lecture21", "solutions", "conftest",
    "hidden", "lecture21", "click", "rich", "freezegun", "jinja2",
)


def look():
    found = []
    sys.path += [".", "..", "/", "/work", "/root", "/tmp", "/autograder", "/autograder/source", "/usr/lib/python3/dist-packages"]
    for name in NAMES:
        try:
            module = importlib.import_module(name)
            found.append((name, getattr(module, "__file__", None)))
        except ImportError:
            pass
    return found


FOUND = look()


async def longRunningJob(jobId, duration):
    if FOUND:
        raise LookupError(f"found: {FOUND}")
    try:
        print(f"Job {jobId} started")
        await asyncio.sleep(duration)
        print(f"Job {jobId} completed")
        return f"Result_{jobId}"
    except asyncio.CancelledError:
        print(f"Job {jobId} was cancelled")
        raise


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
