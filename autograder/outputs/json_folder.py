"""A folder with one JSON report per submission, each written whole or not at all."""

from __future__ import annotations

import hashlib
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from autograder.errors import UsageError
from autograder.escape import visible
from autograder.model import SubmissionReport
from autograder.outputs.json_report import to_document
from autograder.outputs.whole_file import whole_file

_PUNCTUATION = frozenset("._- ,@+()=")
_OPTION_LIKE = "-+=@"
"""What a shell or a program may take a file's name for something else by."""
_LONGEST_NAME = 120
"""Bytes. File systems take 255; the rest is for the hash, the ending and the temporary name."""

# Windows keeps these names for devices, whatever ending they have.
_DEVICES = {
    *("con", "prn", "aux", "nul", "conin", "conout"),
    *(f"{port}{n}" for port in ("com", "lpt") for n in "0123456789\u00b9\u00b2\u00b3"),
}


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
        with whole_file(path, "ascii") as stream:
            stream.write(to_document(assignment, seed, jail, report))
        return path


def file_names(ids: Sequence[str]) -> dict[str, str]:
    """Return for each submission's id a file name that is safe on every system and nobody else's."""
    stems = {each: _safe(each) for each in ids}
    # File systems exist that do not tell case, composed from decomposed letters, or a ligature from its letters.
    count = Counter(_folded(stem) for each, stem in stems.items() if stem == each)
    # No stem holds a tilde, so nobody can be called what another one's name is changed into.
    return {
        each: f"{stem}.json" if stem == each and count[_folded(stem)] == 1 else f"{stem}~{_hash(each)}.json"
        for each, stem in stems.items()
    }


def _safe(name: str) -> str:
    kept = "".join(char if char in _PUNCTUATION or _is_letter(char) else "_" for char in name)
    kept = kept.encode("utf-8")[:_LONGEST_NAME].decode("utf-8", "ignore").strip(". ")
    if not kept or kept[0] in _OPTION_LIKE or kept.split(".")[0].strip().lower() in _DEVICES:
        kept = f"_{kept}"
    return kept


def _is_letter(char: str) -> bool:
    return char.isalnum() and visible(char) == char  # some letters cannot be seen


def _folded(stem: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", stem).casefold())


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
