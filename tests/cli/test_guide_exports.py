"""The guide's pages on the formats of other systems: each of their commands is typed as it stands there."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import junitparser
import pytest
import yaml

GUIDE = (Path(__file__).parents[2] / "instructor_guide.md").read_text("utf-8")
WRONG_1 = "async def double(x):\n    return 3 * x\n"
WORKSHEET = (
    'Identifier,"Full name","Email address",Status,Grade,"Maximum grade","Grade can be changed",'
    '"Last modified (submission)","Last modified (grade)","Feedback comments"\n'
    '"Participant 1001",alice,a@x.example,Submitted,,5.00,Yes,-,-,\n'
    '"Participant 1002",bob,b@x.example,Submitted,,5.00,Yes,-,-,\n'
)
RUNNER = {
    "CLASSROOM": "async",
    "ASSIGNMENT": "tiny",
    "SUBMISSION_TAG": "submit/1",
    "COMMIT_URL": "https://host.example/c",
    "RELEASE_URL": "https://host.example/r",
}


def block(what, language="sh"):
    (text,) = re.findall(rf"^<!-- {what} -->\n```{language}\n(.*?)^```$", GUIDE, re.M | re.S)
    return text


@pytest.fixture
def clone(course):
    """A clone of the kit with a class of two, and what other systems lay beside it."""
    course.hand_in("alice")
    course.hand_in("bob", first=WRONG_1)
    shutil.copytree(course.root / "class" / "bob", course.root / "checkout")
    shutil.copytree(course.root / "class" / "bob", course.root / "handin")
    (course.root / "grade" / "results").mkdir(parents=True)
    shutil.copytree(course.root / "class" / "bob", course.root / "grade" / "student")
    (course.root / "grades.csv").write_text(WORKSHEET)
    return course.root


def type_in(clone, text, **environment):
    """Let a shell run the lines in the clone, with our commands on its path; return what they print."""
    text = text.replace("lecture21", "tiny").replace("/grade/", f"{clone}/grade/").replace("../", f"{clone}/")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text],
        cwd=clone,
        env={**os.environ, **environment, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def graded(clone):
    type_in(clone, "autograder grade class --output reports --seed 7 --jobs 1")
    return clone


def test_moodle(graded):
    type_in(graded, block("commands: moodle"))

    with (graded / "filled.csv").open(encoding="utf-8-sig", newline="") as file:
        filled = {row["Full name"]: row["Grade"] for row in csv.DictReader(file)}
    assert filled == {"alice": "5", "bob": "2"}
    assert "alice" in (graded / "gradebook.csv").read_text("utf-8-sig")


def test_github_workflow(clone):
    steps = yaml.safe_load(block("workflow: grade", "yaml"))["jobs"]["grade"]["steps"]
    lines = [step["run"] for step in steps if step.get("run", "").startswith("autograder ")]
    for name in ("alice", "bob"):
        subprocess.run(["git", "init", "-q", clone / "class" / name], check=True)
        author = ["-c", "user.name=t", "-c", "user.email=t@x.example"]
        subprocess.run(["git", "-C", clone / "class" / name, "add", "."], check=True)
        subprocess.run(["git", "-C", clone / "class" / name, *author, "commit", "-qm", "work"], check=True)
    (clone / "class").rename(clone / "clones")
    summary = clone / "summary.md"

    type_in(clone, "\n".join(lines), GITHUB_STEP_SUMMARY=str(summary))

    assert len(lines) == 3
    assert "alice" in summary.read_text()
    assert (clone / "junit.xml").is_file()


def test_github_annotations(clone):
    assert type_in(clone, block("commands: github")).startswith("::notice title=tiny::2 of 5 points.")


def test_classroom50(clone):
    type_in(clone, block("commands: classroom50"), **RUNNER)

    result = json.loads((clone / "checkout" / "result.json").read_text())
    assert (result["schema"], result["score"], result["max-score"]) == ("classroom50/result/v1", 2, 5)


def test_continuous_integration(graded):
    type_in(graded, block("commands: ci"))

    suites = junitparser.JUnitXml.fromfile(str(graded / "junit.xml"))
    assert suites.failures > 0
    assert json.loads((graded / "ctrf.json").read_text())["reportFormat"] == "CTRF"


def test_prairielearn(clone):
    type_in(clone, block("commands: prairielearn"))

    assert json.loads((clone / "grade" / "results" / "results.json").read_text())["score"] == 0.4


def test_autolab(clone):
    last = type_in(clone, block("commands: autolab")).splitlines()[-1]

    assert sum(json.loads(last)["scores"].values()) == 2
