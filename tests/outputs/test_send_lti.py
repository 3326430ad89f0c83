"""Scores to a platform that speaks LTI 1.3, over real HTTP."""

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from export_course import make_batch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lti_server import CLIENT, KEY_ID, LtiServer, elliptic, pem
from send_course import POINTS, Waits, class_of_five, plan, report, send, send_until_it_ends

from autograder.errors import GraderError, UsageError
from autograder.outputs.send.ags import GradeServices, Registration
from autograder.outputs.send.lti_ags import LtiAgs, Wishes
from autograder.outputs.send.plan import Step

USERS = """\
sub,login,Canvas_User_ID,Name
u-ann,ann2,101,"Ames, Ann"
u-bob,bek,,Bob Bek
u-cyd,,,Cyd Ó
u-dora,,104,Dora Dot
u-eve,eve,,Else Eve
"""
START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
QUICK = ["drop before", "drop after", "500 before", "500 after", "429", "late", "half", "garbage"]


@pytest.fixture
def server():
    with LtiServer().running() as running:
        running.item = running.add_item("Async exercise 1")
        yield running


@pytest.fixture
def journal(tmp_path):
    return tmp_path / "lti.journal"


@pytest.fixture
def users(tmp_path):
    path = tmp_path / "users.csv"
    path.write_text(USERS)
    return path


@pytest.fixture
def make(server, users):
    """Return a function that makes what sends, with a watch that goes on by a minute with each look."""
    watch = [START]

    def now():
        watch[0] += timedelta(minutes=1)
        return watch[0]

    def make(patience=None, clock=lambda: 0.0, key=None, **wishes):
        patience = patience or Waits().patience()
        registration = Registration(
            client=CLIENT,
            token_url=server.token_url,
            key=key or pem(),
            key_id=KEY_ID,
            audience=server.audience,
        )
        if "lineitems" not in wishes:
            wishes.setdefault("lineitem", server.item)
        given = Wishes(**{"users": users, "points": POINTS, **wishes})
        return LtiAgs(GradeServices(registration, patience, clock), given, patience, now)

    return make


def test_a_plan_says_what_would_change_and_posts_nothing(server, journal, make):
    changes, made = plan(make(), class_of_five(), journal)

    assert {name: str(each) for name, each in changes.items()} == {
        "ann": "none -> 7.35, comment",
        "bob": "none -> 10, comment",
        "Cyd Ó": "none -> 0, comment",
        "dora": "none -> pending (it was not graded: the grader has failed)",
    }
    assert {each.id for each in made.left_out} == {"nemo", "dora"}
    assert [note for note in made.notes if "Else Eve" in note]
    assert server.received == []


def test_scores_are_exact_final_and_carry_a_moment_and_who_was_not_graded_is_pending(server, journal, make):
    refused, _ = send(make(), class_of_five(), journal)
    posts = {each["userId"]: each for each in server.received}

    assert refused == []
    assert {user: each.get("scoreGiven") for user, each in posts.items()} == {
        "u-ann": Decimal("7.35"),
        "u-bob": 10,
        "u-cyd": 0,
        "u-dora": None,
    }
    assert {each["gradingProgress"] for user, each in posts.items() if user != "u-dora"} == {"FullyGraded"}
    assert posts["u-dora"]["gradingProgress"] == "Pending"
    assert "scoreMaximum" not in posts["u-dora"]
    assert re.fullmatch(r"2026-03-01T12:0\d:00\.000\+00:00", posts["u-ann"]["timestamp"])
    assert posts["u-ann"]["comment"].startswith("Automatic feedback: 7.35 of 10 points.")
    assert len(server.received) == 4


def test_a_second_run_posts_nothing_more(server, journal, make, tmp_path):
    send(make(), class_of_five(), journal)
    send(make(), class_of_five(), journal)
    changes, _ = plan(make(), class_of_five(), tmp_path / "lost.journal")

    assert len(server.received) == 4
    assert {name for name, each in changes.items() if each.step is Step.SEND} == {"dora"}


def test_a_failure_of_ours_never_takes_a_score_away(server, journal, make):
    send(make(), make_batch(report("dora", "6", canvas_user_id="104")), journal)
    send(make(), class_of_five(), journal)

    assert server.last["u-dora"]["scoreGiven"] == 6


def test_a_new_score_is_later_even_if_the_clock_was_set_back(server, journal, make):
    for score in ("5", "8"):
        sender = make()
        sender._now = lambda: START  # a clock that stands still
        send(sender, make_batch(report("ann", score, canvas_user_id="101")), journal)

    first, second = (datetime.fromisoformat(each["timestamp"]) for each in server.received)
    assert second > first
    assert server.last["u-ann"]["scoreGiven"] == 8


@pytest.mark.parametrize(("there", "why"), [(9, "higher"), (2, "by hand")])
def test_a_score_that_is_higher_or_not_ours_is_held_unless_told_to_overwrite(
    server, journal, make, there, why
):
    stamp = START.isoformat(timespec="milliseconds")
    server.last["u-ann"] = {"scoreGiven": there * 2, "scoreMaximum": 20, "timestamp": stamp}
    batch = make_batch(report("ann", "5", canvas_user_id="101"))
    changes, _ = plan(make(), batch, journal)
    send(make(overwrite=True), batch, journal)

    assert changes["ann"].step is Step.HELD
    assert changes["ann"].old == there
    assert why in str(changes["ann"])
    assert server.last["u-ann"]["scoreGiven"] == 5


def test_a_line_item_is_found_by_its_label_on_a_later_page_or_made_once(server, journal, make):
    wanted = {"lineitems": server.lineitems, "label": "Lecture 21"}
    for number in range(5):
        server.add_item(f"Other {number}")
    changes, made = plan(make(**wanted), class_of_five(), journal)
    assert "will be made, worth 10 points" in made.title
    assert len(server.items) == 6
    assert changes["ann"].step is Step.SEND
    for _ in range(2):
        send(make(**wanted), class_of_five(), journal)

    assert [each["label"] for each in server.items.values()].count("Lecture 21") == 1
    assert server.items[7]["scoreMaximum"] == 10
    assert len(server.received) == 4


def test_pages_without_an_end_are_not_followed_for_ever(server, journal, make):
    calm = server.handle

    def handle(request):
        if not request.path.endswith("/lineItems"):
            return calm(request)
        return 200, [], {"Link": f'<{server.lineitems}>; rel="next"'}

    server.handle = handle
    with pytest.raises(GraderError, match="does not speak as grade services do"):
        plan(make(lineitems=server.lineitems, label="Lecture 21"), class_of_five(), journal)


def test_the_scope_to_write_line_items_is_enough_to_read_them(server, journal, make):
    server.scopes = {each for each in server.scopes if not each.endswith("lineitem.readonly")}
    send(make(lineitems=server.lineitems, label="Lecture 21"), class_of_five(), journal)
    _, made = plan(make(), class_of_five(), journal.with_name("other.journal"))

    assert "Async exercise 1 (10 points)" in made.title
    assert len(server.received) == 4


def test_two_line_items_with_one_label_are_not_chosen_from(server, journal, make):
    server.add_item("Twice")
    server.add_item("Twice")
    with pytest.raises(UsageError, match="2 line items are called so"):
        plan(make(lineitems=server.lineitems, label="Twice"), class_of_five(), journal)


def test_a_token_is_used_as_long_as_it_is_valid_and_not_longer(server, journal, make):
    server.valid = 1000
    age = [0.0]
    sender = make(clock=lambda: age[0])
    plan(sender, class_of_five(), journal)
    plan(sender, class_of_five(), journal)
    assert len(server.tokens) == 2  # one for each scope
    age[0] = 950.0
    server.tokens.clear()
    plan(sender, class_of_five(), journal)

    assert not [
        each for each in server.requests if each.path != "/Token" and not each.headers["Authorization"]
    ]
    assert len(server.tokens) == 2


def test_a_token_that_is_refused_early_is_replaced_once(server, journal, make):
    answer = server.handle
    refused = []

    def handle(request):
        if request.path.endswith("/scores") and len(refused) < 1:
            refused.append(request)
            server.tokens.clear()
        return answer(request)

    server.handle = handle
    send(make(), class_of_five(), journal)
    assert len(server.received) == 4

    server.handle = lambda request: answer(request) if request.path == "/Token" else (401, {}, {})
    with pytest.raises(UsageError, match="refuses its own token"):
        send(make(), make_batch(report("ann", "9", canvas_user_id="101")), journal)


def test_results_that_may_not_be_read_leave_the_journal_to_tell(users, journal, make, server):
    server.scopes = {each for each in server.scopes if each.endswith("/score")}
    _, made = plan(make(), class_of_five(), journal)
    assert [note for note in made.notes if "only the journal tells" in note]
    send(make(), class_of_five(), journal)
    send(make(), class_of_five(), journal)

    assert sorted(server.last) == [
        "u-ann",
        "u-bob",
        "u-cyd",
    ]  # pending might take a score away that we cannot see
    assert len(server.received) == 3


def test_canvas_is_told_that_a_score_is_no_new_attempt(server, journal, make):
    address = f"{server.url}/api/lti/courses/17/line_items/5"
    posted = []

    def handle(request):
        if request.path.endswith("/scores"):
            posted.append(json.loads(request.body))
        return 200, [] if request.path.endswith("/results") else {"id": address, "scoreMaximum": 10}, {}

    answer = server.handle
    server.handle = lambda request: answer(request) if request.path == "/Token" else handle(request)
    send(make(lineitem=address), make_batch(report("ann", "7", canvas_user_id="101")), journal)

    assert posted[0]["https://canvas.instructure.com/lti/submission"] == {"new_submission": False}


# -- failures ---------------------------------------------------------------------------------------------------------


def test_a_lost_answer_is_looked_for_before_a_score_is_posted_again(server, journal, make):
    left = ["drop after"]
    server.faults = lambda number, request: left.pop() if request.path.endswith("/scores") and left else None
    send(make(), class_of_five(), journal)

    assert len(server.received) == 4


def test_where_nothing_can_be_looked_up_the_same_score_of_the_same_moment_is_posted_again(
    server, journal, make
):
    server.scopes = {each for each in server.scopes if each.endswith("/score")}
    left = ["drop after"]
    server.faults = lambda number, request: left.pop() if request.path.endswith("/scores") and left else None
    send(make(), make_batch(report("ann", "7", canvas_user_id="101")), journal)

    first, second = server.received
    assert first == second


def test_nonsense_in_place_of_results_ends_the_run_and_not_the_grades(server, journal, make):
    def fault(number, request):
        if request.path.endswith("/scores"):
            return "drop after"
        return "garbage" if request.path.endswith("/results") and server.received else None

    server.faults = fault
    with pytest.raises(GraderError, match="does not speak as grade services do"):
        send(make(), class_of_five(), journal)
    server.faults = lambda number, request: None
    send(make(), class_of_five(), journal)

    assert len(server.received) == 4


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(faults=st.lists(st.sampled_from([None, None, *QUICK]), max_size=30))
def test_whatever_fails_and_how_often_the_end_is_the_same(server, make, tmp_path_factory, faults):
    server.items.clear()
    server.last.clear()
    wanted = {"lineitems": server.lineitems, "label": "Lecture 21"}
    journal = tmp_path_factory.mktemp("any") / "journal"
    begin = len(server.requests)
    server.faults = lambda number, request: faults[number - begin] if number - begin < len(faults) else None
    send_until_it_ends(lambda: make(Waits().patience(tries=3), **wanted), class_of_five(), journal)
    server.faults = lambda number, request: None
    send(make(**wanted), class_of_five(), journal)

    assert {user: each["scoreGiven"] for user, each in server.state().items()} == {
        "u-ann": Decimal("7.35"),
        "u-bob": 10,
        "u-cyd": 0,
        "u-dora": None,
    }


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"key": "no key"}, "no private key"),
        ({"key": elliptic()}, "no RSA key"),
        ({"key": pem(password=b"x")}, "without a password"),
        ({"lineitem": "http://127.0.0.1:1/x"}, "takes no connections"),
    ],
)
def test_a_wrong_key_or_address_is_told_as_such(server, journal, make, change, what):
    with pytest.raises((UsageError, GraderError), match=what):
        send(make(**change), class_of_five(), journal)


def test_a_client_that_the_platform_does_not_know_is_told_what_to_check(server, journal, make):
    server.audience = "https://elsewhere.example"
    sender = make()
    server.audience = ""
    with pytest.raises(UsageError, match=r"gives no token: 401.*--client-id"):
        send(sender, class_of_five(), journal)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("login,name\nann,Ann\n", "no column sub"),
        ("sub\nu-1\n", "whose they are"),
        ("sub,login\nu-1,ann\nu-1,bob\n", "two rows"),
        ("sub,login\n", "nobody in this file"),
    ],
)
def test_a_table_of_users_that_does_not_tell_who_is_who_is_refused(server, journal, make, users, text, what):
    users.write_text(text)
    with pytest.raises(UsageError, match=what):
        plan(make(), class_of_five(), journal)


def test_each_member_of_a_group_gets_the_score_and_is_told_where_there_is_none(journal, make):
    group = {"login": "bek", "login_2": "eve"}
    made = plan(make(), make_batch(report("team", "7", **group)), journal)[1]
    pending = plan(make(), make_batch(report("team", reason="the grader has failed", **group)), journal)[1]

    assert (
        {each.user for each in made.changes} == {each.user for each in pending.changes} == {"u-bob", "u-eve"}
    )
