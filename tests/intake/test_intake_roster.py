"""A roster gives submissions their ids, and says who is missing."""

from pathlib import Path

import pytest

from autograder.errors import UsageError
from autograder.intake import Reading, read_handed_in
from autograder.intake.roster import read_roster
from autograder.model import Submission

GATHER = b"async def fetchData(x):\n    return x\n"
CANVAS = {
    "smithjohn_12345_678901_ex1_gather.py": GATHER,
    "leeann_LATE_780_678902_ex1_gather.py": GATHER,
    "ghost_99_678903_ex1_gather.py": GATHER,
}
MOODLE = {
    "John Smith_1001_assignsubmission_file/ex1_gather.py": GATHER,
    "Ann Lee_1002_assignsubmission_file/ex1_gather.py": GATHER,
}


class Class:
    """A class with a roster, and what is said about it."""

    def __init__(self, folder: Path, make_zip, assignment) -> None:
        self._folder, self._make_zip, self._assignment = folder, make_zip, assignment
        self.warnings: list[str] = []

    def __call__(
        self, roster: str | bytes, members: dict[str, bytes], **reading: object
    ) -> dict[str, Submission]:
        table, path = self._folder / "roster.csv", self._folder / "class.zip"
        table.write_bytes(roster.encode() if isinstance(roster, str) else roster)
        path.write_bytes(self._make_zip(members))
        found = read_handed_in(
            [path], self._assignment, Reading(roster=table, **reading), warn=self.warnings.append
        )
        return {each.id: each for each in found.submissions}

    def heard(self, *texts: str) -> bool:
        return any(all(text in warning for text in texts) for warning in self.warnings)


@pytest.fixture
def graded(tmp_path, make_zip, assignment):
    return Class(tmp_path, make_zip, assignment)


@pytest.mark.parametrize(
    "roster",
    [
        "id,name,email,canvas_user_id\njs,John Smith,js@x.example,12345\nal,Ann Lee,al@x.example,780\nzz,Zoe,,1\n",
        "\ufeffID;Name;E-Mail;Canvas User ID\r\njs;Smith, John;js@x.example;12345\r\nal;Ann;;780\r\nzz;;;1\r\n",
        "Canvas ID\tStudent ID\tFull name\tEmail\n12345\tjs\tJohn\tjs@x.example\n780\tal\tAnn\t\n1\tzz\tZ\t\n",
    ],
    ids=["commas", "semicolons and a mark", "tabs"],
)
def test_who_is_in_it_gets_its_id_and_all_its_keys(graded, roster):
    found = graded(roster, CANVAS)

    assert list(found) == ["al", "ghost_99", "js"]
    assert found["js"].origin.keys["canvas_user_id"] == "12345"
    assert found["js"].origin.keys["email"] == "js@x.example"
    assert "name" in found["js"].origin.keys
    assert found["al"].origin.late is True
    assert graded.heard("ghost_99", "nobody in roster.csv has canvas_user_id 99")
    assert any("not in the roster" in note for note in found["ghost_99"].notes)
    assert graded.heard("zz", "in roster.csv, but there is no submission")
    assert len(graded.warnings) == 2


def test_the_gradebook_of_canvas_is_a_roster(graded):
    gradebook = (
        "Student,ID,SIS User ID,SIS Login ID,Section,Lab 1 (4321)\n"
        ",,,,,Manual Posting\n"
        "    Points Possible,,,,,10.00\n"
        '"Smith, John",12345,u1,jsmith,Lab A,\n'
        '"Lee, Ann",780,u2,alee,Lab B,\n'
        '"Student, Test",999,,,Lab A,\n'
    )

    found = graded(gradebook, CANVAS)

    assert list(found) == ["alee", "ghost_99", "jsmith"]
    assert found["jsmith"].origin.keys["sid"] == "u1"
    assert len(graded.warnings) == 1


def test_the_worksheet_of_moodle_is_a_roster(graded):
    worksheet = (
        'Identifier,"Full name","Email address",Status,Grade\n'
        '"Participant 1001","John Smith",js@x.example,Submitted,\n'
        '"Participant 1002","Ann Lee",al@x.example,Submitted,\n'
    )

    found = graded(worksheet, MOODLE)

    assert list(found) == ["al@x.example", "js@x.example"]
    assert found["js@x.example"].origin.keys["moodle_participant"] == "1001"


def test_names_count_where_nothing_better_is_known_and_only_if_they_are_one_persons(graded):
    roster = "id,first name,last name\njs,John,Smith\na1,Ann,Lee\na2,Ann,Lee\n"

    assert list(graded(roster, MOODLE)) == ["Ann Lee_1002", "js"]
    assert graded.heard("Ann Lee_1002", "2 people in roster.csv are called Ann Lee")
    assert list(graded(roster, CANVAS)) == ["ghost_99", "js", "leeann_780"]


def test_an_ordinary_class_is_found_by_what_its_folders_are_called(graded):
    roster = "id,email,github_user,name\njs,js@x.example,smithy,John Smith\nal,al@x.example,annlee,Ann Lee\n"

    found = graded(roster, {f"{name}/ex1_gather.py": GATHER for name in ("smithy", "Ann Lee", "nobody")})

    assert list(found) == ["al", "js", "nobody"]
    assert found["js"].origin.keys["email"] == "js@x.example"
    assert found["js"].origin.system == ""


def test_two_submissions_of_one_student_are_told_and_counted(graded):
    roster = "id,github_user,name\njs,smithy,John Smith\n"
    members = {"smithy/ex1_gather.py": GATHER, "John Smith/ex1_gather.py": GATHER + b"#\n"}

    found = graded(roster, members, attempts="all")

    assert len(found) == 2
    assert graded.heard("js: handed in 2 times")


def test_a_row_that_stands_twice_takes_nobody_for_another(graded):
    roster = "id,canvas_user_id\njs,12345\njs,12345\nal,780\nal,99\n"

    found = graded(roster, CANVAS)

    assert graded.heard("smithjohn_12345", "not one and the same person")
    assert graded.heard("js", "lines 2, 3 of roster.csv are all called so")
    assert len(found) == 3
    assert {each.origin.keys["canvas_user_id"] for each in found.values()} == {"12345", "780", "99"}


def test_who_is_not_in_it_does_not_keep_the_id_of_one_who_is(graded):
    roster = "id,login\nbob,alice\n"
    stamp = b"2026-03-01 12:00:00.000000 UTC"
    members = {f"submitted/{name}/lab/ex1_gather.py": GATHER for name in ("alice", "bob")}

    found = graded(roster, members | {"submitted/bob/lab/timestamp.txt": stamp})

    assert list(found) == ["bob", "bob (not in the roster)"]
    assert found["bob"].origin.keys["login"] == "alice"


def test_what_is_the_same_for_one_student_is_told_and_counted_once(graded):
    roster = "id,email\nbob,alice@x.example\n"

    found = graded(roster, {"alice@x.example/ex1_gather.py": GATHER, "bob/ex1_gather.py": GATHER})

    assert list(found) == ["bob"]
    assert graded.heard("bob: handed in 2 times")
    assert graded.heard("counted once")


def test_of_a_group_all_are_found(graded):
    metadata = (
        b"submission_5:\n  :submitters:\n  - :name: One\n    :email: one@x.example\n"
        b"  - :name: Two\n    :email: two@x.example\n"
        b"submission_6:\n  :submitters:\n  - :name: Three\n    :email: three@x.example\n"
        b"  - :name: Four\n    :email: four@x.example\n"
    )
    members = {
        "a/submission_metadata.yml": metadata,
        "a/submission_5/ex1_gather.py": GATHER,
        "a/submission_6/ex1_gather.py": GATHER,
    }
    roster = "id,email,sid\nu1,one@x.example,1\nu2,two@x.example,2\nu3,three@x.example,3\n"

    found = graded(roster, members)

    assert list(found) == ["Three + Four_6", "u1 + u2"]
    assert found["u1 + u2"].origin.keys["sid_2"] == "2"
    assert graded.heard("Three + Four_6", "nobody in roster.csv has email four@x.example")
    assert not graded.heard("but there is no submission")


@pytest.mark.parametrize(
    ("roster", "said"),
    [
        (b"colour,size\nred,1\n", "no column says who is who; its columns are colour, size"),
        (b"id\n", "there is nobody in this file"),
        (b"id,name\n,\n \n", "there is nobody in this file"),
        (b"id\n\xff\n", "is not UTF-8"),
        (b'id\n"open\n', "is not CSV"),
        (b"", "there is nobody in this file"),
    ],
)
def test_what_is_no_roster_is_told(tmp_path, roster, said):
    path = tmp_path / "roster.csv"
    path.write_bytes(roster)

    with pytest.raises(UsageError, match=said):
        read_roster(path)


def test_a_roster_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UsageError, match=r"--roster .*none\.csv: the file cannot be read"):
        read_roster(tmp_path / "none.csv")
