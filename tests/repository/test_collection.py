"""What pytest imports when it collects our tests: with our rights, outside any jail."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_no_hostile_program_or_submission_is_imported_by_our_own_pytest() -> None:
    """`*_test.py` is a name that a hostile program may have as well."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "tests/attacks", "tests/submissions"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    collected = {line.partition("::")[0] for line in done.stdout.splitlines() if "::" in line}

    assert collected
    never = ("tests/hidden/", "tests/submissions/", "tests/attacks/lecture21/")
    assert {path for path in collected if path.startswith(never)} == set()
