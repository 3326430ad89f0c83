"""Hidden tests of exercise 21.1: coroutines and asyncio.gather.

``main`` is mostly judged with a substituted ``fetchData``, whose calls are seen on this side of the wire: so what is
wrong in ``fetchData`` costs its own tests, not those of ``main``.
"""

import asyncio

import pytest

from autograder.testing import Heartbeat, Spy, check, check_lines, check_time, now, start

pytestmark = pytest.mark.exercise("21.1")

SOURCES = {"A": 1.0, "B": 0.5, "C": 0.8}


def source_of(call):
    """Return the source id among a call's arguments, however they were passed."""
    return next((value for value in call.values if type(value) is str), "")


def delay_of(call):
    """Return the delay among a call's arguments, however they were passed; the right one if a default gives it."""
    return float(
        next((value for value in call.values if type(value) in (int, float)), SOURCES.get(source_of(call), 0))
    )


def substitute(student, delays, results):
    """Put a double in the place of fetchData that takes and gives other things than the student's."""
    return student.patch(
        "fetchData",
        Spy(
            delay=lambda call: delays.get(source_of(call), 0.25),
            result=lambda call: results.get(source_of(call), "data of an unknown source"),
        ),
    )


def draw_delays(rng):
    """Return other delays for the three sources, in an order of completion that is not the lecture's."""
    delays = [rng.seconds(0.3, 0.9), rng.seconds(1.2, 1.9), rng.seconds(2.2, 3.4)]
    order = rng.choice([(2, 0, 1), (2, 1, 0), (1, 2, 0)])
    return {source: delays[place] for source, place in zip(SOURCES, order, strict=True)}


def draw_results(rng):
    """Return a fresh result for each of the three sources, in neither alphabetical nor reverse order."""
    first, second, third = sorted(rng.words(3))
    mixed = rng.choice(
        [(first, third, second), (second, first, third), (second, third, first), (third, first, second)]
    )
    return dict(zip(SOURCES, mixed, strict=True))


# -- fetchData ------------------------------------------------------------------------------------------------------


@pytest.mark.points(2)
@pytest.mark.concept("suspension")
@pytest.mark.hint(
    "Define it with `async def`: calling it then gives a coroutine, and nothing runs until it is awaited."
)
async def test_fetch_is_a_coroutine_function(student, rng):
    """Calling fetchData runs nothing yet: it gives a coroutine."""
    made = student.lib.operator.call(student["fetchData"], rng.word(), rng.seconds(0.2, 0.9))

    assert asyncio.iscoroutine(made), "calling fetchData does not give a coroutine"
    assert student.stdout == "", "fetchData prints as soon as it is called, before anybody awaits it"
    await made
    assert now() > 0, "fetchData does not wait when it is awaited"


@pytest.mark.points(2)
@pytest.mark.concept("result")
@pytest.mark.hint("Return the text `Data from source <sourceId>`, made from the parameter.")
async def test_fetch_returns_its_data(student, rng):
    """fetchData returns "Data from source ..." for the source that it was asked for."""
    sources = rng.words(3)
    results = await asyncio.gather(*(student.fetchData(source, rng.seconds(0.2, 2)) for source in sources))
    check(results, [f"Data from source {source}" for source in sources], "the results of three fetches")


@pytest.mark.points(4)
@pytest.mark.concept("output")
@pytest.mark.hint(
    "Exactly: `Starting fetch <sourceId>` before the wait, `Completed fetch <sourceId>` after it."
)
async def test_fetch_prints_its_two_lines(student, rng):
    """fetchData prints "Starting fetch ..." at once and "Completed fetch ..." when the delay is over."""
    expected = []
    for source in rng.words(2):
        delay = rng.seconds(0.4, 3)
        fetch = start(student.fetchData(source, delay))
        await asyncio.sleep(delay / 2)
        expected.append(f"Starting fetch {source}")
        check_lines(student.stdout, expected, "what fetchData has printed while it waits")
        await fetch
        expected.append(f"Completed fetch {source}")
        check_lines(student.stdout, expected, "what fetchData has printed when it is done")


@pytest.mark.points(4)
@pytest.mark.concept("timing")
@pytest.mark.hint("Wait for exactly delaySeconds, whatever the number is; no fetch may wait for another one.")
async def test_fetch_takes_exactly_its_delay(student, rng):
    """fetchData takes exactly its delay, each time; several at once take as long as the longest of them."""
    source = rng.word()
    small = rng.seconds(0.0011, 0.0099, step=0.0001) + 0.00005
    for delay in (rng.seconds(0.2, 0.9), rng.seconds(200, 900), small, 0, rng.randint(2, 5)):
        begin = now()
        await student.fetchData(source, delay)
        check_time(now() - begin, delay, f"the time that fetchData({source!r}, {delay}) takes")
    begin = now()
    delays = [rng.seconds(0.3, 0.9), rng.seconds(1.1, 1.9), rng.seconds(0.3, 0.9), *[rng.seconds(0.5, 1)] * 2]
    sources = [source, *rng.words(3), source]
    await asyncio.gather(*(student.fetchData(name, d) for name, d in zip(sources, delays, strict=True)))
    check_time(now() - begin, max(delays), "the time that five fetches take together")


@pytest.mark.points(4)
@pytest.mark.concept("suspension")
@pytest.mark.hint(
    "`await asyncio.sleep(...)` lets the event loop run others meanwhile; `time.sleep(...)` stops everything."
)
async def test_fetch_does_not_block_the_event_loop(student, rng):
    """While fetchData waits, the event loop runs other things, and may cancel it."""
    async with Heartbeat(every=rng.seconds(0.03, 0.07)) as heart:
        await student.fetchData(rng.word(), rng.seconds(1, 2))

    assert heart.steady, "the event loop stood still while fetchData was waiting"
    assert not student.blocking, "a call like time.sleep stopped the event loop"
    assert heart.beats > 5, "fetchData did not wait"

    fetch = start(student.fetchData(rng.word(), rng.seconds(2, 9)))
    await asyncio.sleep(rng.seconds(0.5, 1.5))
    fetch.cancel()
    await asyncio.wait([fetch])
    assert fetch.cancelled(), "a fetch that was cancelled while it waited did not end as cancelled"
    assert not student.leaks.pending, f"a cancelled fetch leaves something running: {student.leaks}"


# -- main -----------------------------------------------------------------------------------------------------------


@pytest.mark.points(5)
@pytest.mark.concept("concurrency")
@pytest.mark.hint("Hand all three coroutines to one `asyncio.gather(...)` and await that once.")
async def test_main_runs_its_fetches_at_the_same_time(student, rng):
    """main has all three fetches in flight before the first of them completes."""
    delays = draw_delays(rng)
    fetch = substitute(student, delays, draw_results(rng))
    await student.main()

    check(fetch.max_in_flight, 3, "fetches in flight at the same time")
    check({call.started for call in fetch.calls}, {0.0}, "the moments at which the fetches start")
    check_time(now(), max(delays.values()), "the time that main takes when its longest fetch takes as long")
    assert not student.leaks, f"main leaves something behind: {student.leaks}"


@pytest.mark.points(2)
@pytest.mark.concept("main")
@pytest.mark.hint('main asks for "A" with 1.0 s, "B" with 0.5 s and "C" with 0.8 s, each once.')
async def test_main_asks_for_the_three_sources(student, rng):
    """main fetches A, B and C with the delays that the exercise gives."""
    fetch = substitute(student, draw_delays(rng), draw_results(rng))
    await student.main()

    check(
        sorted((source_of(call), delay_of(call)) for call in fetch.calls),
        sorted(SOURCES.items()),
        "the fetches that main starts",
    )


@pytest.mark.points(3)
@pytest.mark.concept("ordering")
@pytest.mark.hint("gather gives the results in the order of its arguments, whichever fetch finished first.")
async def test_results_are_printed_in_argument_order(student, rng):
    """main prints the results of A, B and C in this order, although they finish in another one."""
    results = draw_results(rng)
    same, other = rng.words(2)
    equal = dict(
        zip(SOURCES, (same, other + "xxxxxxxxx", same), strict=True)
    )  # no sort leaves these as they are
    for each in (results, equal):
        student.reset()
        seen = len(student.prints())
        substitute(student, draw_delays(rng), each)
        await student.main()
        printed = [line for _, line in student.prints()[seen:] if line in each.values()]
        check_lines(printed, list(each.values()), "the results as main prints them")


@pytest.mark.points(3)
@pytest.mark.concept("main")
@pytest.mark.hint(
    "Take the time before and after the fetches. One line for each result, then the time, with `:.2f`."
)
async def test_main_prints_results_and_then_the_true_time(student, rng):
    """main prints the three results, then how long the fetches really took, with two decimals, and nothing else."""
    for longest in (
        rng.seconds(2.21, 3.89, step=0.01) + 0.0042,
        rng.seconds(11, 19, step=0.01) + 0.0058,
        rng.seconds(4, 5, step=0.1),
        rng.seconds(0.61, 0.98, step=0.01),
    ):
        student.reset()
        results = draw_results(rng)
        substitute(student, {"A": longest, "B": rng.seconds(0.3, 0.5), "C": rng.seconds(0.3, 0.5)}, results)
        begin, seen = now(), len(student.prints())
        await student.main()
        lines = [line for _, line in student.prints()[seen:]]
        check(sorted(lines[:3]), sorted(results.values()), "the first three lines that main prints")
        total = f"Total time: {now() - begin:.2f}s (vs ~2.3s sequential)"
        check_lines(lines[3:], [total], "what main prints after the three results")


@pytest.mark.points(1)
@pytest.mark.concept("main")
@pytest.mark.hint("Run the file yourself with python and compare with the output in the exercise's text.")
def test_program_prints_what_the_lecture_shows(run_script):
    """Run as a program, the file prints what the lecture shows: B completes first, then C, then A."""
    script = run_script()

    check(script.error, "", "the error that ended the program")
    check(script.status, 0, "the program's exit status")
    lines = script.stdout.removesuffix("\n").split("\n")
    check(sorted(lines[:3]), [f"Starting fetch {source}" for source in SOURCES], "the first three lines")
    expected = [
        *(f"Completed fetch {source}" for source in "BCA"),
        *(f"Data from source {source}" for source in SOURCES),
        "Total time: 1.00s (vs ~2.3s sequential)",
    ]
    check_lines(lines[3:], expected, "the lines after the first three")
    check_time(script.virtual_seconds, 1.0, "the time that the program takes")
