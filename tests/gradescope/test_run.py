"""In a folder like ``/autograder``: results are there whatever happens, are right, and tell nobody's name."""

import json
import os
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from boxes import RIGHT, WRONG, points_of, sample

from autograder.gradescope.layout import GraderSettings
from autograder.gradescope.metadata import Metadata
from autograder.gradescope.run import seed_of
from autograder.gradescope.schema import complaints
from autograder.model import Submission

RESTRICT = Path(__file__).resolve().parents[1] / "attacks" / "harness" / "restrict.py"
LATE = "[late]\npercent = 10\n[gradescope]\nsubmissions_per_day = 1\n"

as_root = pytest.mark.skipif(os.getuid() != 0, reason="as in Gradescope, grading needs root's rights here")


def in_time(**changes):
    document = sample("submission_metadata_observed.json")
    document["previous_submissions"] = []
    document["users"] = [{"id": 2, "email": "student@example.com", "name": "Student User", "sid": "12345678"}]
    return {**document, **changes}


def test_right_and_wrong_get_their_points_their_numbers_and_what_may_be_said(box):
    two = box(visibility="after_published")
    two.hand_in(RIGHT, in_time())
    right, said, code = two.grade()
    two.hand_in(WRONG, in_time())
    wrong, _, _ = two.grade()

    assert (right["score"], code) == (10, 0)
    assert re.search(r"^jail: (landlock|chroot)$", said, re.M)
    assert [test["number"] for test in right["tests"]] == ["1.1", "1.2", "2.1"]
    assert [test["visibility"] for test in right["tests"]] == ["visible", "visible", "after_published"]
    assert wrong["score"] == 6
    doubles, zero, _ = wrong["tests"]
    assert (doubles["status"], doubles["score"], doubles["max_score"]) == ("failed", 0, 4)
    assert doubles["tags"] == ["a", "result"]
    assert "double(number)" in doubles["output"]
    assert "Hint: Twice means two times." in doubles["output"]
    assert zero["output"] == ""


def test_files_may_lie_in_a_folder_and_be_missing(box):
    two = box()
    two.hand_in({"homework/a.py": RIGHT["a.py"]})  # and no metadata at all
    results, said, code = two.grade()

    assert (results["score"], code) == (6, 0)
    assert points_of(results)["test_halves"] == 0
    assert "submission_metadata.json cannot be read" in said
    assert "missing: b.py" in said


def test_lateness_and_limit_are_told_by_the_metadata_alone(box):
    """The next submission comes with what was written for the one before, and is one too many."""
    two = box(tables=LATE)
    late = in_time(created_at="2025-05-29T20:00:00+02:00")  # due 2025-05-28T19:31-07:00: 15 h 29 min before
    two.hand_in(RIGHT, late)
    first, _, _ = two.grade()
    before = {"id": 6, "submission_time": late["created_at"], "score": "9.0", "autograder_error": False}
    again = in_time(
        created_at="2025-05-29T15:00:00-04:00", previous_submissions=[{**before, "results": first}]
    )
    two.hand_in(WRONG, again)
    second, said, code = two.grade()

    assert (first["score"], first["extra_data"]["late_penalty"]) == (9, "1")
    assert (second["score"], second["tests"], code) == (9, first["tests"], 0)
    assert "1 within 24 hours" in second["output"]
    assert "limit of submissions" in said


def test_when_the_time_is_up_that_is_said_and_nothing_gets_a_zero(box):
    two = box(body="import time; time.sleep(100)")
    two.settings(timeout_minutes=0.54)  # of which the last half minute is kept for the end
    two.hand_in(RIGHT, in_time())
    results, said, code = two.grade()

    assert code == 4
    assert "score" not in results
    assert set(points_of(results).values()) == {None}
    assert re.search(r"grading \(2\.4 s\) was up\. Not graded: .*b\.", results["output"])
    assert "the time was up" in said


@pytest.mark.parametrize("what", ["suite", "settings", "grader.json"])
def test_a_fault_of_ours_is_told_and_gives_no_zero(box, what):
    two = box(body="pass" if what != "suite" else "undefined)")
    if what == "settings":
        (two.root / "source" / "course" / "assignments" / "two" / "assignment.toml").write_text("x = 1")
    if what == "grader.json":
        (two.root / "source" / "grader.json").write_text("{}")
    two.hand_in(RIGHT, in_time())
    results, _, code = two.grade()

    assert code in (2, 3)
    assert "score" not in results
    assert set(points_of(results).values()) == {None}
    assert "costs no points" in results["output"]
    hidden = [test["output"] for test in results["tests"] if test["visibility"] == "hidden"]
    assert re.search(r"test_b|assignment\.toml|grader\.json", hidden[0])


def test_a_link_to_the_hidden_tests_is_not_followed(box):
    two = box()
    two.hand_in({"b.py": RIGHT["b.py"]}, in_time())
    hidden = two.root / "source" / "course" / "tests" / "hidden" / "two" / "test_a.py"
    (two.root / "submission" / "a.py").symlink_to(hidden)
    results, said, _ = two.grade()

    assert results["score"] == 4
    assert "a.py is a symbolic link" in said


def test_each_submission_has_a_seed_of_its_own_that_stays():
    grader = GraderSettings(assignment="two", seed=None, secret="s" * 64, timeout_minutes=10)
    one, other = (Submission(id="x", files={"a.py": text}) for text in (b"1", b"2"))

    def seeds(*numbers):
        return [seed_of(grader, Metadata(submission_id=number), one) for number in numbers]

    first, again, second = seeds("1", "1", "2")
    assert first == again != second
    assert seed_of(grader, Metadata(), one) != seed_of(grader, Metadata(), other)
    assert seed_of(replace(grader, secret="t" * 64), Metadata(submission_id="1"), one) != first
    assert seed_of(replace(grader, seed=7), Metadata(submission_id="1"), one) == 7


@as_root
def test_without_landlock_the_chroot_jail_is_used(box, tmp_path):
    two = box()
    two.hand_in(RIGHT, in_time())
    restricted = (
        sys.executable,
        str(RESTRICT),
        str(tmp_path / "what"),
        "--without-landlock",
        "--container",
        "--",
    )
    results, said, _ = two.grade(*restricted)

    assert results["score"] == 10
    assert "jail: chroot" in said


@as_root
def test_without_any_jail_nothing_is_graded(box, tmp_path):
    two = box(tables='[jail]\nrequire = "landlock"')
    two.hand_in(RIGHT, in_time())
    results, _, _ = two.grade(
        sys.executable, str(RESTRICT), str(tmp_path / "what"), "--without-landlock", "--container", "--"
    )

    assert "score" not in results
    assert set(points_of(results).values()) == {None}


LOOKS_AROUND = """
    import json, os, pathlib
    box, names = pathlib.Path({root!r}), ("source", "submission", "results", "submission_metadata.json")
    seen = {{
        "modes": [os.stat(box / name).st_mode & 0o77 for name in names],
        "results": json.loads((box / "results" / "results.json").read_text()),
    }}
    pathlib.Path({seen!r}).write_text(json.dumps(seen))
"""


def test_while_grading_only_root_can_read_anything_and_a_valid_result_lies_there(box, tmp_path):
    """Written down by a hidden test, which is on the trusted side, at the moment when it runs."""
    seen = tmp_path / "seen.json"
    two = box(body=LOOKS_AROUND.format(root=str(tmp_path / "autograder"), seen=str(seen)))
    two.hand_in(RIGHT, in_time())
    two.grade()
    found = json.loads(seen.read_text())

    assert found["modes"] == [0, 0, 0, 0]
    assert complaints(json.dumps(found["results"])) == []
    assert "did not finish" in found["results"]["output"]
    assert "score" not in found["results"]
    assert set(points_of(found["results"]).values()) == {None}
