"""Reports in files: one document for a class, one file for each submission."""

import io
import json
import os
from pathlib import Path

import pytest

from autograder.errors import UsageError
from autograder.outputs import JsonClass, JsonFolder, to_document
from autograder.outputs.json_folder import file_names


def test_class_document_is_in_name_order_whoever_is_ready_first(make_report):
    texts = []
    for order in (["b", "a", "Z"], ["Z", "b", "a"]):
        with JsonClass() as document:
            for name in order:
                document.add(make_report(submission_id=name))
            stream = io.StringIO()
            document.write(stream, "lecture", 7, "bwrap")
        texts.append(stream.getvalue())

    assert texts[0] == texts[1]
    loaded = json.loads(texts[0])
    assert [submission["id"] for submission in loaded["submissions"]] == ["Z", "a", "b"]
    alone = json.loads(to_document("lecture", 7, "bwrap", make_report(submission_id="a")))
    assert loaded["submissions"][1] == alone["submissions"][0]
    assert {**loaded, "submissions": 0} == {**alone, "submissions": 0}


def test_class_document_without_submissions_is_a_document():
    stream = io.StringIO()
    with JsonClass() as document:
        document.write(stream, "lecture", 7, "bwrap")

    assert json.loads(stream.getvalue())["submissions"] == []


def test_report_is_written_under_the_name_of_its_submission(make_report, tmp_path):
    folder = JsonFolder(tmp_path / "new" / "reports", ["alice"])

    path = folder.write("lecture", 7, "bwrap", make_report())
    folder.write("lecture", 8, "bwrap", make_report())

    assert path == tmp_path / "new" / "reports" / "alice.json"
    assert path.read_text() == to_document("lecture", 8, "bwrap", make_report())
    assert os.listdir(path.parent) == ["alice.json"]


HOSTILE = [
    "../../etc/passwd",
    "..",
    ".",
    ".hidden",
    "",
    "a/b",
    "a\\b",
    "a\0b",
    "a\nb",
    "\x1b[31mred",
    "\u202egnp.exe",
    "\udc80",
    "CON",
    "nul.txt",
    "-rf",
    " padded ",
    "dot.",
    "x" * 500,
    "é" * 300,
    "<script>",
    "*?|",
]


def test_no_name_leads_out_of_the_folder_or_upsets_a_file_system(make_report, tmp_path):
    ids = [*HOSTILE, "a_b", "Doe, Jane (2)", "J\u00fcrgen"]
    names = file_names(ids)

    assert len(set(names.values())) == len(ids)
    assert (names["a_b"], names["Doe, Jane (2)"]) == ("a_b.json", "Doe, Jane (2).json")
    assert names["J\u00fcrgen"] == "J\u00fcrgen.json"
    folder = JsonFolder(tmp_path / "reports", ids)
    for each in ids:
        path = folder.write("lecture", 7, "bwrap", make_report(submission_id=each))
        assert path.parent == tmp_path / "reports"
        assert not path.name.startswith((".", "-", " "))
        assert path.name.removesuffix(".json").isprintable()
        assert path.name.split(".")[0].split("~")[0].lower() not in ("con", "nul")
    assert len(os.listdir(tmp_path / "reports")) == len(ids)
    assert os.listdir(tmp_path) == ["reports"]


def test_names_that_some_file_systems_take_for_the_same_are_told_apart():
    names = file_names(["Anna", "anna", "e\u0301va", "\u00e9va", "bob"])

    assert len({name.casefold() for name in names.values()}) == 5
    assert names["bob"] == "bob.json"
    assert names["anna"].startswith("anna~")


def test_name_does_not_depend_on_the_order_of_the_class():
    ids = ["Anna", "anna", "a/b", "a_b"]

    assert file_names(ids) == file_names(ids[::-1])


def test_output_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "reports").write_text("mine")

    with pytest.raises(
        UsageError, match=r"^--output .*reports: this is a file\. Give the name of a folder\.$"
    ):
        JsonFolder(tmp_path / "reports", [])


def test_output_that_cannot_be_made_is_refused():
    with pytest.raises(UsageError, match=r"^--output /proc/reports: reports cannot be written there \("):
        JsonFolder(Path("/proc/reports"), [])
