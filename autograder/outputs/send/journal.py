"""What was sent, written down before and after each write, so that a run that was cut off can be finished.

A line of JSON for each step, flushed to the disk before the next one begins. A torn last line (the machine lost power)
is dropped: what it was about is looked up on the server. There are no secrets in it and no names, only the ids that
people have there.
"""

from __future__ import annotations

import fcntl
import io
import json
import os
import stat
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from autograder.errors import GraderError, UsageError

_FORMAT = "autograder-journal/1"


@dataclass(slots=True)
class Record:
    """What the journal knows of one person."""

    begun: Decimal | None = None
    """The score of the last write that was begun."""
    sent: Decimal | None = None
    """The score of the last write that is known to have taken effect."""
    stamp: str = ""
    """When the last score that was begun came to be, ISO 8601 with an offset."""
    marks: set[str] = field(default_factory=set)
    """Marks of the comments that are known to be there."""
    files: dict[str, str] = field(default_factory=dict)
    """Ids of files that were uploaded for a comment, by its mark."""

    @property
    def ours(self) -> frozenset[Decimal]:
        """Scores of which nobody else is the author."""
        return frozenset(score for score in (self.begun, self.sent) if score is not None)


class Journal:
    """The records of one place (an assignment there), and the file that they are in, if it may be written to."""

    def __init__(self, path: Path, stream: io.FileIO | None = None) -> None:
        self.path = path
        self._stream = stream
        self._records: dict[str, Record] = defaultdict(Record)

    def record(self, user: str) -> Record:
        """Return what is known of a person."""
        return self._records[user]

    def begin(self, user: str, score: Decimal | None, mark: str, stamp: str = "") -> None:
        """Note that something is about to be sent."""
        self._note(user, did="begin", score=score, mark=mark, stamp=stamp)

    def uploaded(self, user: str, mark: str, file: str) -> None:
        """Note that a file is there, which nobody sees yet."""
        self._note(user, did="upload", mark=mark, file=file)

    def done(self, user: str, score: Decimal | None, mark: str) -> None:
        """Note that all of it is there."""
        self._note(user, did="done", score=score, mark=mark)

    def _note(self, user: str, score: Decimal | None = None, **facts: str) -> None:
        assert self._stream is not None, "only a run that sends has something to note"
        line = {"user": user, **{key: value for key, value in facts.items() if value}}
        if score is not None:
            line["score"] = str(score)
        _append(self._stream, line, self.path)
        self.learn(line)

    def learn(self, line: dict[str, Any]) -> None:
        """Take in one line; raise `KeyError`, `ValueError` or `TypeError` if it is none of ours."""
        did, user, mark = line["did"], line["user"], line.get("mark", "")
        if not all(isinstance(value, str) for value in line.values()):
            raise TypeError("not a text")
        score = Decimal(line["score"]) if "score" in line else None
        record = self._records[user]
        if did == "begin":
            record.begun = record.begun if score is None else score
            record.stamp = line.get("stamp", record.stamp)
        elif did == "upload":
            record.files[mark] = line["file"]
        elif did == "done":
            record.sent = record.sent if score is None else score
            record.marks |= {mark} - {""}
        else:
            raise ValueError(f"unknown step {did}")


def read_journal(path: Path, place: str) -> Journal:
    """Return the journal of an earlier run as far as there is one; nothing can be noted in it."""
    journal = Journal(path)
    try:
        if path.exists() and not path.is_file():
            raise _no_file(path)
        content = path.read_bytes()
    except FileNotFoundError:
        return journal
    except OSError as error:
        raise _unreadable(path, error) from error
    _learn_all(journal, content, place)
    return journal


@contextmanager
def open_journal(path: Path, place: str) -> Iterator[Journal]:
    """Open the journal for a run that sends.

    Raise `UsageError` if another run has it open, or if it is of another place.
    """
    try:
        number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _unreadable(path, error) from error
    with io.FileIO(number, "r+") as stream:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise _no_file(path)  # a device might never come to an end
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UsageError(
                f"{path}: another run is sending with this journal just now. Wait until it is done."
            ) from error
        journal = Journal(path, stream)
        try:
            whole = _learn_all(journal, stream.readall() or b"", place)
            os.ftruncate(stream.fileno(), whole)
        except OSError as error:
            raise _unreadable(path, error) from error
        if not whole:
            _append(stream, {"format": _FORMAT, "place": place}, path)
            _sync_folder(path.absolute().parent)
        yield journal


def _learn_all(journal: Journal, content: bytes, place: str) -> int:
    """Take in all whole lines; return how many bytes they are."""
    whole = content[: content.rfind(b"\n") + 1]
    for number, text in enumerate(whole.splitlines(), 1):
        try:
            line = json.loads(text)
            if number > 1:
                journal.learn(line)
                continue
            if line["format"] != _FORMAT:
                raise ValueError(f"the format is not {_FORMAT}")
        except (ValueError, KeyError, TypeError, AttributeError, InvalidOperation) as error:
            raise UsageError(
                f"{journal.path}:{number}: this is no journal of ours, or it was changed ({error}). "
                "Name another one with --journal: what is on the server already is then seen there."
            ) from error
        if line["place"] != place:
            raise UsageError(
                f"{journal.path}: this journal is about {line['place']}, not about {place}. "
                "Name another one with --journal."
            )
    return len(whole)


def _append(stream: io.FileIO, line: dict[str, str], path: Path) -> None:
    data = (json.dumps(line, sort_keys=True) + "\n").encode("ascii")
    try:
        if stream.write(data) != len(data):
            raise OSError(0, "the disk is full")
        os.fsync(stream.fileno())
    except OSError as error:
        raise GraderError(
            f"{path}: the journal cannot be written ({error.strerror}), and without it something might be sent twice. "
            "Make room, then run again."
        ) from error


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _no_file(path: Path) -> UsageError:
    return UsageError(f"{path}: this is no file. Name another place for the journal with --journal.")


def _unreadable(path: Path, error: OSError) -> UsageError:
    return UsageError(
        f"{path}: the journal cannot be opened ({error.strerror}). Name another place with --journal."
    )
