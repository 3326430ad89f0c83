"""Reports from which nobody is recognised: other ids, another order, and no names, addresses or paths in the texts.

An id is random, or a keyed hash, which gives the same person the same id in every export with that key. A hash without
a key would be no protection: whoever has the list of names computes it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from autograder.errors import UsageError
from autograder.model import Origin, SubmissionReport
from autograder.outputs.export.batch import Batch, Stored

FEW = 5
"""In a smaller group, points alone tell who is who."""

_SHORTEST_KEY = 16
_SHORTEST_WORD = 3
_NAME = "[name]"

_ADDRESS = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
_PATH = re.compile(
    r"(?:(?<![\w/.])~?/(?:[^\s/'\"<>|:,;()]+/)+|(?<!\w)[A-Za-z]:[\\/]+(?:[^\\/'\"<>|:;\n]+[\\/]+)*|\\\\(?:[^\\\s]+\\)+)"
)
"""The folders of an absolute path, up to the last slash: the file's own name stays."""
_WORD = re.compile(r"\w+")


def read_key(path: Path) -> bytes:
    """Return the key in a file; raise `UsageError` if it cannot be read or is too short to protect anybody."""
    try:
        key = path.read_bytes().strip()
    except OSError as error:
        raise UsageError(f"--key-file {path}: the key cannot be read ({error.strerror}).") from error
    if len(key) < _SHORTEST_KEY:
        raise UsageError(
            f"--key-file {path}: a key of {len(key)} bytes can be guessed, it needs {_SHORTEST_KEY}. "
            f"Make one: head -c 32 /dev/urandom > {path}"
        )
    return key


def anonymise(batch: Batch, key: bytes | None) -> tuple[Batch, dict[str, str]]:
    """Return a batch in which nobody is named, in the order of its new ids, and the old id of each new one."""
    names: dict[str, str] = {}
    for item in batch.items:
        new = _new_id(item.report.id, key)
        if new in names:
            raise UsageError(f"{names[new]} and {item.report.id} get the same id. Take another key.")
        names[new] = item.report.id
    everybody = _words(word for item in batch.items for word in _identity(item.report))
    old = {item.report.id: item for item in batch.items}
    items = tuple(_anonymous(old[names[new]], new, everybody) for new in sorted(names))
    return Batch(assignment=batch.assignment, items=items), names


def mapping_text(names: dict[str, str]) -> str:
    """Return the text of the file that leads back from the new ids to the old ones."""
    return (
        json.dumps({"format": "autograder-mapping/1", "submissions": names}, indent=1, sort_keys=True) + "\n"
    )


def _new_id(identifier: str, key: bytes | None) -> str:
    # The prefix keeps spreadsheets from reading something like 12345e67 as a number.
    if key is None:
        return f"s-{secrets.token_hex(8)}"
    return f"s-{hmac.new(key, identifier.encode('utf-8', 'surrogatepass'), hashlib.sha256).hexdigest()[:16]}"


def _identity(report: SubmissionReport) -> Iterable[str]:
    return (report.id, *report.origin.keys.values())


def _words(texts: Iterable[str]) -> frozenset[str]:
    words = (word for text in texts for part in _WORD.findall(text) for word in (part, *part.split("_")))
    return frozenset(word for word in words if len(word) >= _SHORTEST_WORD)


def _anonymous(item: Stored, new: str, everybody: frozenset[str]) -> Stored:
    report = item.report
    own = frozenset(word.casefold() for word in _words(_identity(report)))

    def clean(text: str) -> str:
        text = _PATH.sub("[path]/", _ADDRESS.sub("[address]", text))
        return _WORD.sub(lambda found: _unnamed(found[0], own, everybody), text)

    exercises = tuple(
        replace(exercise, tests=tuple(replace(test, message=clean(test.message)) for test in exercise.tests))
        for exercise in report.exercises
    )
    report = replace(
        report,
        id=new,
        reason=clean(report.reason),
        exercises=exercises,
        findings=tuple(replace(each, message=clean(each.message)) for each in report.findings),
        evidence=tuple(replace(each, message=clean(each.message)) for each in report.evidence),
        notes=(),
        wall_seconds=0.0,
        origin=Origin(),
    )
    return replace(item, report=report, reason=report.reason)


def _unnamed(word: str, own: frozenset[str], everybody: frozenset[str]) -> str:
    """Return a word, or what stands for it if it is part of a name.

    One's own name in any case of letters; that of others as they write it, since it may be a common word too.
    """
    if word.casefold() in own or word in everybody:
        return _NAME
    if "_" not in word:
        return word
    return "_".join(_unnamed(part, own, everybody) if part else part for part in word.split("_"))
