"""How long a student waits for `autograder check`, as ratios against a floor taken in the same run: `make bench`."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.model import Assignment
from autograder.release.bundle import make_bundle

MOST_TIMES_THE_FLOOR = 2.5
ROUNDS = 15
TESTS = 18

EMPTY_SUITE = "import pytest\n" + "".join(
    f"@pytest.mark.asyncio\nasync def test_{number}(): pass\n" for number in range(TESTS)
)


@pytest.fixture
def bundle(assignment: Assignment, tmp_path: Path) -> Path:
    """Return the folder of a student who has filled every blank rightly."""
    made = make_bundle(assignment)
    for name, content in {**made.files, **made.solutions}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    return tmp_path


def floor_command(folder: Path) -> list[str]:
    """Return the cheapest thing that runs as many tests with pytest: they are empty, and no other plugin is loaded."""
    suite = folder / "test_nothing.py"
    suite.write_text(EMPTY_SUITE)
    only = ["-p", "pytest_asyncio.plugin", "-p", "no:cacheprovider"]
    return [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-c",
        os.devnull,
        "--rootdir",
        str(folder),
        *only,
        str(suite),
    ]


def test_check_costs_little_more_than_pytest_itself(
    bundle: Path, tmp_path_factory: pytest.TempPathFactory, cpu_seconds: Callable[[], float]
) -> None:
    """All public tests of the lecture, right, jail and all; CPU seconds, medians, runs taken in turn."""
    commands = {
        "check": [sys.executable, "-m", "autograder", "check", "--json"],
        "pytest": floor_command(tmp_path_factory.mktemp("floor")),
        "python": [sys.executable, "-c", "pass"],
    }
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    cpu: dict[str, list[float]] = {name: [] for name in commands}
    wall: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            before, begin = cpu_seconds(), time.perf_counter()
            done = subprocess.run(
                command, cwd=bundle, env=environment, capture_output=True, text=True, check=True
            )
            wall[name].append(time.perf_counter() - begin)
            time.sleep(0.05)  # a jail that was killed needs a moment to end, and only then counts
            cpu[name].append(cpu_seconds() - before)
            if name == "check":
                assert done.stdout.count('"outcome": "passed"') == TESTS
    middle = {name: statistics.median(values) for name, values in cpu.items()}
    ratio = middle["check"] / middle["pytest"]
    print(
        f"\ncheck of {TESTS} public tests: {middle['check'] * 1e3:.0f} ms of CPU, {ratio:.2f} times as much as pytest "
        f"takes for as many empty tests, {middle['check'] / middle['python']:.0f} times as much as `python -c pass`; "
        f"real time {min(wall['check']):.2f} s at best, {statistics.median(wall['check']):.2f} s in the middle"
    )

    assert ratio <= MOST_TIMES_THE_FLOOR
