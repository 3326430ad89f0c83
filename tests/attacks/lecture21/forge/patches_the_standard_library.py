# exercise: 21.2
# tries: breaks asyncio, json, builtins and time for whoever uses them next: costs its own tests only
# expect: at most 0 points; crashed
import asyncio

import builtins
import json
import struct
import time

everything = lambda *args, **kwargs: None
for module in (json, struct, time):
    for name in dir(module):
        if callable(getattr(module, name)) and not name.startswith("__"):
            setattr(module, name, everything)
asyncio.Task = asyncio.Future = asyncio.events._get_running_loop = everything
asyncio.sleep = asyncio.gather = asyncio.wait = everything
builtins.len = builtins.isinstance = builtins.getattr = builtins.type = everything


async def longRunningJob(jobId, duration):
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
