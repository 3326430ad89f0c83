"""The parts of Canvas's API that grades need, in our own values. One course, one assignment."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from itertools import islice
from pathlib import Path
from typing import Any

from canvasapi.exceptions import CanvasException, InvalidAccessToken, ResourceDoesNotExist
from canvasapi.paginated_list import PaginatedList
from canvasapi.requester import Requester
from canvasapi.upload import Uploader
from canvasapi.util import combine_kwargs
from requests import RequestException

from autograder.errors import GraderError, UsageError
from autograder.escape import visible
from autograder.outputs.send.comment import marks_in, repeated
from autograder.outputs.send.delivery import Refused
from autograder.outputs.send.patience import Patience
from autograder.outputs.send.plan import Parcel
from autograder.outputs.send.session import Doubtful, Session, harmless

_MOST = 100_000
"""People: a server that never comes to an end of its pages is not followed further."""
_MOST_PAGES = 1_000
"""However little stands on each."""
_INCLUDE = ["submission_comments", "group"]
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
        self._course = f"courses/{course}"
        self.assignment = f"{self._course}/assignments/{assignment}"
        self._patience = patience
        self._requester: Any = Requester(url, token)
        self._requester._session = Session(patience)  # canvasapi has no option for time limits

    def read_assignment(self) -> Assignment:
        """Return what the assignment is like; raise `UsageError` if it cannot be seen with this token."""
        with self._reading(self.assignment):
            found = self._ask("GET", self.assignment)
            return Assignment(
                title=str(found["name"]),
                worth=_points(found.get("points_possible")),
                published=found.get("published") is not False,
                grading_type=str(found.get("grading_type") or "points"),
                anonymous=bool(found.get("anonymize_students")),
                moderated=bool(found.get("moderated_grading")) and not found.get("grades_published"),
                hidden_until_posted=bool(found.get("post_manually")),
                grades_groups=bool(found.get("group_category_id"))
                and not found.get("grade_group_students_individually"),
            )

    def read_people(self) -> dict[str, dict[str, str]]:
        """Return the keys of each student of the course, by id, the surest first."""
        address = f"{self._course}/search_users"
        with self._reading(f"the students of {self._course}"):
            found = self._list(address, enrollment_type=["student"], include=["email"])
            people = {str(int(str(each["id"]))): _keys(each) for each in found}
        self.students = frozenset(people)
        return people

    def read_places(self) -> dict[str, Place]:
        """Return what Canvas has on each student's submission, by the student's id."""
        with self._reading(f"the submissions of {self.assignment}"):
            found = self._list(f"{self.assignment}/submissions", include=_INCLUDE)
            return {place.user: place for place in map(_place, found)}

    def read_place(self, user: str) -> Place:
        """Return what Canvas has on one student's submission; raise `Refused` if it is not shown."""
        with self._asking():
            return _place(self._ask("GET", self._submission(user), include=_INCLUDE))

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
        with self._asking():
            try:
                return _place(self._ask("PUT", self._submission(parcel.user), **form))
            except (ValueError, TypeError, AttributeError, KeyError) as error:
                raise Doubtful("the answer cannot be read") from error

    def upload(self, parcel: Parcel) -> str:
        """Upload the file of a comment, which nobody sees yet; return its id. Raise `Refused` if Canvas says no."""
        address = f"{self._submission(parcel.user)}/comments/files"
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / parcel.file_name  # canvasapi takes name and size from a real file
            path.write_bytes(parcel.file)

            def upload() -> str:
                try:
                    _, answer = Uploader(self._requester, address, path, content_type="text/plain").start()
                    return str(answer["id"])
                except (ValueError, TypeError, KeyError, AttributeError) as error:
                    raise Doubtful("the answer cannot be read") from error

            with self._asking():
                return harmless(self._patience, upload)

    def remove_repeated(self, place: Place) -> int:
        """Remove comments of ours that are there more than once, all but the first; return how many."""
        ours = [each for each in place.comments if each.author not in self.students]
        twice = repeated(each.text for each in ours)
        seen: set[str] = set()
        removed = 0
        for each in sorted(ours, key=lambda comment: (len(comment.id), comment.id)):
            marks = marks_in(each.text) & twice
            if marks and marks <= seen:
                self._remove(f"{self._submission(place.user)}/comments/{each.id}")
                removed += 1
            seen |= marks
        return removed

    def _remove(self, comment: str) -> None:
        def remove() -> None:
            try:
                self._requester.request("DELETE", comment)
            except ResourceDoesNotExist:
                pass  # a first try whose answer was lost

        with self._asking():
            harmless(self._patience, remove)

    def _submission(self, user: str) -> str:
        return f"{self.assignment}/submissions/{user}"

    def _ask(self, method: str, address: str, **form: Any) -> Any:
        return self._requester.request(method, address, _kwargs=combine_kwargs(**form)).json()

    def _list(self, address: str, **form: Any) -> Any:
        found = _Pages(_Plain, self._requester, "GET", address, _kwargs=combine_kwargs(**form))
        return islice(found, _MOST)

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
        except (ValueError, TypeError, AttributeError, KeyError, RequestException) as error:
            raise GraderError(
                f"what answers at {self.place} does not speak as Canvas does ({type(error).__name__}). Check --url, "
                "which is the address that Canvas itself shows, and run again: nothing is sent twice."
            ) from error

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


class _Pages(PaginatedList):  # type: ignore[misc]
    """A list that comes to an end, though a server tells of another page for ever."""

    _pages = 0

    def _get_next_page(self) -> Any:
        self._pages += 1
        if self._pages > _MOST_PAGES:
            raise ValueError("pages without an end")
        return super()._get_next_page()


class _Plain(dict[str, Any]):
    """A thing in a list, as it came: the classes of canvasapi try to read each of its texts as a date."""

    def __init__(self, requester: object, attributes: dict[str, Any]) -> None:
        super().__init__(attributes)


def _said(error: Exception) -> str:
    kind = type(error).__name__
    text = visible(str(error), longest=200)
    return text if kind == "CanvasException" else f"{kind}: {text}"


def _keys(user: Any) -> dict[str, str]:
    login = str(user.get("login_id") or "")
    address = str(user.get("email") or "")
    return {
        "canvas_user_id": str(user["id"]),
        "sid": str(user.get("sis_user_id") or ""),
        "login": login,
        "email": address or (login if "@" in login else ""),
        "name": str(user.get("sortable_name") or user.get("name") or ""),
    }


def _place(found: Any) -> Place:
    shown = _points(found.get("score"))
    entered = _points(found.get("entered_score"))
    group = found.get("group")
    return Place(
        user=str(found["user_id"]),
        score=shown if entered is None else entered,
        shown=shown,
        excused=bool(found.get("excused")),
        attempt=int(found.get("attempt") or 0),
        submitted_at=_moment(found.get("submitted_at")),
        group=str(group["id"] or "") if isinstance(group, dict) else "",
        comments=tuple(
            Comment(
                id=str(each["id"]),
                author=str(each.get("author_id") or ""),
                text=str(each.get("comment") or ""),
            )
            for each in found.get("submission_comments") or ()
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
