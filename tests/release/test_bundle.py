"""What is in a bundle, and what is not; all of it made from the assignment's own sources."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest
from courses import HIDDEN, SoundCourse
from markdown_it import MarkdownIt

from autograder.catalogue import list_assignments, load_assignment
from autograder.catalogue.settings import read_settings
from autograder.errors import ConfigurationError, ReleaseRefused
from autograder.model import PUBLIC_TESTS, Assignment, Exercise, Limits
from autograder.release import Reference, Region, make_bundle, read_reference, skeleton
from autograder.release.hints import hints_page
from autograder.release.leaks import Secrets
from autograder.release.public_settings import public_settings

from .conftest import ROOT


def page(text: str) -> str:
    """Return the text that a reader of a Markdown page sees, without tags."""
    return html.unescape(re.sub(r"<[^>]*>", "", MarkdownIt().render(text)))


def test_a_bundle_holds_what_students_need(course: SoundCourse) -> None:
    files = make_bundle(course.load()).files

    assert sorted(files) == [
        ".editorconfig",
        ".vscode/extensions.json",
        ".vscode/settings.json",
        "HINTS.md",
        "README.md",
        "assignment.toml",
        "ex1.ipynb",
        "ex1.py",
        "manifest.json",
        "test_public.py",
    ]
    assert files["README.md"] == course.readme.read_bytes()
    assert files["test_public.py"] == course.public.read_bytes()
    assert files["ex1.py"].decode() == skeleton(read_reference(course.solution))
    json.loads(files[".vscode/settings.json"])
    assert "ms-python.python" in json.loads(files[".vscode/extensions.json"])["recommendations"]


def test_the_manifest_tells_of_all_files_and_blanks(course: SoundCourse) -> None:
    files = make_bundle(course.load()).files
    manifest = json.loads(files.pop("manifest.json"))

    assert manifest.pop("files") == {path: sha256(content).hexdigest() for path, content in files.items()}
    assert re.fullmatch(r"\d+\.\d+\.\d+", manifest.pop("kit_version"))
    assert manifest == {
        "format": "autograder-bundle/1",
        "assignment": "tiny",
        "title": 'Tiny "one" & <two>',
        "exercises": [
            {
                "id": "1",
                "title": "Doubling",
                "file": "ex1.py",
                "notebook": "ex1.ipynb",
                "points": 2.5,
                "blanks": [
                    {
                        "number": 1,
                        "prompt": "wait a second, then take <x>",
                        "points": 1.5,
                        "hints": ["Use `await` & __patience__.", "asyncio has a pause."],
                    },
                    {"number": 2, "prompt": "twice", "points": 1, "hints": []},
                ],
            }
        ],
    }


def test_the_same_sources_give_the_same_bytes(course: SoundCourse) -> None:
    assert make_bundle(course.load()).files == make_bundle(course.load()).files


def test_settings_are_the_public_part_of_the_assignments(course: SoundCourse, tmp_path: Path) -> None:
    path = tmp_path / "assignment.toml"
    path.write_bytes(make_bundle(course.load()).files["assignment.toml"])

    private, public = read_settings(course.toml), read_settings(path)
    assert (public.title, public.exercises, public.limits) == (
        private.title,
        private.exercises,
        private.limits,
    )
    assert public.require == ""


def test_settings_survive_every_title_and_number(tmp_path: Path) -> None:
    title = "quote \" back \\ slash é 😀 \x7f ' # ]"
    exercise = Exercise(id="a.b", title=title, file="x.py", points=Decimal("0.05"), defines=("ä", "b"))
    assignment = Assignment(
        id="x",
        title=title,
        folder=tmp_path,
        solutions=tmp_path,
        hidden_tests=tmp_path,
        exercises=(exercise, replace(exercise, id="b", file="y.py", points=Decimal(1000), defines=())),
        limits=replace(Limits(), cpu_seconds=0.1, virtual_seconds=1e9),
    )
    path = tmp_path / "assignment.toml"
    path.write_text(public_settings(assignment), encoding="utf-8")

    read = read_settings(path)
    assert (read.title, read.exercises, read.limits) == (title, assignment.exercises, assignment.limits)


def test_hints_are_folded_away_one_by_one_and_say_what_the_instructor_wrote(course: SoundCourse) -> None:
    assignment = course.load()
    text = hints_page(assignment, [(assignment.exercises[0], read_reference(course.solution))])

    assert re.findall(r"<details>\n<summary>(.*)</summary>\n\n(.*)\n\n</details>", text) == [
        ("Hint 1", r"Use `await` &amp; \_\_patience\_\_."),
        ("Hint 2", "asyncio has a pause."),
    ]
    shown = page(text)
    assert 'Hints: Tiny "one" & <two>' in shown
    assert "wait a second, then take <x>" in shown
    assert "Use await & __patience__." in shown
    assert "Blank 1 (1.5 points)" in shown
    assert "Blank 2 (1 point)" in shown


MISSING = {
    "public tests": ("public", "write tests that students may see"),
    "readme": ("readme", "what is tested, how to hand in"),
    "solution": ("solution", "cannot be read"),
}


@pytest.mark.parametrize("name", MISSING)
def test_what_is_missing_is_named_with_what_to_write(name: str, course: SoundCourse) -> None:
    attribute, advice = MISSING[name]
    path = getattr(course, attribute)
    path.unlink()

    with pytest.raises(ConfigurationError, match=f"{re.escape(str(path))}: .*{advice}"):
        make_bundle(course.load())


BROKEN = {
    "points": ("solution", "(1.5 points)", "(1 point)", r"ex1\.py: .* worth 2 points .*exercise 1 2\.5"),
    "region": (
        "solution",
        "    ### END SOLUTION\n",
        "",
        r"ex1\.py:\d+: .*this region has no end|ex1\.py:\d+: ",
    ),
    "public tests": ("public", "check(await", "check(await(", r"test_public\.py:\d+: .*not valid Python"),
    "hidden tests": ("hidden", "check(await", "check(await(", r"test_hidden_tiny\.py: .*Mend the file"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_named_with_its_place(name: str, course: SoundCourse) -> None:
    attribute, old, new, message = BROKEN[name]
    course.replace(getattr(course, attribute), old, new)

    with pytest.raises(ConfigurationError, match=message):
        make_bundle(course.load())


LEAKS = {
    "a line of the solution in the readme": (
        "readme",
        "# Tiny",
        "# Tiny\nTry await  asyncio.sleep(1) here",
        "sleep(1)",
    ),
    "a line without blanks": ("readme", "# Tiny", "# Tiny\nTry wanted=x+0", "wanted = x + 0"),
    "a line that a reader's window has broken": (
        "readme",
        "# Tiny",
        "# Tiny\nTry `await\nasyncio.sleep( 1 )`",
        "sleep(1)",
    ),
    "an expression in a hint": ("solution", "asyncio has a pause.", "Say `twice(x)`.", "twice(x)"),
    "a line in a prompt": ("solution", ": twice\n", ": twice, not wanted = x + 0\n", "wanted = x + 0"),
    "a line in a comment that is given": (
        "solution",
        "# What it is for.",
        "# wanted = x + 0",
        "wanted = x + 0",
    ),
    "a line in the title": ("toml", '"Doubling"', '"wanted = x + 0"', "wanted = x + 0"),
    "the name of a hidden test": (
        "readme",
        "# Tiny",
        "# Tiny: test_secretly_doubles",
        "test_secretly_doubles",
    ),
    "the file of hidden tests": (
        "public",
        "A small number",
        "As in test_hidden_tiny, it",
        "test_hidden_tiny",
    ),
    "the docstring of a hidden test": (
        "public",
        "A small number is doubled.",
        "A number comes back doubled, says the hidden suite.",
        "says the hidden suite",
    ),
    "a line of a hidden test in the readme": (
        "readme",
        "# Tiny",
        "# Tiny\n    assert asyncio.get_running_loop().time() - begin == 1\n",
        "begin == 1",
    ),
    "a hidden test under another name": (
        "public",
        "    check(await student.double(3)",
        HIDDEN.partition('suite."""\n')[2] + "    check(await student.double(3)",
        "all lines of which are there",
    ),
}


@pytest.mark.parametrize("name", LEAKS)
def test_a_bundle_that_would_give_a_secret_away_is_refused(name: str, course: SoundCourse) -> None:
    attribute, old, new, found = LEAKS[name]
    course.replace(getattr(course, attribute), old, new)

    with pytest.raises(ReleaseRefused) as refused:
        make_bundle(course.load())

    assert found in str(refused.value)
    assert refused.value.exit_code == 1


FEW_WORDS = (
    "await queue.join()",
    "queue.task_done()",
    "await queue.get()",
    "async with self.slots:",
    "self.isOpen = False",
    "except asyncio.CancelledError:",
    "except* ConnectionError as failures:",
    "tasks=[group.create_task(callService(*service)) for service in services]",
)


@pytest.mark.parametrize("line", FEW_WORDS)
def test_a_line_that_names_something_is_a_secret_however_short_it_is(line: str) -> None:
    found = [
        leak
        for secrets, _ in map(secrets_of, list_assignments(ROOT))
        for leak in secrets.find({"README.md": f"Try this: `{line}`.\n".encode()}, PUBLIC_TESTS)
    ]

    assert len(found) == 1


def test_of_nearly_all_blanks_a_line_is_protected() -> None:
    """What is not, is a single word with at most a keyword or a value before or behind it."""
    free = [
        " ".join(region.body).strip()
        for secrets, references in map(secrets_of, list_assignments(ROOT))
        for reference in references
        for region in reference.regions
        if not secrets.find({"README.md": answer_of(region).encode()}, PUBLIC_TESTS)
    ]

    assert sorted(free) == ["raise", "return False", "return result", "return self"]


def test_a_part_of_longer_words_is_no_leak(course: SoundCourse) -> None:
    course.replace(course.readme, "# Tiny", "# Tiny\nunwanted = x + 0, wanted = x + 01, and thetwice(x)")

    make_bundle(course.load())


def secrets_of(name: str) -> tuple[Secrets, list[Reference]]:
    assignment = load_assignment(ROOT, name)
    references = [read_reference(assignment.solutions / each.file) for each in assignment.exercises]
    return Secrets(references, assignment.hidden_tests), references


def answer_of(region: Region) -> str:
    before, behind = region.inside or ("", "")
    return before + region.answer + behind


def test_what_is_given_anyway_is_no_secret(course: SoundCourse) -> None:
    course.replace(course.solution, "    return 2 *", "    wanted = x + 0\n    return 2 *")

    assert b"wanted = x + 0" in make_bundle(course.load()).files["ex1.py"]


def test_public_tests_may_call_what_the_solution_calls(course: SoundCourse) -> None:
    course.replace(course.public, "    check(", "    await asyncio.sleep(1)\n    check(")

    make_bundle(course.load())


def test_notebooks_need_nbformat_and_say_so(course: SoundCourse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "nbformat", None)

    with pytest.raises(ConfigurationError, match=r"async-autograder\[notebook\]"):
        make_bundle(course.load())


@dataclass(frozen=True)
class Real:
    """The bundle of an assignment of this repository, and where its secrets are."""

    assignment: Assignment
    files: dict[str, bytes]


@pytest.fixture(scope="module", params=list_assignments(ROOT))
def real(request: pytest.FixtureRequest) -> Real:
    assignment = load_assignment(ROOT, request.param)
    return Real(assignment, make_bundle(assignment).files)


def test_no_file_of_a_real_bundle_holds_a_line_of_a_solution_or_a_hidden_test(real: Real) -> None:
    """Looked for by means of its own, not with what refuses to release."""
    marked = "".join(path.read_text() for path in real.assignment.solutions.glob("*.py"))
    regions = "".join(re.findall(r"(?s)### BEGIN SOLUTION\n(.*?)### END", marked))
    given = re.sub(r"(?s)### BEGIN SOLUTION\n(.*?)### END|^ *#.*?$", "", marked)
    lines = {line.strip() for line in regions.splitlines()} | {*re.findall(r"### SOLUTION (.*)", marked)}
    secret = {line for line in lines if len(line) > 13 and line not in given}
    assert len(secret) > 25
    hidden = "".join(path.read_text() for path in real.assignment.hidden_tests.glob("test_*.py"))
    names = {
        *re.findall(r"def (test_\w+)", hidden),
        *re.findall(r'^    """(.*?)(?:"""|$)', hidden, re.MULTILINE),
    } - {""}
    assert len(names) > 40
    asserted = {line.strip() for line in hidden.splitlines() if re.match(r" +(assert|check)\W.{40}", line)}
    assert len(asserted) > 20

    for path, content in real.files.items():
        text = content.decode()
        if path.endswith((".json", ".ipynb")):
            text += "\n".join(re.findall(r'"((?:[^"\\]|\\.)*)"', text)).replace('\\"', '"')
        assert not [name for name in names if re.search(rf"\b{re.escape(name)}\b", text)], path
        if path != "test_public.py":  # tests catch and cancel, too
            assert not [line for line in secret if line in text], path
            assert not [line for line in asserted if line in text], path
        assert not re.search(r"### (BEGIN|END|SOLUTION)", text), path


def test_a_real_bundle_has_points_and_hints_for_each_blank(real: Real) -> None:
    manifest = json.loads(real.files["manifest.json"])
    blanks = [blank for exercise in manifest["exercises"] for blank in exercise["blanks"]]

    assert sum(Decimal(str(blank["points"])) for blank in blanks) == real.assignment.points
    shown = page(real.files["HINTS.md"].decode())
    skeletons = "".join(real.files[exercise["file"]].decode() for exercise in manifest["exercises"])
    for blank in blanks:
        assert 1 <= len(blank["hints"]) <= 3
        for hint in blank["hints"]:
            assert hint.replace("`", "") in shown
            assert hint not in skeletons
