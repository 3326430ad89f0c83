"""Where a bundle goes: a folder or a ZIP archive, written as a whole or not at all, and never over a student's work."""

from __future__ import annotations

import io
import os
import secrets
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from autograder.catalogue.bundle import MANIFEST
from autograder.errors import UsageError
from autograder.release.manifest import Released, digest, read_manifest

_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_OTHER_ARCHIVES = frozenset(
    (".7z", ".bz2", ".gz", ".rar", ".tar", ".tbz", ".tbz2", ".tgz", ".txz", ".xz", ".zst")
)
_ADVICE = "Give --to another place, or make this one writable."


class Destination:
    """The place that a user has named, before and while something is written there."""

    def __init__(self, path: Path, keep_out: Sequence[Path]) -> None:
        """Look at the place; raise `UsageError` if no bundle may or can stand there.

        ``keep_out`` are folders of the course that a bundle has no business in.
        """
        try:
            self.path = path.resolve()
        except (OSError, RuntimeError, ValueError) as error:
            raise UsageError(f"--to {path}: this is no path that can be followed. {_ADVICE}") from error
        for folder in keep_out:
            if self.path.is_relative_to(folder.resolve()):
                raise UsageError(
                    f"--to {path}: this lies in {folder}, among the course's own files. Give --to a place outside."
                )
        if not os.path.isdir(self.path.parent):
            raise UsageError(f"--to {path}: there is no folder {self.path.parent}. Make it first.")
        self.is_zip = self.path.suffix.lower() == ".zip"
        if self.path.suffix.lower() in _OTHER_ARCHIVES:
            raise UsageError(
                f"--to {path}: a bundle is written as a folder or as an archive, and as an archive only as .zip. "
                "Name a folder, or a file that ends with .zip."
            )
        try:
            self._released = self._look()
        except OSError as error:
            raise UsageError(f"--to {path}: cannot be read ({error.strerror}). {_ADVICE}") from error

    def check(self, files: Mapping[str, bytes], force: bool) -> None:
        """Raise `UsageError` if these files would replace something that is not ours, or not of this assignment."""
        new = read_manifest(files[MANIFEST])
        old = self._released
        if old and new and old.assignment != new.assignment and not force:
            raise UsageError(
                f"--to {self.path}: the bundle of {old.assignment} lies there, not of {new.assignment}. Nothing was "
                "written. Give --to another place, or add --force to replace it."
            )
        if self.is_zip or not os.path.isdir(self.path):
            return
        for name in files:
            self._check_place(name)
        edited = [
            name for name, content in files.items() if name != MANIFEST and self._is_edited(name, content)
        ]
        if edited and not force:
            raise UsageError(
                f"--to {self.path}: somebody has changed or made what a new release would overwrite: "
                f"{', '.join(edited)}. Nothing was written. Give --to another folder, or add --force to lose these."
            )

    def write(self, files: Mapping[str, bytes], top: str, force: bool) -> None:
        """Write the files; in an archive they stand in a folder named ``top``.

        Raise `UsageError` as `check` does, or if the place cannot be written to: then everything is as it was before.
        """
        self.check(files, force)
        try:
            if self.is_zip:
                self._write_zip(files, top)
            elif os.path.isdir(self.path):
                self._update(files)
            else:
                self._write_folder(files)
        except OSError as error:
            raise UsageError(
                f"--to {self.path}: the bundle cannot be written ({error.strerror}). {_ADVICE}"
            ) from error

    def _look(self) -> Released | None:
        """Return what tells of the bundle that is there already; raise `UsageError` if there is something else."""
        if not os.path.lexists(self.path):
            return None
        if self.is_zip:
            released = _bundle_in(self.path) if self.path.is_file() else None
            if released is None:
                raise UsageError(
                    f"--to {self.path}: something else than an earlier bundle has this name. Give --to another one."
                )
            return released
        if not self.path.is_dir():
            raise UsageError(
                f"--to {self.path}: this is a file. Name a folder, or a file that ends with .zip."
            )
        if not any(self.path.iterdir()):
            return None
        manifest = self.path / MANIFEST
        released = read_manifest(manifest.read_bytes()) if manifest.is_file() else None
        if released is None:
            raise UsageError(
                f"--to {self.path}: this folder is not empty, and is no earlier bundle. Name a new or an empty folder."
            )
        return released

    def _check_place(self, name: str) -> None:
        for place in (PurePosixPath(name), *PurePosixPath(name).parents[:-1]):
            path = self.path / place
            wrong = (
                path.is_symlink()
                or (str(place) == name and path.is_dir())
                or (str(place) != name and path.exists() and not path.is_dir())
            )
            if wrong:
                raise UsageError(
                    f"--to {path}: this stands where a file of the bundle belongs. Take it away first."
                )

    @property
    def _digests(self) -> dict[str, str]:
        return self._released.digests if self._released else {}

    def _is_edited(self, name: str, content: bytes) -> bool:
        try:
            there = (self.path / name).read_bytes()
        except FileNotFoundError:
            return False
        return there != content and digest(there) != self._digests.get(name)

    def _write_folder(self, files: Mapping[str, bytes]) -> None:
        beside = self.path.with_name(f".{self.path.name[:100]}.{secrets.token_hex(8)}.tmp")
        try:
            _write_all(beside, files)
            beside.rename(self.path)
        finally:
            shutil.rmtree(beside, ignore_errors=True)  # it is still there if this was interrupted

    def _write_zip(self, files: Mapping[str, bytes], top: str) -> None:
        beside = self.path.with_name(f".{self.path.name[:100]}.{secrets.token_hex(8)}.tmp")
        try:
            with beside.open("xb") as stream:
                stream.write(zip_of(files, top))
            beside.replace(self.path)
        finally:
            beside.unlink(missing_ok=True)

    def _update(self, files: Mapping[str, bytes]) -> None:
        """Replace our files in a folder that is there; put everything back if that fails halfway."""
        # In the folder itself: beside it, somebody may have no right to write, and it may be where a shell is.
        staging = self.path / f".release.{secrets.token_hex(8)}.tmp"
        obsolete = [name for name in self._digests if name not in files and not self._is_edited(name, b"")]
        # The manifest goes last: were this killed, what is new already would not count as edited the next time.
        order = sorted(files, key=lambda name: (name == MANIFEST, name))
        swap = _Swap(self.path, staging)
        try:
            _write_all(staging / "new", files)
            for name in order:
                swap.put(name)
            for name in obsolete:
                swap.take_away(name)
        except BaseException:
            swap.undo()
            raise
        finally:
            shutil.rmtree(staging, ignore_errors=True)


class _Swap:
    """Files that change places, and can change back."""

    def __init__(self, folder: Path, staging: Path) -> None:
        self._folder = folder
        self._staging = staging
        self._done: list[str] = []
        self._made: list[Path] = []

    def put(self, name: str) -> None:
        """Put the new file in the place of the old one."""
        self.take_away(name)
        place = self._folder / name
        if not place.parent.is_dir():
            place.parent.mkdir()
            self._made.append(place.parent)
        (self._staging / "new" / name).rename(place)

    def take_away(self, name: str) -> None:
        """Keep what is there under this name, if anything, where it can be put back from."""
        self._done.append(name)
        if (self._folder / name).is_file():
            kept = self._staging / "old" / name
            kept.parent.mkdir(parents=True, exist_ok=True)
            (self._folder / name).rename(kept)

    def undo(self) -> None:
        """Put everything back."""
        for name in reversed(self._done):
            kept = self._staging / "old" / name
            if kept.exists():
                kept.replace(self._folder / name)
            elif (self._staging / "new").is_dir() and not (self._staging / "new" / name).exists():
                (self._folder / name).unlink(missing_ok=True)
        for folder in reversed(self._made):
            folder.rmdir()


def zip_of(files: Mapping[str, bytes], top: str) -> bytes:
    """Return an archive of the files in a folder named ``top``: the same bytes for the same files, on every machine."""
    stream = io.BytesIO()
    # Not compressed: what a compressor makes of the same bytes depends on its version.
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            member = zipfile.ZipInfo(f"{top}/{name}", _ZIP_DATE)
            member.create_system = 3
            member.external_attr = 0o100644 << 16
            archive.writestr(member, files[name])
    return stream.getvalue()


def _bundle_in(path: Path) -> Released | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.split("/")[1:] == [MANIFEST]]
            return read_manifest(archive.read(names[0])) if len(names) == 1 else None
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, EOFError):
        return None


def _write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
