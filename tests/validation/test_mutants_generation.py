"""Mutants of whole files: the same each time, named by their place, valid Python, with every marker in its place."""

from __future__ import annotations

import re
import subprocess
import sys
import warnings
from functools import lru_cache
from pathlib import Path

import pytest

from autograder.errors import ConfigurationError
from autograder.model import CONCEPTS
from autograder.validation.mutants import Mutant, mutants
from autograder.validation.mutants.equivalence import fingerprint

ROOT = Path(__file__).resolve().parents[2]
REFERENCES = sorted((ROOT / "solutions" / "lecture21").glob("*.py"))
CANCELLATION = (ROOT / "solutions" / "lecture21" / "ex21_2_cancellation.py").read_text("utf-8")
JOB = CANCELLATION.partition("async def main")[0]


@lru_cache
def made(path: Path) -> list[Mutant]:
    return mutants(path.read_text("utf-8"), path)


def check(found: list[Mutant], text: str) -> None:
    """Fail unless each is a valid program of its own, and no two have a name or their code in common."""
    codes = [fingerprint(text)]
    for mutant in found:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(mutant.source, mutant.name, "exec")
        codes.append(fingerprint(mutant.source))
        assert mutant.diff.startswith("@@ "), mutant.name
        assert mutant.concept in CONCEPTS, mutant.name
        assert 1 <= mutant.line <= text.count("\n") + text.count("\r") + 1, mutant.name
        assert "\n" not in mutant.description, mutant.name
    assert len(set(codes)) == len(codes)
    assert len({mutant.name for mutant in found}) == len(found)


@pytest.mark.parametrize("path", REFERENCES, ids=lambda path: path.stem)
def test_mutants_of_the_lecture_are_programs_that_differ_in_their_code(path: Path) -> None:
    found = made(path)

    assert len(found) >= 60
    check(found, path.read_text("utf-8"))


@pytest.mark.parametrize("path", REFERENCES, ids=lambda path: path.stem)
def test_every_marker_blank_and_hint_stays_in_its_place(path: Path) -> None:
    text = path.read_text("utf-8")
    comments = re.findall(r"(?m)^ *#.*$", text)

    for mutant in made(path):
        kept = [line.strip() for line in re.findall(r"(?m)^ *#.*$", mutant.source)]
        assert kept == [line.strip() for line in comments], mutant.name


@pytest.mark.parametrize("path", REFERENCES, ids=lambda path: path.stem)
def test_every_blank_has_mutants(path: Path) -> None:
    blanks = {int(number) for number in re.findall(r"# Blank (\d+) ", path.read_text("utf-8"))}

    assert blanks <= {mutant.blank for mutant in made(path)} <= {None, *blanks}


def test_blank_is_that_of_the_line() -> None:
    found = {mutant.name: mutant for mutant in made(REFERENCES[1])}

    line = CANCELLATION.splitlines().index("        raise") + 1
    assert (found["drop-raise/longRunningJob/1"].line, found["drop-raise/longRunningJob/1"].blank) == (
        line,
        7,
    )
    assert found["delete-statement/<module>/1"].blank is None


def test_a_blank_inside_a_line_counts_as_well() -> None:
    text = "def f(n):\n    # Blank 4 (1 point): room for n\n    q = Queue(n)  ### SOLUTION n\n    return q\n"

    found = mutants(text, "x.py")

    assert {(mutant.name, mutant.blank) for mutant in found} >= {
        ("unbounded-queue/f/1", 4),
        ("return-none/f/1", None),
    }
    assert all("### SOLUTION n" in mutant.source for mutant in found)


def test_other_processes_make_the_same_mutants() -> None:
    code = (
        "import hashlib, sys; from autograder.validation.mutants import mutants; "
        "print(hashlib.sha256(repr(mutants(sys.argv[1], 'x.py')).encode()).hexdigest())"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code, ODD["nested, decorated, matching"]],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]

    assert runs[0] == runs[1] != ""


def test_edits_elsewhere_leave_names_as_they_are() -> None:
    before = {mutant.name: mutant for mutant in mutants(JOB, "x.py")}
    more = JOB.replace(
        "import asyncio\n",
        "import asyncio\n\n\nasync def another(x):\n    await asyncio.sleep(x)\n    print(1)\n    raise KeyError\n",
    )

    after = {mutant.name: mutant for mutant in mutants(more, "x.py")}

    own = {name for name in after if name.split("/")[1] == "another"}
    assert own >= {"drop-await/another/1", "drop-raise/another/1"}
    assert set(after) - own == set(before)
    assert all(after[name].diff.splitlines()[4] == before[name].diff.splitlines()[4] for name in before)


def test_names_say_where_nested_functions_and_methods_are() -> None:
    text = "class A:\n    def f(self):\n        def g():\n            return 1\n        return g\nx = 1\n"

    names = {mutant.name for mutant in mutants(text, "x.py")}

    assert {"return-none/A.f/1", "return-none/A.f.g/1", "number-zero/<module>/1"} <= names


def test_import_is_put_behind_docstring_and_future() -> None:
    head = '"""Doc."""\nfrom __future__ import annotations\nimport asyncio as aio\n'
    text = head + "async def f():\n    await aio.sleep(1)\n"

    found = {mutant.name: mutant.source for mutant in mutants(text, "x.py")}

    assert found["sleep-blocking/f/1"].splitlines()[:4] == [*head.splitlines(), "import time"]
    assert "import asyncio\n" in found["shield/f/1"]


ODD = {
    "nothing": "",
    "only a comment": "# nothing",
    "no function, no line end": "import asyncio\nx = 1\nprint(f'a {x}')",
    "carriage returns and line feeds": JOB.replace("\n", "\r\n"),
    "tabs": JOB.replace("    ", "\t"),
    "numbers of all kinds": f"x = (0x10, 1_000, 1e308, 1j, 10**400, 0, 0.0, {'9' * 4000})\n",
    "form feeds": "import asyncio\n\x0c\nasync def f():\n    await g()\n\x0c\n    return 1\n",
}
_PARTS = re.split(r"(?m)^== (.*)\n", (Path(__file__).parent / "odd_programs.txt").read_text("utf-8"))
ODD |= dict(zip(_PARTS[1::2], _PARTS[2::2], strict=True))


@pytest.mark.parametrize("what", ODD)
def test_odd_programs_have_valid_mutants(what: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = mutants(ODD[what], "odd.py")

    check(found, ODD[what])
    assert found or "thing" in what or "comment" in what


BROKEN = {
    "def f(:\n": "x.py:1: the reference is not valid Python",
    "x = 1\n  y = 2\n": "x.py:2: the reference is not valid Python",
    "x = 1\0\n": "null bytes",
    "\ufeffx = 1\n": "U+FEFF",
    "x = '\ud800'\n": "UnicodeEncodeError",
    "x = 1\ry = 2\r": "cannot be kept",
    "x = " + "+".join(["1"] * 20_000): "Write it in a simpler form",
}


@pytest.mark.parametrize("text", BROKEN, ids=range(len(BROKEN)))
def test_what_is_no_program_is_said_with_its_file(text: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(BROKEN[text])) as caught:
        mutants(text, Path("x.py"))

    assert str(caught.value).startswith("x.py")


def test_libcst_is_imported_with_the_first_mutant_only() -> None:
    code = "import sys, autograder.validation.mutants; sys.exit('libcst' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
