"""Make the whole diagnosis: look around, choose a jail as ``grade`` does, and attack what there is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from autograder.catalogue import find_root, list_assignments, load_assignment
from autograder.errors import AutograderError, JailUnavailable
from autograder.jail.host import BACKENDS, Choice, Interpreter, check_name, choose_jail, find_interpreter

from .diagnosis import Diagnosis, JailTrial
from .interpreters import interpreter_facts
from .machine import is_container, machine_facts
from .packages import package_facts

_NO_BWRAP = (
    "Install bubblewrap (Debian, Ubuntu: apt-get install bubblewrap): the strongest jail is made with it."
)
_NO_NAMESPACES = {
    True: "The strongest jail needs user namespaces, which containers usually refuse. That is all right where another "
    "jail with walls holds; else start the container with a seccomp profile that allows unshare and mount.",
    False: "The strongest jail needs user namespaces, which this machine refuses. Where it is yours: set the switch "
    "that is named above with sysctl, or give /usr/bin/bwrap an AppArmor profile that has `userns`.",
}
_NO_JAIL = (
    "Grade on another machine: one with Linux 5.13 or newer, with Landlock (it is in most distributions' kernels), or "
    "with user namespaces and bubblewrap, or as root in a container. Grade nothing of strangers here."
)
_BROKEN = (
    "Grade nothing of strangers in the {name} jail here. Please report it as SECURITY.md says, with `--json`."
)


def diagnose(wanted: str, python: Path | None, say: Callable[[str], None] = lambda text: None) -> Diagnosis:
    """Examine this machine for a ``--jail`` and a ``--python`` setting; ``say`` hears what is being done.

    Jails are attacked for real, all of them, or the one that is wanted. Raises `UsageError` for settings that make no
    sense; whatever the machine lacks is part of the diagnosis.
    """
    check_name(wanted)
    interpreter = find_interpreter(python)
    say("looking around")
    machine = (*machine_facts(), *interpreter_facts(interpreter))
    packages = package_facts()
    choice, refusal = _choose(wanted, python)
    names = list(BACKENDS) if wanted == "auto" else [wanted]
    jails = _attack_all(names, interpreter, say)
    diagnosis = Diagnosis(
        wanted=wanted,
        chosen=choice.backend if choice is not None else "",
        refusal=refusal,
        passed_over=choice.passed_over if choice is not None else (),
        jails=jails,
        machine=machine,
        packages=packages,
    )
    return _advised(diagnosis)


def _choose(wanted: str, python: Path | None) -> tuple[Choice | None, str]:
    try:
        return choose_jail(wanted, "", python), ""
    except JailUnavailable as error:
        return None, str(error)


def _attack_all(
    names: list[str], interpreter: Interpreter, say: Callable[[str], None]
) -> tuple[JailTrial, ...]:
    try:
        # It comes with all of pytest, whose absence is one of the things to be told.
        from .bait import laid_out
        from .processes import adopting_orphans
        from .selftest import attack
    except ImportError as error:
        return tuple(_untested(name, f"it cannot be tested without pytest: {error}") for name in names)
    jails: list[JailTrial] = []
    try:
        with laid_out() as bait:
            for name in names:
                say(f"attacking the {name} jail from inside")
                with adopting_orphans():
                    jails.append(attack(name, interpreter, bait))
    except (AutograderError, OSError) as error:
        why = f"it cannot be tested: {error}"
        jails += [_untested(name, why) for name in names[len(jails) :]]
    return tuple(jails)


def _untested(name: str, why: str) -> JailTrial:
    return JailTrial(name=name, promise=BACKENDS[name].promise, unavailable=why)


def _advised(diagnosis: Diagnosis) -> Diagnosis:
    advice = []
    facts = {fact.name: fact for fact in (*diagnosis.machine, *diagnosis.packages)}
    if diagnosis.wanted in ("auto", "bwrap") and diagnosis.chosen != "bwrap":
        if facts["bubblewrap"].value is None:
            advice.append(_NO_BWRAP)
        if not facts["namespaces"].value:
            advice.append(_NO_NAMESPACES[is_container()])
    if not diagnosis.chosen:
        advice.append(_NO_JAIL)
    jail = diagnosis.jail
    if jail is not None and jail.broken:
        advice.append(_BROKEN.format(name=jail.name))
    advice += [fact.advice for fact in facts.values() if fact.advice]
    advice += _too_strict(diagnosis.chosen)
    return replace(diagnosis, advice=tuple(advice))


def _too_strict(chosen: str) -> list[str]:
    """Name the assignments of the course here that ask for more than there is."""
    names = list(BACKENDS)
    try:
        root = find_root(Path.cwd())
        asked = [(each, load_assignment(root, each).require) for each in list_assignments(root)]
    except (AutograderError, OSError):
        return []  # no course here, or one that `grade` will complain about
    return [
        f"{assignment} requires the {required} jail (assignment.toml), so it cannot be graded here."
        for assignment, required in asked
        if required and (not chosen or names.index(chosen) > names.index(required))
    ]
