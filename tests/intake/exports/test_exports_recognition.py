"""What is taken for an export, what is not, and that nothing in one is lost."""

import os
import string
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.errors import IntakeError, UsageError
from autograder.intake.exports import SOURCES, SYSTEMS, canvas, moodle
from autograder.model import ORIGINS

GATHER = b"async def fetchData(x):\n    return x\n"
CANVAS = {"smithjohn_12345_678901_ex1_gather.py": GATHER, "leeann_780_678902_ex1_gather.py": GATHER}
MOODLE = {"John Smith_1001_assignsubmission_file/ex1_gather.py": GATHER}

ORDINARY = {
    "folders": {"alice/ex1_gather.py": GATHER, "bob/ex1_gather.py": GATHER},
    "archives": {"alice.zip": b"PK", "bob_1_2.zip": b"PK"},
    "names with numbers": {"alice_123_4567/ex1_gather.py": GATHER, "bob_12_3456/ex1_gather.py": GATHER},
    "one name like one of Canvas": {
        "team_1_2_final.zip": b"PK",
        "alice.zip": b"PK",
        "bob/ex1_gather.py": GATHER,
    },
    "numbered archives": {"lab_1_2_x.zip": b"PK", "lab_1_3_x.zip": b"PK"},
    "a Canvas name beside folders": {**CANVAS, "alice/ex1_gather.py": GATHER},
    "a file that is called so": {"submission_metadata.yml": b"", "alice/ex1_gather.py": GATHER},
    "a student called so": {"submitted/ex1_gather.py": GATHER, "bob/ex1_gather.py": GATHER},
    "a time stamp": {"alice/lab/timestamp.txt": b"", "bob/lab/ex1_gather.py": GATHER},
    "a result": {"result.json": b"{}", "alice/ex1_gather.py": GATHER, "alice.json": b"[]"},
    "mixed": {**CANVAS, **MOODLE},
}


def test_each_system_is_an_origin_and_has_a_name_to_ask_for():
    assert {system.name for system in SYSTEMS} == set(ORIGINS) - {""}
    assert set(SOURCES) == {"auto", "none"} | {system.name for system in SYSTEMS}


@pytest.mark.parametrize("members", ORDINARY.values(), ids=ORDINARY)
@pytest.mark.parametrize("packed", [False, True], ids=["folder", "archive"])
def test_an_ordinary_class_is_never_taken_for_an_export(exported, members, packed):
    found = exported(exported.zip(members) if packed else exported.tree(members))

    assert not any(each.origin for each in found.values())
    assert exported.told == []


def test_one_submission_is_no_export_whatever_else_lies_in_it(exported):
    found = exported({"ex1_gather.py": GATHER, **CANVAS, **MOODLE})

    assert list(found) == ["export"]


def test_recognising_is_switched_off_and_forced(exported):
    path = exported.zip(MOODLE)

    assert list(exported(path)) == ["John Smith_1001"]
    assert list(exported(path, source="none")) == ["John Smith_1001_assignsubmission_file"]
    single = exported.zip({"smithjohn_1_2_ex1_gather.py": GATHER}, "single.zip")
    assert list(exported(single, source="canvas")) == ["smithjohn_1"]


def test_a_wrong_name_is_told_with_those_that_there_are(exported):
    with pytest.raises(UsageError, match=r"Did you mean canvas\? It is one of auto, none, canvas"):
        exported(MOODLE, source="canvass")


def test_what_is_forced_and_cannot_be_is_told(exported):
    with pytest.raises(IntakeError, match="no submission in it that could come from canvas"):
        exported(MOODLE, source="canvas")


def test_a_folder_that_was_packed_as_a_whole_is_looked_into(exported):
    found = exported({f"submissions (1)/{name}": content for name, content in CANVAS.items()})

    assert list(found) == ["leeann_780", "smithjohn_12345"]


def test_of_several_paths_none_is_an_export_unless_all_are(exported):
    """Somebody grades `homework/*.zip`, and one student has packed an archive that looks like an export."""
    forged = exported.zip(CANVAS, "mallory.zip")
    honest = exported.zip({"ex1_gather.py": GATHER}, "alice.zip")

    with pytest.raises(IntakeError, match=r"mallory\.zip: no submission found"):
        exported(honest, forged)
    assert exported.heard("mallory.zip looks like the submissions of an assignment in Canvas, but")

    other = exported.zip(
        {"leeann_780_678999_ex2_cancel.py": GATHER, "x_1_100_ex1_gather.py": GATHER}, "c.zip"
    )
    found = exported(forged, other, attempts="all")
    assert len(found) == 4


def test_a_download_that_lies_in_the_folder_that_is_graded_is_told(exported):
    folder = exported.folder / "downloads"
    folder.mkdir()
    exported.zip(CANVAS, "downloads/submissions.zip")

    assert list(exported(folder)) == ["submissions"]
    assert exported.heard("submissions.zip is read as the submission of one student, but looks like")


def test_hostile_names_and_sizes_are_refused_inside_an_export_too(exported, make_zip):
    bomb = make_zip({"ex1_gather.py": b"\0" * 30_000_000})
    members = {f"s{number}_{number}_10{number}_ex1_gather.py": GATHER for number in range(100, 130)}
    found = exported(
        {
            **members,
            "../evil_1_1001_ex1_gather.py": GATHER,
            "bomb_555_678904_hw1.zip": bomb,
            "long_556_678905_ex1_gather.py": b"#" * (2**20 + 1),
            "ann\x1b[31m\u202e_557_678906_ex1_gather.py": GATHER,
        }
    )

    assert exported.heard("leads out of the archive")
    assert found["bomb_555"].broken
    assert "long" in found["long_556"].broken
    assert all(name.isprintable() for name in found)
    assert len(found) == 33


_NAMES = st.text(string.ascii_lowercase + "_ é", max_size=6)
_NUMBERS = st.integers(0, 10**6).map(str)


@st.composite
def canvas_entries(draw: st.DrawFn) -> str:
    who, late, user = draw(_NAMES), draw(st.sampled_from(["", "LATE_"])), draw(_NUMBERS)
    file = draw(
        st.sampled_from(["ex1_gather.py", "ex1_gather-1.py", "2_x.py", "a.zip", "a b.txt", "9_9_9.py"])
    )
    typed = draw(st.sampled_from(["text", "link"]))
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return f"{who}_{late}{user}_{typed}.html"
    if kind == 1:
        return f"{late}anon_{user}_{draw(_NUMBERS)}_{file}"
    return f"{who}_{late}{user}_{draw(_NUMBERS)}_{file}"


@st.composite
def moodle_entries(draw: st.DrawFn) -> str:
    number = draw(st.sampled_from(["", f"_{draw(_NUMBERS)}"]))
    kind = draw(st.sampled_from(["file", "file_", "onlinetext", "comments"]))
    file = draw(st.sampled_from(["ex1_gather.py", "src/a.py", "onlinetext.html"]))
    slash = draw(st.sampled_from(["/", "_"]))
    return f"{draw(_NAMES)}{number}_assignsubmission_{kind}{slash}{file}"


_STRAY = st.sampled_from(
    ["notes.txt", "x.py", "hw.zip", "folder/ex1_gather.py", "_", "a_b", "submission_1/x.py"]
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["canvas", "moodle"]), st.data())
def test_every_entry_is_in_a_submission_or_told_about(exported, source, data):
    entry = canvas_entries() if source == "canvas" else moodle_entries()
    names = data.draw(st.lists(st.one_of(entry, entry, entry, _STRAY), min_size=1, max_size=12, unique=True))
    tops = {name.split("/")[0] for name in names}
    if any(name in tops and any(other.startswith(f"{name}/") for other in names) for name in names):
        return  # both a file and a folder: no archive of a platform's
    contents = {name: f"# entry {number}\n".encode() for number, name in enumerate(names)}
    exported.warnings.clear()
    try:
        found = exported(contents, source=source)
    except IntakeError:
        # The run ends here: there is nothing that is somebody's.
        assert all(not any(_users_of(top, source)) or "_comments" in top for top in tops)
        return
    for name, content in contents.items():
        top = name.split("/")[0]
        if exported.heard(top):
            continue
        users = _users_of(top, source)
        owners = [e for e in found.values() if users & {*e.origin.keys.values()} or "" in users]
        assert owners, (name, found, exported.warnings)
        if name.endswith(".py"):
            held = {each for owner in owners for each in owner.files.values()}
            typed = any("typed" in note for owner in owners for note in owner.notes)
            told = any(owner.broken for owner in owners) or (typed and "onlinetext" in top)
            assert content in held or told, (name, owners)


def _users_of(name: str, source: str) -> set[str]:
    """Return the keys under which the one who handed this in may be found; an empty one for what is nobody's."""
    if source == "canvas":
        found = canvas.parse_name(name)
        # With three numbers in a row, the second one may be that of the user.
        return {found.user, found.attachment or found.user} if found else {""}
    named = moodle.parse_name(name)
    return {named.participant or " ".join(named.name.split())} if named else {""}


_MEASURE = """
import resource, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from decimal import Decimal
from autograder.intake import Reading, read_handed_in
from autograder.model import Assignment, Exercise
here = Path(".")
exercise = Exercise(id="1", title="One", file="ex1_gather.py", points=Decimal(1))
assignment = Assignment(id="a", title="A", folder=here, solutions=here, hidden_tests=here, exercises=(exercise,))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
found = read_handed_in([Path(sys.argv[1])], assignment, Reading())
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
held = sum(len(content) for each in found.submissions for content in each.files.values())
print(len(found.submissions), held, (after - before) * 1024)
"""


def test_a_class_of_500_fits_into_memory(tmp_path):
    path = tmp_path / "submissions.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for number in range(1_000, 1_500):
            source = os.urandom(30_000).hex().encode()
            archive.writestr(f"student{number}_{number}_9{number}_ex1_gather-1.py", b"# " + source)
            archive.writestr(f"student{number}_{number}_8{number}_notes.pdf", b"%PDF" + source[:20_000])
    root = str(Path(__file__).parents[3])
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE.format(root=root), str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    submissions, held, peak = map(int, done.stdout.split())

    assert submissions == 500
    assert held > 500 * 60_000
    assert peak < 3 * (held + path.stat().st_size)
