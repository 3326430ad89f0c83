"""What the audit asks of lecture 21 on the real clock, with fresh inputs; the times are kept short."""

from autograder.audit import Moment, Scenario, call, double, program, scenario, stream, took

SOURCES = {"A": 1.0, "B": 0.5, "C": 0.8}
TIMEOUT = 1.2
HANDSHAKE = 0.01
ROW = 0.005


def draw_delays(rng, count):
    """Return delays between 30 and 195 ms in random order, so far apart that the order of their ends is certain."""
    return rng.sample([0.03 + 0.05 * place + rng.seconds(0, 0.015) for place in range(count)], count)


def by_time(delays):
    """Return the keys of a dict of delays in the order in which these end."""
    return sorted(delays, key=delays.__getitem__)


# -- 21.1 -----------------------------------------------------------------------------------------------------------


@scenario("21.1", "output", "timing", "suspension", "result")
def fetches_at_the_same_time(rng):
    """Four fetches with random sources and delays at the same time."""
    delays = dict(zip(rng.words(4), draw_delays(rng, 4), strict=True))
    return Scenario(
        calls=tuple(call("fetchData", source, delay) for source, delay in delays.items()),
        moments=(
            Moment(0, *(f"Starting fetch {source}" for source in delays), any_order=True),
            *(Moment(delays[source], f"Completed fetch {source}") for source in by_time(delays)),
            Moment(max(delays.values()), *(f"-> Data from source {source}" for source in delays)),
        ),
        one_by_one=sum(delays.values()),
    )


@scenario("21.1", "concurrency", "ordering", "main")
def main_with_other_fetches(rng):
    """Its main with another fetchData, of random delays and results."""
    delays = dict(zip(SOURCES, draw_delays(rng, 3), strict=True))
    results = dict(zip(SOURCES, rng.words(3), strict=True))
    longest = max(delays.values())
    return Scenario(
        doubles={"fetchData": double({source: (delays[source], results[source]) for source in SOURCES})},
        calls=(call("main", tell=False),),
        moments=(
            Moment(0, *(f"fetchData {source} begins" for source in SOURCES), any_order=True),
            *(Moment(delays[source], f"fetchData {source} ends") for source in by_time(delays)),
            Moment(longest, *results.values(), took("Total time: ", "s (vs ~2.3s sequential)")),
        ),
        one_by_one=sum(delays.values()),
    )


@scenario("21.1", "concurrency", "ordering", "main", "output", "timing", "result")
def gather_as_a_program(rng):
    """The file as a program."""
    return program(
        Moment(0, *(f"Starting fetch {source}" for source in SOURCES), any_order=True),
        *(Moment(SOURCES[source], f"Completed fetch {source}") for source in by_time(SOURCES)),
        Moment(
            1.0,
            *(f"Data from source {source}" for source in SOURCES),
            took("Total time: ", "s (vs ~2.3s sequential)"),
        ),
        one_by_one=2.3,
    )


# -- 21.2 -----------------------------------------------------------------------------------------------------------


@scenario("21.2", "output", "timing", "suspension", "result", "cancellation", "cleanup")
def jobs_of_which_two_are_cancelled(rng):
    """Four jobs at the same time, of which two are cancelled, at random moments."""
    ends = dict(zip(rng.words(4), draw_delays(rng, 4), strict=True))
    cancelled = rng.sample(sorted(ends), 2)

    def play(job):
        if job in cancelled:
            return call("longRunningJob", job, rng.seconds(1, 2), cancel_after=ends[job])
        return call("longRunningJob", job, ends[job])

    return Scenario(
        calls=tuple(play(job) for job in ends),
        moments=(
            Moment(0, *(f"Job {job} started" for job in ends), any_order=True),
            *(
                Moment(ends[job], f"Job {job} {'was cancelled' if job in cancelled else 'completed'}")
                for job in by_time(ends)
            ),
            Moment(
                max(ends.values()),
                *(f"-> {'cancelled' if job in cancelled else f'Result_{job}'}" for job in ends),
            ),
        ),
        one_by_one=sum(ends.values()),
    )


@scenario("21.2", "concurrency", "main", "timing", "cancellation", "cleanup")
def main_with_other_jobs(rng):
    """Its main with another longRunningJob, of random durations."""
    durations = dict(zip("ABC", (0.1 + 5 * delay for delay in draw_delays(rng, 3)), strict=True))
    pending = rng.sample(sorted(durations), rng.randint(1, 2))
    durations |= {job: rng.seconds(3, 6) for job in pending}
    done = [job for job in by_time(durations) if job not in pending]
    return Scenario(
        doubles={"longRunningJob": double({job: (durations[job], rng.word()) for job in durations})},
        calls=(call("main", tell=False),),
        moments=(
            Moment(0, *(f"longRunningJob {job} begins" for job in durations), any_order=True),
            *(Moment(durations[job], f"longRunningJob {job} ends") for job in done),
            Moment(TIMEOUT, f"Done: {len(done)}, Pending: {len(pending)}"),
            Moment(TIMEOUT, *(f"longRunningJob {job} is cancelled" for job in pending), any_order=True),
        ),
    )


@scenario("21.2", "concurrency", "main", "output", "timing", "cancellation", "cleanup")
def cancellation_as_a_program(rng):
    """The file as a program."""
    return program(
        Moment(0, *(f"Job {job} started" for job in "ABC"), any_order=True),
        Moment(0.5, "Job B completed"),
        Moment(1.0, "Job C completed"),
        Moment(TIMEOUT, "Done: 2, Pending: 1", "Job A was cancelled"),
    )


# -- 21.3 -----------------------------------------------------------------------------------------------------------


@scenario("21.3", "enter", "output", "rows", "streaming", "aexit", "suspension", "main")
def rows_of_one_connection(rng):
    """A connection with a random address, from which a random number of rows is fetched."""
    url, count = rng.url(), rng.randint(8, 14)
    return Scenario(
        streams=(stream("AsyncDatabaseConnection", url, method="fetchRows", of=(count,)),),
        moments=(
            Moment(HANDSHAKE, f"Connected to {url}"),
            *(
                Moment(HANDSHAKE + ROW * (number + 1), f"-> { ({'id': number, 'value': number * 10}) }")
                for number in range(count)
            ),
            Moment(2 * HANDSHAKE + ROW * count, f"Disconnected from {url}"),
        ),
    )


@scenario("21.3", "enter", "output", "aexit", "suspension")
def connections_at_the_same_time(rng):
    """Five connections with random addresses, opened and closed at the same time."""
    urls = [rng.url() for _ in range(5)]
    return Scenario(
        streams=tuple(stream("AsyncDatabaseConnection", url) for url in urls),
        moments=(
            Moment(HANDSHAKE, *(f"Connected to {url}" for url in urls), any_order=True),
            Moment(2 * HANDSHAKE, *(f"Disconnected from {url}" for url in urls), any_order=True),
        ),
        one_by_one=2 * HANDSHAKE * len(urls),
    )


@scenario("21.3", "enter", "output", "rows", "streaming", "aexit", "main")
def context_manager_as_a_program(rng):
    """The file as a program."""
    return program(
        Moment(HANDSHAKE, "Connected to db://prod"),
        *(
            Moment(HANDSHAKE + ROW * (number + 1), f"Row: { ({'id': number, 'value': number * 10}) }")
            for number in range(3)
        ),
        Moment(2 * HANDSHAKE + ROW * 3, "Disconnected from db://prod"),
    )
