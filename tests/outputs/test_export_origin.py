"""Where a submission comes from goes the whole way: through the worker's wire and the score into the JSON report."""

import json
from dataclasses import replace
from decimal import Decimal

from autograder.engines.wire import decode, encode
from autograder.model import Origin, Submission
from autograder.outputs import ClassFiles, to_document
from autograder.scoring import score_submission

ORIGIN = Origin(
    system="canvas",
    keys={"name": "Zoë", "canvas_user_id": "777"},
    submitted_at="2026-03-01T23:10:00-08:00",
    late=False,
    attempt=2,
)


def test_an_origin_is_kept_from_the_submission_to_the_report(assignment):
    submission = decode(Submission, encode(Submission(id="zoe", origin=ORIGIN)))

    report = score_submission(assignment, submission.id, (), reason="broken", origin=submission.origin)
    (written,) = json.loads(to_document("lecture", 7, "bwrap", report))["submissions"]

    assert report.origin == ORIGIN
    assert written["origin"] == {
        "system": "canvas",
        "keys": {"name": "Zoë", "canvas_user_id": "777"},
        "submitted_at": "2026-03-01T23:10:00-08:00",
        "late": False,
        "attempt": 2,
    }


def test_a_report_without_an_origin_does_not_speak_of_one(make_report):
    assert "origin" not in to_document("lecture", 7, "bwrap", make_report())


def test_the_reports_for_people_do_not_show_it(assignment, make_report, tmp_path):
    report = replace(
        make_report(),
        max_score=Decimal(5),
        origin=Origin(system="moodle", keys={"email": "zoe@college.example"}, late=True, attempt=12345),
    )
    files = ClassFiles(tmp_path, assignment, 7, "bwrap")
    files.add(report)
    files.write()
    files.close()

    written = [path.read_text("utf-8") for path in tmp_path.iterdir()]
    assert len(written) == 3
    assert not [text for text in written if "zoe@" in text or "12345" in text]
