"""No text of a student's is more than text in any report: each hostile text in each form, read by a real parser."""

import base64
import csv
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import unicodedata
from html import unescape

import pytest
from hostile import NEVER, TEXTS
from readers import read, skeleton

from autograder.escape import json_text, visible
from autograder.outputs import JsonClass, JsonFolder
from autograder.outputs.class_files import FORMS
from autograder.outputs.csv_scores import CsvScores
from autograder.outputs.html_report import HtmlReport
from autograder.outputs.markdown_report import MarkdownReport

PLAIN = "plain"
LONGEST = 60_000
"""Characters of any report on the two submissions below, whatever they hold."""

every_text = pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in TEXTS.items()])


@pytest.fixture
def render(assignment, make_full_report):
    """Return a function that gives one form of report on two submissions full of each of the given texts."""

    def call(form, *texts):
        file = form(assignment, 7, "bwrap")
        for text in texts:
            file.add(make_full_report(text))
            file.add(make_full_report(text, submission_id=f"{text}2", graded=False))
        whole = "".join(file.pieces())
        file.close()
        return whole

    return call


@every_text
@pytest.mark.parametrize("form", FORMS)
def test_nothing_that_moves_or_hides_is_in_a_report_and_none_is_endless(render, form, text):
    whole = render(form, text)

    assert not NEVER.search(whole.replace("\r\n", "\n"))
    assert len(whole) < LONGEST
    composed = unicodedata.normalize("NFC", whole)
    assert all(composed.count(sign) == whole.count(sign) for sign in "<>=|`\"'"), (
        "no mark joins a sign of ours"
    )
    whole.encode("utf-8")


# -- spreadsheets -----------------------------------------------------------------------------------------------------

FORMULA = re.compile('[\\s"]*[=+\\-@\uff1d\uff0b\uff0d\uff20]')


def cells(text: str, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


@every_text
def test_no_cell_is_a_formula(render, text):
    table = render(CsvScores, text)

    rows = cells(table, ",")
    assert [len(row) for row in rows] == [9, 9, 9]
    assert table.count("\r\n") == table.count("\n") == 3
    assert rows[1][2:6] == ["2.5", "5", "2.5", ""]
    for row in rows:
        for cell in row:
            assert not re.match("\\s*[=+\\-@\uff1d\uff0b\uff0d\uff20\t\r\n]", cell)


@every_text
@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_no_cell_is_a_formula_for_a_spreadsheet_that_parts_cells_elsewhere(render, text, delimiter):
    for line in render(CsvScores, text).splitlines():
        others = line.split(delimiter)[1:]
        assert not any(FORMULA.match(other) for other in others)


# -- Markdown ---------------------------------------------------------------------------------------------------------


@every_text
def test_markdown_holds_text_as_code_and_in_no_other_way(render, text):
    expected, _ = skeleton(render(MarkdownReport, PLAIN))

    found, code = skeleton(render(MarkdownReport, text))

    if not text.strip():  # then there is less to be said
        assert set(found) <= set(expected)
        return
    assert found == expected
    shown = [line.rstrip() for line in visible(text, lines=True).strip("\n").split("\n")]
    assert any([line.rstrip() for line in block.strip("\n").split("\n")] == shown for block in code)


# -- browsers ---------------------------------------------------------------------------------------------------------


def without_line_breaks_in_hints(tags: list[str]) -> str:
    return "\n".join(tags).replace("\n<br>\n<bdi>\n</bdi>", "")


@every_text
def test_page_has_no_tag_or_attribute_but_ours(render, text):
    expected = read(render(HtmlReport, PLAIN))

    found = read(render(HtmlReport, text))

    if text:
        assert without_line_breaks_in_hints(found.tags) == without_line_breaks_in_hints(expected.tags)
        assert visible(text, lines=True) in found.text
    assert set(found.tags) <= {*expected.tags, "<br>"}
    assert sum(map(len, re.findall(r"(?i)<script|javascript:|onerror=|onload=", "".join(found.tags)))) == 0


def test_policy_allows_the_style_sheet_and_nothing_else(render):
    page = render(HtmlReport, PLAIN)

    style = re.search("<style>(.*)</style>", page, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert f'<meta http-equiv="Content-Security-Policy" content="{policy}">' in unescape(page)
    assert page.index("Content-Security-Policy") < page.index("<title>")
    assert not re.search(r"(?i)<script|<link|<img|<iframe|url\(|@import|https?:|\bon\w+=|\bstyle=", page)


@pytest.mark.slow
def test_real_browser_sees_only_text_and_would_run_no_script(render, tmp_path):
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip(
            "no Chromium on this machine (apt-get install chromium): hostile pages read by a parser only"
        )

    def dump(page: str) -> str:
        (tmp_path / "report.html").write_text(page, "utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--dump-dom"]
        return subprocess.run(
            [browser, *options, f"--user-data-dir={tmp_path}/profile", (tmp_path / "report.html").as_uri()],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        ).stdout

    page = render(HtmlReport, *TEXTS.values())
    dumped = dump(page)
    with_script = dump(page.replace("<h1>", f"{TEXTS['script']}<h1>"))

    seen = read(dumped)
    assert set(seen.tags) <= {*read(render(HtmlReport, PLAIN)).tags, "<br>", "</tbody>"}
    for text in TEXTS.values():
        assert visible(text) in seen.text
    for each in (dumped, with_script):
        assert "<title>Report on lecture</title>" in each
    assert TEXTS["script"] in with_script, "it was there, and did nothing"


# -- programs ---------------------------------------------------------------------------------------------------------


@every_text
def test_json_is_ascii_and_gives_the_text_back(make_full_report, tmp_path, text):
    report = make_full_report(text)
    stream = io.StringIO()
    with JsonClass() as document:
        document.add(report)
        document.write(stream, "lecture", 7, "bwrap")
    path = JsonFolder(tmp_path, [text]).write("lecture", 7, "bwrap", report)

    for whole in (stream.getvalue(), path.read_text("utf-8")):
        assert whole.isascii()
        assert not NEVER.search(whole)
        assert len(whole) < 1_500_000
        (submission,) = json.loads(whole)["submissions"]
        assert submission["id"] == submission["notes"][0] == json_text(text)
        assert submission["exercises"][0]["tests"][0]["message"] == json_text(text)
        assert submission["evidence"][0] == {
            "code": json_text(text),
            "exercise": json_text(text),
            "line": 4,
            "message": json_text(text),
        }
        json_text(text).encode("utf-8")
    assert json_text(text) == text or "surrogate" in repr(text) or not text.isascii() or len(text) > 10_000


# -- file names -------------------------------------------------------------------------------------------------------


def test_file_names_are_plain_and_nobody_elses(make_full_report, tmp_path):
    ids = list(dict.fromkeys(TEXTS.values()))
    folder = JsonFolder(tmp_path / "reports", ids)

    for each in ids:
        name = folder.write("lecture", 7, "bwrap", make_full_report("x", submission_id=each)).name
        assert name.isprintable()
        assert not NEVER.search(name)
        assert not re.search(r'[<>:"/\\|?*]', name)
        assert not name.startswith((".", "-", "+", "=", "@", " ", "~"))
        assert len(name.encode()) < 200
        stem = name.split(".")[0].split("~")[0].strip().lower()
        assert stem not in ("con", "prn", "aux", "nul", "com1", "lpt1")
    assert len({name.casefold() for name in os.listdir(tmp_path / "reports")}) == len(ids)
    assert os.listdir(tmp_path) == ["reports"]
