"""Every clock inside the jail is the one virtual clock, exact to the nanosecond, and nothing waits for real."""

import time

import pytest
from lab import every_backend, every_python

CLOCKS = """
    import asyncio, time, datetime, threading, queue, concurrent.futures
    from time import monotonic as mono, perf_counter

    def snapshot():
        return {
            "time": time.time_ns() - START["time"], "monotonic": time.monotonic_ns() - START["mono"],
            "perf": time.perf_counter_ns() - START["perf"],
            "datetime": round((datetime.datetime.now() - START["now"]).total_seconds() * 10**9),
            "utc": round((datetime.datetime.now(datetime.timezone.utc) - START["utc"]).total_seconds() * 10**9),
            "float": round((time.time() - START["float"]) * 10**6) * 1000,
            "from": round((mono() - START["from"]) * 10**9),
            "gettime": time.clock_gettime_ns(time.CLOCK_MONOTONIC) - START["mono"],
        }

    START = {"time": time.time_ns(), "mono": time.monotonic_ns(), "perf": time.perf_counter_ns(),
             "now": datetime.datetime.now(), "utc": datetime.datetime.now(datetime.timezone.utc),
             "float": time.time(), "from": mono()}

    async def sleeps(seconds):
        await asyncio.sleep(seconds)
        return snapshot() | {"loop": round(asyncio.get_running_loop().time() * 10**9)}

    async def ten_tenths():
        for _ in range(10):
            await asyncio.sleep(0.1)
        return asyncio.get_running_loop().time()

    async def call_later():
        loop = asyncio.get_running_loop()
        seen = []
        loop.call_later(0.3, lambda: seen.append(loop.time()))
        loop.call_later(0.1 + 0.2, lambda: seen.append(loop.time()))
        loop.call_at(2.5, lambda: seen.append(loop.time()))
        await asyncio.sleep(3)
        return seen

    async def timeout():
        try:
            async with asyncio.timeout(1.25):
                await asyncio.sleep(50)
        except TimeoutError:
            return mono()

    async def to_thread():
        await asyncio.to_thread(time.sleep, 2.5)
        return mono()

    async def two_threads():
        await asyncio.gather(asyncio.to_thread(time.sleep, 2), asyncio.to_thread(time.sleep, 3))
        return mono()

    async def executor():
        loop = asyncio.get_running_loop()
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            await asyncio.gather(*[loop.run_in_executor(pool, time.sleep, 1) for _ in range(4)])
        return mono()

    async def wait_for_thread():
        try:
            await asyncio.wait_for(asyncio.to_thread(time.sleep, 5), 1)
        except TimeoutError:
            return mono()

    async def asyncio_queue():
        q = asyncio.Queue()
        asyncio.get_running_loop().call_later(1.5, q.put_nowait, "x")
        await q.get()
        return mono()

    async def sleep_forever_in_background():
        task = asyncio.create_task(asyncio.sleep(float("inf")))
        await asyncio.sleep(1)
        task.cancel()
        return mono()

    async def from_a_thread():
        loop = asyncio.get_running_loop()
        def work():
            time.sleep(1)
            return asyncio.run_coroutine_threadsafe(asyncio.sleep(2, mono()), loop).result()
        await asyncio.to_thread(work)
        return mono()

    async def loop_in_a_thread():
        return await asyncio.to_thread(asyncio.run, sleeps(1.5)), mono()

    def blocks():
        time.sleep(0.75)
        return mono()

    def thread_join():
        t = threading.Thread(target=time.sleep, args=(4,))
        t.start()
        t.join(1)
        first, alive = mono(), t.is_alive()
        t.join()
        return first, alive, mono(), t.is_alive()

    def primitives():
        seen = []
        def note(result):
            seen.append((round(mono(), 6), result))
        note(threading.Event().wait(1))
        c = threading.Condition()
        with c:
            note(c.wait(1))
            note(c.wait_for(lambda: False, 1.5))
        try:
            queue.Queue().get(timeout=1)
        except queue.Empty:
            note("empty")
        try:
            queue.SimpleQueue().get(timeout=1)
        except queue.Empty:
            note("empty")
        q = queue.Queue(1)
        q.put(0)
        try:
            q.put(1, timeout=1)
        except queue.Full:
            note("full")
        note(threading.Semaphore(0).acquire(timeout=1))
        lock = threading.Lock()
        lock.acquire()
        note(lock.acquire(timeout=1))
        try:
            threading.Barrier(2).wait(1)
        except threading.BrokenBarrierError:
            note("broken")
        return seen

    def between_threads():
        log = []
        q, done = queue.Queue(), threading.Event()
        def producer():
            for i in range(3):
                time.sleep(1)
                q.put(i)
            done.set()
        def consumer():
            while not done.is_set() or not q.empty():
                try:
                    item = q.get(timeout=0.4)
                    log.append((mono(), item))
                except queue.Empty:
                    pass
        threads = [threading.Thread(target=t) for t in (producer, consumer)]
        [t.start() for t in threads]
        [t.join() for t in threads]
        return log

    def futures():
        with concurrent.futures.ThreadPoolExecutor() as pool:
            slow, quick = pool.submit(time.sleep, 3), pool.submit(time.sleep, 1)
            try:
                slow.result(timeout=2)
            except concurrent.futures.TimeoutError:
                first = mono()
            order = [f is quick for f in concurrent.futures.as_completed([slow, quick])]
        return first, order, mono()

    def timer():
        seen = []
        t = threading.Timer(1.5, lambda: seen.append(mono()))
        t.start()
        t.join()
        return seen

    def dates():
        return [str(datetime.date.today()), datetime.datetime.today().isoformat(), time.strftime("%Y-%m-%d %H:%M"),
                time.ctime(), isinstance(datetime.datetime.now(), datetime.date), repr(datetime.date.today()),
                datetime.datetime.fromtimestamp(time.time()) == datetime.datetime.now(), time.localtime().tm_hour]

    def busy_wait():
        begin = perf_counter()
        while perf_counter() - begin < 0.1:
            pass
        return perf_counter() - begin

    async def busy_poll():
        flag = []
        asyncio.get_running_loop().call_later(0.5, flag.append, 1)
        while not flag:
            await asyncio.sleep(0)
        return mono()
"""


@every_backend
@every_python
def test_all_clocks_agree_to_the_nanosecond(bench):
    seen = bench(CLOCKS).run(lambda student: student.sleeps(1.123456))

    assert set(seen.values()) == {1_123_456_000}, seen


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ten_tenths", 1.0),
        ("call_later", [0.3, 0.3, 2.5]),
        ("timeout", 1.25),
        ("to_thread", 2.5),
        ("two_threads", 3.0),
        ("executor", 2.0),
        ("wait_for_thread", 1.0),
        ("asyncio_queue", 1.5),
        ("sleep_forever_in_background", 1.0),
        ("from_a_thread", 3.0),
        ("busy_poll", 0.5),
    ],
)
def test_awaiting_takes_exact_virtual_time(bench, name, expected):
    begin = time.perf_counter()
    seen = bench(CLOCKS).run(lambda student: student[name]())

    assert seen == expected
    assert time.perf_counter() - begin < 5


def test_a_loop_in_a_thread_keeps_the_same_time(bench):
    inner, outer = bench(CLOCKS).run(lambda student: student.loop_in_a_thread())

    assert (inner["loop"], outer) == (1_500_000_000, 1.5)


@every_python
def test_threads_wait_virtually_in_every_primitive(bench):
    made = bench(CLOCKS)
    with made.student() as student:
        assert student.primitives() == [
            (1, False),
            (2, False),
            (3.5, False),
            (4.5, "empty"),
            (5.5, "empty"),
            (6.5, "full"),
            (7.5, False),
            (8.5, False),
            (9.5, "broken"),
        ]
    with made.student() as student:
        assert student.between_threads() == [(1, 0), (2, 1), (3, 2)]
    with made.student() as student:
        assert student.thread_join() == (1, True, 4, False)
    with made.student() as student:
        assert student.futures() == (2, [True, False], 3)
    with made.student() as student:
        assert student.timer() == [1.5]
    with made.student() as student:
        assert student.blocks() == 0.75


def test_calendar_time_starts_at_a_fixed_moment(bench):
    with bench(CLOCKS).student() as student:
        assert student.dates() == [
            "2026-01-05",
            "2026-01-05T09:00:00",
            "2026-01-05 09:00",
            "Mon Jan  5 09:00:00 2026",
            True,
            "datetime.date(2026, 1, 5)",
            True,
            9,
        ]


def test_a_busy_wait_on_the_clock_ends(bench):
    with bench(CLOCKS).student() as student:
        assert 0.1 <= student.busy_wait() < 0.11
        assert [event.kind for event in student.timeline] == ["busy-wait"]


def test_time_is_the_same_on_both_sides(bench):
    import asyncio

    async def body(student):
        await asyncio.sleep(1.5)
        seen = await student.sleeps(0.25)
        return seen["loop"], asyncio.get_running_loop().time()

    assert bench(CLOCKS).run(body) == (1_750_000_000, 1.75)
