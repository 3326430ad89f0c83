"""The doctor where less is allowed: as an ordinary user, without namespaces, without Landlock."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "attacks"))

from harness.settings import RESTRICT
from harness.transplant import ORDINARY_USER, copy_kit, python_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user"),
]

NO_NAMESPACES = ("--deny-namespaces", "--container")


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The kit where an ordinary user can read it."""
    folder = tmp_path_factory.mktemp("kit")
    for each in (
        folder,
        *(above for above in folder.parents if above.name.startswith(("pytest-", "popen-"))),
    ):
        each.chmod(0o755)
    copy_kit(folder)
    return folder


def doctor(kit: Path, *restrictions: str, as_json: bool = True) -> tuple[int, str]:
    python = python_for(ORDINARY_USER)
    if python is None:
        pytest.skip("there is no Python here that an ordinary user can read")
    command = [sys.executable, str(RESTRICT), os.devnull, *restrictions, "--"]
    command += [str(python), "-m", "autograder", "doctor", *(["--json"] if as_json else [])]
    environment = {**os.environ, "PYTHONPATH": str(kit), "HOME": "/nowhere"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", env=environment)
    assert "Traceback" not in done.stdout + done.stderr
    assert done.stderr == ""
    return done.returncode, done.stdout


def jails(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {jail["name"]: jail for jail in document["jails"]}


def limits(jail: dict[str, Any]) -> set[str]:
    return {each["name"] for each in jail["attempts"] if each["verdict"] == "known_limit"}


def test_an_ordinary_user_without_namespaces_has_landlock(kit: Path) -> None:
    code, text = doctor(kit, *NO_NAMESPACES, "--user", str(ORDINARY_USER))
    document = json.loads(text)

    assert code == 0, text
    assert document["jail"]["chosen"] == "landlock"
    assert len(document["jail"]["passed_over"]) == 1
    assert not document["machine"]["namespaces"]["value"]
    assert limits(jails(document)["landlock"]) <= {"look_for_file"}
    assert not jails(document)["bwrap"]["available"]


def test_root_in_a_container_without_landlock_has_chroot(kit: Path) -> None:
    code, text = doctor(kit, *NO_NAMESPACES, "--without-landlock")
    document = json.loads(text)

    assert code == 0, text
    assert document["jail"]["chosen"] == "chroot"
    assert document["machine"]["landlock"]["value"] == 0
    assert limits(jails(document)["chroot"]) == set()
    assert {"read_file", "write_files", "become_root"} <= limits(jails(document)["plain"])


def test_where_nothing_works_the_report_says_so_and_what_to_do(kit: Path) -> None:
    code, text = doctor(
        kit, *NO_NAMESPACES, "--without-landlock", "--user", str(ORDINARY_USER), as_json=False
    )

    assert code == 1
    assert text.startswith("NO JAIL. `autograder grade` would refuse to start here")
    assert text.count("cannot be used: ") == 3
    assert "- Grade on another machine" in text
