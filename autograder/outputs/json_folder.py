"""A folder with one JSON report per submission, each written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from autograder.errors import GraderError, UsageError
from autograder.model import SubmissionReport
from autograder.outputs.json_report import to_document

_PUNCTUATION = frozenset("._- ,@+()=")
_LONGEST_NAME = 120
"""Bytes. File systems take 255; the rest is for the hash, the ending and the temporary name."""

# Windows keeps these names for devices, whatever ending they have.
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}


class JsonFolder:
    """Writes the reports of one run into a folder."""

    def __init__(self, folder: Path, ids: Sequence[str]) -> None:
        """Make the folder for submissions with these ids; raise `UsageError` if it cannot be written to."""
        self.folder = folder
        # Fixed beforehand, so that they do not depend on who is ready first.
        self._names = file_names(ids)
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"--output {folder}: this is a file. Give the name of a folder.")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            raise UsageError(
                f"--output {folder}: reports cannot be written there ({error.strerror}). Give another folder."
            ) from error

    def write(self, assignment: str, seed: int, jail: str, report: SubmissionReport) -> Path:
        """Write one report and return its path; raise `GraderError` if the disk does not take it."""
        path = self.folder / self._names[report.id]
        temporary = self.folder / f".{path.name}.{os.getpid()}.tmp"
        try:
            temporary.write_text(to_document(assignment, seed, jail, report), "ascii", newline="\n")
            temporary.replace(path)
        except OSError as error:
            raise GraderError(
                f"{path}: the report cannot be written ({error.strerror}). Make room, then run again."
            ) from error
        finally:
            temporary.unlink(missing_ok=True)  # it is still there if this was interrupted
        return path


def file_names(ids: Sequence[str]) -> dict[str, str]:
    """Return for each submission's id a file name that is safe on every system and nobody else's."""
    stems = {each: _safe(each) for each in ids}
    # File systems exist that do not tell case or composed from decomposed letters.
    count = Counter(_folded(stem) for each, stem in stems.items() if stem == each)
    # No stem holds a tilde, so nobody can be called what another one's name is changed into.
    return {
        each: f"{stem}.json" if stem == each and count[_folded(stem)] == 1 else f"{stem}~{_hash(each)}.json"
        for each, stem in stems.items()
    }


def _safe(name: str) -> str:
    kept = "".join(char if char.isalnum() or char in _PUNCTUATION else "_" for char in name)
    kept = kept.encode("utf-8")[:_LONGEST_NAME].decode("utf-8", "ignore").strip(". ")
    if not kept or kept.startswith("-") or kept.split(".")[0].lower() in _DEVICES:
        kept = f"_{kept}"
    return kept


def _folded(stem: str) -> str:
    return unicodedata.normalize("NFC", stem).casefold()


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
