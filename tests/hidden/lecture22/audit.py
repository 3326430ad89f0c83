"""What the audit asks of lecture 22 on the real clock, with fresh inputs; the times are kept short."""

import heapq
import itertools

from autograder.audit import Moment, Scenario, call, double, program, scenario, took

LIMIT = 0.5
PAGE = 0.05
PROCESSING = 0.5


def draw_delays(rng, count):
    """Return delays between 30 and 195 ms in random order, so far apart that the order of their ends is certain."""
    return rng.sample([0.03 + 0.05 * place + rng.seconds(0, 0.015) for place in range(count)], count)


def by_time(delays):
    """Return the keys of a dict of delays in the order in which these end."""
    return sorted(delays, key=delays.__getitem__)


def draw_until_apart(draw, moments_of):
    """Draw until everything that happens then is so far apart that its order is certain."""
    while True:
        drawn = draw()
        moments = sorted(moments_of(drawn))
        if all(later - earlier > 0.02 for earlier, later in itertools.pairwise(moments)):
            return drawn


# -- 22.1 -----------------------------------------------------------------------------------------------------------


@scenario("22.1", "output", "timing", "suspension", "result", "cancellation", "cleanup", "no-suppress")
def services_that_end_in_all_ways(rng):
    """Four services at the same time, of which one does not work and one is cancelled, at random moments."""
    ends = dict(zip(rng.words(4), draw_delays(rng, 4), strict=True))
    broken, cancelled = rng.sample(sorted(ends), 2)
    results = {name: f"-> Answer of {name}" for name in ends}
    results |= {broken: f"-> ConnectionError: {broken} is down", cancelled: "-> cancelled"}

    def play(name):
        if name == cancelled:
            return call("callService", name, rng.seconds(1, 2), True, cancel_after=ends[name])
        return call("callService", name, ends[name], name != broken)

    return Scenario(
        calls=tuple(play(name) for name in ends),
        moments=(
            Moment(0, *(f"Calling {name}" for name in ends), any_order=True),
            *(Moment(ends[name], f"Closing {name}") for name in by_time(ends)),
            Moment(max(ends.values()), *results.values()),
        ),
        one_by_one=sum(ends.values()),
    )


@scenario("22.1", "concurrency", "ordering")
def all_services_work(rng):
    """Its callAll with another callService, of random times and answers."""
    times = dict(zip(rng.words(4), draw_delays(rng, 4), strict=True))
    answers = dict(zip(times, rng.words(4), strict=True))
    return Scenario(
        doubles={"callService": double({name: (times[name], answers[name]) for name in times})},
        calls=(call("callAll", [[name, rng.seconds(0.1, 2), True] for name in times]),),
        moments=(
            Moment(0, *(f"callService {name} begins" for name in times), any_order=True),
            *(Moment(times[name], f"callService {name} ends") for name in by_time(times)),
            Moment(max(times.values()), f"-> {list(answers.values())}"),
        ),
        one_by_one=sum(times.values()),
    )


@scenario("22.1", "concurrency", "output", "cancellation", "cleanup", "no-suppress")
def one_service_fails(rng):
    """Its callAll with four services, of which one fails at a random moment."""
    first, failing, *others = rng.words(4)
    quick, moment = sorted(draw_delays(rng, 2))
    services = [
        [first, quick, True],
        [failing, moment, False],
        *([name, rng.seconds(1, 2), True] for name in others),
    ]
    return Scenario(
        calls=(call("callAll", rng.sample(services, 4)),),
        moments=(
            Moment(0, *(f"Calling {name}" for name, _, _ in services), any_order=True),
            Moment(quick, f"Closing {first}"),
            Moment(moment, f"Closing {failing}"),
            Moment(moment, *(f"Closing {name}" for name in others), any_order=True),
            Moment(moment, f"Failed: {failing} is down", "-> None"),
        ),
    )


@scenario("22.1", "timing", "cancellation")
def services_with_a_limit(rng):
    """Its callWithLimit with another callService, of which one is too slow for a random limit."""
    slow, quick = rng.words(2)
    quick_time, limit = sorted(draw_delays(rng, 2))
    answer = rng.word()
    return Scenario(
        doubles={"callService": double({slow: (rng.seconds(1, 2), rng.word()), quick: (quick_time, answer)})},
        calls=(call("callWithLimit", slow, 1.0, limit), call("callWithLimit", quick, 1.0, limit)),
        moments=(
            Moment(0, f"callService {slow} begins", f"callService {quick} begins", any_order=True),
            Moment(quick_time, f"callService {quick} ends"),
            Moment(limit, f"callService {slow} is cancelled", f"Too slow: {slow}", "-> None", f"-> {answer}"),
        ),
    )


@scenario("22.1", "concurrency", "ordering", "output", "timing", "cancellation", "cleanup", "main")
def task_group_as_a_program(rng):
    """The file as a program."""
    return program(
        Moment(0, "Calling users", "Calling stock", any_order=True),
        Moment(0.1, "Closing stock"),
        Moment(0.3, "Closing users", "['Answer of users', 'Answer of stock']"),
        Moment(0.3, "Calling users", "Calling stock", "Calling orders", any_order=True),
        Moment(0.4, "Closing stock"),
        Moment(0.5, "Closing orders", "Closing users", "Failed: orders is down", "None", "Calling news"),
        Moment(0.6, "Closing news", "Answer of news", "Calling report"),
        Moment(0.6 + LIMIT, "Closing report", "Too slow: report", "None"),
    )


# -- 22.2 -----------------------------------------------------------------------------------------------------------


def schedule(seconds, limit):
    """Return when each transfer begins and when it ends, if a slot goes to who has waited longest."""
    free = [0.0] * limit
    spans = {}
    for name, each in seconds.items():
        begin = heapq.heappop(free)
        spans[name] = (begin, begin + each)
        heapq.heappush(free, begin + each)
    return spans


@scenario("22.2", "output", "timing", "suspension", "result", "no-suppress", "cancellation")
def transfers_at_the_same_time(rng):
    """Four transfers at the same time, of random sizes; one file is empty, and one transfer is cancelled."""
    empty, cancelled, *names = rng.words(5)
    sizes = {name: 10 * delay for name, delay in zip([cancelled, *names], draw_delays(rng, 4), strict=True)}
    ends = {name: size / 10 for name, size in sizes.items()}
    results = {name: f"-> Saved {name}" for name in ends}
    results |= {cancelled: "-> cancelled"}
    calls = [
        call("transfer", name, 20.0, cancel_after=ends[name])
        if name == cancelled
        else call("transfer", name, sizes[name])
        for name in ends
    ]
    return Scenario(
        calls=(call("transfer", empty, 0), *calls),
        moments=(
            Moment(0, *(f"Start {name}" for name in (empty, *ends)), any_order=True),
            *(Moment(ends[name], f"End {name}") for name in by_time(ends) if name != cancelled),
            Moment(max(ends.values()), f"-> ValueError: {empty} is empty", *results.values()),
        ),
        one_by_one=sum(ends.values()),
    )


@scenario("22.2", "concurrency", "ordering", "main")
def main_with_other_transfers(rng):
    """Its main with another transfer, of random times and results."""
    files = [f"{letter}.zip" for letter in "abcde"]
    seconds = draw_until_apart(
        lambda: {name: rng.seconds(0.05, 0.4) for name in files},
        lambda drawn: [end for _, end in schedule(drawn, 2).values()],
    )
    results = dict(zip(files, rng.words(5), strict=True))
    spans = schedule(seconds, 2)
    events = [(begin, 1, f"transfer {name} begins") for name, (begin, _) in spans.items() if begin]
    events += [(end, 0, f"transfer {name} ends") for name, (_, end) in spans.items()]
    last = max(end for _, end in spans.values())
    return Scenario(
        doubles={"transfer": double({name: (seconds[name], results[name]) for name in files})},
        calls=(call("main", tell=False),),
        moments=(
            Moment(0, *(f"transfer {name} begins" for name in files[:2])),
            *(Moment(at, text) for at, _, text in sorted(events)),
            Moment(last, *results.values(), took("At most 2 at once, ", " seconds")),
        ),
        one_by_one=sum(seconds.values()),
    )


@scenario("22.2", "concurrency", "ordering", "main", "output", "timing", "result", "no-suppress", "cleanup")
def semaphore_as_a_program(rng):
    """The file as a program."""
    return program(
        Moment(0, "Start a.zip", "Start b.zip"),
        Moment(0.2, "End b.zip", "Start c.zip", "Start d.zip"),
        Moment(0.4, "End a.zip", "Start e.zip"),
        Moment(0.5, "End d.zip"),
        Moment(
            0.7, "End e.zip", "Saved a.zip", "Saved b.zip", "c.zip is empty", "Saved d.zip", "Saved e.zip"
        ),
        Moment(0.7, took("At most 2 at once, ", " seconds")),
        one_by_one=1.2,
    )


# -- 22.3 -----------------------------------------------------------------------------------------------------------


@scenario("22.3", "timing", "suspension", "result")
def items_at_the_same_time(rng):
    """Three random items are processed at the same time, of which one is damaged."""
    good, other = (f"{word}{rng.choice('01245')}" for word in rng.words(2))
    damaged = f"{rng.word()}3"
    return Scenario(
        calls=tuple(call("processItem", item) for item in (good, damaged, other)),
        moments=(
            Moment(PROCESSING, f"Processed {good}", f"Processed {other}", any_order=True),
            Moment(
                PROCESSING,
                *(f"-> {good.upper()}", f"-> ValueError: {damaged} is damaged", f"-> {other.upper()}"),
            ),
        ),
        one_by_one=3 * PROCESSING,
    )


@scenario("22.3", "concurrency", "ordering", "rows", "streaming", "cleanup")
def pages_with_other_processing(rng):
    """Its runPipeline with another processItem, of random times and results; two workers, a queue of one."""
    times = dict(zip([f"page{number}" for number in range(1, 6)], draw_processing(rng), strict=True))
    results = dict(zip(times, rng.words(5), strict=True))
    events = play_pipeline(list(times.values()), workers=2, size=1)
    texts = {
        "fetched": "Fetched page{}",
        "begun": "processItem page{} begins",
        "ended": "processItem page{} ends",
    }
    done = [number for _, _, number, kind in events if kind == "ended"]
    return Scenario(
        doubles={"processItem": double({item: (times[item], results[item]) for item in times})},
        calls=(call("runPipeline", 5, 2, 1),),
        moments=(
            *(Moment(at, texts[kind].format(number)) for at, _, number, kind in events),
            Moment(events[-1][0], f"-> {[results[f'page{number}'] for number in done]}"),
        ),
        one_by_one=sum(times.values()) + 15 * PAGE,
    )


def draw_processing(rng):
    """Return how long each of five items is processed."""
    return draw_until_apart(
        lambda: [rng.seconds(0.2, 0.6) for _ in range(5)],
        lambda times: {round(event[0], 6) for event in play_pipeline(times, workers=2, size=1)},
    )


def play_pipeline(times, *, workers, size):
    """Return what happens in a pipeline, in order, as (moment, rank, number of the item, what)."""
    free = [0.0] * workers
    events, begun = [], []
    put = 0.0
    for number, time in enumerate(times, 1):
        fetched = put + PAGE * number
        events.append((fetched, 1, number, "fetched"))
        # It goes into the queue when the item that is so many places before it has left that for a worker.
        before = len(begun) - size
        put = max(fetched, begun[before]) if before >= 0 else fetched
        begin = max(put, heapq.heappop(free))
        begun.append(begin)
        heapq.heappush(free, begin + time)
        events += [(begin, 2, number, "begun"), (begin + time, 0, number, "ended")]
    return sorted(events)


@scenario("22.3", "concurrency", "ordering", "rows", "streaming", "no-suppress", "main", "timing", "result")
def pipeline_as_a_program(rng):
    """The file as a program."""
    return program(
        Moment(0.05, "Fetched page1"),
        Moment(0.15, "Fetched page2"),
        Moment(0.3, "Fetched page3"),
        Moment(0.5, "Fetched page4"),
        Moment(0.55, "Processed page1"),
        Moment(0.65, "Processed page2"),
        Moment(0.8, "Fetched page5"),
        Moment(1.05, "Failed: page3 is damaged"),
        Moment(1.1, "Fetched page6"),
        Moment(1.15, "Processed page4"),
        Moment(1.55, "Processed page5"),
        Moment(1.65, "Processed page6", "5 of 6: PAGE1, PAGE2, PAGE4, PAGE5, PAGE6"),
        one_by_one=4.05,
    )
