"""Hidden tests of exercise 21.2: tasks and cancellation.

``main`` is judged with substituted jobs, whose start, cancellation and cleanup are seen on this side of the wire.
"""

import asyncio

import pytest

from autograder.testing import Heartbeat, check, check_lines, check_time, must_raise, now, start

pytestmark = pytest.mark.exercise("21.2")

JOBS = {"A": 2.0, "B": 0.5, "C": 1.0}
TIMEOUT = 1.2


class Jobs:
    """A double of longRunningJob: durations of jobs and cleanups, and which job fails (in its cleanup, or before)."""

    def __init__(self, durations, cleanup=None, failing=(), breaking=()):
        self.durations = durations
        self.cleanup = cleanup or {}
        self.failing = failing
        self.breaking = breaking
        self.started = {}
        self.asked = []
        self.completed = set()
        self.cancelled = {}
        self.cleaned = set()

    async def __call__(self, *args, **kwargs):
        values = (*args, *kwargs.values())
        name = next((value for value in values if type(value) is str), "")
        # A duration that a parameter's default gives is not seen here; the program's own run shows it.
        given = (value for value in values if type(value) in (int, float))
        self.asked.append((name, float(next(given, JOBS.get(name, 0)))))
        self.started[name] = now()
        try:
            await asyncio.sleep(self.durations.get(name, 0.25))
        except asyncio.CancelledError:
            self.cancelled[name] = now()
            await asyncio.sleep(self.cleanup.get(name, 0.0))
            self.cleaned.add(name)
            if name in self.failing:
                raise RuntimeError(f"the cleanup of job {name} failed") from None
            raise
        if name in self.breaking:
            raise LookupError(f"job {name} failed")
        self.completed.add(name)
        return f"substituted result of {name}"


def draw_durations(rng, done, pending=6):
    """Return durations of which ``done`` end before the time-out of main, in random places; the others last long."""
    names = rng.sample(sorted(JOBS), 3)
    quick = {name: rng.seconds(0.1, 0.9) for name in names[:done]}
    return quick | {name: rng.seconds(max(2.2, pending / 2), pending) for name in names[done:]}


async def run_main(student):
    """Run main and let the loop settle; that main must not let a CancelledError out is for the tests of its cleanup."""
    try:
        await student.main()
    except asyncio.CancelledError:
        pass
    await asyncio.sleep(0.01)


def is_failed_job(error):
    """Tell whether an error is that of the job which was made to fail, alone or in a group."""
    members = error.exceptions if isinstance(error, BaseExceptionGroup) else [error]
    return all(isinstance(member, LookupError) for member in members)


# -- longRunningJob -------------------------------------------------------------------------------------------------


@pytest.mark.points(2)
@pytest.mark.concept("result")
@pytest.mark.hint("Return the text `Result_<jobId>`, made from the parameter.")
async def test_job_returns_its_result(student, rng):
    """A job that is left alone returns "Result_..."."""
    for name in rng.words(2):
        check(await student.longRunningJob(name, rng.seconds(0.2, 2)), f"Result_{name}", "the job's result")


@pytest.mark.points(3)
@pytest.mark.concept("output")
@pytest.mark.hint("Exactly: `Job <jobId> started` before the wait, `Job <jobId> completed` after it.")
async def test_job_prints_its_two_lines(student, rng):
    """A job that is left alone prints at once that it started, and when it is done that it completed."""
    expected = []
    for name in rng.words(2):
        duration = rng.seconds(0.4, 3)
        job = start(student.longRunningJob(name, duration))
        await asyncio.sleep(duration / 2)
        expected.append(f"Job {name} started")
        check_lines(student.stdout, expected, "what the job has printed while it waits")
        await job
        expected.append(f"Job {name} completed")
        check_lines(student.stdout, expected, "what the job has printed when it is done")


@pytest.mark.points(2)
@pytest.mark.concept("timing")
@pytest.mark.hint("Wait for exactly the duration, whatever the number is.")
async def test_job_takes_exactly_its_duration(student, rng):
    """A job takes exactly the duration that it was given; several at once take as long as the longest of them."""
    small = rng.seconds(0.0011, 0.0099, step=0.0001) + 0.00005
    for duration in (rng.seconds(0.2, 0.9), rng.seconds(200, 900), small, 0, rng.randint(2, 5)):
        begin = now()
        await student.longRunningJob(rng.word(), duration)
        check_time(now() - begin, duration, f"the time that a job of {duration} s takes")
    begin = now()
    name = rng.word()
    durations = [
        rng.seconds(0.3, 0.9),
        rng.seconds(1.1, 1.9),
        rng.seconds(0.3, 0.9),
        *[rng.seconds(0.5, 1)] * 2,
    ]
    names = [name, *rng.words(3), name]
    await asyncio.gather(*(student.longRunningJob(*job) for job in zip(names, durations, strict=True)))
    check_time(now() - begin, max(durations), "the time that five jobs take together")


@pytest.mark.points(2)
@pytest.mark.concept("suspension")
@pytest.mark.hint(
    "`await asyncio.sleep(...)` lets the event loop run others meanwhile; `time.sleep(...)` stops everything."
)
async def test_job_does_not_block_the_event_loop(student, rng):
    """While a job waits, the event loop runs other things."""
    made = student.lib.operator.call(student["longRunningJob"], rng.word(), rng.seconds(1, 2))
    assert asyncio.iscoroutine(made), "calling longRunningJob does not give a coroutine"
    async with Heartbeat(every=rng.seconds(0.03, 0.07)) as heart:
        await made

    assert heart.steady, "the event loop stood still while the job was waiting"
    assert not student.blocking, "a call like time.sleep stopped the event loop"
    assert heart.beats > 5, "the job did not wait"


@pytest.mark.points(4)
@pytest.mark.concept("cancellation")
@pytest.mark.hint("After the cleanup, let the CancelledError go on its way with a bare `raise`.")
async def test_cancelled_job_stays_cancelled(student, rng):
    """A cancelled job ends as cancelled, at whatever moment it was cancelled."""
    for fraction in (0, 0.0001, rng.uniform(0.1, 0.4), rng.uniform(0.5, 0.8), 0.999):
        duration = rng.seconds(2, 9) if fraction else rng.seconds(200, 900)
        job = start(student.longRunningJob(rng.word(), duration))
        await asyncio.sleep(duration * fraction)
        moment = now()
        job.cancel()
        await asyncio.wait([job])
        assert job.cancelled(), (
            "a job that was cancelled did not end as cancelled: the CancelledError got lost"
        )
        check_time(now(), moment, "the moment at which a cancelled job ends")

    name, duration = rng.word(), rng.seconds(2, 9)
    report = await student.cancel_at_every_await(lambda: student.longRunningJob(name, duration))
    assert report.all_reraised, str(report)


@pytest.mark.points(2)
@pytest.mark.concept("cancellation")
@pytest.mark.hint(
    "Catch CancelledError and nothing else, and let that very exception go on: a bare `raise` does it."
)
async def test_errors_go_on_unchanged(student, rng):
    """The CancelledError that comes out is the one that went in, and other errors come out, too."""
    with must_raise(Exception, "an error in the job (here a duration that is no number) was swallowed"):
        await student.longRunningJob(rng.word(), rng.word())

    reason = rng.word()
    job = start(student.longRunningJob(rng.word(), rng.seconds(2, 9)))
    await asyncio.sleep(rng.seconds(0.5, 1.5))
    job.cancel(reason)
    with must_raise(
        asyncio.CancelledError, "no CancelledError came out of a job that was cancelled"
    ) as caught:
        await job
    check(caught.error.args, (reason,), "what the CancelledError carries")
    await asyncio.sleep(1)
    lines = student.stdout
    early = student.lib.asyncio.ensure_future(
        student.lib.operator.call(student["longRunningJob"], rng.word(), rng.seconds(1, 2))
    )
    early.cancel()
    await asyncio.sleep(0.1)
    assert early.cancelled() is True, (
        "a job that was cancelled before its first step did not end as cancelled"
    )
    check(student.stdout, lines, "what a job prints that was cancelled before its first step")


@pytest.mark.points(2)
@pytest.mark.concept("cleanup")
@pytest.mark.hint("In `except asyncio.CancelledError:` print, exactly: `Job <jobId> was cancelled`.")
async def test_cancelled_job_says_so(student, rng):
    """A cancelled job prints that it was cancelled, and not that it completed."""
    expected = []
    for name in rng.words(2):
        job = start(student.longRunningJob(name, rng.seconds(3, 9)))
        await asyncio.sleep(rng.seconds(0.1, 2.5))
        job.cancel()
        await asyncio.wait([job])
        expected += [f"Job {name} started", f"Job {name} was cancelled"]

    check_lines(student.stdout, expected, "what a cancelled job prints")
    name, duration = rng.word(), rng.seconds(3, 9)
    report = await student.cancel_at_every_await(
        lambda: student.longRunningJob(name, duration),
        cleanup=lambda: student.stdout.count(f"Job {name} was cancelled\n"),
    )
    for step in report:
        check(step.cleanups, 1, f"how often a job says so that is cancelled at {step.place or 'its wait'}")


@pytest.mark.points(3)
@pytest.mark.concept("cancellation")
@pytest.mark.hint(
    "Time-outs and task groups work by cancelling; that is lost when the job keeps the CancelledError to itself."
)
async def test_job_can_be_stopped_by_others(student, rng):
    """asyncio.timeout, asyncio.wait_for and a failing TaskGroup can stop a job, and know that they did."""
    limit = rng.seconds(0.5, 1.5)
    with must_raise(TimeoutError, "asyncio.timeout did not notice that it stopped the job"):
        async with asyncio.timeout(limit):
            await student.longRunningJob(rng.word(), rng.seconds(3, 5))
    check_time(now(), limit, "the moment at which asyncio.timeout stops the job")
    with must_raise(TimeoutError, "asyncio.wait_for did not notice that it stopped the job"):
        await asyncio.wait_for(student.longRunningJob(rng.word(), rng.seconds(3, 5)), limit)
    check_time(now(), 2 * limit, "the moment at which asyncio.wait_for stops the job")
    await check_task_group(student, rng)


async def check_task_group(student, rng):
    """Let a job's sibling in a task group fail: the job is cancelled, and nothing of it comes out of the group."""
    begin = now()
    moment = rng.seconds(0.5, 1.5)
    jobs = []

    async def fail():
        await asyncio.sleep(moment)
        raise ZeroDivisionError

    with must_raise(
        ExceptionGroup, "the error of the job's sibling did not come out of the task group"
    ) as caught:
        async with asyncio.TaskGroup() as group:
            jobs += [
                group.create_task(student.longRunningJob(name, rng.seconds(3, 5))) for name in rng.words(2)
            ]
            group.create_task(fail())
    check(
        [type(error).__name__ for error in caught.error.exceptions],
        ["ZeroDivisionError"],
        "what the group raises",
    )
    assert all(job.cancelled() for job in jobs), "a job of the group did not end as cancelled"
    check_time(now() - begin, moment, "the moment at which the group ends")


# -- main -----------------------------------------------------------------------------------------------------------


@pytest.mark.points(2)
@pytest.mark.concept("concurrency")
@pytest.mark.hint("Make all three tasks with `asyncio.create_task(...)` before the first `await`.")
async def test_main_starts_three_jobs_at_once(student, rng):
    """main starts jobs A, B and C with their durations, all at the same time."""
    jobs = student.patch("longRunningJob", Jobs(draw_durations(rng, 2)))
    await run_main(student)

    check(sorted(jobs.asked), sorted(JOBS.items()), "the jobs that main starts")
    check(set(jobs.started.values()), {0.0}, "the moments at which they start")


@pytest.mark.points(4)
@pytest.mark.concept("main")
@pytest.mark.hint(
    "`asyncio.wait` returns two sets; print how many are in each: `Done: <number>, Pending: <number>`."
)
async def test_main_counts_done_and_pending(student, rng):
    """main says truthfully how many jobs are done and how many still run, whatever they take."""
    expected = []
    for done in rng.sample(range(4), 4):
        student.reset()
        student.patch("longRunningJob", Jobs(draw_durations(rng, done)))
        await run_main(student)
        expected.append(f"Done: {done}, Pending: {3 - done}")

    durations = draw_durations(rng, 2)
    broken = min(durations, key=durations.__getitem__)
    student.reset()
    student.patch("longRunningJob", Jobs(durations, breaking=(broken,)))
    try:
        await run_main(student)
    except Exception as error:  # a main that lets the job's error out has said nothing false
        if not is_failed_job(error):
            raise
    counts = [line for line in student.stdout.split("\n") if line.startswith("Done")]
    check_lines(counts[:4], expected, "the line with the counts")
    check_lines(
        counts[4:] or ["Done: 2, Pending: 1"], ["Done: 2, Pending: 1"], "the counts when a job has failed"
    )


@pytest.mark.points(2)
@pytest.mark.concept("timing")
@pytest.mark.hint("Give asyncio.wait the time-out 1.2 and let it wait for all jobs, not just for the first.")
async def test_main_stops_waiting_after_1_2_seconds(student, rng):
    """main gives its jobs 1.2 seconds, then counts and cancels."""
    for done in (0, 1):
        student.reset()
        begin = now()
        seen = len(student.prints())
        jobs = student.patch("longRunningJob", Jobs(draw_durations(rng, done)))
        await run_main(student)
        lines = student.prints()[seen:]
        assert lines, "main printed no line about its jobs"
        check_time(lines[0][0] - begin, TIMEOUT, "the moment at which main counts")
        assert jobs.cancelled, "main cancelled no job, although some were still running"
        check_time(min(jobs.cancelled.values()) - begin, TIMEOUT, "the moment at which main cancels")


@pytest.mark.points(2)
@pytest.mark.concept("cancellation")
@pytest.mark.hint("Call `cancel()` on each task in pending, and on nothing else.")
async def test_main_cancels_all_that_is_pending(student, rng):
    """main cancels every job that is still running, and lets the others complete."""
    for done in rng.sample(range(4), 4):
        student.reset()
        durations = draw_durations(rng, done)
        jobs = student.patch("longRunningJob", Jobs(durations))
        await run_main(student)
        quick = {name for name, duration in durations.items() if duration < TIMEOUT}
        check(jobs.completed, quick, "the jobs that could complete")
        check(set(jobs.cancelled), set(durations) - quick, "the jobs that were cancelled")


@pytest.mark.points(3)
@pytest.mark.concept("cleanup")
@pytest.mark.hint(
    "After cancel(), await the pending tasks: `await asyncio.gather(*pending, return_exceptions=True)`."
)
async def test_main_waits_for_every_cleanup(student, rng):
    """main returns only when each cancelled job has finished its cleanup, and leaves no task running."""
    await student.main()
    assert not student.leaks, f"main leaves something behind: {student.leaks}"
    for done in (0, 1):
        student.reset()
        cleanup = {name: rng.seconds(0.5, 4) for name in JOBS}
        jobs = student.patch("longRunningJob", Jobs(draw_durations(rng, done, pending=2000), cleanup))
        await student.main()
        check(len(jobs.cleaned), 3 - done, "cleanups finished when main returns")


@pytest.mark.points(1)
@pytest.mark.concept("cleanup")
@pytest.mark.hint(
    "With `return_exceptions=True`, gather collects what the cancelled tasks raise in place of raising it."
)
async def test_main_survives_a_failing_cleanup(student, rng):
    """A job that fails while it is being cancelled breaks neither main nor the cleanup of the others."""
    cleanup = dict(
        zip(rng.sample(sorted(JOBS), 3), (0.0, rng.seconds(0.2, 2), rng.seconds(3, 5)), strict=True)
    )
    failing = min(cleanup, key=cleanup.__getitem__)
    jobs = student.patch(
        "longRunningJob", Jobs(draw_durations(rng, 0, pending=2000), cleanup, failing=(failing,))
    )
    await student.main()
    check(len(jobs.cleaned), 3, "cleanups finished when main returns")


@pytest.mark.points(1)
@pytest.mark.concept("main")
@pytest.mark.hint("Run the file yourself with python and compare with the output in the exercise's text.")
def test_program_prints_what_the_lecture_says(run_script):
    """Run as a program, the file prints what the lecture says and ends soon after 1.2 seconds."""
    script = run_script()

    check(script.error, "", "the error that ended the program")
    check(script.status, 0, "the program's exit status")
    lines = script.stdout.removesuffix("\n").split("\n")
    check(sorted(lines[:3]), [f"Job {name} started" for name in JOBS], "the first three lines")
    expected = ["Job B completed", "Job C completed", "Done: 2, Pending: 1", "Job A was cancelled"]
    check_lines(lines[3:], expected, "the lines after the first three")
    # A drain may look round a few times, and a thread that sleeps for job A cannot be stopped before its 2.0 seconds.
    assert TIMEOUT <= script.virtual_seconds <= JOBS["A"], f"the program takes {script.virtual_seconds:g} s"
