"""What learning platforms give out, graded by the command and given back: with the commands of the guide."""

import csv
import json
import os
import re
import shlex
import subprocess
import zipfile
from pathlib import Path

import pytest

from autograder.cli.main import run

RIGHT_1 = "import asyncio\nasync def double(x):\n    await asyncio.sleep(1)\n    return 2 * x\n"
QUICK_1 = "async def double(x):\n    return 2 * x\n"
RIGHT_2 = "def greet():\n    print('hello')\n"

GUIDE = (Path(__file__).parents[2] / "instructor_guide.md").read_text("utf-8")
BLOCKS = dict(re.findall(r"^<!-- platform: (\w+) -->\n```sh\n(.*?)^```$", GUIDE, re.M | re.S))

GRADEBOOK = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Tiny (4321)\n"
    "    Points Possible,,,,,5.00\n"
    '"Smith, John",12345,u1,jsmith,Lab A,\n'
    '"Müller, Zoë",777,u2,zmueller,Lab B,\n'
    '"Lee, Ann",780,u3,alee,Lab B,\n'
)
WORKSHEET = (
    'Identifier,"Full name","Email address",Status,Grade,"Maximum grade","Grade can be changed",'
    '"Last modified (submission)","Last modified (grade)","Feedback comments"\n'
    '"Participant 1001","John Smith",js@x.example,Submitted,,5.00,Yes,-,-,\n'
    '"Participant 1003","Zoë Müller",zoe@x.example,Submitted,,5.00,Yes,-,-,\n'
)
ROSTER = "id,name,email,github_user\njs,John Smith,js@x.example,smithy\nzm,Zoë Müller,zoe@x.example,zoe\n"
STAMP = b"2026-03-01 12:00:00.000000 UTC\n"


def metadata(when: str, earlier: int) -> bytes:
    history = "".join(f"\n  - :id: {number}" for number in range(earlier)) or " []"
    return (
        f"submission_5:\n  :submitters:\n  - :name: Zoë Müller\n    :email: zoe@x.example\n"
        f"  :created_at: {when}\n  :history:{history}\n"
    ).encode()


@pytest.fixture
def here(course, monkeypatch):
    """A folder for downloads in the course's folder, which is the working directory."""
    monkeypatch.chdir(course.root)
    (course.root / "downloads").mkdir()
    return course.root / "downloads"


def pack(path: Path, members: dict[str, str | bytes]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def lay_out(root: Path, members: dict[str, str | bytes]) -> None:
    for name, content in members.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def follow(platform: str, capsys) -> str:
    """Type the commands of the guide; return what is said on standard error."""
    lines = BLOCKS[platform].splitlines()
    assert lines
    for line in lines:
        words = shlex.split(line)
        assert words[0] == "autograder"
        seed = ["--seed", "7", "--jobs", "1"] if words[1] == "grade" else []
        code = run([*words[1:], *seed])
        said = capsys.readouterr()
        assert code == 0, said.err + said.out
        if words[1] == "grade":
            heard = said.err
    return heard


def reports(folder: str) -> dict[str, dict]:
    found = {}
    for path in Path(folder).glob("*.json"):
        (submission,) = json.loads(path.read_text())["submissions"]
        found[submission["id"]] = submission
    return found


def rows(path: str) -> list[dict[str, str]]:
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_platform_of_the_guide_is_tried():
    tried = set(re.findall(r'follow\("(\w+)"', Path(__file__).read_text("utf-8")))

    assert tried == set(BLOCKS)


def test_canvas_there_and_back(here, capsys):
    pack(
        here / "submissions.zip",
        {
            "smithjohn_12345_678901_ex1-1.py": RIGHT_1,
            "smithjohn_12345_678902_ex2.py": RIGHT_2,
            "müllerzoë_LATE_777_678903_ex1.py": QUICK_1,
            "müllerzoë_LATE_777_678904_ex2.py": RIGHT_2,
        },
    )
    (here / "gradebook.csv").write_text(GRADEBOOK)

    heard = follow("canvas", capsys)

    assert "submissions.zip is read as the submissions of an assignment in Canvas: 2 submissions" in heard
    assert "Lee, Ann (alee): in gradebook.csv, but there is no submission" in " ".join(heard.split())
    found = reports("reports-canvas")
    assert found["jsmith"]["origin"]["keys"]["canvas_user_id"] == "12345"
    assert found["zmueller"]["origin"]["late"] is True
    imported = {row["ID"]: row["Tiny (4321)"] for row in rows("import.csv")}
    assert imported == {"": "5.00", "12345": "5", "777": "4"}


def test_moodle_there_and_back(here, capsys):
    pack(
        here / "lab1-submissions.zip",
        {
            "John Smith_1001_assignsubmission_file/ex1.py": RIGHT_1,
            "John Smith_1001_assignsubmission_file/ex2.py": RIGHT_2,
            "Zoë Müller_1003_assignsubmission_file/ex1.py": RIGHT_1,
            "Zoë Müller_1003_assignsubmission_onlinetext/onlinetext.html": "<p>see file</p>",
        },
    )
    (here / "worksheet.csv").write_text(WORKSHEET)

    heard = follow("moodle", capsys)

    assert "Moodle: 2 submissions" in heard
    filled = {row["Identifier"]: row["Grade"] for row in rows("filled.csv")}
    assert filled == {"Participant 1001": "5", "Participant 1003": "3"}


def test_gradescope(here, capsys):
    pack(
        here / "assignment_1234_export.zip",
        {
            "assignment_1234_export/submission_metadata.yml": metadata("2026-03-01 10:00:00 -08:00", 1),
            "assignment_1234_export/submission_5/ex1.py": RIGHT_1,
            "assignment_1234_export/submission_5/ex2.py": RIGHT_2,
        },
    )
    (here / "class.csv").write_text(ROSTER)

    assert "Gradescope: 1 submission " in follow("gradescope", capsys)
    (zoe,) = reports("reports-gradescope").values()
    assert (zoe["id"], zoe["score"]) == ("zm", 5)
    assert zoe["origin"]["submitted_at"] == "2026-03-01T10:00:00-08:00"
    assert zoe["origin"]["attempt"] == 2


def test_git(here, capsys):
    for user in ("smithy", "zoe"):
        lay_out(here / "clones" / f"tiny-{user}", {"ex1.py": RIGHT_1, "ex2.py": RIGHT_2})
        quiet = ["git", "-c", "user.name=x", "-c", "user.email=x@x.example"]
        for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "x"]):
            subprocess.run(
                [*quiet, *command],
                cwd=here / "clones" / f"tiny-{user}",
                env={**os.environ, "GIT_COMMITTER_DATE": "2026-03-01T10:00:00-08:00"},
                check=True,
            )
    (here / "class.csv").write_text(ROSTER)

    assert "git clones: 2 submissions" in follow("git", capsys)
    found = reports("reports-git")
    assert sorted(found) == ["js", "zm"]
    assert {each["origin"]["submitted_at"] for each in found.values()} == {"2026-03-01T10:00:00-08:00"}


def test_classroom50(here, capsys):
    result = {"schema": "classroom50/result/v1", "classroom": "cs", "assignment": "tiny", "owner": "zoe"}
    lay_out(
        here / "repositories",
        {
            "cs-tiny-zoe/ex1.py": RIGHT_1,
            "cs-tiny-zoe/ex2.py": RIGHT_2,
            "cs-tiny-smithy/ex1.py": RIGHT_1,
            "zoe.json": json.dumps(result | {"datetime": "2026-06-01T14:32:01Z"}),
        },
    )
    (here / "class.csv").write_text(ROSTER)

    follow("classroom50", capsys)
    found = reports("reports-classroom50")
    assert {name: each["score"] for name, each in found.items()} == {"js": 3, "zm": 5}
    assert found["zm"]["origin"]["keys"]["github_user"] == "zoe"


def test_nbgrader(here, capsys):
    lay_out(
        here / "submitted",
        {
            "zoe/tiny/ex1.py": RIGHT_1,
            "zoe/tiny/timestamp.txt": STAMP,
            "bob/tiny/ex2.py": RIGHT_2,
            "bob/other/ex2.py": RIGHT_2,
        },
    )

    assert "bob/other: not of the assignment tiny" in " ".join(follow("nbgrader", capsys).split())
    found = reports("reports-nbgrader")
    assert {name: each["score"] for name, each in found.items()} == {"zoe": 3, "bob": 2}
    assert found["zoe"]["origin"]["submitted_at"] == "2026-03-01T12:00:00+00:00"


def test_attempts_are_counted_and_reported(here, capsys):
    for day, first, earlier in (("monday", RIGHT_1, 0), ("tuesday", QUICK_1, 1)):
        date = "2026-03-02" if day == "monday" else "2026-03-03"
        pack(
            here / f"{day}_export.zip",
            {
                "e/submission_metadata.yml": metadata(f"{date} 10:00:00 -08:00", earlier),
                "e/submission_5/ex1.py": first,
                "e/submission_5/ex2.py": RIGHT_2,
            },
        )

    follow("attempts", capsys)

    (latest,) = reports("reports-latest").values()
    (best,) = reports("reports-best").values()
    assert (latest["score"], best["score"]) == (4, 5)
    assert latest["id"] == best["id"] == "Zoë Müller_5"
    assert "2 attempts: the last one counts, of 2026-03-03T10:00:00-08:00" in latest["notes"][0]
    assert "2 attempts: Zoë Müller_5-attempt1 counts, with the highest score" in best["notes"][0]
    assert best["origin"]["submitted_at"] == "2026-03-02T10:00:00-08:00"
    both = reports("reports-all")
    assert {name: each["score"] for name, each in both.items()} == {
        "Zoë Müller_5-attempt1": 5,
        "Zoë Müller_5-attempt2": 4,
    }


def test_the_document_on_standard_output_stays_one_and_the_table_shows_who_counts(here, capsys):
    pack(here / "s.zip", {"x_1_1001_ex1.py": RIGHT_1, "y_2_text.html": "<p>", "z_3_1003_ex2.py": b""})

    code = run(["grade", "downloads/s.zip", "--json", "--seed", "7", "--jobs", "1"])
    said = capsys.readouterr()

    assert code == 4
    found = {each["id"]: each for each in json.loads(said.out)["submissions"]}
    assert {name: each["status"] for name, each in found.items()} == {
        "x_1": "graded",
        "y_2": "not_graded",
        "z_3": "not_graded",
    }
    assert found["y_2"]["origin"]["keys"]["canvas_user_id"] == "2"
    assert "is read as the submissions of an assignment in Canvas: 3 submissions" in said.err
    assert "typed into the platform" in found["y_2"]["reason"]


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (["--from", "blackboard"], "--from blackboard: It is one of auto, none, canvas"),
        (["--attempts", "first"], "--attempts first: It is one of latest, best, all"),
        (["--roster", ""], "--roster is empty"),
        (["--roster", "none.csv"], "--roster none.csv: the file cannot be read"),
        (["--from", "gradescope"], "no submission in it that could come from gradescope"),
    ],
)
def test_what_cannot_be_is_told(here, capsys, option, said):
    pack(here / "s.zip", {"notes.txt": "x"})

    assert run(["grade", "downloads/s.zip", *option]) == 2
    assert said in " ".join(capsys.readouterr().err.split())
