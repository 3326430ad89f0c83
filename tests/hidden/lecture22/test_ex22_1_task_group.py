"""Hidden tests of exercise 22.1: a task group and a time limit.

``callAll`` and ``callWithLimit`` are judged with a substituted ``callService``, whose calls, cancellations and
cleanups are seen on this side of the wire.
"""

import asyncio

import pytest

from autograder.testing import Heartbeat, check, check_lines, check_time, must_raise, now, start

pytestmark = pytest.mark.exercise("22.1")


class Boom(Exception):
    """An error of the test's own, which no program can have foreseen."""


class Services:
    """A double of callService: what each service takes and answers, what it raises, and how a cancelled one closes.

    The cleanup of a cancelled call takes ``closing`` seconds, after which it may raise an error of its own (``late``).
    """

    def __init__(self, seconds, answers=None, errors=None, closing=None, late=None):
        self.seconds = seconds
        self.answers = answers or {}
        self.errors = errors or {}
        self.closing = closing or {}
        self.late = late or {}
        self.asked = []
        self.started = {}
        self.cancelled = {}
        self.ended = {}
        self.open = 0
        self.most_open = 0

    async def __call__(self, *args, **kwargs):
        values = (*args, *kwargs.values())
        name = next((value for value in values if type(value) is str), "")
        # What a parameter's default gives is not seen here: a service that works is the natural default.
        seconds = next((float(value) for value in values if type(value) in (int, float)), 0.0)
        self.asked.append((name, seconds, next((value for value in values if type(value) is bool), True)))
        self.started[name] = now()
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            await asyncio.sleep(self.seconds.get(name, 0.25))
            if name in self.errors:
                raise self.errors[name]
            return self.answers.get(name, f"substituted answer of {name}")
        except asyncio.CancelledError:
            self.cancelled[name] = now()
            await asyncio.sleep(self.closing.get(name, 0))
            if name in self.late:
                raise self.late[name] from None
            raise
        finally:
            self.open -= 1
            self.ended[name] = now()


def draw_seconds(rng, names):
    """Return how long each of some services takes: different times, the first neither the shortest nor the longest."""
    times = [rng.seconds(0.3 + place, 0.9 + place) for place in range(len(names))]
    others = rng.sample([times[0], *times[2:]], len(names) - 1)
    return dict(zip(names, [times[1], *others], strict=True))


def ask(rng, names, broken=()):
    """Return a list of services to hand to callAll, whose times are not those that the double takes."""
    return [(name, rng.seconds(0.2, 3), name not in broken) for name in names]


async def settle(awaitable):
    """Await something and return the error that comes out of it, None if there is none; a group of one is opened."""
    try:
        await awaitable
    except BaseExceptionGroup as group:
        error = group
        while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
            error = error.exceptions[0]
        return error
    except Exception as error:  # noqa: BLE001 - whatever comes out is looked at
        return error


# -- callService ----------------------------------------------------------------------------------------------------


@pytest.mark.points(2)
@pytest.mark.concept("result")
@pytest.mark.hint("Return the text `Answer of <name>`, made from the parameter.")
async def test_service_gives_its_answer(student, rng):
    """callService returns "Answer of ..." for the service that was called."""
    names = rng.words(3)
    answers = await asyncio.gather(*(student.callService(name, rng.seconds(0.2, 2), True) for name in names))
    check(answers, [f"Answer of {name}" for name in names], "the answers of three services")


@pytest.mark.points(2)
@pytest.mark.concept("output")
@pytest.mark.hint("Exactly: `Calling <name>` before the wait, `Closing <name>` at the end.")
async def test_service_prints_its_two_lines(student, rng):
    """callService prints "Calling ..." at once and "Closing ..." when the answer is there."""
    expected = []
    for name in rng.words(2):
        seconds = rng.seconds(0.4, 3)
        calling = start(student.callService(name, seconds, True))
        await asyncio.sleep(seconds / 2)
        expected.append(f"Calling {name}")
        check_lines(student.stdout, expected, "what callService has printed while it waits")
        await calling
        expected.append(f"Closing {name}")
        check_lines(student.stdout, expected, "what callService has printed when it is done")


@pytest.mark.points(2)
@pytest.mark.concept("timing")
@pytest.mark.hint("Wait for exactly that many seconds, whatever the number is.")
async def test_service_takes_exactly_its_time(student, rng):
    """callService takes exactly its seconds; several at once take as long as the longest of them."""
    small = rng.seconds(0.0011, 0.0099, step=0.0001) + 0.00005
    for seconds in (rng.seconds(0.2, 0.9), rng.seconds(200, 900), small, 0, rng.randint(2, 5)):
        begin = now()
        await student.callService(rng.word(), seconds, True)
        check_time(now() - begin, seconds, f"the time that a service of {seconds} s takes")
    begin = now()
    times = [rng.seconds(0.3, 0.9), rng.seconds(1.1, 1.9), rng.seconds(0.3, 0.9)]
    await asyncio.gather(*(student.callService(rng.word(), seconds, True) for seconds in times))
    check_time(now() - begin, max(times), "the time that three services take together")


@pytest.mark.points(2)
@pytest.mark.concept("suspension")
@pytest.mark.hint(
    "`await asyncio.sleep(...)` lets the event loop run others meanwhile; `time.sleep(...)` stops everything."
)
async def test_service_does_not_block_the_event_loop(student, rng):
    """While callService waits, the event loop runs other things."""
    made = student.lib.operator.call(student["callService"], rng.word(), rng.seconds(1, 2), True)
    assert asyncio.iscoroutine(made), "calling callService does not give a coroutine"
    async with Heartbeat(every=rng.seconds(0.03, 0.07)) as heart:
        await made

    assert heart.steady, "the event loop stood still while the service was waited for"
    assert not student.blocking, "a call like time.sleep stopped the event loop"
    assert heart.beats > 5, "callService did not wait"


@pytest.mark.points(2)
@pytest.mark.concept("no-suppress")
@pytest.mark.hint(
    '`raise ConnectionError(f"{name} is down")` after the wait; a `return` in `finally` would swallow it.'
)
async def test_service_that_does_not_work_raises(student, rng):
    """A service that does not work raises a ConnectionError with its text, after its seconds."""
    for name in rng.words(2):
        seconds = rng.seconds(0.4, 3)
        begin = now()
        with must_raise(ConnectionError, "a service that does not work raised no ConnectionError") as caught:
            await student.callService(name, seconds, False)
        check(str(caught.error), f"{name} is down", "the text of the ConnectionError")
        check_time(now() - begin, seconds, "the moment at which the service fails")
    with must_raise(Exception, "an error in the call (here seconds that are no number) was swallowed"):
        await student.callService(rng.word(), rng.word(), True)


@pytest.mark.points(2)
@pytest.mark.concept("cleanup")
@pytest.mark.hint("What stands in `finally:` runs after an answer, after an error and after a cancellation.")
async def test_service_closes_however_it_ends(student, rng):
    """callService prints "Closing ..." exactly once, also when the service fails or the call is cancelled."""
    for end in rng.sample(["fail", "cancel", "cancel at once"], 3):
        name = rng.word()
        seen = len(student.prints())
        calling = start(student.callService(name, rng.seconds(2, 4), end != "fail"))
        await asyncio.sleep(rng.seconds(0.5, 1.5) if end == "cancel" else 0)
        if end != "fail":
            calling.cancel()
        await asyncio.wait([calling])
        printed = [line for _, line in student.prints()[seen:]]
        how = "fails" if end == "fail" else "is cancelled"
        check_lines(
            [line for line in printed if "Calling" not in line],
            [f"Closing {name}"],
            f"what a call prints when it {how}",
        )
    await asyncio.sleep(1)
    closings = [line for line in student.stdout.split("\n") if line.startswith("Closing")]
    check(len(closings), 3, "the number of closings of three calls")

    name, seconds = rng.word(), rng.seconds(2, 9)
    report = await student.cancel_at_every_await(
        lambda: student.callService(name, seconds, True),
        cleanup=lambda: student.stdout.count(f"Closing {name}\n"),
    )
    for step in report:
        check(step.cleanups, 1, f"how often a call closes that is cancelled at {step.place or 'its wait'}")


@pytest.mark.points(2)
@pytest.mark.concept("cancellation")
@pytest.mark.hint("A cancellation is an exception: after the cleanup in `finally:` it goes on by itself.")
async def test_cancelled_call_stays_cancelled(student, rng):
    """A cancelled call ends as cancelled, at whatever moment it was cancelled, and with the same CancelledError."""
    for fraction in (0, 0.0001, rng.uniform(0.2, 0.8), 0.95):
        seconds = rng.seconds(2, 9)
        calling = start(student.callService(rng.word(), seconds, True))
        await asyncio.sleep(seconds * fraction)
        moment, reason = now(), rng.word()
        calling.cancel(reason)
        with must_raise(
            asyncio.CancelledError, "a call that was cancelled did not end as cancelled"
        ) as caught:
            await calling
        check(caught.error.args, (reason,), "what the CancelledError carries")
        check_time(now(), moment, "the moment at which a cancelled call ends")

    name, seconds = rng.word(), rng.seconds(2, 9)
    report = await student.cancel_at_every_await(lambda: student.callService(name, seconds, True))
    assert report.all_reraised, str(report)
    assert report.nothing_left, str(report)


# -- callAll --------------------------------------------------------------------------------------------------------


@pytest.mark.points(3)
@pytest.mark.concept("concurrency")
@pytest.mark.hint(
    "Make all tasks in the group before the first of them is waited for; leaving the block waits for all."
)
async def test_all_services_are_called_at_the_same_time(student, rng):
    """callAll calls every service of the list, all at the same time, and takes as long as the longest."""
    for count in (rng.randint(3, 5), 1, rng.randint(6, 9)):
        names = rng.words(count)
        seconds = draw_seconds(rng, names) if count > 1 else {names[0]: rng.seconds(0.5, 2)}
        services = student.patch("callService", Services(seconds))
        given = ask(rng, names)
        begin = now()
        await student.callAll(given)
        check(sorted(services.asked), sorted(given), "the services that callAll calls")
        check({*services.started.values()}, {begin}, "the moments at which the calls begin")
        check(services.most_open, count, "calls at the same time")
        check_time(now() - begin, max(seconds.values()), "the time that callAll takes")
    assert not student.leaks, f"callAll leaves something behind: {student.leaks}"


@pytest.mark.points(2)
@pytest.mark.concept("ordering")
@pytest.mark.hint("Collect the results from the list of tasks, which is in the order of the services.")
async def test_answers_are_in_the_order_of_the_services(student, rng):
    """callAll returns the answers in the order of the services, although they come in another one."""
    names = rng.words(rng.randint(4, 6))
    answers = dict(zip(names, rng.words(len(names)), strict=True))
    answers[names[-1]] = answers[names[0]]  # no sort and no set leaves two of a kind where they are
    student.patch("callService", Services(draw_seconds(rng, names), answers))
    check(await student.callAll(ask(rng, names)), list(answers.values()), "the answers")
    check(await student.callAll([]), [], "the answers of no services")


@pytest.mark.points(3)
@pytest.mark.concept("cancellation")
@pytest.mark.hint("`async with asyncio.TaskGroup()` cancels the other tasks as soon as one of them fails.")
async def test_one_failure_cancels_the_others(student, rng):
    """When one service fails, callAll cancels those that are still being called, at once, and returns None."""
    for _ in range(2):
        names = rng.words(5)
        seconds = dict(zip(names, [0.4, 0.8, 1.2, 600, 700], strict=True))
        quick, failing, rest = names[:2], names[2], names[3:]
        services = student.patch(
            "callService", Services(seconds, errors={failing: ConnectionError(rng.word())})
        )
        begin = now()
        answers = await student.callAll(ask(rng, rng.sample(names, 5), broken=[failing]))
        check(answers, None, "what callAll returns when a service fails")
        check(set(services.ended), {*quick, failing, *rest}, "the calls that have ended")
        check(set(services.cancelled), set(rest), "the calls that were cancelled")
        for name in rest:
            check_time(services.cancelled[name] - begin, 1.2, "the moment at which the others are cancelled")
        check_time(now() - begin, 1.2, "the moment at which callAll returns")


@pytest.mark.points(2)
@pytest.mark.concept("cancellation")
@pytest.mark.hint(
    "Catch ConnectionError and TimeoutError only: a CancelledError goes its way, through both functions."
)
async def test_cancelled_from_outside(student, rng):
    """When callAll or callWithLimit is cancelled itself, so are its calls, and it ends as cancelled."""
    names = rng.words(3)
    services = student.patch("callService", Services(dict.fromkeys(names, 600.0)))
    both = (
        (names[:2], student.callAll(ask(rng, names[:2]))),
        (names[2:], student.callWithLimit(names[2], 600.0, 300.0)),
    )
    for called, awaitable in both:
        task = start(awaitable)
        await asyncio.sleep(rng.seconds(0.5, 1.5))
        lines, moment = student.stdout, now()
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled(), "a CancelledError from outside was kept back"
        check(
            {name: services.cancelled.get(name) for name in called},
            dict.fromkeys(called, moment),
            "cancelled at",
        )
        check(student.stdout, lines, "what is printed upon a cancellation from outside")


@pytest.mark.points(3)
@pytest.mark.concept("cleanup")
@pytest.mark.hint("Leaving the block of the task group waits until the cancelled tasks have ended, too.")
async def test_all_waits_for_the_cleanup_of_the_others(student, rng):
    """callAll returns only when every cancelled call has finished its cleanup; nothing is left running."""
    names = rng.words(4)
    seconds = dict(zip(names, [rng.seconds(0.3, 0.9), 600, 700, 800], strict=True))
    for late in ({}, {names[2]: ConnectionError(rng.word())}):
        closing = {name: rng.seconds(0.5, 4) for name in names[1:]}
        errors = {names[0]: ConnectionError(rng.word())}
        services = student.patch("callService", Services(seconds, errors=errors, closing=closing, late=late))
        begin = now()
        await student.callAll(ask(rng, names, broken=names[:1]))
        check(services.open, 0, "calls that still clean up when callAll returns")
        check_time(
            now() - begin, seconds[names[0]] + max(closing.values()), "the moment at which callAll returns"
        )
    assert not student.leaks, f"callAll leaves something behind: {student.leaks}"


@pytest.mark.points(2)
@pytest.mark.concept("output")
@pytest.mark.hint(
    "`except*` gives a group, whose `exceptions` are all that failed: one line for each, `Failed: <error>`."
)
async def test_every_failure_is_reported(student, rng):
    """callAll prints "Failed: ..." for each ConnectionError, also of a call in its cleanup, and nothing else."""
    names = rng.words(4)
    texts = dict(zip(names, rng.words(4), strict=True))
    errors = {name: ConnectionError(texts[name]) for name in names}
    moment = rng.seconds(0.3, 0.9)
    for failing, late in (([], []), (names[:1], []), (names[:2], []), (names[:1], names[1:3])):
        seen = len(student.prints())
        services = Services(
            {name: moment if name in failing else 600 for name in names},
            errors={name: errors[name] for name in failing},
            late={name: errors[name] for name in late},
        )
        student.patch("callService", services)
        await student.callAll(ask(rng, names, broken=failing))
        printed = sorted(line for _, line in student.prints()[seen:])
        check_lines(printed, sorted(f"Failed: {texts[name]}" for name in [*failing, *late]), "the failures")
    lines = student.stdout
    student.patch("callService", Services({}, errors={names[0]: Boom(rng.word())}))
    await settle(student.callAll(ask(rng, names)))
    check(student.stdout, lines, "what is printed about an error that is no ConnectionError")


@pytest.mark.points(2)
@pytest.mark.concept("no-suppress")
@pytest.mark.hint("`except* ConnectionError` and `except TimeoutError` let every other error go on.")
async def test_other_errors_come_out(student, rng):
    """Errors that are no ConnectionError come out of callAll, and callWithLimit keeps none but its own time-out."""
    for kind in rng.sample([Boom, ValueError, KeyError, OSError, RuntimeError], 5):
        names = rng.words(3)
        error = kind(rng.word())
        services = Services(
            {names[0]: 600, names[1]: rng.seconds(0.3, 0.9), names[2]: 700}, errors={names[1]: error}
        )
        student.patch("callService", services)
        caught = await settle(student.callAll(ask(rng, names)))
        assert caught is error, f"a {kind.__name__} of a service was not let out of callAll, but {caught!r}"
        check(set(services.cancelled), {names[0], names[2]}, "the calls that were cancelled")
        caught = await settle(student.callWithLimit(names[1], 1.0, rng.seconds(3, 5)))
        assert caught is error, (
            f"a {kind.__name__} of a service was not let out of callWithLimit, but {caught!r}"
        )
    error = ConnectionError(rng.word())
    student.patch("callService", Services({}, errors={names[0]: error}))
    caught = await settle(student.callWithLimit(names[0], 1.0, rng.seconds(3, 5)))
    assert caught is error, f"a ConnectionError was not let out of callWithLimit, but {caught!r}"


# -- callWithLimit and main -----------------------------------------------------------------------------------------


@pytest.mark.points(2)
@pytest.mark.concept("timing")
@pytest.mark.hint(
    "`async with asyncio.timeout(limit):` around the awaited call stops it when the limit is reached."
)
async def test_limit_stops_a_slow_service(student, rng):
    """callWithLimit stops a slow service at its limit, says so and returns None; a quick one gives its answer."""
    for limit, quick in (
        (rng.seconds(0.5, 3), False),
        (rng.seconds(500, 900), True),
        (rng.seconds(4, 9), False),
    ):
        name, answer = rng.words(2)
        seconds = limit - rng.seconds(0.01, 0.3) if quick else limit + rng.seconds(0.01, 0.3)
        closing = rng.seconds(0.2, 2)
        services = Services({name: seconds}, {name: answer}, closing={name: closing})
        student.patch("callService", services)
        begin, seen = now(), len(student.prints())
        asked = rng.seconds(0.5, 5)
        got = await student.callWithLimit(name, asked, limit)
        check(services.asked, [(name, asked, True)], "the call that callWithLimit makes")
        check(
            got,
            answer if quick else None,
            f"what callWithLimit returns for a {'quick' if quick else 'slow'} service",
        )
        check_time(
            services.cancelled.get(name, begin) - begin,
            0 if quick else limit,
            "the moment of the cancellation",
        )
        check_time(now() - begin, seconds if quick else limit + closing, "the time that callWithLimit takes")
        printed = [line for _, line in student.prints()[seen:]]
        check_lines(printed, [] if quick else [f"Too slow: {name}"], "what callWithLimit prints")


@pytest.mark.points(1)
@pytest.mark.concept("main")
@pytest.mark.hint(
    "Leave main as it was given: two calls of callAll, then two of callWithLimit with half a second."
)
async def test_main_prints_what_it_is_given(student, rng):
    """main calls its services with the times that the exercise gives, and prints what comes of it."""
    answers = dict(zip(["users", "stock", "news"], sorted(rng.words(3), reverse=True), strict=True))
    errors = {"orders": ConnectionError(rng.word())}
    times = {"users": 0.4, "stock": 0.3, "orders": 0.35, "news": 0.49, "report": 600.0}
    services = student.patch("callService", Services(times, answers, errors))
    await student.main()
    check_time(now(), 0.4 + 0.35 + 0.49 + 0.5, "the time that main takes")
    first = [("users", 0.3, True), ("stock", 0.1, True)]
    limited = [("news", 0.1, True), ("report", 5.0, True)]
    expected = sorted([*first, *first, ("orders", 0.2, False), *limited])
    check(sorted(services.asked), expected, "the services that main calls")
    printed = [
        str([answers["users"], answers["stock"]]),
        f"Failed: {errors['orders']}",
        "None",
        answers["news"],
    ]
    check_lines(student.stdout, [*printed, "Too slow: report", "None"], "what main prints")

    student.reset()
    lines = student.stdout
    student.patch("callService", Services(times | {"news": 0.51, "report": 0.49}, answers, errors))
    await student.main()
    printed[3:] = ["Too slow: news", "None", "substituted answer of report"]
    check_lines(student.stdout.removeprefix(lines), printed, "what main prints when other services are slow")

    for step in await student.cancel_at_every_await(student.main):
        assert not step.leaks.pending, f"main was cancelled at {step.place} and left: {step.leaks}"


@pytest.mark.points(1)
@pytest.mark.concept("main")
@pytest.mark.hint("Run the file yourself with python and compare with the output in the exercise's text.")
def test_program_calls_its_services(run_script):
    """Run as a program, the file calls two services, then three of which one fails, then two with a limit."""
    script = run_script()

    check(script.error, "", "the error that ended the program")
    check(script.status, 0, "the program's exit status")
    lines = script.stdout.removesuffix("\n").split("\n")
    check(sorted(lines[:2]), ["Calling stock", "Calling users"], "the first two lines")
    check(sorted(lines[5:8]), ["Calling orders", "Calling stock", "Calling users"], "lines 6 to 8")
    expected = [
        *("Closing stock", "Closing users", "['Answer of users', 'Answer of stock']"),
        *("Closing stock", "Closing orders", "Closing users", "Failed: orders is down", "None"),
        *("Calling news", "Closing news", "Answer of news"),
        *("Calling report", "Closing report", "Too slow: report", "None"),
    ]
    check_lines(lines[2:5] + lines[8:], expected, "the other lines")
    check_time(script.virtual_seconds, 0.3 + 0.2 + 0.1 + 0.5, "the time that the program takes")
