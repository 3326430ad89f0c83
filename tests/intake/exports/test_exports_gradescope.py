"""Gradescope: who has handed in according to the metadata, and what happens where they lie."""

import pytest

from autograder.intake.exports.plain_yaml import read_yaml
from autograder.intake.tree import Unreadable

GATHER = b"async def fetchData(x):\n    return x\n"
TOP = "assignment_1234_export"

METADATA = """\
submission_123456789:
  :submitters:
  - :name: Student One
    :sid: 0100
    :email: one@example.edu
  - :name: "Student / Two"
    :sid: '101'
    :email: two@example.edu
  :created_at: 2026-03-01 23:10:05.123456000 -08:00
  :score: 7.5
  :status: processed
  :results:
    score: 7.5
    tests:
    - name: gather keeps order
      score: 7.5
      max_score: 10.0
  :history:
  - :id: 123450000
    :created_at: 2026-02-28 20:00:00.000000000 -08:00
    :score: 5.0
    :results:
      tests: []
submission_5:
  :submitters:
  - :name: &name Zoë Müller
    :sid: ''
    :email: zoe@example.edu
    :Section: A
  :created_at: 2026-03-02 00:00:00 Z
  :history: []
submission_6:
  :submitters:
  - :name: *name
    :email:
  :created_at: yesterday
submission_7:
  :submitters: []
"""


def export(metadata: str = METADATA, **folders: bytes) -> dict[str, bytes]:
    numbers = folders or {"submission_123456789": GATHER, "submission_5": GATHER, "submission_6": GATHER}
    return {
        f"{TOP}/submission_metadata.yml": metadata.encode(),
        **{f"{TOP}/{name}/ex1_gather.py": content for name, content in numbers.items()},
    }


def test_submitters_time_and_attempt_come_from_the_metadata(exported):
    found = exported(export())

    assert list(found) == [
        "Student One + Student _ Two_123456789",
        "Zoë Müller_5",
        "Zoë Müller_6",
        "submission_7",
    ]
    group, zoe, other, nobody = found.values()
    assert group.files == {"ex1_gather.py": GATHER}
    assert group.origin.system == "gradescope"
    assert group.origin.keys == {
        "gradescope_submission_id": "123456789",
        "name": "Student One",
        "email": "one@example.edu",
        "sid": "0100",
        "name_2": "Student / Two",
        "email_2": "two@example.edu",
        "sid_2": "101",
    }
    assert group.origin.submitted_at == "2026-03-01T23:10:05.123456-08:00"
    assert group.origin.attempt == 2
    assert any("handed in 2 times; only the last attempt is in the export" in note for note in group.notes)
    assert any("group of 2" in note for note in group.notes)
    assert zoe.origin.submitted_at == "2026-03-02T00:00:00+00:00"
    assert (zoe.origin.attempt, other.origin.attempt) == (1, 0)
    assert other.origin.submitted_at == ""
    assert "no such folder" in nobody.broken


def test_folders_and_files_that_the_metadata_do_not_name_are_told(exported):
    members = export(submission_5=GATHER, submission_99=GATHER) | {f"{TOP}/readme.txt": b"x"}

    found = exported(members)

    assert any("does not name submission_99" in note for note in found["submission_99"].notes)
    assert found["submission_99"].origin.keys == {"gradescope_submission_id": "99"}
    assert exported.heard("readme.txt: submission_metadata.yml does not name it: passed over")


def test_a_single_file_may_stand_for_a_folder(exported):
    metadata = "lab.zip:\n  :submitters:\n  - :name: Ann\n"

    found = exported(
        {f"{TOP}/submission_metadata.yml": metadata.encode(), f"{TOP}/lab.zip": b"PK"}, source="gradescope"
    )

    assert "lab.zip" in found["lab.zip"].broken
    assert found["lab.zip"].origin.keys["name"] == "Ann"


@pytest.mark.parametrize(
    "metadata",
    [
        b"a: [1, 2",
        b"\xff\xfe\x00",
        b"- just\n- a list\n",
        b"",
        b"a: b\n" * 3,
        b"\0",
        b"a: !!python/object/apply:os.system ['touch x']\n  - x",
        b"%TAG\n",
    ],
    ids=["cut", "encoding", "list", "empty", "twice", "nul", "bad tag", "directive"],
)
def test_damaged_metadata_lose_nobody(exported, metadata):
    found = exported(
        {f"{TOP}/submission_metadata.yml": metadata, f"{TOP}/submission_5/ex1_gather.py": GATHER}
    )

    assert found["submission_5"].files == {"ex1_gather.py": GATHER}
    assert exported.heard("so nobody knows whose submissions these are") or metadata == b""


def test_tags_construct_nothing(tmp_path):
    mark = tmp_path / "mark"
    text = f"a: !!python/object/apply:os.system ['touch {mark}']\nb: !!timestamp 2026-01-01\n"

    assert read_yaml("x", text.encode()) == {"a": [f"touch {mark}"], "b": "2026-01-01"}
    assert not mark.exists()


def test_aliases_and_merges_do_not_multiply():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 15)]
    lines += ["m0: &m0 {k: v}"] + [f"m{n}: &m{n} {{<<: [*m{n - 1}, *m{n - 1}]}}" for n in range(1, 40)]

    document = read_yaml("x", "\n".join(lines).encode())

    assert document["a14"][0] is document["a13"]
    assert document["m39"] == {"<<": [document["m38"], document["m38"]]}


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "a: " + "[" * 100_000,
        "skipped: " + "{a: " * 100_000,
        "- " * 50_000,
        "&a [*a" + ", *a" * 20_000 + "]",
    ],
    ids=["flow", "in a mapping", "in what is skipped", "block", "aliases"],
)
def test_deep_and_repetitive_documents_are_refused(text):
    with pytest.raises(Unreadable):
        read_yaml("x", text.encode(), skip={"skipped"})


def test_what_is_skipped_is_not_kept():
    text = "a:\n  results: {x: [1, {y: &n z}]}\n  name: *n\n"

    assert read_yaml("x", text.encode(), skip={"results"}) == {"a": {"name": "z"}}
