"""Tars that are too much, or lie about themselves."""

from __future__ import annotations

import bz2
import gzip
import lzma
import random
import tarfile

from archives.attack import (
    FIRST,
    HONEST,
    Attack,
    honest_members,
    make_tar,
    make_tgz,
    member,
    pax,
    zip_of,
)

ZEROS = 64 * 2**20


def sparse() -> bytes:
    """Return a file in GNU's old form for files with holes, with a map that goes on in further blocks."""
    header = bytearray(member("holes.py", kind=tarfile.GNUTYPE_SPARSE, size=512))
    header[386:410] = b"%011o\0%011o\0" % (0, 512)
    header[482] = 1
    header[483:495] = b"%011o\0" % 2**32
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header[:512])
    more = bytearray(512)
    more[504] = 1
    return bytes(header[:512]) + bytes(more) + bytes(512) + bytes(512)


def sparse_by_pax() -> bytes:
    """Return a file in GNU's new form for files with holes, which an extended header gives the first file's name."""
    sparse_records = [b"GNU.sparse.major=1", b"GNU.sparse.minor=0", b"GNU.sparse.realsize=9999999999"]
    header = pax(*sparse_records, b"GNU.sparse.name=" + FIRST.encode())
    return make_tgz(
        header, member("GNUSparseFile.0/x.py", b"1\n0\n512\n".ljust(512, b"\0")), honest_members()
    )


def huge_name() -> bytes:
    """Return a name that claims to be 8 GB long."""
    header = member("././@LongLink", b"a.py\0", kind=tarfile.GNUTYPE_LONGNAME, size=2**33 - 1)
    return make_tgz(honest_members(), header)


def negative_size() -> bytes:
    """Return a header that leads a reader back to itself."""
    header = bytearray(member("loop.py"))
    header[124:136] = b"\xff" * 10 + b"\xfe\0"
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header[:512])
    return bytes(header)


def wrong_checksum() -> bytes:
    """Return a tar in which a header has changed on the way."""
    data = bytearray(make_tar(honest_members()))
    data[data.rindex(b"ustar") - 200] ^= 1
    return gzip.compress(bytes(data), mtime=0)


def wrong_gzip_checksum() -> bytes:
    """Return a gzip whose checksum says that its content is not what it was."""
    data = bytearray(make_tgz(honest_members()))
    data[-8] ^= 1
    return bytes(data)


def zeros(head: bytes) -> bytes:
    """Return a gzip of a tar that goes on with zeros."""
    return gzip.compress(head + bytes(ZEROS), 6, mtime=0)


def large_data(megabytes: int) -> bytes:
    """Return a tar with much data that compresses well, but not so well that it looks like a bomb."""
    piece = gzip.compress(random.Random(4).randbytes(2**15) + bytes(2**20 - 2**15), mtime=0)
    header = gzip.compress(member("data.bin", size=megabytes * 2**20), mtime=0)
    return header + piece * megabytes + make_tgz(honest_members())


def large_sources() -> bytes:
    """Return a tar of 150 files of 1 MiB each."""
    source = (random.Random(5).randbytes(10_000) * 105)[: 2**20]
    return make_tgz(honest_members(), *(member(f"z{number:03d}.py", source) for number in range(150)))


def slow_records() -> bytes:
    """Return extended headers of digits only, over which some readers take quadratic time."""
    return make_tgz(honest_members(), *[member("pax", b"1" * 500_000, kind=tarfile.XHDTYPE)] * 8)


def huge_pax() -> bytes:
    """Return an extended header of 60 MB."""
    return make_tgz(honest_members(), member("pax", bytes(60 * 2**20), kind=tarfile.XHDTYPE))


def many_pax() -> bytes:
    """Return 25 extended headers of 12,000 records that mean nothing."""
    headers = pax(*(b"comment%d=" % number + b"x" * 40 for number in range(12_000)))
    return make_tgz(honest_members(), *[headers] * 25, member("a.py"))


TARS = [
    Attack(
        "gzip_of_zeros_tar_gz",
        "expand a thousand times",
        lambda: zeros(b""),
        refused="expands more than 200 times",
    ),
    Attack(
        "zeros_after_the_end_tar_gz",
        "expand a thousand times where nobody reads",
        lambda: zeros(make_tar(honest_members())),
        refused="expands more than 200 times",
    ),
    Attack(
        "large_file_that_nobody_reads_tar_gz",
        "have 300 MiB of data unpacked to get at a solution",
        lambda: large_data(300),
        refused="it expands to more than is read of a submission",
    ),
    Attack(
        "total_bomb_tar_gz",
        "have 150 MiB of sources held in memory",
        large_sources,
        files=(*HONEST, *(f"z{number:03d}.py" for number in range(19))),
        note="z019.py was left out: the files before it are too large together",
    ),
    Attack(
        "count_bomb_tar_gz",
        "fill memory with the names of empty files",
        lambda: make_tgz(*[member("x")] * 100_001),
        refused="holds too much: more files and folders than are read",
    ),
    Attack(
        "many_gzips_tar_gz",
        "be a thousand gzips, one behind the other",
        lambda: gzip.compress(b"", mtime=0) * 200_000 + make_tgz(honest_members()),
        refused="consists of more than 1000 gzips",
    ),
    Attack(
        "gzip_in_gzip_tar_gz",
        "nest gzips without end",
        lambda: gzip.compress(gzip.compress(make_tgz(honest_members()))),
        refused="it is no tar",
    ),
    Attack(
        "nested_archives_tar_gz",
        "hold a hundred archives",
        lambda: make_tgz(*(member(f"{number}.zip", zip_of(HONEST)) for number in range(100))),
        note="more than 20 archives: the rest was not opened",
        refused="more than 20 archives: the rest was not opened",
    ),
    Attack(
        "nested_bombs_tar_gz",
        "have a gigabyte unpacked, in several archives",
        lambda: make_tar(*[member(f"{n}.tgz", large_data(60)) for n in range(8)]),
        refused="4.tgz holds too much: it expands to more than is read of a submission",
    ),
    Attack(
        "sparse_tar_gz",
        "be a file with a hole of 4 GB",
        lambda: make_tgz(sparse(), honest_members()),
        note="holes.py is a sparse file: left out",
    ),
    Attack(
        "pax_sparse_tar_gz",
        "be a file with holes that calls itself something else",
        sparse_by_pax,
        note="x.py is a sparse file: left out",
    ),
    Attack(
        "negative_size_tar_gz",
        "lead the reader round in circles",
        lambda: make_tgz(honest_members(), negative_size()),
        refused="a member claims a negative size",
    ),
    Attack(
        "size_without_end_tar_gz",
        "have the reader wait for 8 GB that never come",
        lambda: make_tgz(honest_members(), member("large.py", b"x = 1\n", size=2**33 - 1)),
        refused="ends in the middle: it was cut off",
    ),
    Attack(
        "pax_size_tar_gz",
        "say in an extended header that it is longer than any disk",
        lambda: make_tgz(honest_members(), pax(b"size=99999999999999999"), member("large.py", b"x = 1\n")),
        refused="ends in the middle: it was cut off",
    ),
    Attack(
        "pax_size_no_number_tar_gz",
        "give a size of a million digits",
        lambda: make_tgz(honest_members(), pax(b"size=" + b"9" * 10**6), member("large.py")),
        refused="a member's size is no number",
    ),
    Attack(
        "pax_negative_size_tar_gz",
        "give a negative size in an extended header",
        lambda: make_tgz(honest_members(), pax(b"size=-512"), member("large.py")),
        refused="a member's size is no number",
    ),
    Attack(
        "pax_for_all_tar_gz",
        "call all members like the file that is asked for",
        lambda: make_tgz(pax(b"path=" + FIRST.encode(), kind=tarfile.XGLTYPE), honest_members()),
        refused="it gives all its members the same name or size",
    ),
    Attack(
        "pax_huge_tar_gz",
        "have a header of 60 MB held in memory",
        huge_pax,
        refused="has a header of 60.0 MiB",
    ),
    Attack(
        "pax_without_end_tar_gz",
        "have the reader look for the end of a number for ever",
        slow_records,
        refused="an extended header is damaged",
    ),
    Attack(
        "pax_many_tar_gz",
        "keep the reader busy with records that nobody needs",
        many_pax,
        refused="has more than 16.0 MiB of headers",
    ),
    Attack(
        "long_name_huge_tar_gz",
        "have a name of 8 GB held in memory",
        huge_name,
        refused="has a header of 8192.0 MiB",
    ),
    Attack(
        "cut_off_tar_gz",
        "have half an upload graded",
        lambda: make_tgz(honest_members())[:-200],
        refused="ends in the middle: it was cut off",
    ),
    Attack(
        "cut_off_between_members_tar",
        "have half an upload graded that looks whole",
        lambda: member(FIRST, HONEST[FIRST]),
        refused="ends in the middle: it was cut off",
    ),
    Attack(
        "wrong_header_checksum_tar_gz",
        "have a damaged archive graded",
        wrong_checksum,
        refused="a header is damaged",
    ),
    Attack(
        "wrong_gzip_checksum_tgz",
        "have a damaged archive graded",
        wrong_gzip_checksum,
        refused="is damaged: incorrect data check",
    ),
    Attack(
        "second_tar_behind_the_end_tar",
        "be another tar to programs that read on",
        lambda: make_tar(honest_members()) + make_tar(member(FIRST, b"evil = 1\n")),
        note="has something behind its end: ignored",
    ),
    Attack(
        "xz_tar_gz",
        "be expanded by a decoder that reserves as much memory as its header says",
        lambda: lzma.compress(make_tar(honest_members()), preset=0),
        refused="is packed with xz, which is not read",
    ),
    Attack(
        "bzip2_tar_gz",
        "be expanded by a decoder that is rarely looked at",
        lambda: bz2.compress(make_tar(honest_members()), 1),
        refused="is packed with bzip2, which is not read",
    ),
    Attack(
        "zip_called_tar_gz",
        "be something else than it is called",
        lambda: zip_of(HONEST),
    ),
    Attack(
        "tar_called_zip",
        "be something else than it is called",
        lambda: make_tgz(honest_members()),
    ),
]  # fmt: skip
