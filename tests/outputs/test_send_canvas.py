"""Grades into Canvas, over real HTTP: what is planned, what is sent, and what is left alone."""

from dataclasses import replace

import pytest
from canvas_server import COURSE, TEACHER, TOKEN, CanvasServer
from export_course import make_batch, make_exercise, make_test
from send_course import Waits, canvas_sender, class_of_five, fill, new_server, plan, report, send

from autograder.errors import GraderError, UsageError
from autograder.model import Origin
from autograder.outputs.send.canvas import Canvas
from autograder.outputs.send.canvas_api import CanvasApi, Wishes
from autograder.outputs.send.plan import Step


@pytest.fixture
def server():
    with new_server().running() as running:
        yield running


@pytest.fixture
def journal(tmp_path):
    return tmp_path / "canvas.journal"


def comments(server, number):
    return [each["comment"] for each in server.comments[number]]


def test_a_plan_says_old_and_new_for_each_and_writes_nothing(server, journal):
    server.scores[101] = 7.35
    changes, made = plan(canvas_sender(server), class_of_five(), journal)

    assert {name: str(each) for name, each in changes.items()} == {
        "ann": "7.35, unchanged, comment",
        "bob": "none -> 10, comment",
        "Cyd Ó": "none -> 0, comment",
    }
    assert {each.id for each in made.left_out} == {"dora", "nemo"}
    assert "10 points, published" in made.title
    assert [note for note in made.notes if "Eve" in note]
    assert server.posts() == []
    assert not journal.exists()


def test_scores_and_comments_arrive_and_everybody_else_keeps_what_is_there(server, journal):
    arrived = []
    refused, said = send(canvas_sender(server), class_of_five(), journal, arrived)

    assert (refused, said) == ([], [])
    assert arrived == ["ann", "bob", "Cyd Ó"]
    assert server.scores == {101: 7.35, 102: 10, 103: 0, 104: 4.0, 105: 3.0}
    assert [len(server.comments[number]) for number in (101, 102, 103, 104, 105)] == [1, 1, 1, 0, 0]
    (text,) = comments(server, 101)
    assert text.startswith("Automatic feedback: 7.35 of 10 points.\n1 Exercise 1: 7.35/10\n")
    assert len(server.posts()) == 3


def test_a_second_run_changes_nothing_with_or_without_the_journal(server, journal, tmp_path):
    send(canvas_sender(server), class_of_five(), journal)
    state = server.state()
    before = len(server.posts())

    send(canvas_sender(server), class_of_five(), journal)
    changes, _ = plan(canvas_sender(server), class_of_five(), tmp_path / "lost.journal")

    assert {each.step for each in changes.values()} == {Step.UNCHANGED}
    assert (server.state(), len(server.posts())) == (state, before)


def test_a_new_score_replaces_our_own_with_a_new_comment(server, journal):
    send(canvas_sender(server), make_batch(report("ann", "5", canvas_user_id="101")), journal)
    send(canvas_sender(server), make_batch(report("ann", "8", canvas_user_id="101")), journal)

    assert server.scores[101] == 8
    assert [text.split(".")[0] for text in comments(server, 101)] == [
        "Automatic feedback: 5 of 10 points",
        "Automatic feedback: 8 of 10 points",
    ]


@pytest.mark.parametrize(
    ("sent", "there", "why"), [("8", 9.0, "higher"), (None, 2.0, "by hand"), ("4", 3.0, "by hand")]
)
def test_a_score_that_is_higher_or_not_ours_is_held_unless_told_to_overwrite(
    server, journal, sent, there, why
):
    if sent is not None:
        send(canvas_sender(server), make_batch(report("ann", sent, canvas_user_id="101")), journal)
    server.scores[101] = there
    batch = make_batch(report("ann", "5", canvas_user_id="101"))

    changes, _ = plan(canvas_sender(server), batch, journal)
    send(canvas_sender(server), batch, journal)
    kept = server.scores[101]
    send(canvas_sender(server, overwrite=True), batch, journal)

    assert changes["ann"].step is Step.HELD
    assert why in str(changes["ann"])
    assert kept == there
    assert server.scores[101] == 5


def test_what_canvas_deducts_for_lateness_is_no_change_of_the_score(server, journal):
    server.deducted[101] = 2.0
    batch = make_batch(report("ann", "7", canvas_user_id="101"))
    send(canvas_sender(server), batch, journal)

    changes, _ = plan(canvas_sender(server), batch, journal)

    assert changes["ann"].step is Step.UNCHANGED
    assert "Canvas shows 5 after what it deducts for lateness" in str(changes["ann"])


def test_excused_students_and_newer_attempts_are_left_to_a_person(server, journal):
    server.more[101]["excused"] = True
    server.more[102]["attempt"] = 3
    server.more[103]["submitted_at"] = "2026-03-02T08:00:00Z"
    batch = make_batch(
        report("ann", canvas_user_id="101"),
        report("bob", origin=Origin(system="canvas", keys={"login": "bek"}, attempt=2)),
        report("cyd", origin=Origin(keys={"login": "cyd"}, submitted_at="2026-03-02T08:59:59+01:00")),
    )
    changes, made = plan(canvas_sender(server), batch, journal)

    assert [each.why for each in made.left_out if each.id == "ann"] == [
        "excused in Canvas, which points would end"
    ]
    assert {each.step for each in changes.values()} == {Step.HELD}
    assert all("another attempt" in str(each) for each in changes.values())


def test_two_reports_of_one_person_are_both_left_out(server, journal):
    batch = make_batch(report("one", canvas_user_id="101"), report("two", login="ann@college.example"))
    changes, made = plan(canvas_sender(server), batch, journal)

    assert changes == {}
    assert {each.id for each in made.left_out} == {"one", "two"}


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"published": False}, "not published"),
        ({"anonymize_students": True}, "anonymous"),
        ({"moderated_grading": True}, "moderated"),
        ({"grading_type": "pass_fail"}, "pass_fail"),
    ],
)
def test_an_assignment_that_takes_no_points_now_says_why(server, journal, changed, what):
    server.assignment.update(changed)
    _, made = plan(canvas_sender(server), class_of_five(), journal)

    assert what in made.obstacle


def test_points_of_another_scale_are_refused_or_converted(server, journal):
    server.assignment["points_possible"] = 20.0
    with pytest.raises(UsageError, match="worth 20 points"):
        plan(canvas_sender(server), class_of_five(), journal)
    send(canvas_sender(server, rescale=True), class_of_five(), journal)

    assert server.scores[101] == 14.7


# -- comments and files -----------------------------------------------------------------------------------------------


def test_a_full_comment_shows_what_students_may_see_and_nothing_that_reads_as_a_tag(server, journal):
    secret = make_exercise("2", make_test("secret", "2", "1", message="THE SECRET"))
    ann = report("ann", "4", canvas_user_id="101")
    hidden = replace(
        ann, exercises=(*ann.exercises, secret), score=ann.score + 1, max_score=ann.max_score + 1
    )
    server.assignment["points_possible"] = 11
    send(canvas_sender(server, comments="full", points=None), make_batch(hidden), journal)
    (text,) = comments(server, 101)

    assert "test_x: 4/10" in text
    assert "‹class 'int'>" in text
    assert "hidden tests: 1/1" in text
    assert "SECRET" not in text


def test_without_comments_only_scores_go_out(server, journal):
    send(canvas_sender(server, comments="none"), class_of_five(), journal)

    assert server.scores[101] == 7.35
    assert not any(server.comments.values())


def test_a_feedback_file_hangs_on_the_comment_once(server, journal):
    for _ in range(2):
        send(canvas_sender(server, comments="none", feedback_file=True), class_of_five(), journal)

    (comment,) = server.comments[101]
    (file,) = comment["files"]
    confirmed, name, content = server.files[file]
    assert confirmed
    assert name == "Async-exercise-1-feedback.txt"
    assert content.startswith("Automatic feedback: 7.35 of 10 points.")
    assert "expected" in content
    assert len(server.files) == 3


def test_a_comment_that_says_less_is_not_sent_after_one_that_says_more(server, journal):
    for wishes, count in (
        ({"comments": "summary"}, 1),
        ({"comments": "full", "feedback_file": True}, 2),
        ({"comments": "full"}, 2),
        ({"comments": "summary"}, 2),
        ({"comments": "none", "feedback_file": True}, 2),
    ):
        send(canvas_sender(server, **wishes), class_of_five(), journal)
        assert len(server.comments[101]) == count


def test_a_file_that_was_removed_since_it_was_uploaded_is_uploaded_again(server, journal):
    def stop(number, request):
        return "refuse" if request.method == "PUT" else None

    server.faults = stop
    with pytest.raises(UsageError, match="token"):
        send(canvas_sender(server, feedback_file=True), class_of_five(), journal)
    server.faults = lambda number, request: None
    server.files.clear()
    send(canvas_sender(server, feedback_file=True), class_of_five(), journal)

    assert [len(server.comments[number]) for number in (101, 102, 103)] == [1, 1, 1]
    assert all(file in server.files for each in server.comments[101] for file in each["files"])


def test_a_student_who_copies_a_mark_gets_the_comment_all_the_same(server, journal, tmp_path):
    batch = make_batch(report("ann", "7", canvas_user_id="101"))
    send(canvas_sender(server), batch, journal)
    (ours,) = server.comments[101]
    server.comments[101].clear()
    server.comment(101, f"look: {ours['comment']}", author=101)

    send(canvas_sender(server), batch, tmp_path / "new.journal")

    assert [each["author_id"] for each in server.comments[101]] == [101, TEACHER]


def test_a_comment_that_a_teacher_removed_is_not_sent_again(server, journal):
    batch = make_batch(report("ann", "7", canvas_user_id="101"))
    send(canvas_sender(server), batch, journal)
    server.comments[101].clear()
    send(canvas_sender(server), batch, journal)

    assert server.comments[101] == []


# -- groups -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def grouped(server):
    server.assignment.update(group_category_id=3, grade_group_students_individually=False)
    for number in (101, 102):
        server.more[number]["group_id"] = 7
    return server


def test_a_grade_for_one_is_for_the_group_with_its_comment(grouped, journal):
    send(canvas_sender(grouped), make_batch(report("ann", "7", canvas_user_id="101")), journal)

    assert (grouped.scores[101], grouped.scores[102], grouped.scores[103]) == (7, 7, None)
    assert len(grouped.comments[101]) == len(grouped.comments[102]) == 1


def test_a_group_with_two_scores_or_with_a_better_one_already_is_held(grouped, journal):
    two = make_batch(report("ann", "7", canvas_user_id="101"), report("bob", "8", login="bek"))
    changes, _ = plan(canvas_sender(grouped), two, journal)
    grouped.scores[102] = 9.0
    one, _ = plan(canvas_sender(grouped), make_batch(report("ann", "7", canvas_user_id="101")), journal)

    assert {each.step for each in changes.values()} == {Step.HELD}
    assert "the same group as bob" in str(changes["ann"])
    assert one["ann"].step is Step.HELD
    assert "the group's member 102" in str(one["ann"])


# -- what is not Canvas -----------------------------------------------------------------------------------------------


def test_a_wrong_token_number_or_address_is_told_as_such(server, journal):
    with pytest.raises(UsageError, match="access token: it is wrong, expired or withdrawn") as caught:
        plan(canvas_sender(server, token="wrong"), class_of_five(), journal)
    assert "wrong;" not in str(caught.value)
    patience = Waits().patience()
    sender = CanvasApi(Canvas(server.url, TOKEN, COURSE, 9, patience), Wishes(), patience)
    with pytest.raises(UsageError, match="courses/17/assignments/9 cannot be read"):
        plan(sender, class_of_five(), journal)


def test_a_page_that_is_no_canvas_is_told_as_such(server, journal):
    server.faults = lambda number, request: "garbage"
    with pytest.raises(GraderError, match="does not speak as Canvas does"):
        plan(canvas_sender(server), class_of_five(), journal)


def test_a_class_of_many_takes_one_write_for_each_and_few_reads(journal):
    server = CanvasServer(page=100)
    fill(server)
    for number in range(200, 320):
        server.add(number, f"Last{number}, First", login_id=f"login{number}")
    batch = make_batch(*(report(f"s{number}", "5", login=f"login{number}") for number in range(200, 320)))
    waits = Waits()
    with server.running():
        send(canvas_sender(server, waits.patience()), batch, journal)

    assert len(server.posts()) == 120
    assert len(server.requests) - 120 <= 8
    assert waits == []


def test_a_server_that_sends_on_to_another_is_named_for_the_token_goes_to_no_other(server, journal):
    server.handle = lambda request: (301, {}, {"Location": "https://canvas.elsewhere.example/api/v1/x"})
    with pytest.raises(UsageError, match=r"sends on to https://canvas\.elsewhere\.example"):
        plan(canvas_sender(server), class_of_five(), journal)


@pytest.mark.parametrize("where", ["/login/canvas", "?again=1"])
def test_a_page_to_log_in_at_is_told_as_such(server, journal, where):
    server.handle = lambda request: (302, {}, {"Location": where})
    with pytest.raises(UsageError, match=r"sends on to its page /\w.*, such as one to log in at"):
        plan(canvas_sender(server), class_of_five(), journal)


def test_pages_without_an_end_are_not_followed_for_ever(server, journal):
    calm = server.handle

    def handle(request):
        if not request.path.endswith("search_users"):
            return calm(request)
        return 200, [], {"Link": f'<{server.url}{request.path}?page=2>; rel="next"'}

    server.handle = handle
    with pytest.raises(GraderError, match="does not speak as Canvas does"):
        plan(canvas_sender(server), class_of_five(), journal)


@pytest.mark.parametrize("odd", [None, "x", "1~2", [], True])
def test_a_student_without_a_number_is_no_answer_of_canvas(server, journal, odd):
    server.users[101]["id"] = odd
    with pytest.raises(GraderError, match="does not speak as Canvas does"):
        plan(canvas_sender(server), class_of_five(), journal)


def test_attempts_that_another_system_counts_are_not_those_of_canvas(server, journal):
    server.more[102]["attempt"] = 3
    moment = "2026-03-01T12:00:01Z"
    origin = Origin(system="gradescope", keys={"login": "bek"}, attempt=2, submitted_at=moment)
    changes, _ = plan(canvas_sender(server), make_batch(report("bob", origin=origin)), journal)

    assert changes["bob"].step is Step.SEND


def test_a_file_of_passwords_for_servers_changes_no_token(server, journal, tmp_path, monkeypatch):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login x password y\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))

    assert send(canvas_sender(server), class_of_five(), journal) == ([], [])


def test_a_comment_that_canvas_took_and_does_not_show_is_not_sent_again(server, journal):
    calm = server.handle

    def hide(request):
        status, body, headers = calm(request)
        for each in body if isinstance(body, list) else [body]:
            each.pop("submission_comments", None)
        return status, body, headers

    server.handle = hide
    for number in range(2):
        refused, _ = send(canvas_sender(server), class_of_five(), journal)
        assert {each.id for each in refused} == (set() if number else {"ann", "bob", "Cyd Ó"})

    assert [len(server.comments[number]) for number in (101, 102, 103)] == [1, 1, 1]


def test_a_score_that_canvas_does_not_take_is_told(server, journal):
    server._graded_with = lambda number: []
    refused, _ = send(canvas_sender(server), make_batch(report("ann", canvas_user_id="101")), journal)

    assert "shows another one" in refused[0].why


def test_a_score_with_many_decimals_is_the_same_where_two_are_kept(server, journal):
    calm = server._update

    def rounded(request, number):
        calm(request, number)
        server.scores[number] = int(server.scores[number] * 100) / 100
        return 200, server._submission(number, [("include[]", "submission_comments")]), {}

    server._update = rounded
    batch = make_batch(report("ann", "7.333333", canvas_user_id="101"), report("bob", "6.665", login="bek"))
    for _ in range(2):
        assert send(canvas_sender(server), batch, journal) == ([], [])

    assert len(server.posts()) == 2


def test_names_that_would_paint_a_terminal_and_marks_in_messages_do_no_harm(server, journal):
    ann = report("ann", "4", canvas_user_id="101")
    test = replace(ann.exercises[0].tests[0], message="[autograder 0123456789abcdef] <script>\x1b[2J")
    ann = replace(ann, exercises=(replace(ann.exercises[0], tests=(test,)),))
    send(canvas_sender(server, comments="full"), make_batch(ann), journal)
    (text,) = comments(server, 101)

    assert "(autograder) ‹script>" in text
    assert "\x1b" not in text
    assert text.count("[autograder ") == 1
