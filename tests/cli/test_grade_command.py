"""``autograder grade`` from end to end: real suite, real jail, real processes."""

import json
import os
import re

CLASS_FILES = ["report.html", "report.md", "scores.csv"]
SCORES = {"alice": 5, "bob": 4, "carol": 2, "dora": 5, "emil": None}


def without_times(text: str) -> str:
    return re.sub(r'"\w+_wall_seconds": [0-9.e-]+', '"": 0', text)


def test_class_is_graded_and_a_damaged_zip_stops_nobody(course):
    course.hand_in_a_class()

    done = course.grade("class", "--json", "--seed", "7")

    assert done.returncode == 4
    document = json.loads(done.stdout)
    assert {**document, "submissions": 0} == {
        "format": "autograder/1",
        "assignment": "tiny",
        "seed": 7,
        "jail": "bwrap",
        "submissions": 0,
    }
    assert {each["id"]: each["score"] for each in document["submissions"]} == SCORES
    assert [each["id"] for each in document["submissions"]] == sorted(SCORES)
    emil = document["submissions"][4]
    assert emil["status"] == "not_graded"
    assert "emil.zip is not a readable zip" in emil["reason"]
    bob = document["submissions"][1]["exercises"][0]["tests"]
    assert [(test["name"], test["outcome"], test["score"], test["message"]) for test in bob] == [
        ("test_doubles", "passed", 2, ""),
        ("test_takes_a_second", "failed", 0, "it took 0.0 s, not 1 s"),
    ]
    assert bob[0]["hint"] == "Multiply by two."


def test_same_seed_gives_the_same_bytes_with_any_number_of_jobs(course):
    course.hand_in_a_class()

    runs = [
        course.grade("class", "--json", "--seed", "7", "--jobs", jobs, "--output", f"out{jobs}")
        for jobs in ("1", "3")
    ]

    assert without_times(runs[0].stdout) == without_times(runs[1].stdout)
    first, second = (
        {path.name: without_times(path.read_text()) for path in folder.iterdir()}
        for folder in (course.root / "out1", course.root / "out3")
    )
    assert first == second
    assert sorted(first) == sorted([*CLASS_FILES, *(f"{name}.json" for name in SCORES)])


def test_report_of_each_submission_is_what_the_whole_document_says(course):
    course.hand_in("alice")
    course.hand_in("bob", first="")

    done = course.grade("class", "--json", "--output", "class/reports", "--seed", "7")
    again = course.grade("class", "--json", "--output", "class/reports", "--seed", "7")

    assert done.returncode == again.returncode == 0, "the reports in the class are no submission"
    document = json.loads(again.stdout)
    for submission in document["submissions"]:
        report = json.loads((course.root / "class" / "reports" / f"{submission['id']}.json").read_text())
        assert report == {**document, "submissions": [submission]}


def test_seed_is_drawn_and_said_so_that_the_run_can_be_repeated(course):
    course.hand_in("alice", first="async def double(x):\n    return x")

    first, second = course.grade("class/alice"), course.grade("class/alice")

    seeds = [
        re.search(r"^Seed: (\d+) \(--seed \1 draws", done.stdout, re.MULTILINE)[1] for done in (first, second)
    ]
    assert seeds[0] != seeds[1]
    message = re.search(r"double\(number\).*", first.stdout)[0]
    assert message != re.search(r"double\(number\).*", second.stdout)[0]
    assert message in course.grade("class/alice", "--seed", seeds[0]).stdout


def test_pipe_gets_a_plain_table_and_nothing_on_stderr(course):
    course.hand_in_a_class()
    name = "a-student-with-a-name-that-is-much-longer-than-eighty-columns-" + "x" * 40
    course.hand_in(name)

    done = course.grade("class", "--seed", "7", COLUMNS="30", FORCE_COLOR="1")

    assert done.stderr == ""
    assert "\x1b" not in done.stdout
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[:8] == [
        ["submission", "1/3", "2/2", "total", "status"],
        [name, "3", "2", "5/5", "graded"],
        ["alice", "3", "2", "5/5", "graded"],
        ["bob", "2", "2", "4/5", "graded"],
        ["carol", "0", "2", "2/5", "graded"],
        ["dora", "3", "2", "5/5", "graded"],
        ["emil", "-", "-", "-", "not", "graded"],
        [],
    ]
    assert "5 graded, 1 not graded, mean 4.2 of 5\n" in done.stdout
    assert "\n  emil: emil.zip is not a readable zip" in done.stdout
    assert f"Assignment: tiny ({course.root}/assignments/tiny)\n" in done.stdout
    assert "Jail: bwrap\n" in done.stdout
    assert not any(line != line.rstrip() for line in done.stdout.splitlines())


def test_one_submission_is_told_what_it_lost(course):
    course.hand_in(
        "bob", first="async def double(x):\n    return 3", second="def greet():\n    print('hello')"
    )

    done = course.grade("class/bob", "--seed", "7", "--output", "reports")

    assert done.returncode == 0
    head, _, rest = done.stdout.partition("\nsubmission")
    assert head.startswith(
        "1 Doubling: 0/3\n  -2  A number comes back doubled. (result, failed)\n      double(number)"
    )
    assert "\n      Hint: Multiply by two.\n" in head
    assert "\n  -1  Doubling takes a second. (timing, failed)\n      it took 0.0 s, not 1 s\n" in head
    assert "Greeting" not in head
    assert (
        "\nReports: reports (report.html, report.md, scores.csv, and a .json for each submission)\n" in rest
    )
    assert "\n1 graded, 0 not graded, mean 2 of 5\n" in rest


def test_one_submission_is_told_what_else_was_found(course):
    lost = "import asyncio\nasync def double(x):\n    asyncio.sleep(1)\n    return 2 * x\n"
    course.hand_in("bob", first=lost)

    done = course.grade("class/bob")

    assert re.search(
        r"\nFindings:\n  1, line 3: A coroutine was created but never awaited: .*line 3", done.stdout
    )


def test_single_files_are_compared_by_their_share(course):
    course.hand_in("alice")
    course.hand_in("bob", second="")

    done = course.grade("class/alice/ex1.py", "class/bob/ex2.py")

    assert done.returncode == 0
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[1:3] == [["ex1", "3", "3/3", "graded"], ["ex2", "0", "0/2", "graded"]]
    assert "2 graded, 0 not graded, mean 50 %\n" in done.stdout


def test_json_on_a_terminal_leaves_the_rest_to_stderr(course):
    course.hand_in("alice")

    done = course.grade("class", "--json")

    assert json.loads(done.stdout)["submissions"][0]["score"] == 5
    assert "alice" in done.stderr
    assert f"Seed: {json.loads(done.stdout)['seed']} " in done.stderr


def test_plain_jail_is_said_loudly(course):
    course.hand_in("alice")

    done = course.grade("class", "--jail", "plain", "--json", "--output", "reports")

    assert json.loads(done.stdout)["jail"] == "plain"
    assert "\n!!! NO WALLS: graded without a jail: student code could read and change whatever" in done.stderr
    assert json.loads((course.root / "reports" / "alice.json").read_text())["jail"] == "plain"
    for name, said in (
        ("scores.csv", '"plain"\n'),
        ("report.md", "> **WARNING: graded without a jail: student code could"),
        ("report.html", '<p class="alarm box">Warning: graded without a jail: student code could'),
    ):
        assert said in (course.root / "reports" / name).read_text("utf-8-sig")


def test_another_suite_can_be_given(course):
    course.hand_in("alice")
    suite = (course.root / "tests" / "hidden" / "tiny" / "test_tiny.py").read_text()
    (course.root / "-other").mkdir()
    (course.root / "-other" / "test_other.py").write_text(suite.replace("It says hello.", "It says it."))

    done = course.grade("class", "--tests", "-other", "--json")

    (submission,) = json.loads(done.stdout)["submissions"]
    assert submission["exercises"][1]["tests"][0]["title"] == "It says it."


def test_broken_suite_is_a_configuration_error(course):
    course.hand_in("alice")
    suite = course.root / "tests" / "hidden" / "tiny" / "test_tiny.py"
    suite.write_text(suite.read_text().replace("points(1)", "points(7)"))

    done = course.grade("class", "--json")

    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"Error: .*exercise 1.* 9 .*\n", done.stderr)


def test_reports_that_do_not_fit_on_the_disk_are_our_failure(course):
    course.hand_in("alice")
    (course.root / "reports" / "alice.json").mkdir(parents=True)
    (course.root / "reports" / "alice.json" / "kept").touch()

    done = course.grade("class", "--output", "reports")

    assert done.returncode == 3
    assert done.stderr.startswith("Error: reports/alice.json: the report cannot be written (")
    assert os.listdir(course.root / "reports") == ["alice.json"]
