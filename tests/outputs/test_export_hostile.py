"""Texts that have fooled somebody before, in every format: none moves, hides, computes or ends anything."""

import csv
import io
import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from export_course import SETTINGS, make_batch
from hostile import NEVER, TEXTS, full_report
from readers import skeleton

from autograder.outputs.export import export
from autograder.outputs.export.formats import FORMATS, find_format
from autograder.outputs.export.moodle_feedback import feedback

FOR_PEOPLE = [form for form in FORMATS if form.name not in ("canvas", "moodle-worksheet", "parquet")]
COMPUTED = re.compile("[=+\\-@\uff1d\uff0b\uff0d\uff20]")


def visible_report(text, graded=True):
    """Return a report full of a text that students may see."""
    report = full_report(text, submission_id="x", graded=graded)
    exercises = tuple(
        replace(each, tests=tuple(replace(test, visibility="visible", reveal="full") for test in each.tests))
        for each in report.exercises
    )
    findings = tuple(replace(each, exercise="1") for each in report.findings)
    return replace(report, exercises=exercises, findings=findings)


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("graded", [True, False])
def test_no_text_does_anything_in_a_file(name, graded):
    batch = make_batch(visible_report(TEXTS[name], graded))

    for form in FOR_PEOPLE:
        for file in export(batch, form, SETTINGS).files:
            text = file.content.decode("utf-8").removeprefix("\ufeff")
            assert not NEVER.search(text.replace("\r\n", "\n")), form.name
            assert len(text) < 200_000
            if form.suffix == ".json":
                json.loads(text)
            elif form.suffix == ".xml":
                ElementTree.fromstring(text)


@pytest.mark.parametrize("name", TEXTS)
def test_a_step_summary_has_the_same_shape_whatever_the_texts_are(name):
    def shape(text):
        report = visible_report(text)
        markdown = (
            export(make_batch(report), find_format("github-summary"), SETTINGS).files[0].content.decode()
        )
        return skeleton(markdown)[0]

    # An empty text leaves its line out, and so does an empty title.
    expected = shape("plain")
    found = shape(TEXTS[name])
    assert found == expected or not TEXTS[name].strip()


@pytest.mark.parametrize("name", TEXTS)
def test_no_cell_with_a_text_of_theirs_is_computed(name):
    report = visible_report(TEXTS[name])
    (file,) = export(make_batch(report), find_format("csv"), SETTINGS).files
    table = file.content.decode("utf-8-sig")
    for row in csv.reader(io.StringIO(table, newline="")):
        assert not [cell for cell in row if re.match(rf"\s*{COMPUTED.pattern}", cell)]
    for delimiter in ";|\t":
        for line in table.splitlines():
            assert not [
                part for part in line.split(delimiter)[1:] if re.match(rf'[\s"]*{COMPUTED.pattern}', part)
            ]

    comment = feedback(report)
    assert comment.startswith("<p>")
    assert "\n" not in comment
    for part in re.split("[;|]", comment)[1:]:
        assert not COMPUTED.match(part.lstrip(" \"'")), part


@pytest.mark.parametrize("name", TEXTS)
def test_a_comment_for_moodle_has_no_tags_but_ours(name):
    tags = set(re.findall(r"<[^>]*>?", feedback(visible_report(TEXTS[name]))))

    assert tags <= {"<p>", "</p>", "<br>"}


@pytest.mark.parametrize("name", TEXTS)
def test_annotations_hold_one_command_a_line(name):
    (file,) = export(
        make_batch(visible_report(TEXTS[name])), find_format("github-annotations"), SETTINGS
    ).files

    lines = file.content.decode().split("\n")
    assert lines.pop() == ""
    assert len(lines) == 3
    for line in lines:
        assert re.fullmatch(
            r"::(notice|error|warning) ((file=ex1\.py,)?(line=\d+,)?title=[^:,]+)::.*", line
        ), line
