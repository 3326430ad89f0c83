"""Names that lead somewhere else, or look like another name, or are none."""

from __future__ import annotations

import stat
import tarfile

from archives.attack import (
    FIRST,
    HONEST,
    Attack,
    Entry,
    honest_entries,
    honest_members,
    make_tgz,
    make_zip,
    member,
    pax,
    zip_of,
)

EVIL = b"raise SystemExit('evil')\n"
OTHERS = tuple(name for name in HONEST if name != FIRST)
LINK = stat.S_IFLNK | 0o777


def with_name(name: str | bytes, flags: int = 0x800) -> bytes:
    """Return a zip of the honest files and one of this name."""
    raw = name if isinstance(name, bytes) else name.encode()
    return make_zip([*honest_entries(), Entry(raw, EVIL, flags=flags)])


def and_member(*members: bytes) -> bytes:
    """Return a gzipped tar of the honest files and more."""
    return make_tgz(honest_members(), *members)


def linked(target: str) -> bytes:
    """Return a zip in which the first file is a symbolic link."""
    return make_zip([*honest_entries()[1:], Entry(FIRST.encode(), target.encode(), mode=LINK)])


def shadows() -> bytes:
    """Return a zip of the honest files and of all those that some tool takes in by itself."""
    python = ["conftest.py", "sitecustomize.py", "usercustomize.py", "asyncio.py", "random.py", "json.py"]
    python += ["__init__.py", "autograder/__init__.py", "autograder/jail/guest/load.py", "pytest.py"]
    settings = ["pytest.ini", "tox.ini", "setup.cfg", "pyproject.toml", "evil.pth", ".pytest.ini"]
    program = b"import os\nos.write(2, b'evil was here')\nos._exit(0)\n"
    option = b"[pytest]\naddopts = -p evil\n[tool.pytest.ini_options]\naddopts = '-p evil'\n"
    return zip_of(HONEST | dict.fromkeys(python, program) | dict.fromkeys(settings, option))


NAMES = [
    Attack(
        "traversal_zip",
        "overwrite a file above the folder it is extracted to",
        lambda: with_name("../../evil.py"),
        note="'../../evil.py' leads out of the archive",
    ),
    Attack(
        "hidden_traversal_zip",
        "climb out in the middle of a path",
        lambda: with_name("a/b/../../../evil.py"),
        note="leads out of the archive",
    ),
    Attack(
        "absolute_zip",
        "name a place in the system",
        lambda: with_name("/etc/cron.d/evil.py"),
        note="'/etc/cron.d/evil.py' leads out of the archive",
    ),
    Attack(
        "drive_letter_zip",
        "name a place on a Windows disk",
        lambda: with_name("C:\\Windows\\evil.py"),
        note="leads out of the archive",
    ),
    Attack(
        "backslash_traversal_zip",
        "climb out with Windows' separators",
        lambda: with_name("..\\..\\evil.py"),
        note="leads out of the archive",
    ),
    Attack(
        "network_share_zip",
        "name a place on another machine",
        lambda: with_name("\\\\server\\share\\evil.py"),
        note="leads out of the archive",
    ),
    Attack(
        "control_characters_zip",
        "rewrite the teacher's terminal with a file name",
        lambda: with_name("a\x1b]0;owned\x07\x1b[2J.py"),
        files=(*HONEST, r"a\x1b]0;owned\x07\x1b[2J.py"),
        note="cannot be shown as it is",
    ),
    Attack(
        "right_to_left_zip",
        "show a name backwards",
        lambda: with_name("ev\u202eyp.txt.py"),
        files=(*HONEST, r"ev\u202eyp.txt.py"),
        note="cannot be shown as it is",
    ),
    Attack(
        "not_utf8_zip",
        "claim to be UTF-8 and be none",
        lambda: with_name(b"\xff\xfe\xed\xa0\x80.py"),
        files=(*HONEST, r"\xff\xfe\xed\xa0\x80.py"),
        note="cannot be shown as it is",
    ),
    Attack(
        "nul_zip",
        "be another file to programs that stop at a NUL",
        lambda: with_name(FIRST + "\0.txt"),
        note="is no usable file name",
    ),
    Attack(
        "overlong_name_zip",
        "use a name that no file system takes",
        lambda: with_name("x" * 60_000 + ".py"),
        note="is no usable file name",
    ),
    Attack(
        "deep_path_zip",
        "nest folders until something overflows",
        lambda: with_name("a/" * 30_000 + "evil.py"),
        note="lies more than 10 folders deep",
    ),
    Attack(
        "nameless_zip",
        "have no name at all",
        lambda: make_zip([*honest_entries(), Entry(b"", EVIL), Entry(b"/", EVIL), Entry(b"./.", EVIL)]),
        note="'/' leads out of the archive",
    ),
    Attack(
        "duplicate_zip",
        "show one file to the teacher and another to the grader",
        lambda: make_zip([Entry(FIRST.encode(), EVIL), *honest_entries()]),
        note=f"{FIRST} is in the archive more than once: the last one counts",
    ),
    Attack(
        "case_collision_zip",
        "replace a file on a disk that knows no case",
        lambda: with_name(FIRST.upper().replace(".PY", ".py")),
        files=(*HONEST, FIRST.upper().replace(".PY", ".py")),
        note="look alike",
    ),
    Attack(
        "composed_letters_zip",
        "replace a file on a disk that composes letters",
        lambda: zip_of(HONEST | {"\u00e9.py": b"1", "e\u0301.py": b"2"}),
        files=(*HONEST, "\u00e9.py", "e\u0301.py"),
        note="look alike",
    ),
    Attack(
        "wide_letters_zip",
        "look like a file that is asked for",
        lambda: with_name(FIRST.replace("ex", "\uff45\uff58")),
        files=(*HONEST, FIRST.replace("ex", "\uff45\uff58")),
        note="look alike",
    ),
    Attack(
        "file_and_folder_zip",
        "be a file and a folder",
        lambda: with_name(f"{FIRST}/evil.py"),
        note=f"{FIRST}/evil.py is both a file and a folder in the archive",
    ),
    Attack(
        "symlink_to_passwd_zip",
        "have /etc/passwd read as a solution",
        lambda: linked("/etc/passwd"),
        files=OTHERS,
        note=f"{FIRST} is a symbolic link: not followed",
    ),
    Attack(
        "symlink_to_neighbour_zip",
        "hand in somebody else's solution",
        lambda: linked(f"../honest/{FIRST}"),
        files=OTHERS,
        note=f"{FIRST} is a symbolic link: not followed",
    ),
    Attack(
        "fifo_zip",
        "be a pipe that nobody writes to",
        lambda: make_zip([*honest_entries(), Entry(b"pipe.py", b"", mode=stat.S_IFIFO | 0o666)]),
        note="pipe.py is no ordinary file",
    ),
    Attack(
        "shadowing_files_zip",
        "be taken in by pytest, by Python or by the grader's own imports",
        shadows,
        files=(
            *HONEST,
            *("__init__.py", "asyncio.py", "conftest.py", "json.py", "pytest.py", "random.py"),
            *("sitecustomize.py", "usercustomize.py"),
            *("autograder/__init__.py", "autograder/jail/guest/load.py"),
        ),
    ),
    Attack(
        "traversal_tar_gz",
        "overwrite a file above the folder it is extracted to",
        lambda: and_member(member("../../evil.py", EVIL)),
        note="leads out of the archive",
    ),
    Attack(
        "absolute_tgz",
        "name a place in the system",
        lambda: and_member(member("/etc/cron.d/evil.py", EVIL)),
        note="leads out of the archive",
    ),
    Attack(
        "long_name_traversal_tar_gz",
        "climb out with a name in a header of its own",
        lambda: and_member(
            member("././@LongLink", b"a/" * 60 + b"../" * 70 + b"evil.py\0", kind=tarfile.GNUTYPE_LONGNAME),
            member("harmless.py", EVIL),
        ),
        note="leads out of the archive",
    ),
    Attack(
        "pax_traversal_tar_gz",
        "climb out with a name in an extended header",
        lambda: and_member(pax(b"path=../../evil.py"), member("harmless.py", EVIL)),
        note="leads out of the archive",
    ),
    Attack(
        "pax_renames_tar_gz",
        "take the place of a file that was there before",
        lambda: make_tgz(
            pax(b"path=" + FIRST.encode()), member("harmless.py", EVIL), honest_members()
        ),
        note="more than once: the last one counts",
    ),
    Attack(
        "pax_binary_name_tar_gz",
        "declare a name to be in no encoding",
        lambda: and_member(pax(b"hdrcharset=BINARY", b"path=\xff\x00\x1b.py"), member("harmless.py", EVIL)),
        note="is no usable file name",
    ),
    Attack(
        "not_utf8_tar_gz",
        "have a name that is no text",
        lambda: and_member(member("ren\udce9.py", b"")),
        files=(*HONEST, r"ren\xe9.py"),
        note="cannot be shown as it is",
    ),
    Attack(
        "symlink_to_passwd_tar_gz",
        "have /etc/passwd read as a solution",
        lambda: make_tgz(
            *(member(name, HONEST[name]) for name in OTHERS),
            member(FIRST, kind=tarfile.SYMTYPE, link="/etc/passwd"),
        ),
        files=OTHERS,
        note=f"{FIRST} is a symbolic link: not followed",
    ),
    Attack(
        "write_through_a_link_tar_gz",
        "write into a folder to which an earlier member is a link",
        lambda: and_member(
            member("out", kind=tarfile.SYMTYPE, link="/tmp"), member("out/evil.py", EVIL)
        ),
        files=(*HONEST, "out/evil.py"),
        note="out is a symbolic link: not followed",
    ),
    Attack(
        "hard_link_tar_gz",
        "be another name of /etc/shadow",
        lambda: and_member(member("stolen.py", kind=tarfile.LNKTYPE, link="/etc/shadow")),
        note="stolen.py is a hard link: not followed",
    ),
    Attack(
        "devices_tar_gz",
        "make devices and a pipe",
        lambda: and_member(
            member("disk.py", kind=tarfile.BLKTYPE),
            member("null.py", kind=tarfile.CHRTYPE),
            member("pipe.py", kind=tarfile.FIFOTYPE),
        ),
        note="null.py is no ordinary file",
    ),
]  # fmt: skip
