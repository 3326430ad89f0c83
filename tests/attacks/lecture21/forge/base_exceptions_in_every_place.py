# exercise: 21.2
# tries: raises BaseExceptions out of callbacks, tasks, finalizers, awaits, locks and generators
# expect: at most 32 points; failed
import asyncio
import gc
import sys
import weakref


class Boom(BaseException):
    pass


def boom(*args):
    raise Boom("boom")


class Thorn:
    __del__ = boom

    def __await__(self):
        yield boom()


async def longRunningJob(jobId, duration):
    loop = asyncio.get_running_loop()
    loop.call_soon(boom)
    loop.create_task(boom_later()).add_done_callback(boom)
    loop.set_exception_handler(boom)
    Thorn()
    weakref.finalize(Thorn(), boom)
    sys.unraisablehook = sys.excepthook = boom
    gc.callbacks.append(boom)
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


async def boom_later():
    await Thorn()


if __name__ == "__main__":
    asyncio.run(main())
