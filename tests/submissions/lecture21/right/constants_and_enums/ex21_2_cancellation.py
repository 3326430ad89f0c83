import asyncio
from enum import StrEnum, auto


class State(StrEnum):
    STARTED = auto()
    COMPLETED = auto()
    CANCELLED = "was cancelled"


TIMEOUT = 1.2
DURATIONS = dict(A=2.0, B=0.5, C=1.0)
STATES = {}


def enter(jobId, state):
    STATES[jobId] = state
    print(f"Job {jobId} {state}")


async def longRunningJob(jobId, duration):
    try:
        enter(jobId, State.STARTED)
        await asyncio.sleep(duration)
        enter(jobId, State.COMPLETED)
        return f"Result_{jobId}"
    except asyncio.CancelledError:
        enter(jobId, State.CANCELLED)
        raise


async def main():
    tasks = [asyncio.create_task(longRunningJob(name, seconds)) for name, seconds in DURATIONS.items()]
    done, pending = await asyncio.wait(tasks, timeout=TIMEOUT, return_when=asyncio.ALL_COMPLETED)
    print(f"Done: {len(done)}, Pending: {len(pending)}")
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())
