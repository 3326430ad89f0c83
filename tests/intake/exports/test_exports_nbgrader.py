"""nbgrader: the tree of what was collected."""

import pytest

from autograder.errors import IntakeError

GATHER = b"async def fetchData(x):\n    return x\n"
STAMP = b"2026-03-01 12:00:00.000000 UTC\n"


def test_student_and_time_come_from_the_tree(exported):
    root = exported.tree(
        {
            "nbgrader_config.py": b"",
            "source/lab/ex1_gather.py": GATHER,
            "submitted/alice/lab/ex1_gather.py": GATHER,
            "submitted/alice/lab/timestamp.txt": STAMP,
            "submitted/bob/lab/ex1_gather.py": GATHER,
            "submitted/cy/lab/ex1_gather.py": GATHER,
            "submitted/cy/lab/timestamp.txt": b"2026-03-01 12:00\n",
            "submitted/di/": b"",
        }
    )

    for path in (root, root / "submitted"):
        found = exported(path)
        assert list(found) == ["alice", "bob", "cy", "di"]
        assert found["alice"].origin.system == "nbgrader"
        assert found["alice"].origin.keys == {"login": "alice"}
        assert found["alice"].origin.submitted_at == "2026-03-01T12:00:00+00:00"
        assert found["alice"].files == {"ex1_gather.py": GATHER}
        assert found["bob"].origin.submitted_at == ""
        assert any("there is no timestamp.txt" in note for note in found["bob"].notes)
        assert any("no time with an offset" in note for note in found["cy"].notes)
        assert found["di"].broken


def test_of_several_assignments_the_one_that_is_graded_is_taken(exported):
    members = {
        "submitted/alice/two/ex1_gather.py": GATHER,
        "submitted/alice/two/timestamp.txt": STAMP,
        "submitted/alice/three/ex1_gather.py": b"",
        "submitted/bob/three/ex1_gather.py": GATHER,
        "submitted/bob/stray.txt": b"",
    }

    found = exported(members, source="nbgrader")

    assert list(found) == ["alice"]
    assert found["alice"].files == {"ex1_gather.py": GATHER}
    assert exported.heard("alice/three: not of the assignment two: passed over")
    assert exported.heard("bob/three: not of the assignment two")
    assert exported.heard("bob/stray.txt: it lies in no assignment")


def test_where_it_is_not_clear_which_assignment_it_is_the_names_are_told(exported):
    members = {f"submitted/alice/{name}/timestamp.txt": STAMP for name in ("hw1", "hw2")}

    with pytest.raises(IntakeError, match="hw1, hw2"):
        exported(members)
