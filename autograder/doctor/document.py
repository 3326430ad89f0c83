"""A diagnosis as a JSON document. Members may be added; none is renamed."""

from __future__ import annotations

from typing import Any

from autograder.escape import json_text

from .diagnosis import Diagnosis, Fact, JailTrial, Verdict

FORMAT = "autograder-doctor/1"


def to_document(diagnosis: Diagnosis) -> dict[str, Any]:
    """Return the plain form of a diagnosis."""
    return {
        "format": FORMAT,
        "holds": diagnosis.holds,
        "jail": {
            "wanted": diagnosis.wanted,
            "chosen": diagnosis.chosen or None,
            "refusal": json_text(diagnosis.refusal),
            "passed_over": [json_text(reason) for reason in diagnosis.passed_over],
        },
        "jails": [_jail(jail) for jail in diagnosis.jails],
        "machine": {fact.name: _fact(fact) for fact in diagnosis.machine},
        "packages": {fact.name: _fact(fact) for fact in diagnosis.packages},
        "advice": [json_text(text) for text in diagnosis.advice],
    }


def _jail(jail: JailTrial) -> dict[str, Any]:
    return {
        "name": jail.name,
        "promise": jail.promise,
        "available": not jail.unavailable,
        "unavailable": json_text(jail.unavailable),
        "layers": list(jail.layers),
        "holds": jail.holds,
        "held": len(jail.of(Verdict.HELD)),
        "tried": len(jail.trials),
        "attempts": [
            {
                "name": trial.name,
                "tries": trial.tries,
                "promised": trial.promised,
                "excuse": trial.excuse,
                "verdict": trial.verdict.value,
                "detail": json_text(trial.detail),
            }
            for trial in jail.trials
        ],
        "testing_wall_seconds": round(jail.wall_seconds, 3),
    }


def _fact(fact: Fact) -> dict[str, Any]:
    value = json_text(fact.value) if isinstance(fact.value, str) else fact.value
    return {"value": value, "text": json_text(fact.text), "advice": json_text(fact.advice)}
