"""The ``student`` fixture's own offers: patching, what was printed and seen, plain data, the jail's library."""

import asyncio

import pytest
from lab import OTHER_PYTHONS, every_backend, every_python

from autograder.testing import Spy
from autograder.testing.failures import CannotCross, OpaqueValue, StudentRaised, where_raised

STUDENT = """
    import asyncio, dataclasses, enum, collections, functools, time

    async def fetch(n):
        await asyncio.sleep(1)
        return n

    def compute(n):
        return n

    class Conn:
        limit = 3
        def __init__(self, url="x"):
            self.url = url
        async def connect(self):
            return "real"
        async def rows(self):
            yield 1
        def size(self):
            return 1

    async def many():
        return await asyncio.gather(*[fetch(i) for i in range(3)])

    async def many_rows():
        return [row async for row in rows()]

    async def rows():
        yield "real"

    def computed():
        return [compute(1), compute(2)]

    async def connected():
        c = Conn("db")
        return c.url, await c.connect(), [r async for r in c.rows()], c.size()

    def made():
        return Conn("made").url

    table = {"f": fetch}
    later = functools.partial(fetch, 5)
    async def through_table():
        return await table["f"](1), await later()

    async def talk():
        print("one")
        print("two", end="")
        await asyncio.sleep(1.5)
        print(" and", "more")
        await asyncio.sleep(0.25)
        print("half", end="")

    @dataclasses.dataclass
    class Point:
        x: int
        y: list
    class Color(enum.Enum):
        RED = 1
    Pair = collections.namedtuple("Pair", "a b")

    def data():
        return [Point(1, [2, Point(3, [])]), Color.RED, Pair(1, 2), {"k": Point(0, [])}]

    def values():
        return [None, True, 1, 1.5, "t", [1], (1, 2), {1}, frozenset({1}), {"a": (1,)}, b"x", 2**70, 1j,
                float("inf"), {(1, 2): [3]}, -0.0, "\\udc80"]

    def echo(x):
        return x

    def same(a, b):
        return a is b

    stdout = "a name of the student's"

    class Meta:
        def __len__(self): return 3
        def __getitem__(self, i): return i * 2
        def __contains__(self, x): return x == 1
        def __call__(self, x): return x + 1
        def __enter__(self): return "in"
        def __exit__(self, *e): return True

    async def left():
        async def bad():
            raise ValueError("lost")
        asyncio.create_task(bad())
        asyncio.create_task(asyncio.sleep(50))
        asyncio.sleep(1)
        global g
        async def gen():
            yield 1
        g = gen()
        await g.__anext__()
        await asyncio.sleep(1)

    async def blocks():
        time.sleep(0.5)

    async def works():
        async def child():
            await asyncio.sleep(1)
        await asyncio.create_task(child(), name="kid")

    def exits(how):
        raise {"exit": SystemExit(3), "interrupt": KeyboardInterrupt(), "stop": StopIteration(1)}[how]
"""


@every_backend
def test_values_cross_unchanged_and_with_their_exact_types(bench):
    with bench(STUDENT).student() as student:
        values = student.values()

        assert values == [
            *(None, True, 1, 1.5, "t", [1], (1, 2), {1}, frozenset({1}), {"a": (1,)}, b"x", 2**70, 1j),
            *(float("inf"), {(1, 2): [3]}, -0.0, "\udc80"),
        ]
        for value in values:
            back = student.echo(value)
            assert back == value
            assert type(back) is type(value)


def test_objects_keep_their_identity(bench):
    with bench(STUDENT).student() as student:
        conn = student.Conn("a")
        own = object()

        assert student.echo(conn) is conn
        assert student.echo([conn])[0] is conn
        assert student.echo(own) is own
        assert student.same(conn, conn)
        assert not student.same(conn, student.Conn("a"))
        assert isinstance(conn, student.Conn)
        assert not isinstance(5, student.Conn)


def test_attributes_are_read_and_set_at_once(bench):
    with bench(STUDENT).student() as student:
        conn = student.Conn("a")
        conn.url = "b"

        assert (conn.url, student.Conn.limit, conn.size()) == ("b", 3, 1)
        assert not hasattr(conn, "missing")
        with pytest.raises(AttributeError) as caught:
            conn.missing  # noqa: B018
        assert where_raised(caught.value) is not None


def test_an_object_has_the_protocols_of_its_original_and_no_others(bench):
    with bench(STUDENT).student() as student:
        thing = student.Meta()
        with thing as inside:
            raise ValueError

        assert (len(thing), thing[4], 1 in thing, 2 in thing, thing(1), inside) == (
            3,
            8,
            True,
            False,
            2,
            "in",
        )
        with pytest.raises(TypeError):
            iter(student.Conn())
        with pytest.raises(TypeError):
            student.Conn()()


def test_nothing_of_an_object_is_compared_in_the_jail(bench):
    source = """
    class Yes:
        def __eq__(self, other): return True
        def __ne__(self, other): return False
        def __lt__(self, other): return True
        def __bool__(self): return True
        def __hash__(self): return 1
    """
    with bench(source).student() as student:
        yes = student.Yes()

        assert yes != 1
        assert yes not in [1, 2]
        assert yes != student.Yes()
        for judge in (bool, lambda x: x and 1, lambda x: not x):
            with pytest.raises(OpaqueValue):
                judge(yes)
        with pytest.raises(TypeError):
            yes < 3  # noqa: B015


def test_names_that_the_fixture_uses_itself_are_reached_by_index(bench):
    with bench(STUDENT).student() as student:
        assert student.stdout == ""
        assert student["stdout"] == "a name of the student's"


def test_plain_takes_a_snapshot(bench):
    with bench(STUDENT).student() as student:
        point, color, pair, table = student.data()

        assert student.plain(point) == {"x": 1, "y": [2, {"x": 3, "y": []}]}
        assert student.plain(pair) == {"a": 1, "b": 2}
        assert student.plain(table["k"]) == {"x": 0, "y": []}
        assert student.plain([1]) == [1]
        assert color.value == 1


def test_the_library_is_the_jails(bench):
    async def body(student):
        queue = student.lib.asyncio.Queue(1)
        await queue.put(student.Conn("q"))
        with pytest.raises(CannotCross, match=r"student\.lib\.asyncio"):
            student.echo(asyncio.Queue())
        return queue.full(), (await queue.get()).url

    assert bench(STUDENT).run(body) == (True, "q")


def test_printed_lines_carry_their_virtual_times(bench):
    async def body(student):
        await student.talk()
        return student.stdout, student.prints()

    assert bench(STUDENT).run(body) == ("one\ntwo and more\nhalf", [(0.0, "one"), (1.5, "two and more")])


def test_what_was_left_undone_is_reported(bench):
    async def body(student):
        await student.left()
        return student.leaks

    leaks = bench(STUDENT).run(body)

    assert leaks.lost == ["ValueError: lost"]
    assert [text for text in leaks.pending if "sleep" in text]
    assert leaks.never_awaited
    assert leaks.open_generators
    assert "line" in leaks.never_awaited[0]


def test_a_clean_program_leaves_nothing(bench):
    async def body(student):
        await student.many()
        return student.leaks

    assert not bench(STUDENT).run(body)


def test_the_timeline_tells_the_life_of_a_task(bench):
    async def body(student):
        await student.works()
        await student.blocks()
        return [(event.time, event.kind) for event in student.timeline], student.blocking

    timeline, blocking = bench(STUDENT).run(body)

    assert timeline == [
        *((0.0, "created"), (0.0, "started"), (0.0, "waiting"), (1.0, "resumed"), (1.0, "finished")),
        (1.0, "blocking"),
    ]
    assert [(event.seconds, event.line > 0) for event in blocking] == [(0.5, True)]


@every_python
def test_patching_reaches_every_kind_of_callable(bench):
    made = bench(STUDENT)

    async def with_a_spy(student):
        spy = student.patch("fetch", Spy(result=["a", "b", "c"], delay=[3, 1, 2]))
        result = await student.many()
        return result, spy.max_in_flight, [call.args for call in spy.calls], asyncio.get_running_loop().time()

    assert made.run(with_a_spy) == (["a", "b", "c"], 3, [(0,), (1,), (2,)], 3.0)

    async def with_an_async_function(student):
        async def fake(n):
            await asyncio.sleep(n)
            return n * 10

        student.patch("fetch", fake)
        return await student.many()

    assert made.run(with_an_async_function) == [0, 10, 20]

    async def with_a_generator(student):
        async def fake():
            for i in range(3):
                await asyncio.sleep(1)
                yield i

        student.patch("rows", fake)
        return await student.many_rows(), asyncio.get_running_loop().time()

    assert made.run(with_a_generator) == ([0, 1, 2], 3.0)

    async def methods(student):
        student.patch("Conn.connect", Spy(result="fake"))

        async def rows(self):
            yield self.url

        student.patch("Conn.rows", rows)
        student.patch("Conn.size", lambda self: len(self.url))
        return await student.connected()

    assert made.run(methods) == ("db", "fake", ["db"], 2)

    async def whole_class(student):
        class Fake:
            url = "fake"

            def __init__(self, url):
                seen.append(url)

        seen = []
        student.patch("Conn", lambda url: student.lib.types.SimpleNamespace(url="fake " + url))
        return student.made()

    assert made.run(whole_class) == "fake made"

    async def references_taken_before(student):
        spy = student.patch("fetch", Spy(result="spied"))
        return await student.through_table(), [call.args for call in spy.calls]

    assert made.run(references_taken_before) == (("spied", "spied"), [(1,), (5,)])


def test_a_plain_function_is_patched_in_a_synchronous_test(bench):
    with bench(STUDENT).student() as student:
        student.patch("compute", lambda n: -n)
        assert student.computed() == [-1, -2]
        with pytest.raises(AttributeError):
            student.patch("missing", lambda: 1)


@pytest.mark.parametrize("how", ["exit", "interrupt", "stop"])
def test_what_would_end_the_session_arrives_as_an_ordinary_error(bench, how):
    with bench(STUDENT).student() as student, pytest.raises(StudentRaised) as caught:
        student.exits(how)
    assert where_raised(caught.value)[-1][0] == "ex.py"


def test_an_object_of_another_test_is_refused(bench):
    made = bench(STUDENT)
    with made.student() as first:
        conn = first.Conn()
    with made.student() as second, pytest.raises(CannotCross, match="another test"):
        second.echo(conn)


def test_an_object_that_answers_every_name_oddly_crosses_all_the_same(bench):
    source = """
    class Odd:
        def __getattr__(self, name): raise KeyError(name)
    class Any:
        def __getattr__(self, name): return self
    def make(): return Odd(), Any()
    """
    with bench(source).student() as student:
        odd, anything = student.make()
        with pytest.raises(KeyError):
            odd.x  # noqa: B018
        assert anything.x is anything


def test_dropped_objects_are_dropped_in_the_jail_too(bench):
    source = """
    import weakref
    class Thing: pass
    seen = weakref.WeakSet()
    def make():
        t = Thing()
        seen.add(t)
        return t
    def alive(): return len(seen)
    """
    with bench(source).student() as student:
        kept = student.make()
        for _ in range(10):
            student.make()
        assert student.alive() == 1
        del kept
        assert student.alive() == 0


def test_what_is_awaited_lives_until_it_is_done(bench):
    """A plain function that gives something to await is a legal form of a coroutine function."""
    source = """
    import asyncio
    async def one(n):
        await asyncio.sleep(1)
        return n
    def several(count):
        return asyncio.gather(*(one(n) for n in range(count)))
    """

    async def body(student):
        return await student.several(3)

    assert bench(source).run(body) == [0, 1, 2]


@pytest.mark.parametrize(
    "python",
    [
        pytest.param(
            p, marks=pytest.mark.skipif(not p.exists(), reason=f"there is no {p} here"), id=p.parts[-3]
        )
        for p in OTHER_PYTHONS
    ],
)
def test_eager_tasks_of_the_program_work(bench, python):
    source = """
    import asyncio
    async def child(n, f):
        if n:
            await asyncio.sleep(n)
        return await f(n)
    async def main(f):
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
        async with asyncio.TaskGroup() as g:
            tasks = [g.create_task(child(n, f)) for n in (0, 2, 1)]
        return [t.result() for t in tasks]
    """

    async def body(student):
        async def f(n):
            await asyncio.sleep(n)
            return n

        result = await student.main(f)
        task = asyncio.create_task(student.main(f))
        await asyncio.sleep(1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return result, asyncio.get_running_loop().time()

    assert bench(source).run(body) == ([0, 2, 1], 5.0)


def test_a_coroutine_that_nobody_awaited_ends_with_its_test_and_without_a_warning(bench):
    """Who looks at it later, when Python no longer leaves such warnings out, would print them to a student."""
    made = bench("async def wait(): pass\ndef forget(): return wait()")
    with made.student() as student:
        forgotten = student.forget()

    assert asyncio.iscoroutine(forgotten)
    assert forgotten.cr_frame is None, "it was not closed, so Python would complain of it"
    assert forgotten.__name__ == "wait"
