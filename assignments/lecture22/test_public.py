"""Public tests of lecture 22: one or two things about each part of your program, on a clock that is pretended.

`autograder check` runs them; pytest alone does not know what `student` and `rng` are. Each test says which blanks it
is about. The inputs are drawn afresh in each run, and what a test asks for is all in it: read them. The hidden tests
ask the same things more closely, and some more.
"""

import asyncio
import contextlib

import pytest

from autograder.testing import Heartbeat, Spy, check, check_lines, check_time, must_raise, now, start


async def ended(awaitable):
    """Let something run to its end, a good or a bad one; return its task."""
    task = start(awaitable)
    await asyncio.wait([task])
    return task


@contextlib.contextmanager
def explained_by(task):
    """Check something. If it is not so, and the task has failed, then the task's own error tells more."""
    try:
        yield
    except AssertionError:
        if task.done() and not task.cancelled() and task.exception() is not None:
            raise task.exception() from None
        raise


def name_of(call):
    """Return the text among a call's arguments."""
    return next((value for value in call.values if isinstance(value, str)), "")


def lines_of(student):
    """Return the lines that were printed so far."""
    return [line for _, line in student.prints()]


# -- 22.1: a task group and a time limit ----------------------------------------------------------------------------


@pytest.mark.exercise("22.1")
@pytest.mark.blanks(1, 5)
@pytest.mark.concept("cleanup")
@pytest.mark.hint("The line in `finally:` comes whether the call has an answer, fails or is cancelled.")
async def test_service_says_when_it_is_called_and_when_it_closes(student, rng):
    """callService prints "Calling ..." at once and "Closing ..." at its end, also when it is cancelled."""
    name, other = rng.words(2)
    call = await ended(student.callService(name, rng.seconds(1, 3), True))
    with explained_by(call):
        check_lines(lines_of(student), [f"Calling {name}", f"Closing {name}"], "what the call prints")
        (first, _), *_, (last, _) = student.prints()
        check_time(first, 0, "the moment of the first line")
        check_time(last, now(), "the moment of the last line")
    call = start(student.callService(other, rng.seconds(3, 5), True))
    await asyncio.sleep(1)
    call.cancel()
    await asyncio.wait([call])
    check_lines(
        lines_of(student)[2:], [f"Calling {other}", f"Closing {other}"], "what a cancelled call prints"
    )


@pytest.mark.exercise("22.1")
@pytest.mark.blanks(2)
@pytest.mark.concept("suspension")
@pytest.mark.hint("Only an `await` lets others run; what asyncio offers for a pause can be awaited.")
async def test_service_takes_its_time_and_lets_others_run(student, rng):
    """callService takes its seconds, and the event loop runs other things meanwhile."""
    seconds = rng.seconds(3, 9)
    async with Heartbeat(every=0.1) as heart:
        call = await ended(student.callService(rng.word(), seconds, True))
    with explained_by(call):
        check_time(now(), seconds, f"the time that a service of {seconds} s takes")
        assert heart.steady, "the event loop stood still while the service was waited for"


@pytest.mark.exercise("22.1")
@pytest.mark.blanks(3, 4)
@pytest.mark.concept("result")
@pytest.mark.hint(
    "First the `raise`, for a service that does not work; behind it the `return`, for one that does."
)
async def test_service_answers_or_fails(student, rng):
    """callService gives "Answer of ..." if the service works, and raises a ConnectionError if not."""
    name = rng.word()
    with must_raise(ConnectionError, "a service that does not work raised no ConnectionError") as caught:
        await student.callService(name, rng.seconds(0.2, 2), False)
    check(str(caught.error), f"{name} is down", "the text of the ConnectionError")
    check(
        await student.callService(name, rng.seconds(0.2, 2), True),
        f"Answer of {name}",
        "what callService returns",
    )


@pytest.mark.exercise("22.1")
@pytest.mark.blanks(6, 7)
@pytest.mark.concept("concurrency")
@pytest.mark.hint("All tasks are made in the block of the group; leaving the block waits for them.")
async def test_call_all_waits_for_all_services_at_once(student, rng):
    """callAll calls all services of its list at the same time, with the parts that the list has for each."""
    services = [(name, rng.seconds(1, 3), True) for name in rng.words(rng.randint(3, 5))]
    service = student.patch("callService", Spy(delay=rng.seconds(1, 3), result=rng.word()))
    every = await ended(student.callAll(services))
    with explained_by(every):
        check(sorted(call.values for call in service.calls), sorted(services), "the calls that callAll makes")
        check(service.max_in_flight, len(services), "the number of calls at the same time")


@pytest.mark.exercise("22.1")
@pytest.mark.blanks(8)
@pytest.mark.concept("ordering")
@pytest.mark.hint("Every task has a `result()`. The list of tasks is in the order of the services.")
async def test_call_all_keeps_the_order_of_the_services(student, rng):
    """callAll gives the answers in the order of its list, in whichever order they come."""
    names, delays = rng.words(3), rng.sample([0.4, 1.2, 2.0], 3)
    student.patch("callService", Spy(delay=delays, result=lambda call: f"from {name_of(call)}"))
    answers = await student.callAll([(name, 1.0, True) for name in names])
    check(answers, [f"from {name}" for name in names], "the answers")


@pytest.mark.exercise("22.1")
@pytest.mark.blanks(9, 10)
@pytest.mark.concept("no-suppress")
@pytest.mark.hint(
    "What stands behind `except*` is caught, everything else comes out; `failures.exceptions` is a list."
)
async def test_failures_are_reported_and_other_errors_come_out(student, rng):
    """A ConnectionError is reported and stops the other calls; errors of other kinds come out of callAll."""
    names, text = rng.words(3), rng.word()
    services = [(name, 1.0, True) for name in names]
    errors = {names[1]: ConnectionError(text)}
    service = Spy(delay=[9, 0.5, 9], error=lambda call: errors.get(name_of(call)))
    student.patch("callService", service)
    check(await student.callAll(services), None, "what callAll returns when a service has failed")
    check_lines(lines_of(student), [f"Failed: {text}"], "what callAll prints")
    check([call.cancelled for call in service.calls], [True, False, True], "which calls were cancelled")

    errors[names[1]] = ZeroDivisionError(text)
    student.patch("callService", Spy(delay=[9, 0.5, 9], error=lambda call: errors.get(name_of(call))))
    every = await ended(student.callAll(services))
    assert every.exception() is not None, "a ZeroDivisionError of a service did not come out of callAll"


@pytest.mark.exercise("22.1")
@pytest.mark.blanks(11, 12)
@pytest.mark.concept("timing")
@pytest.mark.hint("The limit is a block, `async with ...:`, and the call that is awaited stands in it.")
async def test_slow_service_is_stopped_at_its_limit(student, rng):
    """callWithLimit gives the answer of a quick service, and stops a slow one at its limit."""
    name, answer = rng.words(2)
    limit = rng.seconds(1, 3)
    quick = student.patch("callService", Spy(delay=limit - 0.1, result=answer))
    check(
        await student.callWithLimit(name, 5.0, limit),
        answer,
        "what callWithLimit returns for a quick service",
    )
    check(quick.calls[0].values, (name, 5.0, True), "what callService is called with")
    slow = student.patch("callService", Spy(delay=limit + 0.1))
    begin = now()
    check(
        await student.callWithLimit(name, 5.0, limit), None, "what callWithLimit returns for a slow service"
    )
    check_time(now() - begin, limit, "the moment at which a slow service is stopped")
    check(slow.calls[0].cancelled, True, "whether the slow call was cancelled")


# -- 22.2: a semaphore ----------------------------------------------------------------------------------------------


@pytest.mark.exercise("22.2")
@pytest.mark.blanks(1, 2)
@pytest.mark.concept("suspension")
@pytest.mark.hint("First the line, then a pause that is awaited, of `megabytes / 10` seconds.")
async def test_transfer_takes_its_time_and_lets_others_run(student, rng):
    """transfer prints "Start ..." at once, and takes a tenth of a second for each megabyte."""
    name, megabytes = rng.word(), rng.randint(20, 50)
    async with Heartbeat(every=0.1) as heart:
        transfer = await ended(student.transfer(name, megabytes))
    with explained_by(transfer):
        check_lines(lines_of(student)[:1], [f"Start {name}"], "the first line that transfer prints")
        check_time(student.prints()[0][0], 0, "the moment of the first line")
        check_time(now(), megabytes / 10, f"the time that {megabytes} megabytes take")
        assert heart.steady, "the event loop stood still while transfer was waiting"


@pytest.mark.exercise("22.2")
@pytest.mark.blanks(3, 4)
@pytest.mark.concept("result")
@pytest.mark.hint("First the `raise`, for an empty file; at the end the `return`, for any other.")
async def test_transfer_saves_or_fails(student, rng):
    """transfer gives "Saved ..." for a file, and raises a ValueError for an empty one."""
    name = rng.word()
    with must_raise(ValueError, "an empty file raised no ValueError") as caught:
        await student.transfer(name, 0)
    check(str(caught.error), f"{name} is empty", "the text of the ValueError")
    check(await student.transfer(name, rng.randint(1, 9)), f"Saved {name}", "what transfer returns")


@pytest.mark.exercise("22.2")
@pytest.mark.blanks(5, 6, 8)
@pytest.mark.concept("concurrency")
@pytest.mark.hint(
    "The semaphore is made once for each pool, with the pool's limit, and every download asks it for a slot."
)
async def test_no_more_downloads_at_once_than_the_limit(student, rng):
    """Of many downloads of a pool, as many run at the same time as the limit says."""
    limit = rng.randint(2, 4)
    files = [(name, rng.randint(1, 9)) for name in rng.words(3 * limit)]
    transfer = student.patch("transfer", Spy(delay=1.0, result=lambda call: f"got {name_of(call)}"))
    pool = student.DownloadPool(limit)
    jobs = [start(pool.download(*file)) for file in files]
    await asyncio.wait(jobs)
    with explained_by(jobs[0]):
        check(transfer.max_in_flight, limit, f"transfers at the same time with a limit of {limit}")
        check([call.values for call in transfer.calls], files, "the transfers")
        check_time(now(), 3.0, "the time that three rounds take")
    check([job.result() for job in jobs], [f"got {name}" for name, _ in files], "what the downloads return")


@pytest.mark.exercise("22.2")
@pytest.mark.blanks(7, 9)
@pytest.mark.concept("cleanup")
@pytest.mark.hint("Count up where the slot was got, and down in `finally:`.")
async def test_pool_counts_its_downloads(student, rng):
    """active is how many downloads have a slot, peak the most that had one; a download that fails counts down, too."""
    student.patch("transfer", Spy(delay=[1.0, 2.0], error=[None, KeyError(rng.word())]))
    pool = student.DownloadPool(3)
    both = [start(pool.download(name, 5)) for name in rng.words(2)]
    await asyncio.sleep(0.5)
    check((pool.active, pool.peak), (2, 2), "active and peak while two downloads run")
    await asyncio.sleep(1)
    check((pool.active, pool.peak), (1, 2), "active and peak when one of them has ended")
    await asyncio.wait(both)
    check((pool.active, pool.peak), (0, 2), "active and peak when the other one has failed")


@pytest.mark.exercise("22.2")
@pytest.mark.blanks(10)
@pytest.mark.concept("ordering")
@pytest.mark.hint("gather keeps the order of its arguments, and can put an error where the result would be.")
async def test_results_are_in_the_order_of_the_files(student, rng):
    """downloadAll gives the results in the order of the files, and an error in the place of its file."""
    names, error = rng.words(3), ValueError(rng.word())
    student.patch(
        "transfer",
        Spy(
            delay=rng.sample([0.4, 1.2, 2.0], 3),
            result=lambda call: f"got {name_of(call)}",
            error=lambda call: error if name_of(call) == names[1] else None,
        ),
    )
    results = await student.DownloadPool(2).downloadAll([(name, 5) for name in names])
    check(results, [f"got {names[0]}", error, f"got {names[2]}"], "the results")


@pytest.mark.exercise("22.2")
@pytest.mark.blanks(11)
@pytest.mark.concept("main")
@pytest.mark.hint("A loop over results with one print.")
async def test_main_prints_a_line_for_each_file(student, rng):
    """main prints what came of each of its five files, and then how many were active at once."""
    texts = rng.words(5)
    student.patch("transfer", Spy(delay=1.0, result=texts))
    main = await ended(student.main())
    with explained_by(main):
        check_lines(lines_of(student), [*texts, "At most 2 at once, 3.00 seconds"], "what main prints")


# -- 22.3: a pipeline with a queue ----------------------------------------------------------------------------------


@pytest.mark.exercise("22.3")
@pytest.mark.blanks(1, 2)
@pytest.mark.concept("result")
@pytest.mark.hint("First the pause, which is awaited, then `if item.endswith(...)` with a `raise` in it.")
async def test_processing_gives_capitals_after_half_a_second(student, rng):
    """processItem gives the item in capitals, or a ValueError if the item ends with 3, after half a second."""
    good, bad = f"{rng.word()}4", f"{rng.word()}3"
    async with Heartbeat(every=0.05) as heart:
        check(await student.processItem(good), good.upper(), "what processItem returns")
        check_time(now(), 0.5, "the time that processing takes")
        with must_raise(ValueError, "an item that ends with 3 raised no ValueError") as caught:
            await student.processItem(bad)
    check(str(caught.error), f"{bad} is damaged", "the text of the ValueError")
    check_lines(lines_of(student), [f"Processed {good}"], "what processItem prints about the two")
    assert heart.steady, "the event loop stood still while an item was processed"


def substitute(student, rng, count, *, fetching, processing, failing=()):
    """Put doubles in the places of fetchItem and processItem; return both, and the items with their results."""
    items = rng.words(count)
    results = {item: f"done {item}" for item in items}
    errors = {items[place]: KeyError(items[place]) for place in failing}
    fetch = student.patch("fetchItem", Spy(delay=fetching, result=items))
    process = Spy(
        delay=processing,
        result=lambda call: results.get(name_of(call)),
        error=lambda call: errors.get(name_of(call)),
    )
    return fetch, student.patch("processItem", process), results


@pytest.mark.exercise("22.3")
@pytest.mark.blanks(3, 8)
@pytest.mark.concept("streaming")
@pytest.mark.hint(
    "A queue that was made with its size is full at some time, and then `put` waits, if it is awaited."
)
async def test_producer_waits_while_the_queue_is_full(student, rng):
    """The producer is ahead by no more than the queue has room for, and one item in its hand."""
    workers, size = rng.randint(1, 3), rng.randint(1, 4)
    count = 2 * (workers + size) + 2
    fetch, _, _ = substitute(student, rng, count, fetching=0.1, processing=60.0)
    pipeline = start(student.runPipeline(count, workers, size))
    await asyncio.sleep(30)
    with explained_by(pipeline):
        what = f"items fetched while {workers} workers have one each and a queue of {size} is full"
        check(fetch.count, workers + size + 1, what)
    await asyncio.wait([pipeline])
    with explained_by(pipeline):
        check(fetch.count, count, "items fetched in the end")


@pytest.mark.exercise("22.3")
@pytest.mark.blanks(4, 5)
@pytest.mark.concept("rows")
@pytest.mark.hint("Take one item out of the queue, await what processItem gives for it, append that.")
async def test_no_item_is_lost_or_processed_twice(student, rng):
    """Each item is processed once, in the order in which they were fetched; runPipeline returns all results."""
    count = rng.randint(5, 8)
    _, process, results = substitute(student, rng, count, fetching=0.1, processing=1.0)
    pipeline = await ended(student.runPipeline(count, 2, 3))
    with explained_by(pipeline):
        check([name_of(call) for call in process.calls], list(results), "the items that are processed")
    check(pipeline.result(), list(results.values()), "what runPipeline returns")


@pytest.mark.exercise("22.3")
@pytest.mark.blanks(6, 7)
@pytest.mark.concept("no-suppress")
@pytest.mark.hint(
    "Report the error and stay in the loop; `task_done()` is called for good and bad items alike."
)
async def test_items_that_fail_do_not_stop_the_others(student, rng):
    """Items that fail are reported, and the others are processed all the same."""
    _, process, results = substitute(student, rng, 6, fetching=0.1, processing=1.0, failing=(0, 1, 4))
    names = list(results)
    pipeline = await ended(student.runPipeline(6, 2, 2))
    with explained_by(pipeline):
        check(process.count, 6, "the number of items that were processed")
        expected = [f"Failed: {KeyError(names[place])}" for place in (0, 1, 4)]
        check_lines(lines_of(student), expected, "what is printed")
    check(pipeline.result(), [results[names[place]] for place in (2, 3, 5)], "what runPipeline returns")


@pytest.mark.exercise("22.3")
@pytest.mark.blanks(9)
@pytest.mark.concept("concurrency")
@pytest.mark.hint(
    "Each worker is a task of its own; all of them are started before the first item is fetched."
)
async def test_all_workers_work_at_the_same_time(student, rng):
    """As many items are processed at the same time as there are workers."""
    workers = rng.randint(2, 5)
    _, process, _ = substitute(student, rng, 3 * workers, fetching=0.001, processing=10.0)
    pipeline = await ended(student.runPipeline(3 * workers, workers, 2))
    with explained_by(pipeline):
        check(process.max_in_flight, workers, f"items processed at the same time by {workers} workers")


@pytest.mark.exercise("22.3")
@pytest.mark.blanks(10, 11, 12)
@pytest.mark.concept("cleanup")
@pytest.mark.hint("First wait for the items, then cancel the workers, then wait for the workers.")
async def test_pipeline_ends_when_all_is_done(student, rng):
    """runPipeline returns when the last item is done; when it is cancelled, its workers have ended before it ends."""
    _, process, _ = substitute(student, rng, 5, fetching=0.1, processing=[1.0, 2.0, 3.0, 4.0, 50.0])
    pipeline = await ended(student.runPipeline(5, 3, 2))
    with explained_by(pipeline):
        check([call.cancelled for call in process.calls], [False] * 5, "whether items were interrupted")
        check_time(
            now(), max(call.finished for call in process.calls), "the moment at which runPipeline returns"
        )
        assert not student.leaks.pending, f"runPipeline leaves something behind: {student.leaks}"
    pipeline.result()

    stopped = []

    async def slow_to_stop(*args, **kwargs):
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(1)
            stopped.append(now())

    student.patch("processItem", slow_to_stop)
    pipeline = start(student.runPipeline(5, 3, 2))
    await asyncio.sleep(10)
    pipeline.cancel()
    await asyncio.wait([pipeline])
    check(len(stopped), 3, "workers that have stopped when a cancelled runPipeline ends")
