"""Texts for each submission of a class, on disk until the last one is there: memory stays flat over thousands."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator


class Spool:
    """Takes texts in the order in which submissions are done, gives them back in the order of their ids."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self._places: dict[str, list[tuple[int, int]]] = {}

    def add(self, submission_id: str, *texts: str) -> None:
        """Keep the texts of one submission, as many for each."""
        places = self._places[submission_id] = []
        for text in texts:
            data = text.encode("utf-8")
            places.append((self._file.seek(0, 2), len(data)))
            self._file.write(data)

    def each(self, number: int = 0) -> Iterator[str]:
        """Yield the text with this number of every submission."""
        for submission_id in sorted(self._places):
            start, length = self._places[submission_id][number]
            self._file.seek(start)
            yield self._file.read(length).decode("utf-8")

    def close(self) -> None:
        """Give the disk back."""
        self._file.close()
