"""Hidden tests of exercise 22.2: a semaphore.

``DownloadPool`` is judged with a substituted ``transfer``, whose calls are seen on this side of the wire: how many are
in flight is counted here, whatever the pool's own counters say.
"""

import asyncio
import heapq

import pytest

from autograder.testing import Heartbeat, Spy, check, check_lines, check_time, must_raise, now, start

pytestmark = pytest.mark.exercise("22.2")

FILES = {"a.zip": 4, "b.zip": 2, "c.zip": 0, "d.zip": 3, "e.zip": 3}


class Boom(Exception):
    """An error of the test's own, which no program can have foreseen."""


def name_of(call):
    """Return the file name among a call's arguments, however they were passed."""
    return next((value for value in call.values if type(value) is str), "")


def size_of(call):
    """Return the megabytes among a call's arguments, however they were passed."""
    return next((value for value in call.values if type(value) in (int, float)), 0)


def substitute(student, seconds, results=None, errors=None):
    """Put a double in the place of transfer that takes other times, by name, and gives other results or errors."""
    return student.patch(
        "transfer",
        Spy(
            delay=lambda call: seconds.get(name_of(call), 0.25),
            result=lambda call: (results or {}).get(name_of(call), f"substituted {name_of(call)}"),
            error=lambda call: (errors or {}).get(name_of(call)),
        ),
    )


def draw_files(rng, count):
    """Return files for downloadAll, and how long the double takes for each; no two transfers end at one time."""
    files = [(name, rng.randint(1, 50)) for name in rng.words(count)]
    times = rng.sample(range(300, 3000), count)
    return files, {
        name: time / 1000 + 0.00001 * 2**place
        for place, ((name, _), time) in enumerate(zip(files, times, strict=True))
    }


def schedule(seconds, limit):
    """Return when each transfer begins, and when the last one ends, if a slot goes to who has waited longest."""
    ends = [0.0] * limit
    begins = []
    for each in seconds:
        begins.append(heapq.heappop(ends))
        heapq.heappush(ends, begins[-1] + each)
    return begins, max(ends)


# -- transfer -------------------------------------------------------------------------------------------------------


@pytest.mark.points(2)
@pytest.mark.concept("result")
@pytest.mark.hint("Return the text `Saved <name>`, made from the parameter.")
async def test_transfer_says_what_was_saved(student, rng):
    """transfer returns "Saved ..." for the file that was asked for."""
    names = rng.words(3)
    results = await asyncio.gather(*(student.transfer(name, rng.randint(1, 20)) for name in names))
    check(results, [f"Saved {name}" for name in names], "the results of three transfers")


@pytest.mark.points(2)
@pytest.mark.concept("output")
@pytest.mark.hint("Exactly: `Start <name>` before the wait. `End <name>` comes after it.")
async def test_transfer_prints_its_two_lines(student, rng):
    """transfer prints "Start ..." at once and "End ..." when the file is there; an empty file has no end."""
    expected = []
    for name in rng.words(2):
        megabytes = rng.choice([10, 20, 30])
        transfer = start(student.transfer(name, megabytes))
        await asyncio.sleep(megabytes / 20)
        expected.append(f"Start {name}")
        check_lines(student.stdout, expected, "what transfer has printed while it waits")
        await transfer
        expected.append(f"End {name}")
        check_lines(student.stdout, expected, "what transfer has printed when it is done")
    name = rng.word()
    await asyncio.wait([start(student.transfer(name, 0))])
    expected.append(f"Start {name}")
    check_lines(student.stdout, expected, "what transfer has printed about an empty file")


@pytest.mark.points(2)
@pytest.mark.concept("timing")
@pytest.mark.hint("Ten megabytes take a second: wait `megabytes / 10`.")
async def test_transfer_takes_a_tenth_of_a_second_for_each_megabyte(student, rng):
    """transfer takes a tenth of a second for each megabyte; several at once take as long as the largest."""
    for megabytes in (
        rng.randint(2, 9),
        rng.randint(2000, 9000),
        rng.seconds(0.011, 0.099),
        rng.seconds(11, 19),
    ):
        begin = now()
        await student.transfer(rng.word(), megabytes)
        check_time(now() - begin, megabytes / 10, f"the time that a transfer of {megabytes} MB takes")
    begin = now()
    sizes = [rng.randint(2, 9), rng.randint(11, 19), rng.randint(2, 9)]
    await asyncio.gather(*(student.transfer(rng.word(), megabytes) for megabytes in sizes))
    check_time(now() - begin, max(sizes) / 10, "the time that three transfers take together")


@pytest.mark.points(2)
@pytest.mark.concept("suspension")
@pytest.mark.hint(
    "`await asyncio.sleep(...)` lets the event loop run others meanwhile; `time.sleep(...)` stops everything."
)
async def test_transfer_does_not_block_the_event_loop(student, rng):
    """While transfer waits, the event loop runs other things."""
    made = student.lib.operator.call(student["transfer"], rng.word(), rng.randint(10, 20))
    assert asyncio.iscoroutine(made), "calling transfer does not give a coroutine"
    async with Heartbeat(every=rng.seconds(0.03, 0.07)) as heart:
        await made

    assert heart.steady, "the event loop stood still while transfer was waiting"
    assert not student.blocking, "a call like time.sleep stopped the event loop"
    assert heart.beats > 10, "transfer did not wait"


@pytest.mark.points(3)
@pytest.mark.concept("no-suppress")
@pytest.mark.hint(
    "`raise ValueError(...)` in transfer; download lets every error go on, downloadAll keeps it in its list."
)
async def test_errors_go_on_unchanged(student, rng):
    """An empty file raises a ValueError; download lets every error out, downloadAll gives it in place of a result."""
    name = rng.word()
    with must_raise(ValueError, "an empty file raised no ValueError") as caught:
        await student.transfer(name, 0)
    check(str(caught.error), f"{name} is empty", "the text of the ValueError")

    pool = student.DownloadPool(2)
    for kind in rng.sample([Boom, ValueError, KeyError, OSError], 3):
        files, seconds = draw_files(rng, 4)
        names = [name for name, _ in files]
        error = kind(rng.word())
        substitute(student, seconds, errors={names[1]: error})
        caught = None
        try:
            await pool.download(names[1], rng.randint(1, 9))
        except Exception as problem:  # noqa: BLE001 - whatever comes out is looked at
            caught = problem
        assert caught is error, f"a {kind.__name__} of transfer was not let out of download, but {caught!r}"
        results = await pool.downloadAll(files)
        check(type(results), list, "the type of what downloadAll returns")
        check(len(results), 4, "the number of results")
        assert results[1] is error, (
            f"a {kind.__name__} stands not in its place in the list, but {results[1]!r}"
        )
        check([results[0], *results[2:]], [f"substituted {names[n]}" for n in (0, 2, 3)], "the other results")


# -- the pool -------------------------------------------------------------------------------------------------------


@pytest.mark.points(4)
@pytest.mark.concept("concurrency")
@pytest.mark.hint(
    "`self.slots = asyncio.Semaphore(limit)` in the constructor, `async with self.slots:` in download."
)
async def test_no_more_than_the_limit_at_once(student, rng):
    """A pool runs as many transfers at once as its limit allows, no more and no fewer."""
    for limit, count in ((rng.randint(3, 4), rng.randint(7, 9)), (1, 4), (rng.randint(5, 7), 5)):
        files, seconds = draw_files(rng, count)
        transfer = substitute(student, seconds)
        begin = now()
        await student.DownloadPool(limit).downloadAll(files)
        check(transfer.max_in_flight, min(limit, count), f"transfers at once with a limit of {limit}")
        check(
            sorted((name_of(call), size_of(call)) for call in transfer.calls),
            sorted(files),
            "the files transferred",
        )
        _, end = schedule([seconds[name] for name, _ in files], limit)
        check_time(now() - begin, end, f"the time that {count} files take with a limit of {limit}")
    assert not student.leaks, f"downloadAll leaves something behind: {student.leaks}"


@pytest.mark.points(2)
@pytest.mark.concept("concurrency")
@pytest.mark.hint(
    "One semaphore for each pool, made in its constructor; not one for each call, nor one for all pools."
)
async def test_the_limit_belongs_to_the_pool(student, rng):
    """All downloads of a pool share its slots, and two pools know nothing of each other."""
    limit, other = rng.sample([2, 3, 4], 2)
    pool, second = student.DownloadPool(limit), student.DownloadPool(other)
    files, _ = draw_files(rng, 12)
    transfer = substitute(student, {name: rng.seconds(1, 3) for name, _ in files})
    jobs = [start(pool.downloadAll(files[:5])), start(pool.downloadAll(files[5:7]))]
    jobs += [start(pool.download(*file)) for file in files[7:9]]
    await asyncio.gather(*jobs)
    check(transfer.max_in_flight, limit, "transfers at once when a pool is used four times at once")

    transfer = substitute(student, {name: rng.seconds(1, 3) for name, _ in files})
    await asyncio.gather(pool.downloadAll(files[:6]), second.downloadAll(files[6:]))
    await asyncio.sleep(30)  # a pool that does not wait for its downloads is another question
    check(transfer.max_in_flight, limit + other, "transfers at once when two pools are used at once")


@pytest.mark.points(3)
@pytest.mark.concept("ordering")
@pytest.mark.hint(
    "gather gives its results in the order of its arguments; a semaphore lets in who has waited longest."
)
async def test_results_and_slots_come_in_the_order_of_the_files(student, rng):
    """Results are in the order of the files, whichever is there first; slots are given in this order, too."""
    limit = rng.randint(3, 4)
    files, seconds = draw_files(rng, 9)
    names = [name for name, _ in files]
    results = dict(zip(names, rng.words(9), strict=True))
    results[names[-1]] = results[names[0]]  # no sort and no set leaves two of a kind where they are
    transfer = substitute(student, seconds, results)
    pool = student.DownloadPool(limit)
    check(await pool.downloadAll(files), list(results.values()), "the results")
    begins, _ = schedule([seconds[name] for name in names], limit)
    for name, begin in zip(names, begins, strict=True):
        started = [call.started for call in transfer.calls if name_of(call) == name]
        check_time(started[0], begin, f"the moment at which file {names.index(name) + 1} gets its slot")
    check(await pool.downloadAll([]), [], "the results of no files")


@pytest.mark.points(2)
@pytest.mark.concept("cleanup")
@pytest.mark.hint(
    "`async with` gives the slot back whatever happens; what counts down belongs into `finally:`."
)
async def test_a_failed_download_gives_its_slot_back(student, rng):
    """A download that fails gives its slot back at that moment, and is not counted as active any more."""
    limit = rng.randint(3, 4)
    files, seconds = draw_files(rng, 2 * limit + 1)
    transfer = substitute(student, seconds, errors={name: Boom(name) for name, _ in files[:-1]})
    pool = student.DownloadPool(limit)
    await pool.downloadAll(files)
    begins, _ = schedule([seconds[name] for name, _ in files], limit)
    for call, begin in zip(transfer.calls, begins, strict=True):
        check_time(call.started, begin, "the moment at which the next file gets the slot of one that failed")
    check(len(transfer.calls), len(files), "the number of transfers")
    check(pool.active, 0, "pool.active when all downloads have ended, most of them by failing")


@pytest.mark.points(3)
@pytest.mark.concept("cancellation")
@pytest.mark.hint(
    "A cancellation leaves the block of the semaphore like any other exception; do not catch it."
)
async def test_a_cancelled_download_gives_its_slot_back(student, rng):
    """A download that is cancelled gives its slot back; one that is cancelled while it waits never begins."""
    names = rng.words(5)
    report = await student.cancel_at_every_await(lambda: student.transfer(names[0], 10))
    assert report.all_reraised, str(report)
    assert report.nothing_left, str(report)
    transfer = substitute(student, {**dict.fromkeys(names, 600.0), names[4]: 1.0})
    pool = student.DownloadPool(2)
    jobs = [start(pool.download(name, rng.randint(1, 9))) for name in names]
    await asyncio.sleep(rng.seconds(0.5, 1.5))
    check([name_of(call) for call in transfer.calls], names[:2], "the downloads that have a slot")
    for place in (2, 0):
        jobs[place].cancel()
        await asyncio.wait([jobs[place]])
        assert jobs[place].cancelled(), "a download that was cancelled did not end as cancelled"
    moment = now()
    await asyncio.sleep(rng.seconds(0.1, 0.5))
    check(
        [name_of(call) for call in transfer.calls[2:]],
        [names[3]],
        "who gets the slot of a cancelled download",
    )
    check_time(transfer.calls[2].started, moment, "the moment at which it gets the slot")
    check(pool.active, 2, "pool.active after one was cancelled and another one has its slot")
    jobs[1].cancel()
    await jobs[4]
    check_time(now() - transfer.calls[-1].started, 1.0, "the time that the last download takes")

    everything = start(pool.downloadAll([(name, 5) for name in names[:4]]))
    await asyncio.sleep(rng.seconds(0.1, 0.9))
    everything.cancel()
    await asyncio.wait([everything, *jobs[:1]])
    assert everything.cancelled(), "downloadAll was cancelled, but did not end as cancelled"
    jobs[3].cancel()
    await asyncio.wait(jobs)
    check(transfer.in_flight, 0, "transfers in flight when everything was cancelled")
    check(pool.active, 0, "pool.active when everything was cancelled")
    assert not student.leaks.pending, f"cancelled downloads leave something behind: {student.leaks}"

    pool = student.DownloadPool(1)
    report = await student.cancel_at_every_await(lambda: pool.download(names[4], 1))
    assert report.all_reraised, str(report)
    check(pool.active, 0, "pool.active when a download was cancelled at each of its waits")
    assert report.nothing_left, str(report)


@pytest.mark.points(2)
@pytest.mark.concept("result")
@pytest.mark.hint("Count up when the slot is there, not before: who waits for a slot is not active.")
async def test_the_counters_tell_the_truth(student, rng):
    """active is how many downloads have a slot now, and peak the most that ever had one at once."""
    pool = student.DownloadPool(3)
    check((pool.active, pool.peak), (0, 0), "active and peak of a new pool")
    names = rng.words(8)
    substitute(student, dict(zip(names, [1.0, 1.0, 2.0, 2.0, 0.5, 1.0, 1.0, 1.0], strict=True)))
    await pool.download(names[0], 1)
    check((pool.active, pool.peak), (0, 1), "active and peak after one download")
    both = start(pool.downloadAll([(name, 1) for name in names[1:3]]))
    await asyncio.sleep(0.5)
    check((pool.active, pool.peak), (2, 2), "active and peak in the middle of two downloads")
    await asyncio.sleep(1)
    check((pool.active, pool.peak), (1, 2), "active and peak when one of them has ended")
    await both
    await pool.download(names[3], 1)
    check((pool.active, pool.peak), (0, 2), "active and peak after one more")
    everything = start(pool.downloadAll([(name, 1) for name in names]))
    await asyncio.sleep(0.25)
    check((pool.active, pool.peak), (3, 3), "active and peak while more files wait than there are slots")
    await everything
    check((pool.active, pool.peak), (0, 3), "active and peak when all have ended")


# -- main -----------------------------------------------------------------------------------------------------------


@pytest.mark.points(2)
@pytest.mark.concept("main")
@pytest.mark.hint("One `print(result)` for each result; an error prints as its text.")
async def test_main_prints_every_result(student, rng):
    """main prints what came of each of its five files in their order, then the peak and the time it took."""
    results = dict(zip(FILES, rng.words(5), strict=True))
    seconds = {name: rng.seconds(1.1, 2.9) for name in FILES}
    transfer = substitute(
        student, seconds, results, {"b.zip": Boom(results["b.zip"]), "e.zip": Boom(results["e.zip"])}
    )
    await asyncio.sleep(rng.seconds(1, 3))
    begin = now()
    await student.main()
    elapsed = now() - begin
    asked = sorted((name_of(call), float(size_of(call))) for call in transfer.calls)
    check(asked, sorted((name, float(size)) for name, size in FILES.items()), "the files that main downloads")
    expected = [*results.values(), f"At most 2 at once, {elapsed:.2f} seconds"]
    check_lines(student.stdout, expected, "what main prints")

    for step in await student.cancel_at_every_await(student.main):
        assert not step.leaks.pending, f"main was cancelled at {step.place} and left: {step.leaks}"


@pytest.mark.points(1)
@pytest.mark.concept("main")
@pytest.mark.hint("Run the file yourself with python and compare with the output in the exercise's text.")
def test_program_downloads_five_files(run_script):
    """Run as a program, the file downloads five files, at most two at once, of which one is empty."""
    script = run_script()

    check(script.error, "", "the error that ended the program")
    check(script.status, 0, "the program's exit status")
    lines = script.stdout.removesuffix("\n").split("\n")
    expected = [
        *(
            "Start a.zip",
            "Start b.zip",
            "End b.zip",
            "Start c.zip",
            "Start d.zip",
            "End a.zip",
            "Start e.zip",
        ),
        *(
            "End d.zip",
            "End e.zip",
            "Saved a.zip",
            "Saved b.zip",
            "c.zip is empty",
            "Saved d.zip",
            "Saved e.zip",
        ),
        "At most 2 at once, 0.70 seconds",
    ]
    check_lines(lines, expected, "what the program prints")
    check_time(script.virtual_seconds, 0.7, "the time that the program takes")
