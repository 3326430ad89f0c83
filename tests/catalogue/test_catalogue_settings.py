"""A slip of the pen in ``assignment.toml`` is found, and the message says what to write."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from autograder.catalogue.settings import read_settings
from autograder.errors import ConfigurationError
from autograder.model import Exercise, GradescopeSettings, LatePolicy, Limits

ROOT = Path(__file__).resolve().parents[2]

GOOD = """\
format = "autograder-assignment/1"
title = "Two exercises"

[limits]
cpu_seconds = 1
wall_seconds = 5.5
virtual_seconds = 100
memory_mb = 128
output_kb = 32
threads = 8
open_files = 32
file_kb = 16
messages = 1000
protocol_mb = 2
value_kb = 64
value_items = 500
value_depth = 10

[feedback]
reveal = "concept"

[[exercise]]
id = "1"
title = "First"
file = "ex1.py"
points = 0.1
defines = ["one", "two"]

[[exercise]]
id = "2.b"
title = "Second"
file = "ex2.py"
points = 2
"""


@pytest.fixture
def read(tmp_path):
    path = tmp_path / "assignment.toml"

    def write_and_read(text: str | bytes):
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_settings(path)

    return write_and_read


def test_every_value_is_read(read):
    settings = read(GOOD)

    assert settings.title == "Two exercises"
    assert settings.reveal == "concept"
    assert settings.limits == Limits(
        cpu_seconds=1.0,
        wall_seconds=5.5,
        virtual_seconds=100.0,
        memory_mb=128,
        output_kb=32,
        threads=8,
        open_files=32,
        file_kb=16,
        messages=1000,
        protocol_mb=2,
        value_kb=64,
        value_items=500,
        value_depth=10,
    )
    assert settings.exercises == (
        Exercise(id="1", title="First", file="ex1.py", points=Decimal("0.1"), defines=("one", "two")),
        Exercise(id="2.b", title="Second", file="ex2.py", points=Decimal(2)),
    )


def test_what_may_be_left_out_has_defaults(read):
    text = re.sub(r"\[limits\].*?(?=\[\[exercise\]\])", "", GOOD, count=1, flags=re.DOTALL)

    settings = read(text)

    assert (settings.limits, settings.reveal) == (Limits(), "message")


def test_the_bundled_assignment_is_right():
    settings = read_settings(ROOT / "assignments" / "lecture21" / "assignment.toml")

    assert sum(exercise.points for exercise in settings.exercises) == 100


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('title = "Two exercises"', "", "title is missing. Write a text."),
        ('title = "Two exercises"', "title = 5", "title is 5. Allowed: a text that is not empty."),
        ('title = "Two exercises"', 'title = " "', "title is ' '. Allowed: a text that is not empty."),
        ('title = "Two', 'titel = "Two', "titel is not a key. Did you mean title? Allowed: format, title, "),
        ("assignment/1", "assignment/2", "format is 'autograder-assignment/2'. Allowed: \"autograder-assig"),
        ("cpu_seconds = 1", "cpu_seconds = 0", "limits.cpu_seconds is 0. Allowed: a number from 0.1 to 600."),
        ("cpu_seconds = 1", 'cpu_seconds = "1"', "limits.cpu_seconds is '1'. Allowed: a number from"),
        ("cpu_seconds = 1", "cpu_seconds = true", "limits.cpu_seconds is true. Allowed: a number from"),
        ("cpu_seconds = 1", "cpu_seconds = nan", "limits.cpu_seconds is NaN. Allowed: a number from"),
        ("cpu_seconds = 1", "cpu_secs = 1", "limits.cpu_secs is not a key. Did you mean cpu_seconds?"),
        ("wall_seconds = 5.5", "wall_seconds = inf", "limits.wall_seconds is Infinity. Allowed: a number"),
        (
            "memory_mb = 128",
            "memory_mb = 128.5",
            "limits.memory_mb is 128.5. Allowed: a whole number from 64",
        ),
        ("memory_mb = 128", "memory_mb = 1", "limits.memory_mb is 1. Allowed: a whole number from 64 to"),
        ("threads = 8", "threads = 0", "limits.threads is 0. Allowed: a whole number from 1 to 512."),
        ("open_files = 32", "open_files = 8", "limits.open_files is 8. Allowed: a whole number from 16 to"),
        ("file_kb = 16", "file_mb = 16", "limits.file_mb is not a key. Did you mean file_kb?"),
        ("messages = 1000", "messages = 1e3", "limits.messages is 1E+3. Allowed: a whole number from 100"),
        ("protocol_mb = 2", "protocol_mb = 0", "limits.protocol_mb is 0. Allowed: a whole number from 1 to"),
        ("value_kb = 64", "value_kb = 4096", "limits.value_kb is 4096. Allowed: a whole number from 1 to"),
        ("value_items = 500", "value_items = 1", "limits.value_items is 1. Allowed: a whole number from"),
        ("value_depth = 10", "value_depth = 99", "limits.value_depth is 99. Allowed: a whole number from"),
        ('reveal = "concept"', 'reveal = "all"', "feedback.reveal is 'all'. Allowed: one of \"nothing\", "),
        ("[feedback]", "feedback = 3\n[other]", "other is not a key."),
        ('"1"\ntitle = "First"', '"1"', "exercise[1].title is missing. Write a text."),
        ('id = "1"', "id = 1", "exercise[1].id is 1. Allowed: letters, digits, dots"),
        (
            'id = "1"',
            'id = "2.b"',
            "exercise[2].id is '2.b', and so is exercise[1].id. Give each exercise an id",
        ),
        (
            '"ex1.py"',
            '"EX2.py"',
            "exercise[2].file is 'ex2.py', and so is exercise[1].file. Give each exercise",
        ),
        ('"ex1.py"', '"../ex1.py"', "exercise[1].file is '../ex1.py'. Allowed: the name of a Python file"),
        (
            '"ex1.py"',
            '"test_ex1.py"',
            "exercise[1].file is 'test_ex1.py'. Allowed: the name of a Python file",
        ),
        ("points = 2", "points = -2", "exercise[2].points is -2. Allowed: a number above 0 and up to 10,000"),
        ("points = 2", "points = 0", "exercise[2].points is 0. Allowed: a number above 0"),
        ("points = 2", "points = 0.001", "exercise[2].points is 0.001. Allowed: a number above 0"),
        ("points = 2", "points = nan", "exercise[2].points is NaN. Allowed: a number above 0"),
        ("points = 2", 'points = "2"', "exercise[2].points is '2'. Allowed: a number above 0"),
        ("points = 2", "point = 2", "exercise[2].point is not a key. Did you mean points?"),
        ('["one", "two"]', '"one"', "exercise[1].defines is 'one'. Allowed: a list of Python names"),
        (
            '["one", "two"]',
            '["one", 2]',
            "exercise[1].defines is ['one', 2]. Allowed: a list of Python names",
        ),
        ('["one", "two"]', '["not one"]', "exercise[1].defines is ['not one']. Allowed: a list of Python"),
    ],
)
def test_wrong_value_is_named_with_what_is_allowed(read, tmp_path, old, new, said):
    assert GOOD.count(old) == 1, "the test replaces one place"

    with pytest.raises(ConfigurationError) as caught:
        read(GOOD.replace(old, new))

    assert str(caught.value).startswith(f"{tmp_path / 'assignment.toml'}: {said}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("format = 'x'\ntitle = = 3", r"assignment\.toml: this is not TOML: .*\(at line 2, column 9\)"),
        (b"# \xff", r"assignment\.toml:1: this is not UTF-8\. Save"),
        (b"# ok\n# \xff", r"assignment\.toml:2: this is not UTF-8\. Save"),
        ("", r"assignment\.toml: format is missing\. Write \"autograder-assignment/1\"\."),
        (
            GOOD[: GOOD.index("[[ex")],
            r"assignment\.toml: exercise is missing\. Write one table \[\[exercise\]\]",
        ),
        (
            "exercise = []\n" + GOOD[: GOOD.index("[[ex")],
            r"exercise is \[\]\. Allowed: one table \[\[exercise",
        ),
        ("limits = 3\n" + GOOD[: GOOD.index("[li")], r"limits is 3\. Allowed: a table \[limits\]\."),
    ],
)
def test_broken_file_is_named(read, text, said):
    with pytest.raises(ConfigurationError, match=said):
        read(text)


def test_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "assignment.toml").mkdir()

    with pytest.raises(ConfigurationError, match=r"assignment\.toml: cannot be read \(Is a directory\)\."):
        read_settings(tmp_path / "assignment.toml")


LATE = """
[late]
unit = "hour"
percent = 0.5
grace_minutes = 5
slip = 24
cap_percent = 40
cut_off = 72

[gradescope]
leaderboard = true
timeout_minutes = 20
submissions_per_day = 3
"""


def with_tables(tables: str) -> str:
    return GOOD.replace("[[exercise]]", f"{tables}\n[[exercise]]", 1)


def test_late_policy_and_gradescope_are_read(read):
    settings = read(with_tables(LATE))

    assert settings.late == LatePolicy(
        unit="hour", percent=Decimal("0.5"), grace_minutes=5, slip=24, cap_percent=Decimal(40), cut_off=72
    )
    assert settings.gradescope == GradescopeSettings(
        leaderboard=True, timeout_minutes=20, submissions_per_day=3
    )


def test_lateness_costs_nothing_unless_it_is_said(read):
    settings = read(GOOD)

    assert (settings.late, settings.gradescope) == (None, GradescopeSettings())
    assert read(with_tables("[late]")).late == LatePolicy()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('unit = "hour"', 'unit = "week"', 'late.unit is \'week\'. Allowed: one of "hour", "day".'),
        ("percent = 0.5", "percent = 101", "late.percent is 101. Allowed: a number from 0 to 100."),
        ("percent = 0.5", "percent = nan", "late.percent is NaN"),
        ("percent = 0.5", "per_cent = 1", "late.per_cent is not a key. Did you mean percent?"),
        ("grace_minutes = 5", "grace_minutes = -1", "late.grace_minutes is -1"),
        ("slip = 24", "slip = 73", "late.slip is 73, but late.cut_off is 72"),
        ("cut_off = 72", "cut_off = 0", "late.cut_off is 0"),
        ("leaderboard = true", "leaderboard = 1", "gradescope.leaderboard is 1. Allowed: true or false."),
        ("timeout_minutes = 20", "timeout_minutes = 41", "gradescope.timeout_minutes is 41"),
        ("submissions_per_day = 3", "submissions_per_day = 0", "gradescope.submissions_per_day is 0"),
        ("[gradescope]", "[gradescop]", "gradescop is not a key. Did you mean gradescope?"),
    ],
)
def test_wrong_value_of_late_and_gradescope_is_named(read, tmp_path, old, new, said):
    with pytest.raises(ConfigurationError) as caught:
        read(with_tables(LATE.replace(old, new)))

    assert str(tmp_path / "assignment.toml") in str(caught.value)
    assert said in str(caught.value)
