"""Canvas: names of entries, whose file is whose, and what is a submission and what is not."""

import pytest
from notebooks import notebook

from autograder.intake import names_handed_in
from autograder.intake.exports.canvas import original_name, parse_name, slug_of

GATHER = b"async def fetchData(x):\n    return x\n"
CANCEL = b"async def longRunningJob(name, seconds):\n    pass\n"
UUID = "1b4e28ba-2fa1-11d2-883f-0016d3cca427"

NAMES = [
    # entry, slug, late, user, attachment, file
    ("smithjohn_12345_678901_hw1.py", "smithjohn", False, "12345", "678901", "hw1.py"),
    ("smithjohn_LATE_12345_678902_hw1-1.py", "smithjohn", True, "12345", "678902", "hw1-1.py"),
    ("oneilruizzoëann_777_888_solution (1).py", "oneilruizzoëann", False, "777", "888", "solution (1).py"),
    ("team3_12345_678903_hw1.zip", "team3", False, "12345", "678903", "hw1.zip"),
    ("smithjohn_12345_text.html", "smithjohn", False, "12345", "", "text.html"),
    ("smithjohn_LATE_12345_link.html", "smithjohn", True, "12345", "", "link.html"),
    ("van_der2ed_9_10_a_b_12_c.py", "van_der2ed", False, "9", "10", "a_b_12_c.py"),
    ("anon_aB3dE_678904_hw1.py", "", False, "aB3dE", "678904", "hw1.py"),
    ("LATE_anon_aB3dE_678905_hw1.py", "", True, "aB3dE", "678905", "hw1.py"),
    ("12345_678901_hw1.py", "", False, "12345", "678901", "hw1.py"),
    ("王小明_31_100_作业 一.py", "王小明", False, "31", "100", "作业 一.py"),
]


@pytest.mark.parametrize(("entry", "slug", "late", "user", "attachment", "file"), NAMES)
def test_each_kind_of_name_is_read(entry, slug, late, user, attachment, file):
    found = parse_name(entry)

    assert found is not None
    assert (found.slug, found.late, found.user, found.attachment, found.file) == (
        slug,
        late,
        user,
        attachment,
        file,
    )
    assert found.anonymous is ("anon_" in entry)


@pytest.mark.parametrize(
    "entry", ["notes.txt", "hw1.py", "smith_12345.py", "a_b_c.py", "_", "", "1_2", "١_٢_x.py"]
)
def test_other_names_are_not_those_of_canvas(entry):
    assert parse_name(entry) is None


def test_files_of_one_student_are_one_submission_with_its_keys(exported):
    found = exported(
        {
            "smithjohn_12345_678901_ex1_gather.py": GATHER,
            "smithjohn_12345_678902_ex2_cancel.py": CANCEL,
            "oneilruizzoëann_LATE_777_888001_ex1_gather.py": GATHER,
        }
    )

    assert list(found) == ["oneilruizzoëann_777", "smithjohn_12345"]
    john, zoe = found["smithjohn_12345"], found["oneilruizzoëann_777"]
    assert john.files == {"ex1_gather.py": GATHER, "ex2_cancel.py": CANCEL}
    assert john.origin.system == "canvas"
    assert john.origin.keys == {"canvas_user_id": "12345", "canvas_name": "smithjohn"}
    assert (john.origin.late, zoe.origin.late) == (False, True)
    assert (john.origin.attempt, john.origin.submitted_at) == (0, "")
    (told,) = exported.told
    assert told.endswith(
        "export.zip is read as the submissions of an assignment in Canvas: 2 submissions "
        "(--from none reads it as an ordinary class)"
    )
    assert exported.warnings == []


def test_two_students_of_one_name_stay_two(exported):
    found = exported(
        {"leeann_780_1001_ex1_gather.py": GATHER, "leeann_781_1002_ex1_gather.py": GATHER + b"# other\n"}
    )

    assert list(found) == ["leeann_780", "leeann_781"]


def test_where_names_are_hidden_the_anonymous_id_tells_who_is_who(exported):
    found = exported(
        {"anon_aB3dE_678904_ex1_gather.py": GATHER, "LATE_anon_Zz9_678905_ex1_gather.py": GATHER}
    )

    assert list(found) == ["anon_Zz9", "anon_aB3dE"]
    assert found["anon_Zz9"].origin.keys == {"canvas_anonymous_id": "Zz9"}
    assert found["anon_Zz9"].origin.late is True


@pytest.mark.parametrize("suffix", ["-1", "-7", f"-{UUID}"])
def test_what_canvas_adds_to_a_name_is_no_attempt_and_is_taken_away(exported, suffix):
    found = exported(
        {
            f"smithjohn_12345_678901_ex1_gather{suffix}.py": GATHER,
            f"smithjohn_12345_678902_helper{suffix}.py": b"X = 1\n",
            "eklund_555_678903_ex1_gather.py": GATHER,
        }
    )

    john = found["smithjohn_12345"]
    assert john.files == {"ex1_gather.py": GATHER, "helper.py": b"X = 1\n"}
    assert john.origin.attempt == 0
    assert any(f"ex1_gather{suffix}.py is read as ex1_gather.py" in note for note in john.notes)


@pytest.mark.parametrize(
    "name", ["hw-8.py", "hw-12.py", "my-file-1.py", "hw-1.txt", "hw-1.tar.gz", "-1.py", "hw.py"]
)
def test_a_number_that_a_student_may_have_meant_stays(name):
    assert original_name(name) == name


def test_of_a_file_and_its_re_upload_in_one_submission_neither_replaces_the_other(exported):
    found = exported(
        {
            "smithjohn_12345_678901_ex1_gather.py": GATHER,
            "smithjohn_12345_678902_ex1_gather-1.py": b"# older\n",
            "eklund_555_678903_ex1_gather-1.py": GATHER,
            "eklund_555_678904_ex1_gather-2.py": b"# other\n",
        }
    )

    assert found["smithjohn_12345"].files == {"ex1_gather.py": GATHER, "ex1_gather-1.py": b"# older\n"}
    assert set(found["eklund_555"].files) == {"ex1_gather-1.py", "ex1_gather-2.py"}
    assert any("any of ex1_gather-1.py, ex1_gather-2.py" in note for note in found["eklund_555"].notes)


def test_the_same_name_twice_in_one_submission_is_not_graded_by_a_guess(exported):
    found = exported(
        {
            "smithjohn_12345_678901_ex1_gather.py": GATHER,
            "smithjohn_12345_678902_ex1_gather.py": b"# other\n",
        }
    )

    assert "more than once at the same time" in found["smithjohn_12345"].broken
    assert found["smithjohn_12345"].origin.keys["canvas_user_id"] == "12345"


def test_what_was_typed_into_canvas_is_not_graded_and_says_so(exported):
    found = exported(
        {
            "smithjohn_12345_text.html": b"<p>print(1)</p>",
            "eklund_LATE_555_link.html": b"<a href='x'>x</a>",
            "leeann_780_100001_ex1_gather.py": GATHER,
        }
    )

    assert "text.html" in found["smithjohn_12345"].broken
    assert "link.html" in found["eklund_555"].broken
    assert found["eklund_555"].origin.late is True
    assert not found["leeann_780"].broken


def test_archives_of_students_are_opened_and_damaged_ones_are_not_graded(exported, make_zip):
    inner = make_zip({"work/src/ex1_gather.py": GATHER, "work/src/ex2_cancel.py": CANCEL})
    found = exported(
        {
            "team3_12345_678903_hw1.zip": inner,
            "eklund_555_678904_hw1.zip": inner[:-30],
            "leeann_780_678905_ex1_gather.py": b"",
            "oxana_781_678906_report.pdf": b"%PDF",
            "pia_782_678907_hw1.zip": make_zip({}),
        }
    )

    assert set(found) == {"team3_12345", "eklund_555", "leeann_780", "oxana_781", "pia_782"}
    assert found["team3_12345"].files["ex1_gather.py"] == GATHER
    assert "hw1.zip" in found["eklund_555"].broken
    assert "empty" in found["leeann_780"].broken
    assert any("report.pdf" in note for note in found["oxana_781"].notes)
    assert found["pia_782"].broken


def test_a_name_that_ends_in_a_number_does_not_hand_in_for_somebody_else(exported):
    """A student who is called `eve_777` has files that begin like those of the user 777."""
    found = exported(
        {
            "smithjohn_777_678901_ex1_gather.py": GATHER,
            "eve_777_12345_678902_ex1_gather.py": CANCEL,
        }
    )

    assert found["smithjohn_777"].files == {"ex1_gather.py": GATHER}
    assert found["eve_777_12345"].origin.keys["canvas_user_id"] == "12345"


def test_an_anonymous_id_says_nothing_about_a_user_with_the_same_number(exported):
    found = exported(
        {
            "anon_777_678901_ex1_gather.py": GATHER,
            "smithjohn_777_678902_2_cancel.py": CANCEL,
            "leeann_678902_text.html": b"",
        }
    )

    assert set(found) == {"anon_777", "smithjohn_777", "leeann_678902"}


def test_where_it_cannot_be_told_whose_a_file_is_nobody_is_graded(exported):
    found = exported(
        {"smithjohn_777_678901_1_gather.py": GATHER, "eve_777_12345_678902_ex1_gather.py": CANCEL}
    )

    (both,) = found.values()
    assert "carry the same user id" in both.broken


def test_a_file_name_that_begins_with_numbers_is_the_students(exported):
    found = exported({"smithjohn_12345_678901_2_cancel.py": CANCEL, "leeann_780_678902_1_gather.py": GATHER})

    assert set(found) == {"smithjohn_12345", "leeann_780"}
    assert found["smithjohn_12345"].files["ex2_cancel.py"] == CANCEL


def test_a_stray_entry_is_told_and_folders_are_too_when_asked_for(exported):
    members = {f"s{number}_{number}_10{number}_ex1_gather.py": GATHER for number in range(100, 110)}
    exported({**members, "read me.txt": b"by the teacher"})
    assert exported.heard("read me.txt: this is no name that Canvas gives: passed over")

    exported.warnings.clear()
    exported({**members, "extra/ex1_gather.py": GATHER}, source="canvas")
    assert exported.heard("extra: Canvas puts no folders there: passed over")


def test_an_unpacked_archive_is_read_in_the_same_way(exported):
    names = ("smithjohn_12345_678901_ex1_gather.py", "leeann_LATE_780_678902_ex1_gather.py")

    found = exported(exported.tree({**dict.fromkeys(names, GATHER), "Thumbs.db": b""}))

    assert [(name, each.origin.late) for name, each in found.items()] == [
        ("leeann_780", True),
        ("smithjohn_12345", False),
    ]


def test_names_of_the_files_tell_which_assignment_it_is(exported):
    path = exported.zip({"smithjohn_12345_678901_ex1_gather-2.py": GATHER})

    assert "ex1_gather.py" in set(names_handed_in([path]))


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Smith, John", "smithjohn"), ("O'Neil-Ruiz, Zoë Ann", "oneilruizzoëann"), ("X_Y", "x_y")],
)
def test_a_name_becomes_what_canvas_makes_of_it(name, slug):
    assert slug_of(name) == slug


def test_a_notebook_handed_in_twice_at_the_same_time_is_not_chosen_from(exported):
    (found,) = exported(
        {
            "smithjohn_12345_678901_ex1_gather.ipynb": notebook("x = 1"),
            "smithjohn_12345_678902_ex1_gather.ipynb": notebook("x = 2"),
        }
    ).values()

    assert "ex1_gather.ipynb was handed in more than once" in found.broken


def test_a_class_whose_names_hold_a_year_is_none_of_canvas(exported):
    book = notebook(GATHER.decode())
    found = exported(
        exported.tree(
            {"amy_2026_1101_hw.ipynb": book, "bob_2026_1101_hw.ipynb": book, "cyd_2026_1102_hw.ipynb": book}
        )
    )

    assert set(found) == {"amy_2026_1101_hw", "bob_2026_1101_hw", "cyd_2026_1102_hw"}
