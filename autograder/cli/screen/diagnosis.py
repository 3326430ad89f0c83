"""What ``autograder doctor`` shows: the verdict first, then jail by jail, the machine, and what to do."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from types import TracebackType

from rich.console import Console
from rich.status import Status
from rich.text import Text

from autograder.doctor import Diagnosis, Fact, JailTrial, Trial, Verdict
from autograder.escape import visible

from .console import Hanging, open_console, put

_INDENT = 2
_DEEPER = 4
_LONGEST_DETAIL = 600


class Working:
    """Says on a terminal what is being done, and takes it away at the end."""

    def __init__(self) -> None:
        console = open_console(sys.stderr)
        seen = console.is_terminal and not console.is_dumb_terminal
        self._status: Status | None = console.status("") if seen else None

    def say(self, text: str) -> None:
        """Replace what was said before."""
        if self._status is not None:
            self._status.update(Text(f"{text} ..."))

    def __enter__(self) -> Working:
        if self._status is not None:
            self._status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status is not None:
            self._status.stop()


def show_diagnosis(diagnosis: Diagnosis) -> None:
    """Show all of it on stdout."""
    out = open_console(sys.stdout)
    put(out, Hanging(_verdict(diagnosis)))
    _head(out, "Jails, the strongest first; each was started and attacked from inside:")
    for jail in diagnosis.jails:
        for line in _jail(jail, used=jail.name == diagnosis.chosen):
            put(out, line)
    _head(out, "This machine:")
    _facts(out, diagnosis.machine)
    _head(out, "Installed:")
    _facts(out, diagnosis.packages)
    if diagnosis.advice:
        _head(out, "What to do:")
        for each in diagnosis.advice:
            put(out, Hanging(Text(visible(f"- {each}")), _INDENT))


def _verdict(diagnosis: Diagnosis) -> Text:
    jail = diagnosis.jail
    if not diagnosis.chosen or jail is None:
        flag = "" if diagnosis.wanted == "auto" else f" --jail {diagnosis.wanted}"
        text = f"`autograder grade{flag}` would refuse to start here: no jail that it may use can be started."
        return Text.assemble(("NO JAIL. ", "bold red"), visible(text))
    if jail.unavailable:
        text = f"`autograder grade` uses the {jail.name} jail here, but it could not be tested: {jail.unavailable}"
        return Text.assemble(("NOT TESTED. ", "bold red"), visible(text))
    held, tried = len(jail.of(Verdict.HELD)), len(jail.trials)
    count = f"{held} of {tried} attempts were held off"
    if limits := len(jail.of(Verdict.KNOWN_LIMIT)):
        count += f", {limits} {'is a known limit' if limits == 1 else 'are known limits'}"
    if jail.broken:
        text = f"`autograder grade` uses the {jail.name} jail here, and it does not hold what it promises: {count}."
        return Text.assemble(("NOT SAFE. ", "bold red"), text)
    if jail.name == "plain":
        text = f"The plain jail keeps its limits ({count}) and promises nothing else. Only for code that you trust."
        return Text.assemble(("NO WALLS. ", "bold red"), text)
    text = f"`autograder grade` uses the {jail.name} jail here, and it holds all that it promises: {count}."
    return Text.assemble(("OK. ", "bold green"), text)


def _head(out: Console, text: str) -> None:
    put(out, Text())
    put(out, Hanging(Text(text, style="bold")))


def _jail(jail: JailTrial, used: bool) -> Iterable[Hanging]:
    name = Text(f"{jail.name:<9}", style="bold")
    if jail.unavailable:
        text = Text.assemble(name, ("cannot be used: ", "yellow"), visible(jail.unavailable, lines=True))
        return [Hanging(text, _INDENT)]
    held = f"{len(jail.of(Verdict.HELD))} of {len(jail.trials)} held"
    text = Text.assemble(name, (held, "green" if jail.holds else "bold red"))
    text.append(f" ({', '.join(jail.layers)})" if jail.layers else "")
    text.append("  <- `grade` uses this one" if used else "", style="bold")
    lines = [text, Text(f"promises {jail.promise}", style="dim")]
    lines += [_trial("DID NOT HOLD", trial) for trial in jail.of(Verdict.FAILED)]
    lines += [_trial("could not be tried", trial) for trial in jail.of(Verdict.UNTESTED)]
    lines += _known_limits(jail.of(Verdict.KNOWN_LIMIT))
    return [Hanging(line, _DEEPER if index else _INDENT) for index, line in enumerate(lines)]


def _trial(what: str, trial: Trial) -> Text:
    text = f"an attempt to {trial.tries}: {trial.detail}"
    return Text.assemble((f"{what}: ", "bold red"), visible(text, longest=_LONGEST_DETAIL))


def _known_limits(trials: Iterable[Trial]) -> list[Text]:
    """Say each reason once, with what it stands for; what was seen in each case is in the JSON document."""
    reasons: dict[str, list[str]] = {}
    for trial in trials:
        reasons.setdefault(trial.excuse, []).append(trial.tries)
    return [
        Text.assemble(
            ("known limit: ", "yellow"),
            visible(f"{reason}. Attempts that got through: to {'; to '.join(tries)}"),
        )
        for reason, tries in reasons.items()
    ]


def _facts(out: Console, facts: Iterable[Fact]) -> None:
    for fact in facts:
        name = fact.name.replace("_", " ")
        style = "yellow" if fact.advice else ""
        put(out, Hanging(Text.assemble(f"{name:<18}", (visible(fact.text), style)), _INDENT))
