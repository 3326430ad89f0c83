"""A folder of git clones, one for each student, as GitHub Classroom named them: ``<assignment>-<username>``.

When a program was handed in is the date of the commit that is checked out (`commit`).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from autograder.intake.exports.commit import commit_time, has_git
from autograder.intake.exports.entry import (
    Entry,
    Export,
    Place,
    joined,
    keys_of,
    safe_id,
    with_notes,
    without_prefix,
)
from autograder.intake.tree import File, Folder, Unreadable, is_archive
from autograder.model import Origin


def looks_like(place: Place) -> bool:
    """Whether each sub-folder is a clone and nothing else that could be handed in lies there."""
    folders, disk = place.content.folders, place.disk
    return (
        disk is not None
        and bool(folders)
        and not any(_may_be_handed_in(file) for file in place.content.files)
        and all(has_git(disk, folder.name) for folder in folders)
    )


def read(place: Place) -> Export:
    """Return a submission for each folder and each archive, or for the one clone that this is."""
    repositories = repositories_in(place)
    if place.disk is not None and has_git(place.disk) and not _clones(place.disk, repositories):
        whole = Folder(name=place.name, list=lambda: place.content)
        above = replace(place, disk=place.disk.parent, name=place.disk.parent.name)
        return Export(entries=(repository_entry(above, whole, "git", {}),))
    users = without_prefix([name_of(each) for each in repositories], place.assignment.id)
    entries = [
        repository_entry(place, each, "git", keys_of(github_user=users.get(name_of(each), "")))
        for each in repositories
    ]
    passed_over = [
        f"{file.name}: neither a clone nor an archive"
        for file in place.content.files
        if not is_archive(file.name)
    ]
    return Export(entries=tuple(entries), passed_over=tuple(passed_over))


def _clones(disk: Path, repositories: list[Folder | File]) -> bool:
    return any(has_git(disk, each.name) for each in repositories if isinstance(each, Folder))


def repository_entry(
    place: Place, repository: Folder | File, system: str, keys: dict[str, str], submitted_at: str = ""
) -> Entry:
    """Return the entry of one repository; without ``submitted_at``, it was handed in with its last commit."""
    is_folder = isinstance(repository, Folder)
    entry = Entry(
        id=safe_id(name_of(repository)),
        folder=repository if isinstance(repository, Folder) else joined(repository.name, [repository], []),
        origin=Origin(system=system, keys=keys, submitted_at=submitted_at),
    )
    if submitted_at:
        return entry
    if place.disk is None or not is_folder:
        return with_notes(entry, "it is no clone, so nobody knows when it was handed in")
    try:
        time = commit_time(place.disk, repository.name)
    except Unreadable as error:
        return with_notes(entry, f"nobody knows when it was handed in: {error}")
    return Entry(id=entry.id, folder=entry.folder, origin=Origin(system=system, keys=keys, submitted_at=time))


def repositories_in(place: Place) -> list[Folder | File]:
    """Return what lies there and may be a repository: folders and archives."""
    archives = (file for file in place.content.files if is_archive(file.name))
    return [*place.content.folders, *archives]


def name_of(repository: Folder | File) -> str:
    """Return the name of a repository, without what an archive's name ends in."""
    name = repository.name
    if isinstance(repository, Folder):
        return name
    return next(
        (name[: -len(s)] for s in (".tar.gz", ".tgz", ".tar", ".zip") if name.lower().endswith(s)), name
    )


def _may_be_handed_in(file: File) -> bool:
    return is_archive(file.name) or file.name.lower().endswith((".py", ".ipynb"))
