import asyncio


async def callService(name, seconds, works):
    print(f"Calling {name}")
    try:
        await asyncio.sleep(seconds)
        if not works:
            raise ConnectionError(f"{name} is down")
        return f"Answer of {name}"
    finally:
        print(f"Closing {name}")


class Siblings:
    """A task group made by hand: the first that fails cancels all others."""

    def __init__(self):
        self.tasks = []
        self.stopping = False

    def start(self, coroutine):
        task = asyncio.ensure_future(coroutine)
        task.add_done_callback(self.ended)
        self.tasks.append(task)

    def ended(self, task):
        if not self.stopping and not task.cancelled() and task.exception() is not None:
            self.cancel()

    def cancel(self):
        self.stopping = True
        for task in self.tasks:
            task.cancel()

    async def join(self):
        try:
            return await asyncio.gather(*self.tasks, return_exceptions=True)
        except asyncio.CancelledError:
            self.cancel()
            await asyncio.gather(*self.tasks, return_exceptions=True)
            raise


async def callAll(services):
    siblings = Siblings()
    for service in services:
        siblings.start(callService(*service))
    answers = await siblings.join()
    errors = [answer for answer in answers if isinstance(answer, Exception)]
    if any(not isinstance(error, ConnectionError) for error in errors):
        raise next(error for error in errors if not isinstance(error, ConnectionError))
    for error in errors:
        print(f"Failed: {error}")
    return None if errors else answers


async def callWithLimit(name, seconds, limit):
    answer = None
    try:
        async with asyncio.timeout(limit):
            answer = await callService(name, seconds, True)
    except TimeoutError:
        print(f"Too slow: {name}")
    return answer


async def main():
    print(await callAll([("users", 0.3, True), ("stock", 0.1, True)]))
    print(await callAll([("users", 0.3, True), ("stock", 0.1, True), ("orders", 0.2, False)]))
    print(await callWithLimit("news", 0.1, 0.5))
    print(await callWithLimit("report", 5.0, 0.5))


if __name__ == "__main__":
    with asyncio.Runner() as runner:
        runner.run(main())
