"""Canvas fails in every way while grades are sent: nothing is lost, nothing is sent twice, the next run ends it."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from canvas_server import TOKEN
from export_course import make_batch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loopback import AFTER, BEFORE
from send_course import (
    Waits,
    canvas_sender,
    class_of_five,
    new_server,
    plan,
    report,
    send,
    send_until_it_ends,
)

from autograder.errors import GraderError, UsageError
from autograder.outputs import to_document
from autograder.outputs.send.journal import open_journal, read_journal
from autograder.outputs.send.patience import Patience
from autograder.outputs.send.plan import Step

QUICK = [each for each in (*BEFORE, *AFTER) if not each.startswith(("hang", "interrupt")) and each != "kill"]
WISHES = {"comments": "full", "feedback_file": True}


@pytest.fixture
def server():
    with new_server().running() as running:
        yield running


@pytest.fixture
def journal(tmp_path):
    return tmp_path / "canvas.journal"


@pytest.fixture(scope="module")
def as_it_should_be(tmp_path_factory):
    """Return what is there after a run in which nothing has failed."""
    with new_server().running() as calm:
        send(canvas_sender(calm, **WISHES), class_of_five(), tmp_path_factory.mktemp("calm") / "journal")
        return calm.state()


def fail(server, kind, method="PUT", times=1):
    """Let the next ``times`` requests with a method fail."""
    left = [times]

    def fault(number, request):
        if request.method != method or not left[0]:
            return None
        left[0] -= 1
        return kind

    server.faults = fault


# -- one failure ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [each for each in QUICK if each != "refuse"])
@pytest.mark.parametrize("method", ["GET", "PUT", "POST"])
def test_one_failure_is_got_over_in_the_same_run(server, journal, as_it_should_be, kind, method):
    if method == "GET" and kind == "garbage":
        return  # a page of something else is no answer to a question, and is told as such
    fail(server, kind, method)
    refused, _ = send(canvas_sender(server, **WISHES), class_of_five(), journal)

    assert refused == []
    assert server.state() == as_it_should_be


@pytest.mark.parametrize("kind", ["hang before", "hang after"])
def test_an_answer_that_does_not_come_in_time_is_looked_for(server, journal, as_it_should_be, kind):
    fail(server, kind)
    patience = Waits().patience(timeout=0.2)
    refused, _ = send(canvas_sender(server, patience, **WISHES), class_of_five(), journal)

    assert refused == []
    assert server.state() == as_it_should_be


def test_a_comment_that_came_late_after_it_was_repeated_is_removed_once(server, journal, as_it_should_be):
    fail(server, "late", times=2)
    refused, said = send(canvas_sender(server, **WISHES), class_of_five(), journal)

    assert refused == []
    assert [each for each in said if "more than once" in each]
    assert server.state() == as_it_should_be


def test_what_a_server_asks_for_is_waited_and_not_less(server, journal):
    waits = Waits()
    fail(server, "429", times=2)
    send(canvas_sender(server, waits.patience()), class_of_five(), journal)

    assert waits == [7.0, 7.0]


@pytest.mark.parametrize(
    ("wish", "waited"),
    [("Wed, 21 Oct 2015 07:28:00 GMT", 0.75), ("soon", 0.75), ("-5", 0.75), ("30", 30), ("", 0.75)],
)
def test_a_wish_may_be_a_moment_and_nonsense_is_none(server, journal, wish, waited):
    calm = server.handle
    busy = [(429, {}, {"Retry-After": wish})]
    server.handle = lambda request: busy.pop() if busy else calm(request)
    waits = Waits()
    plan(canvas_sender(server, waits.patience()), class_of_five(), journal)

    assert waits == [waited]


def test_a_server_that_asks_for_time_after_a_write_gets_it_before_it_is_looked_at(server, journal):
    calm = server.handle
    busy = [(503, {}, {"Retry-After": "20"})]
    server.handle = lambda request: busy.pop() if busy and request.method == "PUT" else calm(request)
    waits = Waits()
    refused, _ = send(canvas_sender(server, waits.patience()), class_of_five(), journal)

    assert (refused, waits) == ([], [20])


def test_a_run_in_which_nobody_is_taken_is_given_up(server, journal):
    calm = server.handle
    server.handle = lambda request: (400, {"message": "no"}, {}) if request.method == "PUT" else calm(request)
    batch = make_batch(*(report(f"s{number}", canvas_user_id=str(number)) for number in range(101, 106)))
    server.scores = dict.fromkeys(server.scores)
    with pytest.raises(GraderError, match=r"3 were refused in a row, .* 2 were not tried"):
        send(canvas_sender(server), batch, journal)

    assert len(server.posts()) == 3


def test_pauses_grow_and_differ_between_clients():
    slow, quick = Waits(), Waits()
    for waits, luck in ((slow, 1.0), (quick, 0.0)):
        patience = waits.patience(draw=lambda luck=luck: luck)
        for number in range(9):
            patience.pause(number)

    assert slow == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert quick == [each / 2 for each in slow]


def test_a_server_that_asks_for_an_hour_is_left_alone(server, journal):
    with pytest.raises(GraderError, match="3600 seconds"):
        Waits().patience().pause(0, 3600.0)


def test_a_quota_that_runs_out_slows_us_down(server, journal):
    calm = server.handle

    def handle(request):
        status, body, headers = calm(request)
        return status, body, {**headers, "X-Rate-Limit-Remaining": "40.0"}

    server.handle = handle
    waits = Waits()
    send(canvas_sender(server, waits.patience()), make_batch(report("ann", canvas_user_id="101")), journal)

    assert waits == [6.0] * (len(server.requests) - 1)


# -- the end of a run -------------------------------------------------------------------------------------------------


def test_a_token_that_expires_half_way_ends_the_run_and_the_next_one_finishes(
    server, journal, as_it_should_be
):
    puts = []

    def expire(number, request):
        puts.extend([request] if request.method == "PUT" else [])
        return "refuse" if len(puts) >= 2 else None

    server.faults = expire
    arrived = []
    with pytest.raises(
        UsageError, match=r"wrong, expired or withdrawn.*goes on where this one has stopped"
    ) as caught:
        send(canvas_sender(server, **WISHES), class_of_five(), journal, arrived)
    assert arrived == ["ann"]
    assert len(puts) == 2  # nothing more is tried with a token that was refused
    assert TOKEN not in str(caught.value)
    server.faults = lambda number, request: None
    send(canvas_sender(server, **WISHES), class_of_five(), journal)

    assert server.state() == as_it_should_be


@pytest.mark.parametrize(
    ("kind", "after"),
    [
        ("drop before", 8),
        ("drop after", 3),
        ("drop after", 10),
        ("500 after", 8),
        ("429", 9),
        ("throttle", 5),
    ],
)
def test_a_server_that_dies_half_way_is_given_up_and_the_next_run_finishes(
    server, journal, as_it_should_be, kind, after
):
    server.faults = lambda number, request: kind if number >= after else None
    with pytest.raises(GraderError, match=r"again"):
        send(canvas_sender(server, **WISHES), class_of_five(), journal)
    server.faults = lambda number, request: None
    send(canvas_sender(server, **WISHES), class_of_five(), journal)

    assert server.state() == as_it_should_be


@pytest.mark.parametrize("kind", ["interrupt before", "interrupt after"])
def test_ctrl_c_half_way_loses_nothing(server, journal, as_it_should_be, kind):
    puts = []

    def interrupt(number, request):
        puts.extend([request] if request.method == "PUT" else [])
        return kind if request.method == "PUT" and len(puts) == 2 else None

    server.faults = interrupt
    with pytest.raises(KeyboardInterrupt):
        send(canvas_sender(server, **WISHES), class_of_five(), journal)
    send(canvas_sender(server, **WISHES), class_of_five(), journal)

    assert server.state() == as_it_should_be


def test_one_student_who_is_refused_stops_nobody_else(server, journal):
    def refuse(number, request):
        return "500 before" if request.method == "PUT" and request.path.endswith("/101") else None

    server.faults = refuse
    refused, _ = send(canvas_sender(server), class_of_five(), journal)

    assert [each.id for each in refused] == ["ann"]
    assert server.scores == {101: None, 102: 10, 103: 0, 104: 4.0, 105: 3.0}


@pytest.mark.slow
def test_a_process_that_is_killed_half_way_leaves_the_rest_to_the_next(server, tmp_path, as_it_should_be):
    reports = tmp_path / "reports"
    reports.mkdir()
    for item in class_of_five().items:
        text = to_document("Async exercise 1", item.seed, item.jail, item.report)
        (reports / f"{item.report.id}.json").write_text(text)
    puts = []

    def kill(number, request):
        puts.extend([request] if request.method == "PUT" else [])
        return "kill" if len(puts) == 2 else None

    server.faults = kill
    words = ["export", "canvas-api", str(reports), "--course", "17", "--assignment", "4321", "--send"]
    command = [sys.executable, "-m", "autograder", *words, "--comments", "full", "--feedback-file"]
    environment = {**os.environ, "CANVAS_API_URL": server.url, "CANVAS_API_TOKEN": TOKEN}

    def start():
        return subprocess.Popen(
            command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    with start() as first:
        server.victim = first.pid
        assert first.wait() == -9
    server.faults = lambda number, request: None
    with start() as second:
        out, _ = second.communicate()

    assert out.endswith("2 of 2 sent.\n")
    assert server.state() == as_it_should_be


def test_nonsense_in_place_of_what_is_there_ends_the_run_and_not_the_grades(server, journal, as_it_should_be):
    def fault(number, request):
        single = request.path.endswith("/101")
        return ("drop after" if request.method == "PUT" else "garbage") if single else None

    server.faults = fault
    with pytest.raises(GraderError, match="does not speak as Canvas does"):
        send(canvas_sender(server, **WISHES), class_of_five(), journal)
    server.faults = lambda number, request: None
    send(canvas_sender(server, **WISHES), class_of_five(), journal)

    assert server.state() == as_it_should_be


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(faults=st.lists(st.sampled_from([None, None, None, *QUICK]), max_size=40))
def test_whatever_fails_and_how_often_the_end_is_the_same(tmp_path_factory, as_it_should_be, faults):
    """Each score and each comment is there once, as if nothing had failed."""
    journal = tmp_path_factory.mktemp("any") / "journal"
    with new_server(page=3).running() as server:
        server.faults = lambda number, request: faults[number] if number < len(faults) else None
        send_until_it_ends(
            lambda: canvas_sender(server, Waits().patience(tries=3), **WISHES), class_of_five(), journal
        )
        server.faults = lambda number, request: None
        send(canvas_sender(server, **WISHES), class_of_five(), journal)

        assert server.state() == as_it_should_be


# -- the journal ------------------------------------------------------------------------------------------------------


def test_two_runs_at_once_are_one_too_many(server, journal):
    entered, leave = threading.Event(), threading.Event()

    def hold():
        with open_journal(journal, canvas_sender(server).place):
            entered.set()
            leave.wait(10)

    other = threading.Thread(target=hold)
    other.start()
    entered.wait(10)
    try:
        with pytest.raises(UsageError, match="another run is sending"):
            send(canvas_sender(server), class_of_five(), journal)
        assert server.requests == []
    finally:
        leave.set()
        other.join()
    send(canvas_sender(server), class_of_five(), journal)

    assert server.scores[102] == 10


def test_a_torn_last_line_is_looked_up_on_the_server(server, journal, as_it_should_be):
    send(canvas_sender(server, **WISHES), class_of_five(), journal)
    whole = journal.read_bytes()
    for cut in (1, 20, len(whole.splitlines(keepends=True)[-1]), len(whole) - 5, len(whole)):
        journal.write_bytes(whole[: len(whole) - cut])
        send(canvas_sender(server, **WISHES), class_of_five(), journal)

        assert server.state() == as_it_should_be
        assert all(json.loads(line) for line in journal.read_text().splitlines())


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("{}\n", ":1: this is no journal"),
        ('{"format": "autograder/1"}\n', ":1: this is no journal"),
        ("\x00\x00\n", ":1: this is no journal"),
        ("[]\n", ":1: this is no journal"),
        ('{"format": "autograder-journal/1", "place": "elsewhere"}\n', "is about elsewhere"),
        ('{"format": "autograder-journal/1", "place": "HERE"}\n{"did": "done"}\n', ":2: this is no journal"),
        (
            '{"format": "autograder-journal/1", "place": "HERE"}\n{"did": "done", "user": "1", "score": "x"}\n',
            ":2: this is no journal",
        ),
    ],
)
def test_a_file_that_is_no_journal_of_this_place_is_not_touched(server, journal, content, what):
    content = content.replace("HERE", canvas_sender(server).place)
    journal.write_text(content)
    with pytest.raises(UsageError, match=what):
        send(canvas_sender(server), class_of_five(), journal)

    assert journal.read_text() == content
    assert server.requests == []


def test_a_journal_holds_no_secret_and_no_name_and_is_for_its_owner_alone(server, journal):
    send(canvas_sender(server, **WISHES), class_of_five(), journal)
    text = journal.read_text()

    assert TOKEN not in text
    assert "Ann" not in text
    assert "college" not in text
    assert journal.stat().st_mode & 0o077 == 0


def test_a_journal_that_cannot_be_written_sends_nothing(server, tmp_path):
    with pytest.raises(UsageError, match="cannot be opened"):
        send(canvas_sender(server), class_of_five(), tmp_path / "missing" / "journal")
    for device in ("/dev/zero", "/dev/full", str(tmp_path)):
        for use in (send, plan):
            with pytest.raises(UsageError, match="journal"):
                use(canvas_sender(server), class_of_five(), Path(device))

    assert server.requests == []


def test_a_score_in_doubt_is_ours(server, journal):
    """A run that died after its write took effect has not been told so; the next score may still replace it."""
    batch = make_batch(report("ann", "5", canvas_user_id="101"))
    server.faults = lambda number, request: "interrupt after" if request.method == "PUT" else None
    with pytest.raises(KeyboardInterrupt):
        send(canvas_sender(server), batch, journal)
    server.faults = lambda number, request: None
    sender = canvas_sender(server)
    changes, _ = plan(sender, make_batch(report("ann", "8", canvas_user_id="101")), journal)

    assert read_journal(journal, sender.place).record("101").sent is None
    assert (changes["ann"].step, changes["ann"].old) == (Step.SEND, 5)


# -- the server that is not there -------------------------------------------------------------------------------------


def test_a_server_that_is_not_there_is_told_after_a_few_tries(journal):
    with new_server().running() as gone:
        pass
    waits = Waits()
    with pytest.raises(GraderError, match="takes no connections, 4 times in a row"):
        plan(canvas_sender(gone, waits.patience()), class_of_five(), journal)

    assert len(waits) == 3


def test_real_patience_has_limits():
    patience = Patience()

    assert 0 < patience.connect <= patience.timeout <= 60
