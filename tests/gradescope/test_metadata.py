"""The metadata of a submission is read as far as it can be, whatever Gradescope makes of its own documentation."""

import json
from datetime import UTC, datetime

import pytest
from boxes import SAMPLES, sample

from autograder.gradescope.metadata import parse_metadata, read_metadata


def moment(text):
    return datetime.fromisoformat(text).astimezone(UTC)


def test_the_documented_form_is_read():
    metadata = read_metadata(SAMPLES / "submission_metadata_documented.json")

    assert metadata.submission_id == "123456"
    assert metadata.created_at == moment("2018-07-01T21:22:32.365935+00:00")
    assert metadata.due == moment("2018-08-01T06:00:00+00:00")
    assert [each.submitted for each in metadata.previous] == [moment("2017-04-06T21:24:48.087023+00:00")]
    assert metadata.notes == ()


def test_the_observed_form_is_read():
    metadata = read_metadata(SAMPLES / "submission_metadata_observed.json")
    (previous,) = metadata.previous

    assert metadata.due == moment("2025-05-28T19:31:00-07:00")
    assert previous.results is not None
    assert previous.results["tests"][0]["score"] == 5
    assert not previous.failed


def test_a_group_is_due_when_the_last_of_its_members_is():
    document = sample("submission_metadata_group_extension.json")

    assert parse_metadata(document).due == moment("2022-02-16T04:30:00-08:00")
    document["users"].reverse()
    assert parse_metadata(document).due == moment("2022-02-16T04:30:00-08:00")


def test_an_extension_of_one_student_counts_and_a_member_without_dates_has_those_of_all():
    document = sample("submission_metadata_observed.json")
    document["users"][0]["assignment"]["due_date"] = "2025-06-01T12:00:00+02:00"
    assert parse_metadata(document).due == moment("2025-06-01T10:00:00+00:00")

    document["users"].append({"id": 9})
    document["assignment"]["due_date"] = "2025-07-01T12:00:00Z"
    assert parse_metadata(document).due == moment("2025-07-01T12:00:00+00:00")


def test_previous_submissions_come_in_the_order_of_their_times():
    times = ["2026-01-02T00:00:00+00:00", None, "2026-01-01T23:00:00-05:00", "2026-01-01T00:00:00+00:00"]
    document = {"previous_submissions": [{"submission_time": time} for time in times]}

    assert [each.submitted for each in parse_metadata(document).previous] == [
        None,
        *map(moment, (times[3], times[0], "2026-01-02T04:00:00+00:00")),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"id": NaN}',
        b'{"created_at": "' + b"9" * 5000 + b'"}',
    ],
)
def test_what_cannot_be_read_is_told_and_nothing_else_happens(tmp_path, content):
    path = tmp_path / "submission_metadata.json"
    path.write_bytes(content)
    metadata = read_metadata(path)

    assert (metadata.created_at, metadata.due, metadata.previous) == (None, None, ())
    assert metadata.notes


def test_a_missing_file_is_told(tmp_path):
    assert read_metadata(tmp_path / "submission_metadata.json").notes


@pytest.mark.parametrize(
    "odd", [None, True, 7, "text", [], {}, [None, 7, "text", [], {}], {"due_date": 7}, "2026-01-01"]
)
@pytest.mark.parametrize("key", ["id", "created_at", "assignment", "users", "previous_submissions"])
def test_values_of_other_kinds_are_left_out(key, odd):
    document = sample("submission_metadata_observed.json")
    metadata = parse_metadata(json.loads(json.dumps({**document, key: odd})))

    assert metadata.submission_id in ("1", "7", "text", "2026-01-01", "")
    assert all(each.results is None or isinstance(each.results, dict) for each in metadata.previous)
