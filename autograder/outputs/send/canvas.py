"""The parts of Canvas's API that grades need, in our own values. One course, one assignment."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from canvasapi.course import Course
from canvasapi.exceptions import CanvasException, InvalidAccessToken, ResourceDoesNotExist
from canvasapi.requester import Requester
from canvasapi.submission import Submission
from canvasapi.upload import Uploader

from autograder.errors import GraderError, UsageError
from autograder.escape import visible
from autograder.outputs.send.comment import marks_in, repeated
from autograder.outputs.send.delivery import Refused
from autograder.outputs.send.patience import Patience
from autograder.outputs.send.plan import Parcel
from autograder.outputs.send.session import Doubtful, Session, harmless

_TOKEN_AGAIN = (
    "Make a new one in Canvas (Account, Settings, New Access Token), put it into CANVAS_API_TOKEN or into the file of "
    "--token-file, and run the same command again: it goes on where this one has stopped."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What decides about whether and how grades can be given. ``worth`` is in points, None if it has none."""

    title: str
    worth: Decimal | None
    published: bool
    grading_type: str
    anonymous: bool
    moderated: bool
    """Graders propose, and one person decides: until then, Canvas takes no final grade."""
    hidden_until_posted: bool
    grades_groups: bool
    """A grade for one member of a group is given to all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment on a submission."""

    id: str
    author: str
    """Id; empty if Canvas does not say."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What Canvas has on one student's submission. Scores are in points."""

    user: str
    score: Decimal | None
    """As a teacher has entered it."""
    shown: Decimal | None
    """After what Canvas deducts for lateness."""
    excused: bool
    attempt: int
    submitted_at: datetime | None
    group: str
    comments: tuple[Comment, ...]

    def marks(self, students: frozenset[str]) -> frozenset[str]:
        """Return the marks of comments that are there; a student who copies a mark changes nothing."""
        return frozenset(
            mark for each in self.comments if each.author not in students for mark in marks_in(each.text)
        )


class Canvas:
    """One assignment in Canvas. ``token`` goes into headers only."""

    def __init__(self, url: str, token: str, course: int, assignment: int, patience: Patience) -> None:
        self.place = f"{url}/courses/{course}/assignments/{assignment}"
        self.students: frozenset[str] = frozenset()
        self._patience = patience
        self._requester: Any = Requester(url, token)
        self._requester._session = Session(patience)  # canvasapi has no option for time limits
        self._course: Any = Course(self._requester, {"id": course})
        self._number = assignment
        self._assignment: Any = None

    def read_assignment(self) -> Assignment:
        """Return what the assignment is like; raise `UsageError` if it cannot be seen with this token."""
        with self._reading(f"assignment {self._number} of course {self._course.id}"):
            found = self._assignment = self._course.get_assignment(self._number)
            found.course_id = self._course.id
            return Assignment(
                title=str(_of(found, "name") or ""),
                worth=_points(_of(found, "points_possible")),
                published=_of(found, "published") is not False,
                grading_type=str(_of(found, "grading_type") or "points"),
                anonymous=bool(_of(found, "anonymize_students")),
                moderated=bool(_of(found, "moderated_grading")) and not _of(found, "grades_published"),
                hidden_until_posted=bool(_of(found, "post_manually")),
                grades_groups=bool(_of(found, "group_category_id"))
                and not _of(found, "grade_group_students_individually"),
            )

    def read_people(self) -> dict[str, dict[str, str]]:
        """Return the keys of each student of the course, by id, the surest first."""
        with self._reading(f"the students of course {self._course.id}"):
            found = self._course.get_users(enrollment_type=["student"], include=["email"])
            people = {str(each.id): _keys(each) for each in found}
        self.students = frozenset(people)
        return people

    def read_places(self) -> dict[str, Place]:
        """Return what Canvas has on each student's submission, by the student's id."""
        with self._reading(f"the submissions of assignment {self._number}"):
            found = self._assignment.get_submissions(include=["submission_comments", "group"])
            return {place.user: place for place in map(_place, found)}

    def read_place(self, user: str) -> Place:
        """Return what Canvas has on one student's submission; raise `Refused` if it is not shown."""
        with self._asking():
            return _place(
                self._assignment.get_submission(int(user), include=["submission_comments", "group"])
            )

    def write(self, parcel: Parcel, file: str) -> Place:
        """Give a score and a comment, with the file that was uploaded under this id; return what is there then.

        Raise `Doubtful` if the answer was lost, `Refused` if Canvas says no.
        """
        form: dict[str, Any] = {}
        if parcel.score is not None:
            form["submission"] = {"posted_grade": format(parcel.score, "f")}
            # Where grades are letters, a number that is a letter of the scheme as well still means points.
            form["prefer_points_over_scheme"] = True
        if parcel.text:
            form["comment"] = {"text_comment": parcel.text, "group_comment": parcel.whole_group}
            if file:
                form["comment"]["file_ids"] = [file]
        ids = {"course_id": self._course.id, "assignment_id": self._number, "user_id": int(parcel.user)}
        with self._asking():
            try:
                return _place(Submission(self._requester, ids).edit(**form))
            except (ValueError, TypeError, AttributeError) as error:
                raise Doubtful("the answer cannot be read") from error

    def upload(self, parcel: Parcel) -> str:
        """Upload the file of a comment, which nobody sees yet; return its id. Raise `Refused` if Canvas says no."""
        address = (
            f"courses/{self._course.id}/assignments/{self._number}/submissions/{parcel.user}/comments/files"
        )
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / parcel.file_name  # canvasapi takes name and size from a real file
            path.write_bytes(parcel.file)

            def upload() -> str:
                _, answer = Uploader(self._requester, address, path, content_type="text/plain").start()
                return str(answer["id"])

            with self._asking():
                try:
                    return harmless(self._patience, upload)
                except (ValueError, TypeError, KeyError, AttributeError) as error:
                    raise Refused("Canvas has not taken the feedback file") from error

    def remove_repeated(self, place: Place) -> int:
        """Remove comments of ours that are there more than once, all but the first; return how many."""
        ours = [each for each in place.comments if each.author not in self.students]
        twice = repeated(each.text for each in ours)
        seen: set[str] = set()
        removed = 0
        for each in sorted(ours, key=lambda comment: (len(comment.id), comment.id)):
            marks = marks_in(each.text) & twice
            if marks and marks <= seen:
                self._remove(place.user, each.id)
                removed += 1
            seen |= marks
        return removed

    def _remove(self, user: str, comment: str) -> None:
        address = (
            f"courses/{self._course.id}/assignments/{self._number}/submissions/{user}/comments/{comment}"
        )

        def remove() -> None:
            try:
                self._requester.request("DELETE", address)  # canvasapi has no method for it
            except ResourceDoesNotExist:
                pass  # a first try whose answer was lost

        with self._asking():
            harmless(self._patience, remove)

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Turn a no of Canvas into `Refused`, and one that is about the token into `UsageError`."""
        try:
            yield
        except InvalidAccessToken as error:
            raise UsageError(
                f"Canvas does not take the access token: it is wrong, expired or withdrawn. {_TOKEN_AGAIN}"
            ) from error
        except CanvasException as error:
            raise Refused(f"Canvas says no: {_said(error)}") from error

    @contextmanager
    def _reading(self, what: str) -> Iterator[None]:
        try:
            with self._asking():
                yield
        except Refused as refusal:
            raise UsageError(
                f"{what} cannot be read. {refusal}. Check the numbers, which are in the address of the page, and that "
                "the token belongs to a teacher or TA of the course."
            ) from refusal
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            raise GraderError(
                f"{what} cannot be read: what answers at {self.place} does not speak as Canvas does "
                f"({type(error).__name__}). Check --url: it is the address that Canvas itself shows."
            ) from error


def _of(thing: Any, name: str) -> Any:
    return getattr(thing, name, None)


def _said(error: Exception) -> str:
    kind = type(error).__name__
    text = visible(str(error), longest=200)
    return text if kind == "CanvasException" else f"{kind}: {text}"


def _keys(user: Any) -> dict[str, str]:
    login = str(_of(user, "login_id") or "")
    address = str(_of(user, "email") or "")
    return {
        "canvas_user_id": str(user.id),
        "sid": str(_of(user, "sis_user_id") or ""),
        "login": login,
        "email": address or (login if "@" in login else ""),
        "name": str(_of(user, "sortable_name") or _of(user, "name") or ""),
    }


def _place(found: Any) -> Place:
    shown = _points(_of(found, "score"))
    entered = _points(_of(found, "entered_score"))
    group = _of(found, "group")
    return Place(
        user=str(found.user_id),
        score=shown if entered is None else entered,
        shown=shown,
        excused=bool(_of(found, "excused")),
        attempt=int(_of(found, "attempt") or 0),
        submitted_at=_moment(_of(found, "submitted_at")),
        group=str(group["id"] or "") if isinstance(group, dict) else "",
        comments=tuple(
            Comment(
                id=str(each["id"]),
                author=str(each.get("author_id") or ""),
                text=str(each.get("comment") or ""),
            )
            for each in _of(found, "submission_comments") or ()
        ),
    )


def _points(value: Any) -> Decimal | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _moment(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return None if moment.tzinfo is None else moment
