"""Moodle: folders and flat names, blind marking, teams, what was typed online."""

import pytest

from autograder.intake import names_handed_in
from autograder.intake.exports.moodle import parse_name

GATHER = b"async def fetchData(x):\n    return x\n"
CANCEL = b"async def longRunningJob(name, seconds):\n    pass\n"


@pytest.mark.parametrize(
    ("entry", "name", "participant", "kind", "file"),
    [
        ("John Smith_1001_assignsubmission_file", "John Smith", "1001", "file", ""),
        ("John Smith_1001_assignsubmission_file_", "John Smith", "1001", "file", ""),
        ("John Smith_1001_assignsubmission_onlinetext", "John Smith", "1001", "onlinetext", ""),
        ("Participant_1002_assignsubmission_file", "Participant", "1002", "file", ""),
        ("Team Blue_55_assignsubmission_file", "Team Blue", "55", "file", ""),
        ("Default group_assignsubmission_file", "Default group", "", "file", ""),
        ("John Smith_1001_assignsubmission_file_hw1.py", "John Smith", "1001", "file", "hw1.py"),
        ("Zoë Müller_7_assignsubmission_file_a_1_b.py", "Zoë Müller", "7", "file", "a_1_b.py"),
        (
            "Eve_9_assignsubmission_file_Bob_8_assignsubmission_file_x.py",
            "Eve",
            "9",
            "file",
            "Bob_8_assignsubmission_file_x.py",
        ),
    ],
)
def test_each_kind_of_name_is_read(entry, name, participant, kind, file):
    found = parse_name(entry)

    assert found is not None
    assert (found.name, found.participant, found.kind, found.file) == (name, participant, kind, file)


@pytest.mark.parametrize(
    "entry", ["John Smith_1001", "hw1.py", "_assignsubmission_file", "assignsubmission_file"]
)
def test_other_names_are_not_those_of_moodle(entry):
    assert parse_name(entry) is None


def test_a_folder_is_a_submission_with_its_own_tree(exported):
    found = exported(
        {
            "John Smith_1001_assignsubmission_file/ex1_gather.py": GATHER,
            "John Smith_1001_assignsubmission_file/src/util.py": b"X = 1\n",
            "John Smith_1001_assignsubmission_onlinetext/onlinetext.html": b"<p>see file</p>",
            "Zoë Müller_1003_assignsubmission_file_/ex2_cancel.py": CANCEL,
            "Participant_1002_assignsubmission_file/ex1_gather.py": GATHER,
            "Team Blue_55_assignsubmission_file/ex1_gather.py": GATHER,
            "Default group_assignsubmission_file/ex1_gather.py": GATHER,
        }
    )

    assert list(found) == [
        "Default group",
        "John Smith_1001",
        "Participant_1002",
        "Team Blue_55",
        "Zoë Müller_1003",
    ]
    john = found["John Smith_1001"]
    assert john.files == {"ex1_gather.py": GATHER, "src/util.py": b"X = 1\n"}
    assert any("onlinetext.html" in note for note in john.notes)
    assert john.origin.keys == {"moodle_participant": "1001", "name": "John Smith"}
    assert found["Participant_1002"].origin.keys == {"moodle_participant": "1002"}
    assert found["Default group"].origin.keys == {"name": "Default group"}
    assert {each.origin.system for each in found.values()} == {"moodle"}
    assert {each.origin.late for each in found.values()} == {None}
    assert "Moodle: 5 submissions" in exported.told[0]


def test_an_archive_without_folders_is_read_in_the_same_way(exported):
    path = exported.zip(
        {
            "John Smith_1001_assignsubmission_file_ex1_gather.py": GATHER,
            "John Smith_1001_assignsubmission_file_ex2_cancel.py": CANCEL,
            "Ann Lee_1004_assignsubmission_file_ex1_gather.py": GATHER,
        }
    )

    assert "ex2_cancel.py" in set(names_handed_in([path]))
    found = exported(path)
    assert found["John Smith_1001"].files == {"ex1_gather.py": GATHER, "ex2_cancel.py": CANCEL}
    assert list(found) == ["Ann Lee_1004", "John Smith_1001"]


def test_what_was_typed_or_is_empty_or_damaged_is_not_graded(exported, make_zip):
    damaged = make_zip({"ex1_gather.py": GATHER})[:-9]
    root = exported.tree(
        {
            "Ann Lee_1_assignsubmission_onlinetext/onlinetext.html": b"<p>print(1)</p>",
            "Bob Ek_2_assignsubmission_file/": b"",
            "Cy Fox_3_assignsubmission_file/hw.zip": damaged,
            "Di Gun_4_assignsubmission_file/ex1_gather.py": GATHER,
            "Ed Hol_5_assignsubmission_file/sub/": b"",
        }
    )

    found = exported(root)

    assert "onlinetext.html" in found["Ann Lee_1"].broken
    assert "nothing in it" in found["Bob Ek_2"].broken
    assert "hw.zip" in found["Cy Fox_3"].broken
    assert not found["Di Gun_4"].broken
    assert "nothing in it" in found["Ed Hol_5"].broken


def test_two_students_of_one_name_stay_two_and_one_in_two_places_is_asked_for(exported):
    found = exported(
        {
            "Ann Lee_780_assignsubmission_file/ex1_gather.py": GATHER,
            "Ann Lee_781_assignsubmission_file/ex1_gather.py": CANCEL,
            "Bob Ek_2_assignsubmission_file/ex1_gather.py": GATHER,
            "Bob Ek_2_assignsubmission_file_/ex1_gather.py": CANCEL,
        }
    )

    assert list(found) == ["Ann Lee_780", "Ann Lee_781", "Bob Ek_2"]
    assert "several places" in found["Bob Ek_2"].broken


def test_what_other_plugins_collect_is_told(exported):
    exported(
        {
            "Ann Lee_780_assignsubmission_file/ex1_gather.py": GATHER,
            "Ann Lee_780_assignsubmission_comments/c.html": b"",
        }
    )

    assert exported.heard(
        "Ann Lee_780_assignsubmission_comments: what the plugin comments collects is not graded"
    )
