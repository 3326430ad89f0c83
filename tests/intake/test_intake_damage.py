"""Archives damaged by chance: whatever the bytes are, they are read, or refused in words; nothing else comes out."""

import gzip
import io
import struct
import tarfile
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.intake.archive import open_archive
from autograder.intake.tree import Allowance, Unreadable

FILES = {"ex1_gather.py": b"x = 1\n" * 30, "own/m.py": b"y = 2\n" * 30, "empty.py": b"", "inner.zip": b"PK"}


def make_zip():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = b"comment"
        for name, content in FILES.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def make_large_zip():
    """With the records for large files and directories, though nothing in it is large."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in FILES.items():
            with archive.open(name, "w", force_zip64=True) as member:
                member.write(content)
    data = buffer.getvalue()
    entries, size, offset = struct.unpack_from("<H2L", data, len(data) - 12)
    large = b"PK\6\6" + struct.pack("<Q2H2L4Q", 44, 45, 45, 0, 0, entries, entries, size, offset)
    return data[:-22] + large + b"PK\6\7" + struct.pack("<LQL", 0, len(data) - 22, 1) + data[-22:]


def make_tar():
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT, bufsize=512) as archive:
        for name, content in FILES.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(content), 1.5  # the fraction needs an extended header
            archive.addfile(info, io.BytesIO(content))
    data = buffer.getvalue().rstrip(b"\0")
    return data + bytes(-len(data) % 512) + bytes(1024)


ORIGINALS = {"x.zip": make_zip(), "y.zip": make_large_zip(), "x.tar": make_tar()}
ORIGINALS["x.tar.gz"] = gzip.compress(ORIGINALS["x.tar"], mtime=0)


def read_all(name, data):
    """Return what can be read of an archive; fail on any exception but intake's own."""
    found, said = {}, []

    def walk(prefix, folder):
        content = folder.list()
        said.extend(content.notes)
        for file in content.files:
            try:
                found[prefix + file.name] = file.read(2**20)
            except Unreadable as error:
                said.append(str(error))
        for inner in content.folders:
            walk(f"{prefix}{inner.name}/", inner)

    try:
        walk("", open_archive(name, data, Allowance()))
    except Unreadable as error:
        said.append(str(error))
    assert all(text.isprintable() for text in (*said, *found))
    return found


@st.composite
def damaged(draw, original):
    """Some bytes changed, a part left out, cut off or written twice."""
    data = bytearray(original)
    for position in draw(st.lists(st.integers(0, len(data) - 1), max_size=6)):
        data[position] = draw(st.integers(0, 255) | st.sampled_from([0, 255, data[position] ^ 1]))
    begin, end = sorted(draw(st.tuples(st.integers(0, len(data)), st.integers(0, len(data)))))
    match draw(st.sampled_from(["as it is", "cut off", "without a part", "a part twice"])):
        case "cut off":
            return bytes(data[:end])
        case "without a part":
            return bytes(data[:begin] + data[end:])
        case "a part twice":
            return bytes(data[:end] + data[begin:])
    return bytes(data)


@pytest.mark.parametrize("name", ORIGINALS)
def test_undamaged_is_read(name):
    assert read_all(name, ORIGINALS[name]) == FILES


@pytest.mark.parametrize("name", ORIGINALS)
@given(st.data())
@settings(max_examples=200, deadline=None)
def test_damage_is_told_and_never_a_crash(name, data):
    read_all(name, data.draw(damaged(ORIGINALS[name])))


@given(damaged(ORIGINALS["x.tar"]))
@settings(max_examples=200, deadline=None)
def test_damaged_tar_in_a_sound_gzip(data):
    read_all("x.tar.gz", gzip.compress(data, 1))


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_tar_header_of_any_kind(data):
    """The checksum is right, so that the other fields are looked at."""
    tar = bytearray(ORIGINALS["x.tar"])
    at = 512 * data.draw(st.integers(0, len(tar) // 512 - 3))
    begin, end = sorted(data.draw(st.tuples(st.integers(0, 511), st.integers(0, 511))))
    tar[at + begin : at + end] = data.draw(st.binary(min_size=end - begin, max_size=end - begin))
    tar[at + 148 : at + 156] = b" " * 8
    tar[at + 148 : at + 156] = b"%06o\0 " % sum(tar[at : at + 512])

    read_all("x.tar", bytes(tar))


@pytest.mark.parametrize("name", ["x.zip", "y.zip", "x.tar.gz"])
@given(st.data())
@settings(max_examples=200, deadline=None)
def test_one_wrong_bit_never_changes_what_is_graded(name, data):
    """Checksums see it: a file is read as it was, or not at all. (A name may change: it has no checksum in a zip.)"""
    original = bytearray(ORIGINALS[name])
    position = data.draw(st.integers(0, len(original) - 1))
    original[position] ^= 1 << data.draw(st.integers(0, 7))

    assert set(read_all(name, bytes(original)).values()) <= set(FILES.values())


@given(st.binary(max_size=3_000), st.sampled_from([b"", b"PK\3\4", b"PK\5\6", b"\x1f\x8b\x08\0"]))
@settings(max_examples=200, deadline=None)
@pytest.mark.parametrize("name", ["x.zip", "x.tar", "x.tar.gz"])
def test_any_bytes_at_all(name, data, magic):
    read_all(name, magic + data)
