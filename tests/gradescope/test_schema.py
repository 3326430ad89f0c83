"""The schema takes what Gradescope documents, and nothing else."""

import json
from pathlib import Path

import pytest
from boxes import SAMPLES

from autograder.gradescope.schema import complaints

GOLDEN = Path(__file__).resolve().parents[1] / "outputs" / "golden"
GOOD = json.loads((SAMPLES / "results_documented.json").read_text())


@pytest.mark.parametrize("name", ["results_documented.json", "results_status_only.json"])
def test_the_documented_examples_are_right(name):
    assert complaints((SAMPLES / name).read_text()) == []


def changed(place, value):
    document = json.loads(json.dumps(GOOD))
    here = document
    for key in place[:-1]:
        here = here[key]
    here[place[-1]] = value
    return document


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (["max_score"], 100),
        (["visibility"], "secret"),
        (["score"], "44"),
        (["score"], None),
        (["score"], True),
        (["execution_time"], "fast"),
        (["output"], None),
        (["output"], "x" * 100_001),
        (["output_format"], "rtf"),
        (["stdout_visibility"], "nobody"),
        (["extra_data"], []),
        (["tests"], {}),
        (["tests", 0, "status"], "skipped"),
        (["tests", 0, "number"], 1.1),
        (["tests", 0, "tags"], None),
        (["tests", 0, "max_score"], -1),
        (["tests", 0, "points"], 1),
        (["tests", 0, "visibility"], "after_due"),
        (["leaderboard", 0], {"name": "x"}),
        (["leaderboard", 0, "order"], "up"),
    ],
)
def test_what_is_not_documented_is_named_with_its_place(place, value):
    (complaint,) = complaints(json.dumps(changed(place, value)))

    assert complaint.startswith("$")


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"tests": []}', '{"score": NaN}', '{"score": 1, "score": 2}', "[" * 100_000],
)
def test_what_is_no_result_at_all_is_refused(text):
    assert complaints(text)
