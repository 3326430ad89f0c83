"""SECURITY.md says what is so: jails, layers, limits, known limits, commands, evidence, paths."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from autograder.catalogue.settings import read_settings
from autograder.cli.main import cli
from autograder.doctor import FORMAT
from autograder.doctor.attempts import ATTEMPTS
from autograder.grading.evidence import CODES
from autograder.jail.host import BACKENDS
from autograder.jail.limits import OUTPUT_KILL_FACTOR
from autograder.model import Limits

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "SECURITY.md").read_text("utf-8")
WALLED = [name for name in BACKENDS if name != "plain"]


def table(head: str) -> list[list[str]]:
    """Return the rows below the table head that begins with a cell, as cells."""
    lines = TEXT.splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith(f"| {head} |"))
    rows = []
    for line in (lines[begin], *lines[begin + 2 :]):
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def section(title: str) -> str:
    return TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_columns_are_the_jails_strongest_first() -> None:
    assert table("layer")[0][1:] == list(BACKENDS)
    assert f"In the jails {', '.join(f'`{name}`' for name in WALLED[:-1])} and `{WALLED[-1]}`" in TEXT


@pytest.mark.parametrize(
    ("layer", "needed"),
    [("seccomp", "seccomp"), ("Landlock", "landlock"), ("a user that is not root", "user")],
)
def test_a_layer_said_to_be_required_is_one_without_which_the_jail_does_not_start(
    layer: str, needed: str
) -> None:
    (row,) = [row for row in table("layer") if row[0].startswith(layer)]

    required = {name for name, cell in zip(BACKENDS, row[1:], strict=True) if cell == "required"}
    assert required == {name for name, backend in BACKENDS.items() if needed in backend.needs}


def test_limits_and_defaults_are_the_real_ones() -> None:
    documented = {row[0].strip("`"): float(row[1].replace(",", "")) for row in table("limit")[1:]}

    assert documented == {each.name: float(each.default) for each in fields(Limits)}  # type: ignore[arg-type]
    assert f"and {OUTPUT_KILL_FACTOR} times as much ends the program" in TEXT


def test_known_limits_are_those_that_the_doctor_excuses() -> None:
    documented = {
        name: re.findall(r"`(\w+)`", places)
        for name, places in re.findall(r"^  - `(\w+)`, in (`\w+`(?: and `\w+`)*)", TEXT, re.M)
    }
    excused = {each.name: [name for name in WALLED if name in each.excused] for each in ATTEMPTS}

    assert documented == {name: places for name, places in excused.items() if places}
    assert all(set(each.excused) >= {"plain"} for each in ATTEMPTS if each.excused), (
        "plain promises less than the jails with walls"
    )


def test_commands_and_options_exist() -> None:
    named = set(re.findall(r"^autograder (\w+)", section("Check it yourself"), re.M))
    options = {name for command in cli.commands.values() for each in command.params for name in each.opts}

    assert named == {"doctor"}
    assert named < set(cli.commands)
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", TEXT)) <= options
    assert isinstance(cli.commands["doctor"], click.Command)
    assert FORMAT in TEXT
    assert "`make test`" in TEXT
    assert re.search(r"^test:", (ROOT / "Makefile").read_text(), re.M)


def test_evidence_has_these_codes() -> None:
    mentioned = set(re.findall(r"`(\w+)`", section("Evidence"))) - {"evidence"}

    assert mentioned
    assert mentioned <= set(CODES)


def test_the_demand_shown_is_one_that_is_read(tmp_path: Path) -> None:
    (shown,) = re.findall(r"<!-- require -->\n```toml\n(.*?)```", TEXT, re.S)
    path = tmp_path / "assignment.toml"
    exercise = '[[exercise]]\nid = "1"\ntitle = "One"\nfile = "ex.py"\npoints = 1\n'
    path.write_text(f'format = "autograder-assignment/1"\ntitle = "One"\n{shown}{exercise}')

    assert read_settings(path).require in WALLED


def test_paths_exist_and_nothing_leads_outside() -> None:
    places = r"(?:autograder|assignments|tests|tools)/[\w./-]+"
    mentioned = {path.rstrip(".") for path in re.findall(rf"(?<![\w./~-]){places}", TEXT)} - {FORMAT}

    assert {"autograder/jail/guest/lockdown.py", "tests/attacks"} <= mentioned
    assert [path for path in sorted(mentioned) if not (ROOT / path).exists()] == []
    assert "http" not in TEXT.lower()
    assert "@" not in TEXT, "no address that nobody reads"


def test_lines_are_as_long_as_elsewhere() -> None:
    assert [line for line in TEXT.splitlines() if len(line) > 140 and not line.startswith("|")] == []
