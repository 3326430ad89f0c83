"""Each format keeps to what its reader was promised, and its reader reads it: a schema, a library, or both.

A format needs one golden file here; `export_course` writes it.
"""

import csv
import io
import json
from dataclasses import replace
from decimal import Decimal

import jsonschema
import pytest
from export_course import (
    GOLDEN,
    HERE,
    SETTINGS,
    failed_by_us,
    golden_text,
    make_batch,
    make_exercise,
    make_report,
    make_test,
    right,
    whole_class,
    zoe,
)
from junitparser import JUnitXml

from autograder.model import Outcome
from autograder.outputs.export import export
from autograder.outputs.export.batch import OUTPUT_FORMATS
from autograder.outputs.export.formats import FORMATS, STUDENTS, find_format
from autograder.outputs.export.gradescope import to_failure, to_results


def content(name, batch, settings=SETTINGS, **how):
    """Return the bytes of the only file of an export."""
    (file,) = export(batch, find_format(name), settings, **how).files
    return file.content


def cells(table):
    return list(csv.reader(io.StringIO(table.decode("utf-8-sig"), newline="")))


def schema(name):
    return json.loads((HERE / "schemas" / f"{name}.schema.json").read_text("utf-8"))


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_what_is_written_for_a_class_stays_what_it_was(form):
    assert golden_text(form) == (GOLDEN / f"{form.name}.txt").read_text("utf-8")


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_who_was_not_graded_has_a_zero_nowhere(form):
    batch = make_batch(failed_by_us())
    exported = export(batch, form, SETTINGS)

    if form.name in ("canvas", "moodle-gradebook", "classroom50", "autolab"):
        text = "".join(file.content.decode() for file in exported.files)
        assert [each.id for each in exported.left_out] == ["bob"]
        assert "bob@" not in text
        assert "bek" not in text
    elif form.name == "moodle-worksheet":
        assert cells(exported.files[0].content) == cells(SETTINGS.worksheet.read_bytes())
    else:
        assert not exported.left_out
        said = exported.files[0].content.decode("utf-8", "replace").casefold()
        assert any(each in said for each in ("not graded", "not_graded", "gradable"))


@pytest.mark.parametrize(
    "form", [form for form in FORMATS if form.audience == STUDENTS], ids=lambda form: form.name
)
def test_a_file_for_students_holds_nothing_of_hidden_tests_but_their_points(form):
    files = export(make_batch(zoe()), form, SETTINGS).files
    text = b"".join(file.content for file in files).decode("utf-8")

    for secret in ("SECRET", "is_secret", "EVIDENCE", "THE NOTE", "ANOTHER EXERCISE", "told_fully", "bwrap"):
        assert secret not in text
    if form.name != "canvas":
        assert "hidden tests: 4/5.5" in text


# -- JSON -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("students", [False, True])
def test_ctrf_keeps_to_its_schema(students):
    document = json.loads(content("ctrf", whole_class(), students=students))

    jsonschema.validate(document, schema("ctrf"), jsonschema.Draft7Validator)
    summary, tests = document["results"]["summary"], document["results"]["tests"]
    assert (
        summary["tests"]
        == len(tests)
        == sum(summary[status] for status in ("passed", "failed", "skipped", "pending", "other"))
    )
    assert [each["score"] for each in document["results"]["extra"]["submissions"]] == [
        10,
        7.35,
        None,
        None,
        6,
    ]


@pytest.mark.parametrize("output_format", OUTPUT_FORMATS)
@pytest.mark.parametrize("report", [zoe(), right("x"), failed_by_us()], ids=["zoe", "right", "failed_by_us"])
def test_gradescope_results_keep_to_its_rules(report, output_format):
    results = to_results(report, "lecture", output_format=output_format, leaderboard=True)

    jsonschema.validate(results, schema("gradescope"), jsonschema.Draft7Validator)
    assert "seed" not in json.dumps(results)
    if "score" in results:
        assert sum(Decimal(str(test["score"])) for test in results["tests"]) == Decimal(str(results["score"]))


@pytest.mark.parametrize(
    ("output_format", "never"),
    [
        ("text", "\x1b"),
        ("ansi", "\x1b"),
        ("html", "<script"),
        ("simple_format", "<script"),
        ("md", "\n<script"),
    ],
)
def test_gradescope_outputs_are_harmless_in_the_form_that_is_announced(output_format, never):
    results = to_results(zoe(), "lecture", output_format=output_format)

    for each in (results, *results["tests"]):
        assert each["output_format"] == output_format
        assert never not in each["output"]
        assert "\u202e" not in each["output"]
    if output_format == "md":
        lines = [line for test in results["tests"] for line in test["output"].splitlines()]
        assert lines
        assert all(line.startswith("    ") for line in lines)


def test_gradescope_hears_of_a_failure_of_ours_without_a_score_and_the_student_without_the_reason():
    results = to_results(failed_by_us(), "lecture")

    assert "score" not in results
    assert not any("score" in test or "max_score" in test for test in results["tests"])
    seen = [test["output"] for test in results["tests"] if test["visibility"] == "visible"]
    hidden = [test["output"] for test in results["tests"] if test["visibility"] == "hidden"]
    assert not [text for text in (*seen, results["output"]) if "SECRET" in text]
    assert any("SECRET" in text for text in hidden)


def test_gradescope_keeps_an_earlier_score_when_we_fail():
    earlier = {
        "score": 4.5,
        "output": None,
        "leaderboard": [],
        "tests": [{"name": "a", "score": 4.5, "max_score": 5, "tags": None, "status": None}],
    }

    results = to_failure("no disk", "lecture", previous=earlier)

    jsonschema.validate(results, schema("gradescope"), jsonschema.Draft7Validator)
    assert results["score"] == 4.5
    assert results["tests"] == [{"name": "a", "score": 4.5, "max_score": 5}]
    assert "no disk" not in results["output"]
    assert "tests" in to_failure("no disk", "lecture", previous={"tests": [], "score": None})


def test_gradescope_does_not_give_away_a_total_that_it_would_hide():
    in_the_open = make_report("x", make_exercise("1", make_test("runs", "1", "2", visibility="visible")))

    assert "2 of 2" in to_results(in_the_open, "lecture")["output"]
    assert "7.35" not in to_results(zoe(), "lecture")["output"]
    board = to_results(zoe(), "lecture", leaderboard=True)["leaderboard"]
    assert [each["value"] for each in board] == [3.35]


def test_prairielearn_takes_a_part_of_one_and_no_attempt_for_our_failure():
    results = json.loads(content("prairielearn", make_batch(zoe())))
    assert (results["score"], results["gradable"]) == (0.735, True)

    assert json.loads(content("prairielearn", make_batch(failed_by_us())))["gradable"] is False


def test_prairielearn_results_stay_under_a_megabyte():
    tests = [
        make_test(
            f"t{number}",
            "1",
            "0.01",
            Outcome.FAILED,
            visibility="visible",
            reveal="full",
            message="\u738b" * 5_000,
        )
        for number in range(300)
    ]
    text = content("prairielearn", make_batch(make_report("x", make_exercise("1", *tests))))

    assert len(text) <= 1_000_000
    results = json.loads(text)
    assert len(results["tests"]) == 300
    assert results["tests"][0]["message"]


def test_autolab_reads_its_last_line():
    lines = content("autolab", make_batch(zoe())).decode().splitlines()
    stages = json.loads(lines[-2])

    assert json.loads(lines[-1]) == {"scores": {"1": 2.35, "2": 5}}
    assert all(name in stages for name in stages["stages"])


def test_autolab_is_told_of_each_test_also_of_two_with_one_name():
    first = make_test("runs", "1", "1", visibility="visible")
    report = make_report(
        "x", make_exercise("1", first, replace(first, outcome=Outcome.FAILED, score=Decimal(0)))
    )
    lines = content("autolab", make_batch(report)).decode().splitlines()
    stages = json.loads(lines[-2])

    (stage,) = stages["stages"]
    assert {name: test["passed"] for name, test in stages[stage].items()} == {
        "test_runs": True,
        "test_runs (2)": False,
    }


def test_parquet_has_neither_seed_nor_jail_for_students():
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(io.BytesIO(content("parquet", whole_class(), students=True)))

    assert {(row["seed"], row["jail"]) for row in table.to_pylist()} == {(None, None)}


def test_classroom50_gets_whole_numbers_that_add_up():
    result = json.loads(content("classroom50", make_batch(zoe())))

    assert result["schema"] == "classroom50/result/v1"
    numbers = [result["score"], result["max-score"]]
    numbers += [test[key] for test in result["tests"] for key in ("score", "max-score")]
    assert {type(number) for number in numbers} == {int}
    assert sum(test["score"] for test in result["tests"]) == result["score"]
    assert sum(test["max-score"] for test in result["tests"]) == result["max-score"]
    assert result["datetime"] == "2026-03-01T23:10:00Z"


# -- XML, tables ----------------------------------------------------------------------------------------------------


def test_junit_is_read_by_others():
    document = JUnitXml.fromstring(content("junit", whole_class()))

    suites = {suite.name: suite for suite in document}
    assert (document.tests, document.failures, document.errors) == (15, 3, 3)
    assert [(len(list(suite)), suite.tests) for suite in suites.values()] == [
        (3, 3),
        (6, 6),
        (4, 4),
        (1, 1),
        (1, 1),
    ]
    outcomes = {case.name: [each.type for each in case.result] for case in suites["Zoë Müller"]}
    assert outcomes["test_runs"] == []
    assert outcomes["test_keeps_order"] == ["student_error"]
    assert {each.name: each.value for each in suites["Zoë Müller"].properties()}["score"] == "7.35"
    assert {each.name: each.value for each in suites["bob"].properties()}["score"] in ("", None)


def test_the_long_table_is_read_back_with_exact_points():
    text = content("csv", whole_class()).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))

    assert sum(Decimal(row["score"]) for row in rows if row["submission"] == "Zoë Müller") == Decimal("7.35")
    assert {row["submission_score"] for row in rows if row["status"] == "not_graded"} == {""}
    assert [row["reason"] for row in rows if row["submission"] == "carl.zip"] == ["the archive is damaged"]


def test_parquet_holds_the_same_rows_with_exact_points():
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(io.BytesIO(content("parquet", whole_class())))

    text = content("csv", whole_class()).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert table.column_names == list(rows[0])
    assert str(table.schema.field("score").type).startswith("decimal128")
    for ours, theirs in zip(rows, table.to_pylist(), strict=True):
        assert theirs["score"] == (Decimal(ours["score"]) if ours["score"] else None)
        assert theirs["test"] == (ours["test"] or None)


# -- GitHub ---------------------------------------------------------------------------------------------------------


def test_a_step_summary_is_cut_between_parts_and_stays_under_a_mebibyte():
    tests = [
        make_test(f"t{number}", "1", "1", Outcome.FAILED, visibility="visible", message="\u738b" * 5_000)
        for number in range(300)
    ]
    exported = export(
        make_batch(make_report("x", make_exercise("1", *tests))), find_format("github-summary"), SETTINGS
    )
    text = exported.files[0].content.decode("utf-8")

    assert 900_000 < len(exported.files[0].content) <= 2**20
    assert text.endswith("more parts do not fit into this page.**\n")
    assert exported.notes


def test_annotations_are_one_command_a_line_and_name_files_of_the_assignment_only():
    hostile = (
        "x\n::error file=/etc/passwd::y\r::stop-commands::z "
        "(../../etc/passwd, line 3) (ex1.py, line 7: f(a)) %0A::w"
    )
    report = make_report(
        "x",
        make_exercise(
            "1",
            make_test(
                "runs", "1", "1", Outcome.FAILED, visibility="visible", title="a:b,c\nd", message=hostile
            ),
            make_test("ends", "1", "1", Outcome.FAILED, visibility="visible", message="(ex2.py, line 3)"),
        ),
    )
    lines = content("github-annotations", make_batch(report)).decode().splitlines()

    assert len(lines) == 3
    assert lines[1].startswith("::error file=ex1.py,line=7,title=a%3Ab%2C")
    assert "%250A" in lines[1]
    assert lines[2].startswith("::error title=")


def test_only_as_many_annotations_are_written_as_github_shows():
    tests = [make_test(f"t{n}", "1", "1", Outcome.FAILED, visibility="visible") for n in range(30)]
    lines = (
        content("github-annotations", make_batch(make_report("x", make_exercise("1", *tests))))
        .decode()
        .splitlines()
    )

    errors = [line for line in lines if line.startswith("::error")]
    assert len(errors) == 10
    assert "21 more tests" in errors[-1]
