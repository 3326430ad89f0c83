"""The jails of this machine hold under the doctor's attacks; those that were weakened on purpose do not."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from weakened import (
    WITHOUT_CLOSING,
    WITHOUT_LANDLOCK,
    WITHOUT_LIMITS,
    WITHOUT_LOCKDOWN,
    WITHOUT_SECCOMP,
)

from autograder.doctor import Verdict
from autograder.doctor.attempts import ATTEMPTS, Attempt
from autograder.doctor.bait import VARIABLE, Bait
from autograder.doctor.processes import below
from autograder.doctor.selftest import attack
from autograder.jail.host import BACKENDS, Interpreter
from autograder.jail.host import cgroup as cgroup_module

Weaken = Callable[..., str]

as_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can give a jail a user of its own")


def named(*names: str) -> list[Attempt]:
    attempts = [attempt for attempt in ATTEMPTS if attempt.name in names]
    assert len(attempts) == len(names)
    return attempts


@pytest.mark.slow
@pytest.mark.parametrize("name", list(BACKENDS))
def test_every_jail_holds_what_it_promises(name: str, bait: Bait, interpreter: Interpreter) -> None:
    jail = attack(name, interpreter, bait)
    if jail.unavailable:
        pytest.skip(f"the {name} jail cannot be used here: {jail.unavailable}")

    assert [f"{each.name}: {each.detail}" for each in jail.broken] == []
    assert jail.holds
    assert len(jail.trials) == len(ATTEMPTS) + 1
    limits = {each.name for each in jail.of(Verdict.KNOWN_LIMIT)}
    known = {"look_for_file"} if name in ("landlock", "plain") else set()
    known |= {"become_root"} if name == "plain" else set()
    assert limits <= known


@pytest.mark.parametrize(
    ("base", "program", "names"),
    [
        ("landlock", WITHOUT_LANDLOCK, ["read_file", "list_folder", "read_system_files", "write_files"]),
        ("plain", WITHOUT_LANDLOCK, ["change_runtime", "write_large_file"]),
        ("landlock", WITHOUT_SECCOMP, ["fork", "vfork", "open_sockets", "send_datagrams", "leave_marks"]),
        ("bwrap", WITHOUT_SECCOMP, ["fork", "new_namespaces", "make_memory_files", "use_keyring"]),
        ("bwrap", WITHOUT_LIMITS, ["open_descriptors", "raise_limits"]),
        ("landlock", WITHOUT_CLOSING, ["find_descriptors"]),
    ],
)
def test_a_layer_that_is_missing_is_found_by_each_attempt_that_needs_it(
    base: str, program: str, names: list[str], weaken: Weaken, bait: Bait, interpreter: Interpreter
) -> None:
    jail = attack(weaken(base, program), interpreter, bait, named(*names))

    assert not jail.unavailable
    assert {each.name for each in jail.broken} >= set(names)
    assert not jail.holds


@as_root
def test_a_jail_that_runs_as_root_is_found(weaken: Weaken, bait: Bait, interpreter: Interpreter) -> None:
    jail = attack(weaken("plain"), interpreter, bait, named("become_root"))

    assert [each.name for each in jail.broken] == ["become_root"]


def test_an_environment_that_leaks_is_found_by_the_word_in_it(
    weaken: Weaken, bait: Bait, interpreter: Interpreter
) -> None:
    leaking = weaken("landlock", environment={"SEEN": os.environ[VARIABLE]})

    jail = attack(leaking, interpreter, bait, named("read_environment"))

    (trial,) = jail.broken
    assert trial.detail == "the grader's own environment was read"


@pytest.mark.slow
def test_memory_and_threads_without_bounds_are_seen_from_outside(
    weaken: Weaken, bait: Bait, interpreter: Interpreter, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As on a machine where no control group can be made, which would be a wall behind the one that is missing.
    monkeypatch.setattr(cgroup_module, "_own_folders", dict)
    jail = attack(weaken("bwrap", WITHOUT_LIMITS), interpreter, bait, named("fill_memory", "start_threads"))

    details = {each.name: each.detail for each in jail.broken}
    assert "where 160 are allowed" in details["fill_memory"]
    assert "where 16 are allowed" in details["start_threads"]


@pytest.mark.slow
def test_without_any_lockdown_nearly_everything_gets_through_and_nothing_of_it_is_left(
    weaken: Weaken, bait: Bait, interpreter: Interpreter
) -> None:
    """Each attempt is a real one: where nothing stops it, it succeeds, and what it has done is mended."""
    before = below(os.getpid())

    jail = attack(weaken("landlock", WITHOUT_LOCKDOWN), interpreter, bait)

    held = {each.name for each in jail.of(Verdict.HELD)}
    by_the_trusted_side = {"spin", "wait", "print_without_end", "speak_out_of_turn", "return_too_much"}
    by_the_start = {"read_environment", "find_descriptors", "same_python"}
    by_the_user = (
        {"change_interpreter", "change_runtime", "mount", "become_root"} if os.getuid() == 0 else set()
    )
    by_control_groups = {"start_threads", "fill_memory", "outlive"}
    by_the_place = {"use_terminal"}
    allowed = by_the_trusted_side | by_the_start | by_the_user | by_control_groups | by_the_place
    assert held <= allowed, "these attempts are in vain also where nothing stops them"
    assert held >= by_the_trusted_side | by_the_start
    assert below(os.getpid()) - before <= {bait.grader.pid if bait.grader else 0}


@pytest.mark.slow
def test_what_outlives_its_jail_is_seen_and_mended(
    weaken: Weaken, bait: Bait, interpreter: Interpreter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cgroup_module, "_own_folders", dict)  # a control group would end it
    before = below(os.getpid())

    jail = attack(weaken("landlock", WITHOUT_LOCKDOWN), interpreter, bait, named("read_environment"))

    assert [each.name for each in jail.broken] == ["outlive"]
    assert below(os.getpid()) - before <= {bait.grader.pid if bait.grader else 0}


def test_a_jail_that_cannot_be_started_says_why(
    bait: Bait, interpreter: Interpreter, monkeypatch: pytest.MonkeyPatch, tmp_path: os.PathLike[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    jail = attack("bwrap", interpreter, bait, named("read_file"))

    assert "apt-get install bubblewrap" in jail.unavailable
    assert not jail.holds
    assert jail.trials == ()


def test_an_attempt_that_cannot_be_made_does_not_count_as_held(bait: Bait, interpreter: Interpreter) -> None:
    broken = Attempt(name="broken", tries="do what nobody can", action="no_such_function")

    jail = attack("landlock", interpreter, bait, [broken])

    assert jail.trials[0].verdict is Verdict.UNTESTED
    assert "no_such_function" in jail.trials[0].detail
    assert not jail.holds


@pytest.mark.slow
def test_a_jail_killed_by_an_attempt_is_started_again_for_the_next(
    weaken: Weaken, bait: Bait, interpreter: Interpreter
) -> None:
    jail = attack(
        weaken("landlock", WITHOUT_LOCKDOWN), interpreter, bait, named("send_signals", "read_environment")
    )

    assert "of the jail was ended" in {each.name: each.detail for each in jail.broken}["send_signals"]
    assert "read_environment" in {each.name for each in jail.of(Verdict.HELD)}
