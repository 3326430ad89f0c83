"""A clean root folder: Debian's base and nothing else, with a Python 3.10 as ``python3``, as in Gradescope's image.

How packages are to be had is this machine's own affair: its settings are copied into the folder, or handed over in the
environment, when it is made. The base is kept outside of the repository, since it takes longest.
"""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import sys
import time
from pathlib import Path

import pytest

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "async-autograder-tests"
_KEPT_SECONDS = 14 * 86_400
_AUTHORITIES = "/usr/local/share/machine-ca.pem"
_APT = Path("/etc/apt/apt.conf.d")
_ASK = "import os, sys; print(sys.version_info[:2] == (3, 10), sys.base_prefix, os.path.realpath(sys.executable))"
_LEFT_OUT = shutil.ignore_patterns(
    "test", "tests", "idlelib", "tkinter", "site-packages", "__pycache__", "config-*"
)


def make_clean_root(root: Path) -> Path:
    """Fill ``root``; skip the test where that is not possible."""
    missing = [name for name in ("debootstrap", "unshare", "chroot") if shutil.which(name) is None]
    if os.geteuid() != 0:
        pytest.skip("a clean root folder for Gradescope's zip takes root's rights")
    if missing:
        pytest.skip(f"a clean root folder for Gradescope's zip takes {', '.join(missing)}")
    base = _base()
    root.mkdir()
    subprocess.run(["tar", "-C", str(root), "-xf", str(base)], check=True)
    for path in sorted(_APT.iterdir()) if _APT.is_dir() else ():
        shutil.copy(path, root / "etc/apt/apt.conf.d" / path.name)
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    authorities = os.environ.get("PIP_CERT") or ssl.get_default_verify_paths().cafile
    if authorities and Path(authorities).is_file():
        shutil.copy(authorities, root / _AUTHORITIES.removeprefix("/"))
    _install_old_python(root)
    return root


def how_to_get_packages(root: Path) -> dict[str, str]:
    """Return the environment for what installs packages inside the folder."""
    environment = {name: value for name, value in os.environ.items() if name != "PIP_FIND_LINKS"}
    if (root / _AUTHORITIES.removeprefix("/")).is_file():
        # The bundle of the system is made anew when a package that belongs to it is installed.
        environment |= dict.fromkeys(("PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"), _AUTHORITIES)
    done = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    for line in done.stdout.splitlines():
        name, _, value = line.partition("=")
        key = name.rpartition(".")[2]
        if key in ("index-url", "proxy", "trusted-host"):
            environment[f"PIP_{key.upper().replace('-', '_')}"] = value.strip("'\"")
    return environment


def _base() -> Path:
    release = dict(
        line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line
    )
    suite = release.get("VERSION_CODENAME", "").strip('"')
    kept = CACHE / f"debian-{suite}-{os.uname().machine}.tar"
    if kept.is_file() and time.time() - kept.stat().st_mtime < _KEPT_SECONDS:
        return kept
    CACHE.mkdir(parents=True, exist_ok=True)
    fresh = CACHE / f"fresh-{os.getpid()}"
    fresh.mkdir()
    try:
        _debootstrap(suite, fresh / "root")
        subprocess.run(["tar", "-C", str(fresh / "root"), "-cf", str(fresh / "tar"), "."], check=True)
        (fresh / "tar").replace(kept)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return kept


def _debootstrap(suite: str, target: Path) -> None:
    # A list that apt never loaded, or an old one, is no reason not to know where packages come from.
    asked = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", f"Release: {suite}", "Created-By: Packages"],
        capture_output=True,
        text=True,
        check=False,
    )
    mirror = asked.stdout.split()[0] if asked.stdout.split() else ""
    command = ["debootstrap", "--variant=minbase", suite, str(target), *([mirror] if mirror else [])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)
    if done.returncode:
        said = (done.stdout + done.stderr).strip().splitlines()
        pytest.skip(
            f"no clean root folder for Gradescope's zip: debootstrap says {said[-1] if said else '-'}"
        )


def _install_old_python(root: Path) -> None:
    """Put a Python 3.10 there, if this machine has one; else the folder has none at all."""
    found = [shutil.which("python3.10"), *map(str, Path.home().glob(".pyenv/versions/3.10.*/bin/python3.10"))]
    for candidate in filter(None, found):
        done = subprocess.run([candidate, "-c", _ASK], capture_output=True, text=True, check=False)
        right, _, rest = done.stdout.strip().partition(" ")
        if right == "True":
            prefix, executable = map(Path, rest.split(" "))
            break
    else:
        return
    target = root / "opt/python3.10"
    (target / "bin").mkdir(parents=True)
    shutil.copy(executable, target / "bin/python3.10")
    shutil.copytree(prefix / "lib/python3.10", target / "lib/python3.10", ignore=_LEFT_OUT)
    for library in (prefix / "lib").glob("libpython3.10.so.*"):
        shutil.copy(library, root / "usr/local/lib" / library.name)
    for name in ("python3", "python3.10"):
        (root / "usr/local/bin" / name).symlink_to("/opt/python3.10/bin/python3.10")
    subprocess.run(["chroot", str(root), "/sbin/ldconfig"], check=True)


def python3_of(root: Path) -> str:
    """Return the version of what ``python3`` is in there, empty if there is none."""
    command = ["chroot", str(root), "/usr/bin/env", "PATH=/usr/local/bin:/usr/bin:/bin", "python3", "-V"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
