"""Several attempts of one student: which counts, and that no other is dropped in silence."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from autograder.errors import IntakeError, UsageError
from autograder.intake import HandedIn, Reading, read_handed_in
from autograder.intake.attempts import Attempt, best_of, in_order
from autograder.model import Origin, Status, Submission, SubmissionReport

FIRST = b"async def fetchData(x):\n    return x\n"
SECOND = FIRST + b"# better\n"


def metadata(number: int, when: str, *, earlier: int = 0, who: str = "ann") -> bytes:
    history = "".join(f"\n  - :id: {n}" for n in range(earlier)) or " []"
    text = (
        f"submission_{number}:\n  :submitters:\n  - :name: {who.title()}\n    :email: {who}@x.example\n"
        f"  :created_at: {when}\n  :history:{history}\n"
    )
    return text.encode()


class Exports:
    def __init__(self, folder: Path, make_zip, assignment) -> None:
        self._folder, self._make_zip, self._assignment = folder, make_zip, assignment
        self.paths: list[Path] = []
        self.warnings: list[str] = []

    def gradescope(self, name: str, number: int, content: bytes, when: str, **told: object) -> None:
        self.add(
            name,
            {
                "e/submission_metadata.yml": metadata(number, when, **told),
                f"e/submission_{number}/ex1_gather.py": content,
            },
        )

    def add(self, name: str, members: dict[str, bytes]) -> None:
        path = self._folder / name
        path.write_bytes(self._make_zip(members))
        self.paths.append(path)

    def read(self, attempts: str = "latest") -> HandedIn:
        return read_handed_in(
            self.paths, self._assignment, Reading(attempts=attempts), warn=self.warnings.append
        )


@pytest.fixture
def exports(tmp_path, make_zip, assignment):
    return Exports(tmp_path, make_zip, assignment)


@pytest.fixture
def resubmitted(exports):
    exports.gradescope("tuesday.zip", 6, SECOND, "2026-03-03 10:00:00 +01:00", earlier=1)
    exports.gradescope("monday.zip", 5, FIRST, "2026-03-02 10:00:00 +01:00")
    return exports


def test_the_latest_counts_and_the_report_says_how_many_there_were(resubmitted):
    (ann,) = resubmitted.read().submissions

    assert ann.id == "Ann_6"
    assert ann.files["ex1_gather.py"] == SECOND
    assert ann.notes[0] == (
        "2 attempts: the last one counts, of 2026-03-03T10:00:00+01:00; not the one of 2026-03-02T10:00:00+01:00"
    )
    assert any("2 attempts" in warning for warning in resubmitted.warnings)


def test_all_are_submissions_of_their_own(resubmitted):
    first, second = resubmitted.read("all").submissions

    assert (first.files["ex1_gather.py"], second.files["ex1_gather.py"]) == (FIRST, SECOND)
    assert (first.id, second.id) == ("Ann_5", "Ann_6")
    assert "attempt 1 of 2" in first.notes[0]


def test_for_the_best_all_are_graded(resubmitted):
    handed_in = resubmitted.read("best")

    assert len(handed_in.submissions) == 2
    assert handed_in.best_of == {"Ann_6": ("Ann_5", "Ann_6")}


def test_attempts_under_one_id_are_numbered(exports):
    for name, hour, content in (("b.zip", "11", SECOND), ("a.zip", "10", FIRST)):
        stamp = f"2026-03-01 {hour}:00:00.000000 UTC".encode()
        exports.add(
            name, {"submitted/ann/lab/ex1_gather.py": content, "submitted/ann/lab/timestamp.txt": stamp}
        )

    found = exports.read("best")

    assert found.best_of == {"ann": ("ann-attempt1", "ann-attempt2")}
    assert [each.files["ex1_gather.py"] for each in found.submissions] == [FIRST, SECOND]
    assert [each.id for each in exports.read().submissions] == ["ann"]


def test_where_nothing_tells_which_is_the_last_it_is_an_error_that_says_what_to_do(exports):
    exports.add("first.zip", {"leeann_780_100001_ex1_gather.py": FIRST, "ek_55_100002_ex1_gather.py": FIRST})
    exports.add(
        "second.zip", {"leeann_780_200001_ex1_gather.py": SECOND, "ek_55_100002_ex1_gather.py": FIRST}
    )

    with pytest.raises(IntakeError) as caught:
        exports.read()
    said = str(caught.value)
    assert "leeann_780 (in first.zip, in second.zip)" in said
    assert "ek_55" not in said
    assert "--attempts best" in said
    assert "--attempts all" in said
    assert "Leave out the one that does not count" in said

    handed_in = exports.read("all")
    assert len(handed_in.submissions) == 3
    assert any(
        "ek_55: the same in first.zip and second.zip: counted once" in each for each in exports.warnings
    )


def test_two_at_the_same_time_are_a_tie(exports):
    exports.gradescope("a.zip", 5, FIRST, "2026-03-02 10:00:00 +01:00")
    exports.gradescope("b.zip", 6, SECOND, "2026-03-02 09:00:00 Z")

    with pytest.raises(IntakeError, match="nothing tells which attempt is the last"):
        exports.read()


def test_the_last_attempt_counts_also_if_it_cannot_be_read(exports, make_zip):
    exports.gradescope("a.zip", 5, FIRST, "2026-03-02 10:00:00 +01:00")
    exports.gradescope("b.zip", 6, b"", "2026-03-03 10:00:00 +01:00", earlier=1)

    (ann,) = exports.read().submissions

    assert "empty" in ann.broken
    assert "2 attempts" in ann.notes[0]


def test_students_who_look_alike_are_not_attempts_of_one(exports):
    exports.gradescope("a.zip", 5, FIRST, "2026-03-02 10:00:00 +01:00", who="ann")
    exports.gradescope("b.zip", 6, FIRST, "2026-03-03 10:00:00 +01:00", who="bob")

    assert [each.id for each in exports.read().submissions] == ["Ann_5", "Bob_6"]


def test_one_who_is_in_two_groups_is_told(exports):
    text = metadata(5, "2026-03-02 10:00:00 Z") + metadata(6, "2026-03-02 11:00:00 Z").replace(
        b"    :email: ann@x.example\n",
        b"    :email: ann@x.example\n  - :name: Bob\n    :email: bob@x.example\n",
    )
    members = {f"e/submission_{number}/ex1_gather.py": FIRST for number in (5, 6)}
    exports.add("a.zip", {"e/submission_metadata.yml": text, **members})

    assert [each.id for each in exports.read().submissions] == ["Ann + Bob_6", "Ann_5"]
    assert exports.warnings == ["ann@x.example: has handed in with several groups: Ann_5, Ann + Bob_6"]


def test_ordinary_folders_of_one_name_are_not_attempts(tmp_path, assignment):
    for group in ("monday", "tuesday"):
        for name in ("alice", "bob"):
            (tmp_path / group / name).mkdir(parents=True)
            (tmp_path / group / name / "ex1_gather.py").write_bytes(FIRST)

    found = read_handed_in([tmp_path / "monday", tmp_path / "tuesday"], assignment, Reading())

    assert [each.id for each in found.submissions] == [
        "monday-alice",
        "monday-bob",
        "tuesday-alice",
        "tuesday-bob",
    ]


def test_a_wrong_word_is_told(exports):
    with pytest.raises(UsageError, match=r"--attempts lates: Did you mean latest\?"):
        exports.read("lates")


def attempt(name: str, when: str = "", number: int = 0) -> Attempt:
    origin = Origin(system="gradescope", submitted_at=when, attempt=number)
    return Attempt(origin=name, place=name, submission=Submission(id=name, origin=origin))


@pytest.mark.parametrize(
    ("tries", "order"),
    [
        ([attempt("a", number=2), attempt("b", number=1)], "ba"),
        ([attempt("a", "2026-03-02T10:00:00+01:00"), attempt("b", "2026-03-02T08:59:00+00:00")], "ba"),
        ([attempt("a", "2026-03-02T10:00:00+01:00", 2), attempt("b", "2026-03-03T10:00:00+01:00", 1)], None),
        ([attempt("a", "2026-03-02T10:00:00+01:00"), attempt("b")], None),
        ([attempt("a", "2026-03-02T10:00:00"), attempt("b", "2026-03-03T10:00:00")], None),
        ([attempt("a", number=1), attempt("b", number=1)], None),
        ([attempt("a", "soon", 3), attempt("b", "later", 1), attempt("c", "", 2)], "bca"),
    ],
    ids=["numbers", "times", "they disagree", "one unknown", "no offset", "a tie", "times that are none"],
)
def test_order_is_told_by_time_or_number_and_never_guessed(tries, order):
    found = in_order(tries)

    assert order == (None if found is None else "".join(each.origin for each in found))


def report(name: str, score: str, status: Status = Status.GRADED) -> SubmissionReport:
    reason = "" if status is Status.GRADED else "damaged"
    return SubmissionReport(
        id=name, status=status, score=Decimal(score), max_score=Decimal(10), reason=reason
    )


def test_the_best_counts_and_of_equal_ones_the_later():
    best = best_of("ann", [report("1", "3"), report("2", "7"), report("3", "7"), report("4", "5")])

    assert (best.id, best.score) == ("ann", 7)
    assert best.notes == ("4 attempts: 3 counts, with the highest score; the others: 1: 3; 2: 7; 4: 5",)


def test_what_could_not_be_graded_is_no_zero_among_attempts():
    broken = report("2", "0", Status.NOT_GRADED)

    assert best_of("ann", [replace(report("1", "0")), broken]).status is Status.GRADED
    assert "2: not graded, damaged" in best_of("ann", [report("1", "0"), broken]).notes[0]
    assert best_of("ann", [broken, replace(broken, id="3")]).status is Status.NOT_GRADED
