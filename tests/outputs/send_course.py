"""A small class whose grades are sent, and what sends them without ever waiting."""

from decimal import Decimal

from canvas_server import ASSIGNMENT, COURSE, TOKEN, CanvasServer
from export_course import make_batch, make_exercise, make_report, make_test

from autograder.errors import AutograderError
from autograder.model import Origin, Outcome
from autograder.outputs.send.canvas import Canvas
from autograder.outputs.send.canvas_api import CanvasApi, Wishes
from autograder.outputs.send.journal import open_journal, read_journal
from autograder.outputs.send.patience import Patience

POINTS = Decimal(10)


def report(identifier, score="10", reason="", title="One", origin=None, **keys):
    """Return a report with so many of ten points."""
    outcome = Outcome.GRADER_ERROR if reason else Outcome.PASSED if score == "10" else Outcome.FAILED
    row = make_test(
        "x",
        "1",
        "10",
        outcome,
        score=Decimal(0 if reason else score),
        message="" if score == "10" else "expected <class 'int'>, got 3",
        visibility="visible",
    )
    exercise = make_exercise("1", row)
    return make_report(identifier, exercise, reason=reason, origin=origin or Origin(keys=keys))


def class_of_five():
    """Return three to grade, one who was not graded, and one whom Canvas does not know."""
    return make_batch(
        report("ann", "7.35", canvas_user_id="101"),
        report("bob", "10", login="bek"),
        report("Cyd Ó", "0"),
        report("dora", reason="the grader has failed", canvas_user_id="104"),
        report("nemo", login="nemo"),
    )


def fill(server):
    server.add(101, "Ames, Ann", login_id="ann@college.example", email="ann@college.example")
    server.add(102, "Bek, Bob", login_id="bek", sis_user_id="u102")
    server.add(103, "Ó, Cyd", login_id="cyd")
    server.add(104, "Dot, Dora", login_id="dora2", score=4.0)
    server.add(105, "Eve, Else", login_id="eve", score=3.0)
    return server


def new_server(**settings):
    return fill(CanvasServer(**settings))


class Waits(list):
    """Takes the seconds that would have been waited."""

    def patience(self, **changes):
        return Patience(**{"sleep": self.append, "draw": lambda: 0.5, "timeout": 5.0, "tries": 4, **changes})


def canvas_sender(server, patience=None, token=TOKEN, **wishes):
    patience = patience or Waits().patience()
    canvas = Canvas(server.url, token, COURSE, ASSIGNMENT, patience)
    return CanvasApi(canvas, Wishes(**{"points": POINTS, **wishes}), patience)


def plan(sender, batch, journal):
    """Return the changes by id, and the plan."""
    made = sender.plan(batch, read_journal(journal, sender.place))
    return {each.id: each for each in made.changes}, made


def send(sender, batch, journal, arrived=None):
    """Send for real; return who was refused and what was said."""
    with open_journal(journal, sender.place) as opened:
        made = sender.plan(batch, opened)
        assert not made.obstacle
        return sender.send(made, opened, (arrived if arrived is not None else []).append)


def send_until_it_ends(make_sender, batch, journal, most=60):
    """Send again and again while it fails, as a person would; return how often it took."""
    for number in range(1, most):
        try:
            refused, _ = send(make_sender(), batch, journal)
        except (AutograderError, KeyboardInterrupt):
            continue
        if not refused:
            return number
    raise AssertionError("it never ended")
