"""nbgrader: the tree ``submitted/<student>/<assignment>/``, in which ``timestamp.txt`` says when it was handed in."""

from __future__ import annotations

from dataclasses import replace

from autograder.errors import IntakeError
from autograder.intake.exports.entry import Entry, Export, Place, joined, keys_of, moment, safe_id
from autograder.intake.tree import Content, File, Folder, Unreadable
from autograder.model import Origin

SUBMITTED = "submitted"
TIMESTAMP = "timestamp.txt"
_MAX_TIMESTAMP_BYTES = 1_000


def looks_like(place: Place) -> bool:
    """Whether it is such a tree, or a course that holds one, in which at least one student has a timestamp."""
    students = _students(place)
    if students is None:
        return False
    content, _ = students
    stamped = False
    for student in content.folders:
        try:
            level = student.list()
            stamped = stamped or any(each.list().file(TIMESTAMP) for each in level.folders)
        except Unreadable:
            continue
        if level.files:
            return False
    return stamped


def read(place: Place) -> Export:
    """Return a submission for each student; raise `IntakeError` if it cannot be told for which assignment."""
    students = _students(place)
    content, passed_over = students if students else (place.content, [])
    passed_over += [f"{file.name}: it belongs to no student" for file in content.files]
    levels: list[tuple[str, Content | str]] = []
    for student in content.folders:
        try:
            levels.append((student.name, student.list()))
        except Unreadable as error:
            levels.append((student.name, str(error)))
    chosen = _choose(place, [level for _, level in levels if isinstance(level, Content)])
    entries: list[Entry] = []
    for name, level in levels:
        if isinstance(level, str):
            entries.append(_entry(name, joined(name, [], []), level))
            continue
        found = next((folder for folder in level.folders if folder.name == chosen), None)
        passed_over += [
            f"{name}/{each.name}: not of the assignment {chosen}"
            for each in level.folders
            if each is not found
        ]
        passed_over += [f"{name}/{file.name}: it lies in no assignment" for file in level.files]
        if found is not None:
            entries.append(_entry(name, found))
        elif not level.folders:
            entries.append(_entry(name, joined(name, [], []), f"there is no folder {chosen} of this student"))
    return Export(entries=tuple(entries), passed_over=tuple(passed_over))


def _students(place: Place) -> tuple[Content, list[str]] | None:
    """Return the level of the students, and what lies beside it; None if this is no such tree."""
    if place.name == SUBMITTED:
        return place.content, []
    inner = next((folder for folder in place.content.folders if folder.name == SUBMITTED), None)
    if inner is None:
        return None
    try:
        return inner.list(), []  # what else lies in a course is the teacher's
    except Unreadable:
        return None


def _choose(place: Place, levels: list[Content]) -> str:
    names = sorted({folder.name for level in levels for folder in level.folders})
    wanted = place.assignment.id
    if wanted in names or not names:
        return wanted
    if len(names) == 1:
        return names[0]
    raise IntakeError(
        f"{place.name}: it cannot be told which assignment of nbgrader is {wanted}, since there are "
        f"{', '.join(names[:8])}. Give a folder in which only that one is there, or rename it to {wanted}."
    )


def _entry(name: str, folder: Folder, problem: str = "") -> Entry:
    """Return a student's entry; the timestamp is nbgrader's and no file of the student's."""
    notes: tuple[str, ...] = ()
    time = ""
    if not problem:
        try:
            content = folder.list()
            stamp = content.file(TIMESTAMP)
            if stamp is not None:
                time = moment(stamp.read(_MAX_TIMESTAMP_BYTES).decode("utf-8", "replace"))
                files = tuple(file for file in content.files if file is not stamp)
                folder = _listed(folder.name, replace(content, files=files))
        except Unreadable as error:
            notes = (f"nobody knows when it was handed in: {error}",)
        else:
            if not time:
                notes = (f"nobody knows when it was handed in: {_why(stamp)}",)
    return Entry(
        id=safe_id(name),
        folder=folder,
        origin=Origin(system="nbgrader", keys=keys_of(login=name), submitted_at=time),
        notes=notes,
        problem=problem,
    )


def _listed(name: str, content: Content) -> Folder:
    return Folder(name=name, list=lambda: content)


def _why(stamp: File | None) -> str:
    return f"there is no {TIMESTAMP}" if stamp is None else f"{TIMESTAMP} holds no time with an offset"
