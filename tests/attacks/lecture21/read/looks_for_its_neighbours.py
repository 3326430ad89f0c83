# exercise: 21.2
# tries: looks beside, above and around itself for what other students have handed in
# expect: full points
import asyncio
import os
import pathlib


def look():
    found = []
    start = [pathlib.Path(__file__).parent, pathlib.Path.cwd(), pathlib.Path("..").resolve(), *pathlib.Path.cwd().parents]
    start += map(pathlib.Path, ("/submission", "/submissions", "/jail", "/jail/sub", "/autograder", "/autograder/submission", "/tmp"))
    for folder in dict.fromkeys(start):
        for depth in ("*.py", "*/*.py", "*/class/*/*.py", "*/*/*/ex21_*.py"):
            try:
                found += [(str(path), path.read_text()[-80:]) for path in list(folder.glob(depth))[:20]]
            except (OSError, ValueError):
                pass
    return [each for each in found if "autograder" not in each[0] and "/lib/python" not in each[0]]


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
