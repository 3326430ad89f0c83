# exercise: 21.2
# tries: swallows the cancellation and raises something of its own that says it is a CancelledError
# expect: at most 26 points; failed, student_error
import asyncio


class Meta(type):
    __instancecheck__ = __subclasscheck__ = lambda cls, other: True
    __eq__ = lambda cls, other: True
    __hash__ = lambda cls: hash(asyncio.CancelledError)
    __mro__ = property(lambda cls: asyncio.CancelledError.__mro__)


class CancelledError(Exception, metaclass=Meta):
    __class__ = asyncio.CancelledError
    __module__ = "asyncio.exceptions"
    __eq__ = lambda self, other: True
    __hash__ = lambda self: 0


async def longRunningJob(jobId, duration):
    try:
        print(f"Job {jobId} started")
        await asyncio.sleep(duration)
        print(f"Job {jobId} completed")
        return f"Result_{jobId}"
    except asyncio.CancelledError as error:
        print(f"Job {jobId} was cancelled")
        fake = CancelledError(*error.args)
    raise fake


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
