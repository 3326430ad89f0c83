"""Hidden tests of exercise 22.3: a pipeline with a queue.

``runPipeline`` is judged with substituted ``fetchItem`` and ``processItem``, which are both seen on this side of the
wire: when each item is fetched, when it is processed and how often. How the pipeline is built inside is free.
"""

import asyncio
from collections import Counter

import pytest

from autograder.testing import Heartbeat, check, check_lines, check_time, must_raise, now, start

pytestmark = pytest.mark.exercise("22.3")


class Boom(Exception):
    """An error of the test's own, which no program can have foreseen."""


class Line:
    """Doubles of fetchItem and processItem: what each takes, which items fail, and notes of all that happened."""

    def __init__(
        self, student, rng, count, *, fetching, processing, failing=(), fetch_fails_at=None, closing=0.0
    ):
        self.items = rng.words(count)
        self.results = dict(zip(self.items, rng.words(count), strict=True))
        self.errors = {self.items[place]: Boom(rng.word()) for place in failing}
        self.fetch_error = Boom(rng.word())
        self.fetch_fails_at = fetch_fails_at
        self._fetching = fetching
        self._processing = processing
        self.closing = closing
        self.asked = []
        self.fetched = []
        self.begun = []
        self.ended = []
        self.cancelled = 0
        self.busy = 0
        self.most_busy = 0
        self.most_ahead = 0
        student.patch("fetchItem", self.fetch)
        student.patch("processItem", self.process)

    async def fetch(self, *args, **kwargs):
        (number,) = (*args, *kwargs.values())
        self.asked.append(number)
        await asyncio.sleep(self._fetching(number))
        if len(self.asked) == self.fetch_fails_at:
            raise self.fetch_error
        self.fetched.append(now())
        self.most_ahead = max(self.most_ahead, len(self.fetched) - len(self.ended))
        return self.items[len(self.fetched) - 1]

    async def process(self, *args, **kwargs):
        (item,) = (*args, *kwargs.values())
        self.begun.append((item, now()))
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)
        try:
            await asyncio.sleep(self._processing(self.items.index(item)))
            self.ended.append((item, now()))
            if item in self.errors:
                raise self.errors[item]
            return self.results[item]
        except asyncio.CancelledError:
            self.cancelled += 1
            await asyncio.sleep(self.closing)
            raise
        finally:
            self.busy -= 1

    def check_all_done_once(self):
        """Fail the test unless each item was processed once, and none twice."""
        check(self.asked, list(range(1, len(self.items) + 1)), "the numbers of the items that are fetched")
        times = Counter(item for item, _ in self.begun)
        check([times[item] for item in self.items], [1] * len(self.items), "how often each item is processed")
        check(
            sorted(item for item, _ in self.ended), sorted(self.items), "the items whose processing has ended"
        )

    def good(self):
        """Return the results of the items that did not fail, in the order in which they were ready."""
        return [self.results[item] for item, _ in self.ended if item not in self.errors]


def steady(seconds):
    """Return a function that gives the same time whatever it is asked about."""
    return lambda _: seconds


def mixed(rng, low, high):
    """Return a function that gives each item a time of its own, no two alike."""
    times = rng.sample(range(round(low * 1000), round(high * 1000)), 40)
    return lambda place: times[place] / 1000 + place * 0.000013


# -- processItem ----------------------------------------------------------------------------------------------------


@pytest.mark.points(2)
@pytest.mark.concept("timing")
@pytest.mark.hint(
    "Wait for half a second, whatever the item; the processing of one may not wait for another one."
)
async def test_processing_takes_half_a_second(student, rng):
    """processItem takes half a second, also when several are processed at once."""
    for words in (rng.words(1), rng.words(4)):
        items = [word.replace("3", "4") + "7" for word in words]
        begin = now()
        await asyncio.gather(*(student.processItem(item) for item in items))
        check_time(now() - begin, 0.5, f"the time that processing takes, of {len(items)} at once")


@pytest.mark.points(2)
@pytest.mark.concept("suspension")
@pytest.mark.hint(
    "`await asyncio.sleep(...)` lets the event loop run others meanwhile; `time.sleep(...)` stops everything."
)
async def test_processing_does_not_block_the_event_loop(student, rng):
    """While processItem waits, the event loop runs other things."""
    made = student.lib.operator.call(student["processItem"], rng.word().replace("3", "4") + "8")
    assert asyncio.iscoroutine(made), "calling processItem does not give a coroutine"
    async with Heartbeat(every=rng.seconds(0.03, 0.05)) as heart:
        await made

    assert heart.steady, "the event loop stood still while an item was processed"
    assert not student.blocking, "a call like time.sleep stopped the event loop"
    assert heart.beats > 5, "processItem did not wait"


@pytest.mark.points(2)
@pytest.mark.concept("result")
@pytest.mark.hint('`if item.endswith("3"): raise ValueError(...)`, after the wait and before the line.')
async def test_processing_tells_good_from_damaged(student, rng):
    """processItem returns the item in capitals; for one that ends with the digit 3 it raises a ValueError."""
    for item in (rng.word() + "4", "3" + rng.word() + "5", rng.word() + "30", rng.word()[:-2] + "x"):
        seen = len(student.prints())
        check(await student.processItem(item), item.upper(), "what processItem returns")
        check_lines(
            [line for _, line in student.prints()[seen:]], [f"Processed {item}"], "what processItem prints"
        )
    for item in (rng.word() + "3", "3"):
        lines, begin = student.stdout, now()
        with must_raise(ValueError, "an item that ends with the digit 3 raised no ValueError") as caught:
            await student.processItem(item)
        check(str(caught.error), f"{item} is damaged", "the text of the ValueError")
        check_time(now() - begin, 0.5, "the moment at which a damaged item fails")
        check(student.stdout, lines, "what processItem prints about a damaged item")


# -- runPipeline ----------------------------------------------------------------------------------------------------


@pytest.mark.points(4)
@pytest.mark.concept("rows")
@pytest.mark.hint(
    "Each item goes through the queue once; wait with `queue.join()` until all are done, then stop the workers."
)
async def test_every_item_is_processed_once(student, rng):
    """runPipeline fetches items 1 to count, processes each of them exactly once, and returns all results."""
    plans = [
        (rng.randint(9, 14), rng.randint(2, 4), rng.randint(1, 3)),
        (7, 1, 2),
        (2, 5, 1),
        (1, 1, 1),
        (0, 3, 2),
    ]
    for number, (count, workers, size) in enumerate(plans):
        fetching, processing = mixed(rng, 0.1, 0.5), mixed(rng, 0.5, 3)
        if number % 2:
            fetching, processing = processing, fetching
        line = Line(student, rng, count, fetching=fetching, processing=processing)
        results = await student.runPipeline(count, workers, size)
        line.check_all_done_once()
        check(type(results), list, "the type of what runPipeline returns")
        check(sorted(results), sorted(line.results.values()), "the results, sorted")


@pytest.mark.points(3)
@pytest.mark.concept("concurrency")
@pytest.mark.hint("Start workerCount tasks with `asyncio.create_task(...)` before the first item is fetched.")
async def test_as_many_items_at_once_as_workers(student, rng):
    """As many items are processed at the same time as there are workers, no more and no fewer."""
    for workers in (rng.randint(2, 5), 1, rng.randint(6, 8)):
        count = 2 * workers + 1
        line = Line(student, rng, count, fetching=steady(0.001), processing=steady(10))
        begin = now()
        await student.runPipeline(count, workers, rng.randint(1, 3))
        check(line.most_busy, workers, f"items processed at the same time by {workers} workers")
        assert 30 <= now() - begin < 30.1, (
            f"{workers} workers, 10 s for each of {count} items: expected 30 s, got {now() - begin:.3g} s"
        )


@pytest.mark.points(2)
@pytest.mark.concept("streaming")
@pytest.mark.hint(
    "The workers are there before the first item: each takes an item as soon as it is in the queue."
)
async def test_items_are_processed_while_others_are_fetched(student, rng):
    """An item that finds a free worker is processed as soon as it was fetched, while the next one is fetched."""
    count = rng.randint(4, 6)
    line = Line(student, rng, count, fetching=mixed(rng, 2, 4), processing=mixed(rng, 0.5, 1.5))
    await student.runPipeline(count, 2, rng.randint(2, 3))
    check(len(line.begun), count, "the number of items processed")
    for (_, begun), fetched in zip(line.begun, line.fetched, strict=True):
        check_time(begun, fetched, "the moment at which an item is processed that was just fetched")
    check_time(now(), line.ended[-1][1], "the moment at which runPipeline returns")


@pytest.mark.points(4)
@pytest.mark.concept("streaming")
@pytest.mark.hint(
    "`asyncio.Queue(queueSize)`, and `await queue.put(item)`, which waits while the queue is full."
)
async def test_a_full_queue_holds_the_producer_up(student, rng):
    """With slow workers, the producer stops when the queue is full and it has one more item in its hand."""
    for workers, size in ((rng.randint(1, 3), rng.randint(3, 5)), (rng.randint(2, 4), 1)):
        count = 2 * (workers + size) + 3
        line = Line(student, rng, count, fetching=mixed(rng, 0.01, 0.09), processing=mixed(rng, 20, 30))
        pipeline = start(student.runPipeline(count, workers, size))
        await asyncio.sleep(15)
        ahead = workers + size + 1
        what = f"with {workers} slow workers and a queue of {size}"
        check(len(line.fetched), ahead, f"items fetched {what}, before the first is done")
        check(len(line.asked), ahead, f"items asked for {what}, before the first is done")
        await pipeline
        check(line.most_ahead, ahead, f"the most items that were fetched and not yet done, {what}")


@pytest.mark.points(3)
@pytest.mark.concept("ordering")
@pytest.mark.hint(
    "Workers take items from the queue in the order in which they went in, and append each result when it is there."
)
async def test_first_in_first_out(student, rng):
    """Items are begun in the order in which they were fetched; results are in the order in which they were ready."""
    for workers in (rng.randint(2, 4), 1):
        count = rng.randint(9, 12)
        line = Line(student, rng, count, fetching=mixed(rng, 0.01, 0.09), processing=mixed(rng, 1, 9))
        results = await student.runPipeline(count, workers, rng.randint(2, 4))
        check([item for item, _ in line.begun], line.items, "the order in which items are begun")
        check(results, line.good(), "the results, in the order in which they were ready")


@pytest.mark.points(3)
@pytest.mark.concept("no-suppress")
@pytest.mark.hint(
    "Catch the error of one item inside the worker's loop, print `Failed: <error>`, and go on with the next."
)
async def test_a_failing_item_costs_only_itself(student, rng):
    """An item that fails is reported, and all others are processed, even if more fail than there are workers."""
    expected = []
    for failing in ([], [1], rng.sample(range(9), 5), [8], [0, 1, 2, 3]):
        line = Line(
            student, rng, 9, fetching=mixed(rng, 0.01, 0.09), processing=mixed(rng, 1, 9), failing=failing
        )
        results = await student.runPipeline(9, rng.randint(2, 3), rng.randint(1, 3))
        check(len(line.ended), 9, "the number of items whose processing has ended")
        check(sorted(results), sorted(line.good()), "the results of the items that did not fail, sorted")
        expected += [f"Failed: {line.errors[item]}" for item, _ in line.ended if item in line.errors]
        check_lines(student.stdout, expected, "what is printed about items that fail")


@pytest.mark.points(3)
@pytest.mark.concept("cleanup")
@pytest.mark.hint("First `await queue.join()`, then cancel the workers, then wait until they have ended.")
async def test_nothing_is_left_running(student, rng):
    """runPipeline returns as soon as the last item is done, having interrupted none; no worker is left running."""
    for count, workers, last in ((6, 3, 500), (5, 1, 0.5), (2, 6, 0.5), (0, 2, 0)):
        processing = mixed(rng, 1, 3)
        line = Line(
            student,
            rng,
            count,
            fetching=mixed(rng, 0.01, 0.09),
            processing=lambda place, last=last, count=count, usual=processing: (
                last if place == count - 1 else usual(place)
            ),
        )
        begin = now()
        await student.runPipeline(count, workers, rng.randint(1, 3))
        check((line.busy, line.cancelled), (0, 0), "items still in work, and items interrupted, at the end")
        check(len(line.ended), count, "items done when runPipeline returns")
        check_time(
            now(), max([begin, *(end for _, end in line.ended)]), "the moment at which runPipeline returns"
        )
        leaks = student.leaks
        assert not leaks, f"runPipeline leaves something behind: {leaks}"


@pytest.mark.points(2)
@pytest.mark.concept("cleanup")
@pytest.mark.hint("Stop the workers in `finally:`, so that they end also when the producer fails.")
async def test_a_failing_producer_leaves_nothing_running(student, rng):
    """When fetching fails, the error comes out of runPipeline, and no worker is left running."""
    for place in (1, rng.randint(3, 5)):
        line = Line(
            student, rng, 8, fetching=mixed(rng, 0.5, 0.9), processing=mixed(rng, 1, 2), fetch_fails_at=place
        )
        caught = None
        try:
            await student.runPipeline(8, rng.randint(2, 3), rng.randint(4, 5))
        except Exception as error:  # noqa: BLE001 - whatever comes out is looked at
            caught = error
        while isinstance(caught, BaseExceptionGroup) and len(caught.exceptions) == 1:
            caught = caught.exceptions[0]
        assert caught is line.fetch_error, f"the error of fetchItem did not come out, but {caught!r}"
        check(line.busy, 0, "items still in work when runPipeline has ended")
        assert not student.leaks.pending, f"runPipeline leaves something behind: {student.leaks}"


@pytest.mark.points(3)
@pytest.mark.concept("cancellation")
@pytest.mark.hint(
    "`except Exception` lets a CancelledError pass, as it must. Cancel the workers in `finally:`."
)
async def test_a_cancelled_pipeline_stops_everything(student, rng):
    """A pipeline that is cancelled stops its workers, waits until they have ended, and ends as cancelled."""
    for one in (lambda: student.fetchItem(5), lambda: student.processItem("x7")):
        report = await student.cancel_at_every_await(one)
        assert report.all_reraised, str(report)
        assert report.nothing_left, str(report)
    for count, workers, size, moment in (
        (20, rng.randint(2, 3), rng.randint(1, 2), rng.seconds(2, 5)),
        (4, 2, rng.randint(2, 3), rng.seconds(0.3, 0.9)),
        (3, rng.randint(2, 3), 1, 0.005),
    ):
        closing = rng.seconds(0.3, 2)
        line = Line(student, rng, count, fetching=steady(0.01), processing=steady(60), closing=closing)
        pipeline = start(student.runPipeline(count, workers, size))
        await asyncio.sleep(moment)
        busy, before = line.busy, now()
        pipeline.cancel()
        await asyncio.wait([pipeline])
        assert pipeline.cancelled(), "a pipeline that was cancelled did not end as cancelled"
        check(line.cancelled, busy, "items in work that were cancelled")
        check(line.busy, 0, "items still in work when the pipeline has ended")
        check_time(now() - before, closing if busy else 0, "the time that stopping takes")
        fetched = len(line.asked)
        await asyncio.sleep(200)
        check(len(line.asked), fetched, "items asked for, long after the cancellation")
        assert not student.leaks.pending, f"a cancelled pipeline leaves something behind: {student.leaks}"

    async def run():
        Line(student, rng, 4, fetching=steady(0.1), processing=steady(1))
        await student.runPipeline(4, 2, 1)

    for step in await student.cancel_at_every_await(run):
        assert not step.leaks.pending, f"the pipeline was cancelled at {step.place} and left: {step.leaks}"


# -- main -----------------------------------------------------------------------------------------------------------


@pytest.mark.points(1)
@pytest.mark.concept("main")
@pytest.mark.hint("Leave main as it was given: six items, two workers, and a queue with room for one.")
async def test_main_runs_a_small_pipeline(student, rng):
    """main has six items processed by two workers, with a queue of one, and prints how many results there are."""
    line = Line(
        student,
        rng,
        6,
        fetching=steady(0.01),
        processing=lambda place: 9 - place / 3,
        failing=[rng.randint(2, 5)],
    )
    await student.main()
    check((len(line.asked), len(line.ended)), (6, 6), "the items that are fetched, and that are processed")
    check(
        (line.most_busy, line.most_ahead), (2, 4), "the most items in work at once, and fetched but not done"
    )
    expected = f"5 of 6: {', '.join(line.good())}"
    check_lines(student.stdout.splitlines()[-1:], [expected], "the last line that main prints")

    async def run():
        Line(student, rng, 6, fetching=steady(0.1), processing=steady(1))
        await student.main()

    for step in await student.cancel_at_every_await(run, most=3):
        assert not step.leaks.pending, f"main was cancelled at {step.place} and left: {step.leaks}"


@pytest.mark.points(1)
@pytest.mark.concept("main")
@pytest.mark.hint("Run the file yourself with python and compare with the output in the exercise's text.")
def test_program_processes_six_pages(run_script):
    """Run as a program, the file processes six pages with two workers; the third is damaged."""
    script = run_script()

    check(script.error, "", "the error that ended the program")
    check(script.status, 0, "the program's exit status")
    expected = [
        *(
            "Fetched page1",
            "Fetched page2",
            "Fetched page3",
            "Fetched page4",
            "Processed page1",
            "Processed page2",
        ),
        *("Fetched page5", "Failed: page3 is damaged", "Fetched page6"),
        *("Processed page4", "Processed page5", "Processed page6"),
        "5 of 6: PAGE1, PAGE2, PAGE4, PAGE5, PAGE6",
    ]
    check_lines(script.stdout, expected, "what the program prints")
    check_time(script.virtual_seconds, 1.65, "the time that the program takes")
