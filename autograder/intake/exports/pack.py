"""One object out of a pack of git's, in bounded memory: packs come from strangers and may say anything."""

from __future__ import annotations

import struct
import zlib

MAX_OBJECT_BYTES = 2**20
"""A longer object is no commit that anybody has written."""

_MAX_PACKED_BYTES = MAX_OBJECT_BYTES + 2**16
_MAX_DELTAS = 64
_INDEX_MAGIC = b"\xfftOc\0\0\0\x02"
_FANOUT = 256 * 4
_KINDS = {1: "commit", 2: "tree", 3: "blob", 4: "tag"}
_BY_OFFSET, _BY_ID = 6, 7
_IN_LARGE_TABLE = 2**31


class Damaged(Exception):
    """An object cannot be read; the text says why."""


def find_in_index(index: bytes, number: bytes) -> int | None:
    """Return where the object with this id lies in the pack of the index, None if it does not."""
    if not index.startswith(_INDEX_MAGIC):
        return None
    try:
        return _find(index, number)
    except (struct.error, IndexError) as error:
        raise Damaged("an index of the clone is damaged") from error


def _find(index: bytes, number: bytes) -> int | None:
    fanout = len(_INDEX_MAGIC)
    (count,) = struct.unpack_from(">L", index, fanout + _FANOUT - 4)
    low = 0 if number[0] == 0 else struct.unpack_from(">L", index, fanout + 4 * (number[0] - 1))[0]
    (high,) = struct.unpack_from(">L", index, fanout + 4 * number[0])
    numbers, size = fanout + _FANOUT, len(number)
    while low < high:
        middle = (low + high) // 2
        found = index[numbers + middle * size : numbers + (middle + 1) * size]
        if found == number:
            offsets = numbers + count * (size + 4)
            (offset,) = struct.unpack_from(">L", index, offsets + 4 * middle)
            if offset < _IN_LARGE_TABLE:
                return int(offset)
            large = offsets + 4 * count + 8 * (offset - _IN_LARGE_TABLE)
            return int(struct.unpack_from(">Q", index, large)[0])
        if found < number:
            low = middle + 1
        else:
            high = middle
    return None


def read_from_pack(pack: bytes, index: bytes, place: int, id_bytes: int) -> tuple[str, bytes]:
    """Return kind and content of the object at this place; raise `Damaged`."""
    try:
        return _read(pack, index, place, id_bytes)
    except (IndexError, zlib.error) as error:
        raise Damaged("a pack of the clone is damaged") from error


def _read(pack: bytes, index: bytes, place: int, id_bytes: int) -> tuple[str, bytes]:
    deltas: list[bytes] = []
    while True:
        kind, size, at = _header(pack, place)
        if size > MAX_OBJECT_BYTES:
            raise Damaged("it is too long for a commit")
        if kind in _KINDS:
            content = _expand(pack, at, size)
            for delta in reversed(deltas):
                content = apply_delta(content, delta)
            return _KINDS[kind], content
        if len(deltas) >= _MAX_DELTAS:
            raise Damaged(f"it is more than {_MAX_DELTAS} steps away from what is written out")
        if kind == _BY_OFFSET:
            back, at = _distance(pack, at)
            base = place - back
        elif kind == _BY_ID:
            found = find_in_index(index, pack[at : at + id_bytes])
            base, at = -1 if found is None else found, at + id_bytes
        else:
            raise Damaged("a pack of the clone is damaged")
        if not 0 < base < len(pack):
            raise Damaged("what it is made from is not in the clone")
        deltas.append(_expand(pack, at, size))
        place = base


def _header(pack: bytes, at: int) -> tuple[int, int, int]:
    """Return kind and size of the object at a place, and where what follows begins."""
    byte = pack[at]
    kind, size, shift = byte >> 4 & 7, byte & 15, 4
    while byte & 128:
        at += 1
        byte = pack[at]
        size |= (byte & 127) << shift
        shift += 7
        if shift > 64:
            raise Damaged("a pack of the clone is damaged")
    return kind, size, at + 1


def _distance(pack: bytes, at: int) -> tuple[int, int]:
    byte = pack[at]
    distance, end = byte & 127, at + 10
    while byte & 128 and at < end:
        at += 1
        byte = pack[at]
        distance = (distance + 1) << 7 | byte & 127
    return distance, at + 1


def _expand(pack: bytes, at: int, size: int) -> bytes:
    content = zlib.decompressobj().decompress(pack[at : at + _MAX_PACKED_BYTES], size + 1)
    if len(content) != size:
        raise Damaged("a pack of the clone is damaged")
    return content


def apply_delta(base: bytes, delta: bytes) -> bytes:
    """Return what a delta makes of ``base``."""
    at = 0
    sizes = []
    for _ in range(2):
        size, shift = 0, 0
        while True:
            byte = delta[at]
            at += 1
            size |= (byte & 127) << shift
            shift += 7
            if not byte & 128 or shift > 64:
                break
        sizes.append(size)
    if sizes[0] != len(base) or sizes[1] > MAX_OBJECT_BYTES:
        raise Damaged("a pack of the clone is damaged")
    result = bytearray()
    while at < len(delta):
        order = delta[at]
        at += 1
        if not order & 128:
            result += delta[at : at + order]
            at += order
        else:
            numbers = []
            for bits in (range(4), range(4, 7)):
                number = 0
                for shift, bit in enumerate(bits):
                    if order >> bit & 1:
                        number |= delta[at] << 8 * shift
                        at += 1
                numbers.append(number)
            start, length = numbers[0], numbers[1] or 0x10000
            result += base[start : start + length]
        if len(result) > sizes[1]:
            break
    if len(result) != sizes[1]:
        raise Damaged("a pack of the clone is damaged")
    return bytes(result)
