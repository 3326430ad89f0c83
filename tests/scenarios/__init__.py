"""Asynchronous code that is run once in one process and once across the jail: what it sees must be the same."""

import asyncio

STUDENT = """
    import asyncio, time
    from contextlib import asynccontextmanager

    class Low(Exception):
        def __init__(self, amount, *, unit="EUR"):
            super().__init__(f"only {amount}")
            self.amount, self.unit = amount, unit

    class Lower(Low):
        pass

    async def job(n, seconds=1.0):
        print("start", n)
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            print("cancelled", n)
            raise
        print("end", n)
        return n

    async def stubborn(seconds):
        try:
            await asyncio.sleep(100)
        except asyncio.CancelledError:
            await asyncio.sleep(seconds)
            return "kept"

    async def slow_cleanup(seconds):
        try:
            await asyncio.sleep(100)
        finally:
            print("cleaning")
            await asyncio.sleep(seconds)
            print("clean")

    async def fails(after):
        await asyncio.sleep(after)
        raise Lower(7)

    async def caused():
        try:
            1 / 0
        except ZeroDivisionError as e:
            raise Low(1) from e

    async def group():
        async with asyncio.TaskGroup() as g:
            g.create_task(fails(1))
            g.create_task(job("x", 5))

    class Conn:
        def __init__(self, name, swallow=False):
            self.name, self.swallow, self.is_open, self.saw = name, swallow, False, None
        async def __aenter__(self):
            await asyncio.sleep(0.25)
            self.is_open = True
            return self
        async def __aexit__(self, kind, error, tb):
            self.saw = error
            await asyncio.sleep(0.25)
            self.is_open = False
            return self.swallow
        async def rows(self, n):
            for i in range(n):
                await asyncio.sleep(0.1)
                yield {"id": i}

    class Pool:
        async def __aenter__(self):
            self.group = asyncio.TaskGroup()
            await self.group.__aenter__()
            return self
        async def __aexit__(self, *exc):
            return await self.group.__aexit__(*exc)
        def add(self, n, seconds):
            self.group.create_task(job(n, seconds))
        def add_failing(self, seconds):
            self.group.create_task(fails(seconds))

    class Limited:
        async def __aenter__(self):
            self.t = asyncio.timeout(1)
            return await self.t.__aenter__()
        async def __aexit__(self, *exc):
            return await self.t.__aexit__(*exc)

    log = []

    async def numbers(n):
        try:
            for i in range(n):
                await asyncio.sleep(1)
                got = yield i
                if got:
                    log.append(got)
        except ValueError as e:
            log.append(str(e))
            yield "caught"
        finally:
            await asyncio.sleep(0.5)
            log.append("closed")

    class Countdown:
        def __init__(self, n):
            self.n = n
        def __aiter__(self):
            return self
        async def __anext__(self):
            if not self.n:
                raise StopAsyncIteration
            self.n -= 1
            await asyncio.sleep(0.5)
            return self.n

    def squares(n):
        for i in range(n):
            yield i * i

    def make(n):
        return job(n, 0.5)

    async def with_callback(f, n):
        return await asyncio.gather(*[f(i) for i in range(n)])

    async def retry(f, times):
        for i in range(times):
            try:
                return await f()
            except ValueError:
                await asyncio.sleep(2 ** i)

    async def from_generator(g, n):
        seen = []
        async for x in g():
            seen.append(x)
            if len(seen) == n:
                break
        return seen

    async def run_timeout(f, seconds):
        try:
            async with asyncio.timeout(seconds):
                return await f()
        except TimeoutError:
            return "late"

    def apply(f, *args):
        return [f(a) for a in args]

    queue = asyncio.Queue(2)

    async def producer(n):
        for i in range(n):
            await queue.put(i)
        await queue.put(None)

    async def take():
        return await queue.get()

    async def cancel_all_others():
        for t in asyncio.all_tasks() - {asyncio.current_task()}:
            t.cancel()

    async def blocks(seconds):
        time.sleep(seconds)
"""


async def nothing(_):
    await asyncio.sleep(0)


async def timed(awaitable):
    loop = asyncio.get_running_loop()
    begin = loop.time()
    try:
        result = await awaitable
    except BaseException as error:  # noqa: BLE001 - cancellations are results here
        result = type(error).__name__
    return result, round(loop.time() - begin, 9)


SCENARIOS = []


def scenario(function):
    SCENARIOS.append(function)
    return function
