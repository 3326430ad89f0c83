"""``autograder check`` in a folder as students have it: what it says, where, and with which exit code."""

import json
import re

import pytest
from tiny_bundle import BLANK, RIGHT_1, RIGHT_2, SKELETON_1, SKELETON_2, TESTS, TOML, Folder

from autograder.cli.main import run


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Folder:
    made = Folder(tmp_path / "tiny")
    monkeypatch.chdir(made.path)
    return made


@pytest.fixture
def check(capsys):
    """Return a function that runs the command here and gives exit code, stdout and stderr."""

    def command(*arguments: str) -> tuple[int, str, str]:
        code = run(["check", *arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return command


def document(check, *arguments):
    code, out, _ = check("--json", *arguments)
    return code, json.loads(out)


# -- what it says ---------------------------------------------------------------------------------------------------


def test_all_right_is_said_shortly_and_no_more_is_claimed(folder, check):
    code, out, err = check()

    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "1 Doubling: all 2 public tests pass",
        "2 Greeting: the only public test passes",
        "All 3 public tests pass; the hidden ones run when you hand in.",
    ]


def test_open_blanks_come_first_in_order_with_place_and_prompt(folder, check):
    folder.write("ex1_double.py", SKELETON_1)

    code, out, _ = check()

    assert code == 1
    assert out.splitlines() == [
        "1 Doubling: 0 of 2 public tests pass",
        "  Blank 1 is still open (ex1_double.py:5): wait a second",
        "    Hint: Others go on.",
        "  Blank 2 is still open (ex1_double.py:7): give x twice",
        "  waits for blank 1: Doubling takes a second.",
        "  waits for blank 2: A number comes back doubled.",
        "2 Greeting: the only public test passes",
        "",
        "2 blanks are still open; 2 wait for open blanks; 1 of 3 public tests pass.",
        "Next: blank 1 (ex1_double.py:5)",
    ]


def test_failure_says_what_was_asked_what_happened_where_and_a_hint(folder, check):
    folder.write("ex1_double.py", RIGHT_1.replace("2 * x", "3 * x"))

    code, out, _ = check("--seed", "5")
    again = check("--seed", "5")[1]

    assert code == 1
    assert out == again, "the seed draws the same inputs"
    number = int(re.search(r"double\((\d+)\)", out)[1])
    assert out.splitlines() == [
        "1 Doubling: 1 of 2 public tests pass",
        "  fails: A number comes back doubled.",
        f"    double({number}): expected {2 * number}, got {3 * number}",
        "    ex1_double.py:6 (blank 2)",
        "    Hint: Multiply.",
        "    Hint: Two times.",
        "2 Greeting: the only public test passes",
        "",
        "1 public test fails; 2 of 3 public tests pass.",
        "Next: what fails in exercise 1 (ex1_double.py:6)",
        "Seed: 5 (--seed 5 draws the same inputs again)",
    ]


def test_error_is_told_with_the_line_that_raised_it(folder, check):
    folder.write("ex1_double.py", RIGHT_1.replace("return 2 * x", "return 2 * y"))

    _, out, _ = check()

    assert "    NameError: name 'y' is not defined (ex1_double.py, line 7: return 2 * y)\n" in out
    assert "    ex1_double.py:7\n" in out


def test_what_stops_every_test_is_told_once(folder, check):
    folder.write("ex1_double.py", RIGHT_1.replace("def double(x):", "def double(x)"))

    _, out, _ = check()

    assert (
        "  fails: all 2 public tests, for one reason\n"
        "    SyntaxError: expected ':' (ex1_double.py, line 3: async def double(x))\n"
    ) in out
    assert out.count("SyntaxError") == 1
    assert "ex1_double.py:3\n" in out
    assert "Hint" not in out, "what the tests are about does not matter yet"


def test_file_that_an_editor_saved_in_another_form_says_how_to_save_it(folder, check):
    (folder.path / "ex1_double.py").write_bytes(RIGHT_1.encode("utf-16"))

    assert "save the file as UTF-8" in " ".join(check()[1].split())

    (folder.path / "ex1_double.py").write_bytes(RIGHT_1.encode("utf-16-le"))

    assert "save the file as UTF-8" in " ".join(check()[1].split())


def test_number_of_hints_is_asked_for_like_every_other_number(folder, check):
    for given in ("x", "-1", "1.5", "100"):
        code, _, err = check("--hints", given)

        assert code == 2
        assert f"--hints: {given!r}" in err or given in err
        assert "whole number from 0 to 99" in " ".join(err.split())


def test_test_of_filled_blanks_waits_for_the_open_one_before_it(folder, check):
    folder.write("ex1_double.py", SKELETON_1.replace("blank(2)\n", "return 2 * x\n"))

    _, out, _ = check()

    assert "  waits for blank 1: A number comes back doubled." in out
    assert "fails" not in out


def test_open_blank_is_known_when_the_function_blank_was_deleted(folder, check):
    folder.write("ex1_double.py", SKELETON_1.replace("blank(2)\n", "return 2 * x\n").replace(BLANK, ""))

    _, out, _ = check()

    assert "  Blank 1 is still open (ex1_double.py:5): wait a second" in out
    assert "  waits for blank 1: A number comes back doubled." in out


def test_blank_that_does_no_harm_any_more_is_not_called_open(folder, check):
    folder.write("ex1_double.py", RIGHT_1.replace("return 2 * x\n", "return 2 * x\n    blank(2)\n"))

    assert check()[0] == 0


@pytest.mark.parametrize(
    ("arguments", "hints"),
    [
        ((), ["Others go on."]),
        (("--hints", "0"), []),
        (("--hints", "1"), ["Others go on.", "Two times."]),
        (("--hints", "2"), ["Others go on.", "asyncio.sleep", "Two times.", "2 * x"]),
    ],
)
def test_hints_go_as_far_as_asked(folder, check, arguments, hints):
    folder.write("ex1_double.py", SKELETON_1)

    _, out, _ = check("ex1_double.py", *arguments)

    assert re.findall("Hint: (.*)", out) == hints


def test_no_hint_is_shown_of_a_failing_test_when_none_is_wanted(folder, check):
    folder.write("ex2_greet.py", RIGHT_2.replace("hello'", "Hello'"))

    assert re.findall("Hint: (.*)", check("ex2_greet.py", "--hints", "2")[1]) == [
        "In small letters.",
        "print it",
    ]
    assert "Hint" not in check("ex2_greet.py", "--hints", "0")[1]


# -- what is checked ------------------------------------------------------------------------------------------------


def test_bundle_is_found_from_a_single_file_a_folder_below_and_from_elsewhere(
    folder, check, tmp_path, monkeypatch
):
    (folder.path / "notes").mkdir()
    (folder.path / "old").mkdir()
    folder.write("old/ex2_greet.py", SKELETON_2)

    assert check("ex1_double.py")[1].startswith(
        "1 Doubling: all 2 public tests pass\nAll 2 public tests pass;"
    )
    assert check("notes")[0] == 0, "there is nothing in it, so the exercises above are meant"
    assert "Blank 1 is still open (old/ex2_greet.py:3)" in check("old")[1], "what lies there is meant"
    monkeypatch.chdir(tmp_path)
    assert check("tiny")[0] == 0


def test_files_elsewhere_are_checked_with_the_clones_assignment(tmp_path, check, monkeypatch):
    clone, mine = Folder(tmp_path / "clone" / "assignments" / "tiny"), Folder(tmp_path / "mine")
    (mine.path / "assignment.toml").unlink()
    (clone.path / "ex1_double.py").write_text("never looked at")
    monkeypatch.chdir(tmp_path / "clone")

    assert check(str(mine.path))[0] == 0
    assert check(str(mine.path), "--assignment", "tiny")[0] == 0


def test_missing_file_is_told_for_its_exercise_and_the_others_are_checked(folder, check):
    (folder.path / "ex1_double.py").rename(folder.path / "ex1_double (1).py")

    code, out, _ = check()

    assert code == 1
    assert (
        "1 Doubling: not checked\n  ex1_double.py is missing. If ex1_double (1).py is it, give it that name.\n"
        in out
    )
    assert "2 Greeting: the only public test passes" in out
    assert "1 file could not be checked; 1 of 1 public tests pass." in out
    assert out.endswith("\nNext: the file of exercise 1 (ex1_double.py)\n")


def test_own_modules_beside_the_exercise_can_be_imported(folder, check):
    (folder.path / "parts").mkdir()
    folder.write("parts/__init__.py", "")
    folder.write("parts/two.py", "TWO = 2\n")
    folder.write("ex1_double.py", "from parts.two import TWO\n" + RIGHT_1.replace("2 * x", "TWO * x"))

    assert check("ex1_double.py")[0] == 0


def test_wrong_paths_teach(folder, check, tmp_path):
    folder.write("ex1_double_v2.py", RIGHT_1)
    folder.write("ex1_double-old.py", RIGHT_1)
    (folder.path / "ex1_double.py").unlink()
    (tmp_path / "empty").mkdir()
    complaints = {
        "nowhere": "nowhere: there is no such file or folder. Give the folder of the exercises",
        "": "PATH is empty",
        "test_public.py": "none of the files of tiny, which are ex1_double.py, ex2_greet.py. Give one of those.",
        "ex1_double_v2.py": "If it is meant to be ex1_double.py, give it that name.",
        ".": "each of ex1_double-old.py, ex1_double_v2.py may be it. Give the one that counts the name",
        str(tmp_path / "empty"): "none of the files of tiny is in this folder (ex1_double.py, ex2_greet.py)",
    }

    for path, complaint in complaints.items():
        code, out, err = check(path)
        assert (code, out) == (2, ""), path
        assert complaint in err


def test_folder_without_exercises_says_where_to_go(tmp_path, check, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("autograder.catalogue.find._CHECKOUT", tmp_path)

    code, _, err = check()

    assert code == 2
    assert "assignment.toml and test_public.py. Change into the folder that you got" in err


@pytest.fixture
def no_clone(tmp_path, monkeypatch):
    """As on a student's machine: there is nothing but the bundle."""
    monkeypatch.setattr("autograder.catalogue.find._CHECKOUT", tmp_path)


def test_assignment_is_found_by_its_name_in_the_bundle_itself(folder, check, no_clone):
    assert check("--assignment", "tiny")[0] == 0

    code, out, err = check("--assignment", "small")

    assert (code, out) == (2, "")
    assert "this is the bundle of tiny, and not of small. Leave out --assignment" in " ".join(err.split())


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        (["test_public.py"], "test_public.py is missing"),
        (["assignment.toml"], "assignment.toml is missing"),
        (["assignment.toml", "test_public.py"], "assignment.toml and test_public.py are missing"),
        (["assignment.toml", "manifest.json"], "assignment.toml is missing"),
    ],
)
@pytest.mark.parametrize("arguments", [[], ["--assignment", "tiny"], ["ex1_double.py"]])
def test_what_a_bundle_lacks_is_named(folder, check, no_clone, missing, told, arguments):
    for name in missing:
        (folder.path / name).unlink()

    code, out, err = check(*arguments)

    assert (code, out) == (2, "")
    assert f"{told}, so there is nothing to check with. Take" in " ".join(err.split())
    assert "from the bundle again" in " ".join(err.split())


# -- a bundle that is not as it was released ------------------------------------------------------------------------


def test_changed_public_tests_still_run_and_are_noted(folder, check):
    folder.write("test_public.py", TESTS.replace("\n", "\r\n"))
    assert "Note" not in check()[1], "line ends are no change"

    folder.write("test_public.py", TESTS.replace("hello\\n", "Hello\\n"))
    code, out, _ = check("ex2_greet.py")

    assert code == 1
    assert "what greet prints, line 1: expected 'Hello', got 'hello'" in out
    assert "Note: test_public.py is not as it was released" in out


@pytest.mark.parametrize("manifest", ["{", "[]", '{"format": "x"}', "\0" * 9, "[" * 100_000])
def test_damaged_manifest_costs_the_hints_only(folder, check, manifest):
    folder.write("manifest.json", manifest)

    code, out, _ = check("ex2_greet.py")

    assert code == 0
    assert "Note: manifest.json" in out


def test_strange_manifest_does_no_harm(folder, check):
    exercises = [
        {"id": "2", "blanks": [{"number": "1"}, 3, {"number": 1, "prompt": "x", "hints": [4, {}, "y"]}]},
        5,
    ]
    folder.write("ex2_greet.py", SKELETON_2)
    for odd in (
        {"exercises": exercises, "files": 3},
        {"exercises": 1, "files": {"test_public.py": 2}, "assignment": 3},
    ):
        folder.write("manifest.json", json.dumps({"format": "autograder-bundle/1", **odd}))
        assert check("ex2_greet.py")[0] == 1


def test_wrong_settings_are_a_configuration_error(folder, check):
    folder.write("assignment.toml", TOML.replace("autograder-assignment/1", "x"))

    code, _, err = check()

    assert code == 2
    assert "assignment.toml: format is 'x'" in err


def test_public_test_that_is_broken_is_our_failure_and_nobody_elses(folder, check):
    folder.write("test_public.py", TESTS.replace("check(student.stdout", "chekc(student.stdout"))

    code, out, err = check()

    assert (code, out) == (3, "")
    assert "test_greets: NameError: name 'chekc' is not defined" in err
    assert "If test_public.py was changed, take the released one again." in err


# -- for programs ---------------------------------------------------------------------------------------------------


def test_json_is_one_document(folder, check):
    folder.write("ex1_double.py", SKELETON_1.replace("blank(1)\n", "await asyncio.sleep(2)\n"))
    (folder.path / "ex2_greet.py").unlink()

    code, told = document(check, "--seed", "7", "--hints", "2")

    assert code == 1
    assert told == {
        "format": "autograder-check/1",
        "assignment": "tiny",
        "seed": 7,
        "passed": False,
        "exercises": [
            {
                "id": "1",
                "title": "Doubling",
                "file": "ex1_double.py",
                "passed": False,
                "missing": "",
                "open_blanks": [
                    {"number": 2, "line": 7, "prompt": "give x twice", "hints": ["Two times.", "2 * x"]}
                ],
                "tests": [
                    {
                        "name": "test_takes_a_second",
                        "title": "Doubling takes a second.",
                        "concept": "timing",
                        "blanks": [1],
                        "outcome": "student_error",
                        "waits_for": [2],
                        "line": 7,
                        "message": "",
                        "hint": "Await a pause.",
                        "hints": ["Others go on.", "asyncio.sleep"],
                        "virtual_seconds": 2.0,
                    },
                    {
                        "name": "test_doubles",
                        "title": "A number comes back doubled.",
                        "concept": "result",
                        "blanks": [2],
                        "outcome": "student_error",
                        "waits_for": [2],
                        "line": 7,
                        "message": "",
                        "hint": "Multiply.",
                        "hints": ["Two times.", "2 * x"],
                        "virtual_seconds": 2.0,
                    },
                ],
            },
            {
                "id": "2",
                "title": "Greeting",
                "file": "ex2_greet.py",
                "passed": False,
                "missing": f"ex2_greet.py is missing in {folder.path}.",
                "open_blanks": [],
                "tests": [],
            },
        ],
        "notes": [],
    }
