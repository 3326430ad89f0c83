"""A gzip, expanded piece by piece within limits; no piece is longer than the one that is asked for next."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from autograder.intake.tree import Allowance, Notes, Unreadable

MAX_PARTS = 1_000
"""Gzips may be written one behind the other."""

MAX_RATIO = 200
_RATIO_COUNTS_FROM = 16 * 2**20
_PIECE = 2**18
_WITH_GZIP_HEADER = zlib.MAX_WBITS | 16
_MAGIC = b"\x1f\x8b"


def expand(name: str, data: bytes, notes: Notes, allowance: Allowance) -> Iterator[bytes]:
    """Yield the content of a gzip, or of what is none as it is; raise `Unreadable` when it is damaged or too much."""
    if not data.startswith(_MAGIC):
        return (data[at : at + _PIECE] for at in range(0, len(data), _PIECE))
    most = max(_RATIO_COUNTS_FROM, MAX_RATIO * len(data))
    return _limit(name, _gunzip(name, data, notes), most, allowance)


def _limit(name: str, pieces: Iterator[bytes], most: int, allowance: Allowance) -> Iterator[bytes]:
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > most:
            raise Unreadable(f"{name} expands more than {MAX_RATIO} times")
        allowance.spend_expanded(name, len(piece))
        yield piece


def _gunzip(name: str, data: bytes, notes: Notes) -> Iterator[bytes]:
    at = 0
    for _ in range(MAX_PARTS):
        inflate, pending = zlib.decompressobj(_WITH_GZIP_HEADER), b""
        while not inflate.eof:
            fresh = b"" if pending else data[at : at + _PIECE]
            at += len(fresh)
            try:
                piece = inflate.decompress(pending or fresh, _PIECE)
            except zlib.error as error:
                raise Unreadable(f"{name} is damaged: {_reason(error)}") from error
            if not (piece or pending or fresh):
                raise Unreadable(f"{name} ends in the middle: it was cut off")
            pending = inflate.unconsumed_tail
            if piece:
                yield piece
        at -= len(inflate.unused_data)
        if not data.startswith(_MAGIC, at):
            if data[at:].strip(b"\0"):
                notes.add(f"{name} has something behind its end: ignored")
            return
    raise Unreadable(f"{name} consists of more than {MAX_PARTS} gzips")


def _reason(error: zlib.error) -> str:
    """Return what zlib says, without the numbers around it."""
    return str(error).rpartition(": ")[2]


class Stream:
    """Pieces of bytes, read as one stream."""

    def __init__(self, name: str, pieces: Iterator[bytes]) -> None:
        self._name = name
        self._pieces = pieces
        self._piece = b""
        self._at = 0

    def take(self, size: int) -> bytes:
        """Return exactly so many bytes; raise `Unreadable` if there are no more."""
        at, self._at = self._at, self._at + size
        if self._at <= len(self._piece):
            return self._piece[at : self._at]
        parts = [self._piece[at:]]
        missing = size - len(parts[0])
        while missing:
            self._next()
            parts.append(self._piece[:missing])
            missing -= len(parts[-1])
            self._at = len(parts[-1])
        return b"".join(parts)

    def skip(self, size: int) -> None:
        """Pass over so many bytes."""
        self._at += size
        while self._at > len(self._piece):
            left = self._at - len(self._piece)
            self._next()
            self._at = left

    def drain(self) -> bool:
        """Read to the end, and so check it; return whether anything but zeros was there."""
        found = bool(self._piece[self._at :].strip(b"\0"))
        for piece in self._pieces:
            found = found or bool(piece.strip(b"\0"))
        return found

    def _next(self) -> None:
        piece = next(self._pieces, None)
        if piece is None:
            raise Unreadable(f"{self._name} ends in the middle: it was cut off")
        self._piece, self._at = piece, 0
