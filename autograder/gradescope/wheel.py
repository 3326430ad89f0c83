"""The kit's own wheel: built from the source tree that it runs from, or packed again from the installed package."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import io
import os
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path, PurePosixPath

import autograder
from autograder.errors import GraderError, UsageError

DISTRIBUTION = "async-autograder"

_DATE = (2025, 1, 1, 0, 0, 0)
_TAG = "py3-none-any"
_LEFT_OUT = {"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json"}
_BUILD = "import sys, uv_build; print(uv_build.build_wheel(sys.argv[1]))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """A wheel, and how it came about."""

    name: str
    content: bytes
    how: str
    """``built`` from the source tree, or ``packed`` from the installed package."""


def own_wheel() -> Wheel:
    """Return the wheel; raise `GraderError` if the source tree cannot be built."""
    tree = Path(autograder.__file__).resolve().parents[1]
    if (tree / "pyproject.toml").is_file() and importlib.util.find_spec("uv_build") is not None:
        return _built(tree)
    return _packed(Path(autograder.__file__).resolve().parent)


def _built(tree: Path) -> Wheel:
    with tempfile.TemporaryDirectory(prefix="autograder-wheel-") as folder:
        command = [sys.executable, "-P", "-c", _BUILD, folder]
        # The backend looks for its own program on the PATH.
        scripts = sysconfig.get_path("scripts")
        environment = {**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
        done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False, env=environment)
        wheels = list(Path(folder).glob("*.whl"))
        if done.returncode or len(wheels) != 1:
            said = (done.stderr or done.stdout).strip()[-2000:]
            raise GraderError(f"{tree}: the wheel cannot be built from the source tree.\n{said}")
        return Wheel(name=wheels[0].name, content=wheels[0].read_bytes(), how="built from the source tree")


def _packed(package: Path) -> Wheel:
    try:
        distribution = metadata.distribution(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        raise UsageError(
            f"{package} is neither in a source tree that can be built nor installed as a package, so there is no "
            f"wheel of it to put into the zip. Install it: pip install {DISTRIBUTION}"
        ) from None
    stem = f"{DISTRIBUTION.replace('-', '_')}-{distribution.version}"
    members = dict(_package_files(package)) | dict(_info_files(distribution, f"{stem}.dist-info"))
    members[f"{stem}.dist-info/WHEEL"] = _wheel_file()
    members[f"{stem}.dist-info/RECORD"] = _record(members, f"{stem}.dist-info/RECORD")
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            member = zipfile.ZipInfo(name, _DATE)
            member.external_attr = 0o100644 << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return Wheel(name=f"{stem}-{_TAG}.whl", content=data.getvalue(), how="packed from the installed package")


def _package_files(package: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(package.rglob("*")):
        inside = path.relative_to(package.parent)
        if path.is_file() and "__pycache__" not in inside.parts and path.suffix != ".pyc":
            yield inside.as_posix(), path.read_bytes()


def _info_files(distribution: metadata.Distribution, folder: str) -> Iterator[tuple[str, bytes]]:
    for each in sorted(distribution.files or ()):
        inside = PurePosixPath(each.as_posix())
        if inside.parts[0].endswith(".dist-info") and inside.name not in {*_LEFT_OUT, "WHEEL"}:
            yield "/".join((folder, *inside.parts[1:])), Path(str(each.locate())).read_bytes()


def _wheel_file() -> bytes:
    lines = ("Wheel-Version: 1.0", "Generator: autograder", "Root-Is-Purelib: true", f"Tag: {_TAG}")
    return "".join(f"{line}\n" for line in lines).encode()


def _record(members: dict[str, bytes], own: str) -> bytes:
    lines = []
    for name, content in members.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(content)}\n")
    return "".join((*lines, f"{own},,\n")).encode()
