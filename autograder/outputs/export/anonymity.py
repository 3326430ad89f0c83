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
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from autograder.errors import UsageError
from autograder.model import Origin, SubmissionReport
from autograder.outputs.export.batch import Batch, Stored

FEW = 5
"""In a smaller group, points alone tell who is who."""

_SHORTEST_KEY = 16
_NAME = "[name]"

_ADDRESS = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
_PATH = re.compile(
    r"(?<![\w/.])~?/(?:[^\s/'\"<>|:,;()]+(?: [^\s/'\"<>|:,;()]+){0,3}/)+"
    r"|(?<!\w)[A-Za-z]:[\\/]+(?:[^\\/'\"<>|:;\n]+[\\/]+)*"
    r"|\\\\(?:[^\\\s]+\\)+"
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
    everybody = _Names(text for item in batch.items for text in _identity(item.report))
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


def _identity(report: SubmissionReport) -> list[str]:
    """Return what a student is called; of an address only the part in front of the @, for the rest is the school's."""
    texts = (report.id, *report.origin.keys.values())
    return [unicodedata.normalize("NFC", text.partition("@")[0]) for text in texts]


class _Names:
    """The words of which names consist."""

    def __init__(self, texts: Iterable[str]) -> None:
        parts = (
            part for text in texts for whole in _WORD.findall(text) for part in (whole, *whole.split("_"))
        )
        self.exact = frozenset(part for part in parts if len(part) >= 3 or part != part.lower())
        self.folded = frozenset(part.casefold() for part in self.exact if len(part) >= 3)


class _Cleaner:
    """Takes names, addresses and folders out of the texts of one submission."""

    def __init__(self, own: list[str], everybody: _Names) -> None:
        self._own = _Names(own)
        self._everybody = everybody
        # Scripts without spaces between words: a name is no word of its own there.
        unspaced = [re.escape(text) for text in own if len(text) >= 2 and not text.isascii()]
        self._whole = re.compile("|".join(sorted(unspaced, key=len, reverse=True)) or "(?!)", re.IGNORECASE)

    def clean(self, text: str) -> str:
        """Return a text in which nobody is named."""
        if not text.isascii():
            text = self._whole.sub(_NAME, unicodedata.normalize("NFC", text))
        text = _PATH.sub("[path]/", _ADDRESS.sub("[address]", text))
        return _WORD.sub(lambda found: self._word(found[0]), text)

    def _word(self, word: str) -> str:
        """Return a word, or what stands for it if it is a name.

        The name of another one, who may be called like a common word, counts as it is written or with capital letters.
        """
        plain, everybody = word.casefold(), self._everybody
        if plain in self._own.folded or word in everybody.exact:
            return _NAME
        if plain in everybody.folded and word != word.lower():
            return _NAME
        if "_" not in word:
            return word
        return "_".join(self._word(part) if part else part for part in word.split("_"))


def _anonymous(item: Stored, new: str, everybody: _Names) -> Stored:
    report = item.report
    clean = _Cleaner(_identity(report), everybody).clean
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
