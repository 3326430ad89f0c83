import asyncio
import threading


class Job(object):
    __lock = threading.Lock()
    __count = 0

    def __init__(self, jobId, duration):
        self.__jobId = jobId
        self.__duration = duration
        with Job.__lock:
            Job.__count += 1

    def __toString(self, state):
        return "Job " + str(self.__jobId) + " " + state

    async def run(self):
        try:
            print(self.__toString("started"))
            await asyncio.sleep(self.__duration)
            print(self.__toString("completed"))
            return "Result_" + str(self.__jobId)
        except (asyncio.CancelledError) as cancelledError:
            print(self.__toString("was cancelled"))
            raise cancelledError
        finally:
            with Job.__lock:
                Job.__count -= 1


async def longRunningJob(jobId, duration):
    return await Job(jobId, duration).run()


async def main():
    tasks = []
    tasks.append(asyncio.create_task(longRunningJob("A", 2.0)))
    tasks.append(asyncio.create_task(longRunningJob("B", 0.5)))
    tasks.append(asyncio.create_task(longRunningJob("C", 1.0)))
    pair = await asyncio.wait(tasks, timeout=1.2)
    done = pair[0]
    pending = pair[1]
    print("Done: " + str(len(done)) + ", Pending: " + str(len(pending)))
    iterator = iter(pending)
    while (True):
        try:
            task = next(iterator)
        except (StopIteration):
            break
        if (task.done() == False):
            task.cancel()
    if (len(pending) > 0):
        await asyncio.gather(*pending, return_exceptions=True)


if (__name__ == "__main__"):
    asyncio.run(main())
