"""The JSON contract: members, their order, and what they say where nothing can be said."""

import json

from autograder.outputs import to_document


def load(text: str):
    """Return a document, refusing what JSON does not know."""

    def refuse(constant):
        raise AssertionError(constant)

    return json.loads(text, parse_constant=refuse)


def test_document_keeps_to_the_contract(make_report):
    document = load(to_document("lecture", 7, "bwrap", make_report()))

    assert list(document) == ["format", "assignment", "seed", "jail", "submissions"]
    assert {**document, "submissions": ...} == {
        "format": "autograder/1",
        "assignment": "lecture",
        "seed": 7,
        "jail": "bwrap",
        "submissions": ...,
    }
    (submission,) = document["submissions"]
    assert list(submission)[:6] == ["id", "status", "score", "max_score", "exercises", "findings"]
    (exercise,) = submission["exercises"]
    assert list(exercise)[:4] == ["id", "score", "max_score", "tests"]
    contract = ["name", "title", "concept", "outcome", "score", "max_score", "message", "virtual_seconds"]
    assert [list(test)[:8] for test in exercise["tests"]] == [contract, contract]
    assert list(submission["findings"][0]) == ["code", "concept", "exercise", "line", "message"]


def test_values_come_through(make_report):
    (submission,) = load(to_document("lecture", 7, "bwrap", make_report()))["submissions"]

    assert (submission["id"], submission["status"]) == ("alice", "graded")
    assert (submission["score"], submission["max_score"]) == (2.5, 5)
    assert isinstance(submission["max_score"], int)
    assert "reason" not in submission
    assert submission["notes"] == ["main.py was taken for ex1.py"]
    assert submission["grading_wall_seconds"] == 1.235
    assert submission["exercises"][0]["score"] == 2.5
    assert submission["exercises"][0]["tests"][1] == {
        "name": "test_ends",
        "title": "It ends.",
        "concept": "ordering",
        "outcome": "failed",
        "score": 0,
        "max_score": 2.5,
        "message": "expected 3, got 4",
        "virtual_seconds": 0.25,
        "hint": "Look again.",
        "visibility": "hidden",
        "reveal": "message",
    }
    assert submission["findings"] == [
        {
            "code": "lost_task",
            "concept": "cleanup",
            "exercise": "1",
            "line": 14,
            "message": "A task got lost.",
        }
    ]


def test_what_could_not_be_graded_has_a_reason_and_no_score(make_report):
    report = make_report(reason="the jail died")

    (submission,) = load(to_document("lecture", 7, "bwrap", report))["submissions"]

    assert (submission["status"], submission["reason"]) == ("not_graded", "the jail died")
    assert (submission["score"], submission["max_score"]) == (None, 5)
    assert submission["exercises"][0]["score"] is None
    assert [test["score"] for test in submission["exercises"][0]["tests"]] == [2.5, None]


def test_only_ascii_and_no_lone_surrogates_leave_the_house(make_report):
    text = "\x1b[31m\u202e é \ud800 \x00"

    document = to_document("lecture", 7, "bwrap", make_report(submission_id="J\u00fcrgen", message=text))

    assert document.isascii()
    assert "\x1b" not in document
    (submission,) = load(document)["submissions"]
    assert submission["id"] == "J\u00fcrgen"
    assert submission["exercises"][0]["tests"][1]["message"] == "\x1b[31m\u202e é \\ud800 \x00"


def test_same_report_gives_the_same_bytes(make_report):
    first, second = (to_document("lecture", 7, "bwrap", make_report(wall_seconds=s)) for s in (1, 2))

    differing = [
        pair for pair in zip(first.splitlines(), second.splitlines(), strict=True) if pair[0] != pair[1]
    ]
    assert differing == [('      "grading_wall_seconds": 1', '      "grading_wall_seconds": 2')]
