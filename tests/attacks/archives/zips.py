"""Zips that are too much, or lie about themselves."""

from __future__ import annotations

import random
import struct
import zipfile
import zlib

from archives.attack import FIRST, HONEST, Attack, Entry, honest_entries, make_zip, zip_of


def nested(depth: int) -> bytes:
    """Return a zip in a zip in a zip."""
    data = zip_of(HONEST)
    for _ in range(depth):
        data = zip_of({"inner.zip": data})
    return data


def fan_out() -> bytes:
    """Return a zip of small zips, each of many smaller ones: a million of them, all in a few hundred kilobytes."""
    leaf = zip_of({"a.py": b"x = 1\n"})
    middle = make_zip([Entry(b"%d.zip" % number, leaf) for number in range(300)])
    return make_zip([Entry(b"%d.zip" % number, middle) for number in range(60)])


def many_in_many() -> bytes:
    """Return a zip of zips of which none has too many members."""
    inner = make_zip([Entry(b"%d" % number, method=0) for number in range(30_000)])
    return make_zip([Entry(b"%d.zip" % number, inner, method=0) for number in range(5)])


def overlapping() -> bytes:
    """Return a zip in which a thousand members share one content: it expands to 900 MB."""
    content = b"#" * 900_000
    packed = zlib.compress(content)[2:-4]
    return make_zip(
        [
            Entry(b"a%04d.py" % number, content, packed=packed, offset=0, in_body=not number)
            for number in range(1_000)
        ]
    )


def many_files() -> bytes:
    """Return a zip of 1,500 files just below the ratio at which one is suspicious."""
    content = bytes(random.Random(1).randbytes(300)) * 200
    return make_zip([*honest_entries(), *(Entry(b"z%04d.py" % n, content) for n in range(1_500))])


def two_ends() -> bytes:
    """Return a zip that holds another one in its comment: who looks from behind sees that one."""
    inner = make_zip([Entry(FIRST.encode(), b"evil = 1\n")])
    return make_zip(honest_entries(), comment=inner)


def zip64_offset() -> bytes:
    """Return a zip in which a member lies behind the end of every file."""
    extra = struct.pack("<2HQ", 1, 8, 2**64 - 1)
    return make_zip([*honest_entries(), Entry(b"far.py", offset=2**32 - 1, extra=extra)])


def zip64_size() -> bytes:
    """Return a zip in which a member says that it is as long as memory has addresses."""
    extra = struct.pack("<2HQ", 1, 8, 2**63 - 1)
    return make_zip([*honest_entries(), Entry(b"large.py", b"x = 1\n", size=2**32 - 1, extra=extra)])


def with_large_directory(entries: int, size: int, offset: int, lies_at: int) -> bytes:
    """Return a zip with a large directory record in front of the small one."""
    data = make_zip(honest_entries())
    large = b"PK\6\6" + struct.pack("<Q2H2L4Q", 44, 45, 45, 0, 0, entries, entries, size, offset)
    return data[:-22] + large + b"PK\6\7" + struct.pack("<LQL", 0, lies_at, 1) + data[-22:]


def zip64_two_places() -> bytes:
    """Return a zip whose large directory record is said to lie somewhere else than in front of the end."""
    data = make_zip(honest_entries())
    _, entries, size, offset = struct.unpack_from("<2H2L", data, len(data) - 14)
    return with_large_directory(entries, size, offset, lies_at=len(data) - 22 - size)


def into_the_directory() -> bytes:
    """Return a zip in which the content of the last member goes on into the directory."""
    return make_zip([*honest_entries(), Entry(b"all.py", b"#", method=0, packed_size=60, size=60)])


def slow_extra_fields() -> bytes:
    """Return a zip whose directory is made of many tiny extra fields, over which some readers take quadratic time."""
    extra = struct.pack("<2H", 0x4242, 0) * 16_000
    return make_zip([*honest_entries(), *(Entry(b"z%03d.txt" % n, extra=extra) for n in range(200))])


def harmless_beginning() -> bytes:
    """Return a zip in which the first file is said to end after ten bytes, with the checksum of these."""
    content = HONEST[FIRST]
    entry = Entry(FIRST.encode(), content, size=10, crc=zlib.crc32(content[:10]))
    return make_zip([*honest_entries()[1:], entry])


def damaged_content() -> bytes:
    """Return a zip in which one bit of the first file has changed on the way."""
    data = bytearray(zip_of(HONEST, zipfile.ZIP_STORED))
    data[data.index(HONEST[FIRST]) + 10] ^= 1
    return bytes(data)


def random_source() -> bytes:
    """Return a Python file of 2 MiB that does not compress."""
    return b"#" + random.Random(2).randbytes(2**20).hex().encode()


ZIPS = [
    Attack(
        "ratio_bomb_zip",
        "expand ten thousand times",
        lambda: zip_of(HONEST | {"bomb.py": bytes(50 * 2**20)}),
        note="bomb.py expands more than 200 times",
    ),
    Attack(
        "bomb_as_solution_zip",
        "expand in the place of a file that is asked for",
        lambda: zip_of(HONEST | {FIRST: bytes(50 * 2**20)}),
        refused=f"{FIRST} expands more than 200 times",
    ),
    Attack(
        "total_bomb_zip",
        "expand to 90 MB in files of which none is suspicious",
        many_files,
        files=(*HONEST, *(f"z{number:04d}.py" for number in range(349))),
        note="the files before it are too large together",
    ),
    Attack(
        "overlap_bomb_zip",
        "expand to 900 MB by using one content a thousand times",
        overlapping,
        refused="its members overlap",
    ),
    Attack(
        "count_bomb_zip",
        "fill memory with the names of empty files",
        lambda: make_zip([Entry(b"%d" % number, packed=b"") for number in range(100_001)], count=100_001 % 2**16),
        refused="holds too much: more files and folders than are read",
    ),
    Attack(
        "many_small_files_zip",
        "hand in more files than anybody looks at",
        lambda: zip_of(HONEST | {f"sub/z{number:04d}.py": b"" for number in range(3_000)}),
        files=(*HONEST, *(f"sub/z{number:04d}.py" for number in range(1_997))),
        note="more than 2000 files: the rest was not looked at",
    ),
    Attack(
        "nested_deep_zip",
        "nest zips without end, like one that holds itself",
        lambda: nested(30),
        files=(),
        note="missing: ",
    ),
    Attack(
        "nested_wide_zip",
        "hold 18,000 zips in 60",
        fan_out,
        refused="more than 20 archives: the rest was not opened",
    ),
    Attack(
        "nested_count_bomb_zip",
        "fill memory with names, in several zips",
        many_in_many,
        refused="3.zip holds too much: more files and folders than are read of a submission",
    ),
    Attack(
        "file_over_the_limit_zip",
        "hand in a file that no student wrote",
        lambda: zip_of(HONEST | {"long.py": random_source()}),
        note="long.py is 2.0 MiB long; at most 1.0 MiB are read",
    ),
    Attack(
        "encrypted_zip",
        "ask for a password",
        lambda: make_zip([Entry(e.name, e.content, flags=1) for e in honest_entries()]),
        refused=f"{FIRST} is protected by a password",
    ),
    Attack(
        "strongly_encrypted_zip",
        "ask for a certificate",
        lambda: make_zip([Entry(e.name, e.content, flags=0x40) for e in honest_entries()]),
        refused=f"{FIRST} is protected by a password",
    ),
    Attack(
        "bzip2_method_zip",
        "be expanded by a decoder that is rarely looked at",
        lambda: zip_of(HONEST, zipfile.ZIP_BZIP2),
        refused=f"{FIRST} is compressed in a way other than deflate",
    ),
    Attack(
        "lzma_method_zip",
        "have a decoder reserve as much memory as its header says",
        lambda: zip_of(HONEST, zipfile.ZIP_LZMA),
        refused=f"{FIRST} is compressed in a way other than deflate",
    ),
    Attack(
        "other_name_inside_zip",
        "be called differently in the directory and in front of the content",
        lambda: make_zip([*honest_entries()[1:], Entry(FIRST.encode(), HONEST[FIRST], local_name=b"x" * len(FIRST))]),
        refused=f"{FIRST} is damaged in the zip",
    ),
    Attack(
        "shorter_than_it_is_zip",
        "have only its harmless beginning read",
        harmless_beginning,
        refused=f"{FIRST} is damaged in the zip",
    ),
    Attack(
        "longer_than_it_says_zip",
        "expand to more than both of its sizes say",
        lambda: make_zip([*honest_entries(), Entry(b"grow.py", b"x" * 9, packed=zlib.compress(b"x" * 10**6)[2:-4])]),
        note="grow.py is damaged in the zip: its content is not as long as it is said to be",
    ),
    Attack(
        "wrong_checksum_zip",
        "have a damaged solution graded",
        damaged_content,
        refused=f"{FIRST} is damaged in the zip: its checksum is wrong",
    ),
    Attack(
        "cut_off_zip",
        "have half an upload graded",
        lambda: zip_of(HONEST)[:-100],
        refused="has no directory; was it cut off?",
    ),
    Attack(
        "self_extracting_zip",
        "be a program and a zip at once",
        lambda: make_zip(honest_entries(), front=b"\x7fELF" + bytes(5_000)),
        note="has 5004 bytes in front of its first member: ignored",
    ),
    Attack(
        "two_zips_in_one_zip",
        "be one zip to one program and another one to another",
        lambda: zip_of({FIRST: b"evil = 1\n"}) + zip_of(HONEST),
        note="bytes in front of its first member: ignored",
    ),
    Attack(
        "zip_in_the_comment_zip",
        "end in two places",
        two_ends,
        refused="it has two directories",
    ),
    Attack(
        "wrong_count_zip",
        "announce fewer members than there are",
        lambda: make_zip(honest_entries(), count=1),
        refused="it announces 1 members and lists 3",
    ),
    Attack(
        "zip64_offset_zip",
        "point behind the end of everything",
        zip64_offset,
        refused="a member lies outside of it",
    ),
    Attack(
        "zip64_size_zip",
        "claim to be 8 exabytes long",
        zip64_size,
        note="large.py expands more than 200 times",
    ),
    Attack(
        "zip64_directory_zip",
        "have a second directory of another size",
        lambda: with_large_directory(1, 2**40, 2**41, lies_at=0),
        refused="it has two directories that do not agree",
    ),
    Attack(
        "zip64_two_places_zip",
        "have a second directory in another place",
        zip64_two_places,
        refused="its directory lies outside of it",
    ),
    Attack(
        "into_the_directory_zip",
        "have a content that is also the directory",
        into_the_directory,
        refused="a member lies outside of it",
    ),
    Attack(
        "slow_extra_fields_zip",
        "keep the reader busy with fields that nobody needs",
        slow_extra_fields,
    ),
    Attack(
        "not_a_zip_zip",
        "be no archive at all",
        lambda: random.Random(3).randbytes(50_000),
        refused="is not a readable zip",
    ),
]  # fmt: skip
