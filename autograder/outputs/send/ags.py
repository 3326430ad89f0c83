"""The Assignment and Grade Services of LTI 1.3, in our own values: one line item, its results, its scores.

What the library leaves to its users is here: tokens are kept until shortly before they expire, and a token that is
refused before that is replaced once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pylti1p3.assignments_grades import AssignmentsGradesService
from pylti1p3.exception import LtiException, LtiServiceException
from pylti1p3.grade import Grade
from pylti1p3.lineitem import LineItem as Column
from pylti1p3.registration import Registration as Identity
from pylti1p3.service_connector import ServiceConnector
from requests import RequestException

from autograder.errors import GraderError, UsageError
from autograder.escape import visible
from autograder.outputs.export.marks import number
from autograder.outputs.send.delivery import Refused
from autograder.outputs.send.patience import Patience
from autograder.outputs.send.plan import Parcel
from autograder.outputs.send.session import Doubtful, Session, harmless

_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"
_SCORE, _RESULTS, _READ, _WRITE = (
    f"{_SCOPE}{each}" for each in ("score", "result.readonly", "lineitem.readonly", "lineitem")
)
_MOST = 100_000
"""Line items or results: a server that never comes to an end of its pages is not followed further."""
_MOST_PAGES = 1_000
"""However little stands on each."""
_SHORTEST_USE = 0.9
"""Of the time for which a token is valid: a request takes some time, too."""
_OF_CANVAS = "/api/lti/courses/"
_SUBMISSION = "https://canvas.instructure.com/lti/submission"

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """How a tool is registered with a platform. ``key`` is secret."""

    client: str
    token_url: str
    key: str
    """The private key, PEM."""
    key_id: str = ""
    audience: str = ""
    """Whom the platform wants to be called in what we sign; empty: the address of its tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineItem:
    """A column of the platform's gradebook."""

    address: str
    label: str
    worth: Decimal | None


class GradeServices:
    """The grade services of one platform, with a registration."""

    def __init__(
        self,
        registration: Registration,
        patience: Patience,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``clock`` gives seconds, from which the age of a token is told."""
        self._connector = _Connector(registration, patience, clock)
        self._patience = patience

    def read_line_item(self, address: str) -> LineItem | None:
        """Return what a line item is, None if the platform does not let us see it."""
        try:
            found = self._read_items(lambda scope: self._service(scope, lineitem=address).get_lineitem())
        except Refused:
            return None
        return LineItem(
            address=address, label=found.get_label() or "", worth=_points(found.get_score_maximum())
        )

    def find_line_item(self, container: str, label: str) -> LineItem | None:
        """Return the line item with this label; raise `UsageError` if there are several, or if none may be read."""
        with self._reading("the line items"):
            items = self._read_items(
                lambda scope: list(islice(self._service(scope, lineitems=container).get_lineitems(), _MOST))
            )
            found = [each for each in items if each.get("label") == label]
            if len(found) > 1:
                raise UsageError(
                    f"--label {label}: {len(found)} line items are called so. Give one of them with --lineitem: "
                    f"{', '.join(visible(str(each.get('id'))) for each in found[:5])}."
                )
            return _line_item(found[0]) if found else None

    def make_line_item(self, container: str, label: str, worth: Decimal) -> LineItem:
        """Make a line item, and return it. One that a first try has made, whose answer was lost, is taken."""
        new = Column().set_label(label).set_score_maximum(number(worth))
        with self._reading("a new line item"):
            for attempt in range(self._patience.tries):
                try:
                    made = self._again(
                        lambda: self._service(_WRITE, lineitems=container).create_lineitem(new)
                    )
                except Doubtful:
                    self._patience.pause(attempt)
                    there = self.find_line_item(container, label)
                    if there is not None:
                        return there
                    continue
                return LineItem(address=str(made.get_id() or ""), label=label, worth=worth)
        raise GraderError(
            f"the line item {label} cannot be made: the platform does not answer. Run again later."
        )

    def read_results(self, address: str) -> dict[str, Decimal]:
        """Return the results of a line item as a share of full marks, by user; raise `Refused` if none may be read."""
        with self._asking():
            service = self._service(_RESULTS, lineitem=address)
            results = self._again(lambda: list(islice(service.get_grades(), _MOST)))
            shares = {}
            for each in results:
                score, most = _points(each.get("resultScore")), _points(each.get("resultMaximum"))
                if score is not None:
                    shares[str(each["userId"])] = score / (most or Decimal(1))
            return shares

    def post_score(self, address: str, parcel: Parcel, *, progress: str) -> None:
        """Post a score, or none. Raise `Doubtful` if the answer was lost, `Refused` if the platform says no."""
        grade = (
            Grade()
            .set_user_id(parcel.user)
            .set_timestamp(parcel.stamp)
            .set_activity_progress("Completed")
            .set_grading_progress(progress)
        )
        if parcel.score is not None:
            grade.set_score_given(number(parcel.score)).set_score_maximum(number(parcel.worth))
        if parcel.text:
            grade.set_comment(parcel.text)
        if _OF_CANVAS in address:
            # Canvas would otherwise count each score as another attempt of the student.
            grade.set_extra_claims({_SUBMISSION: {"new_submission": False}})
        with self._asking():
            service = self._service(_SCORE, lineitem=address)
            try:
                self._again(lambda: service.put_grade(grade))
            except ValueError as error:
                raise Doubtful("the answer cannot be read") from error
            except LtiServiceException as error:
                if error.response.status_code != 401:
                    raise
                raise _NoToken(
                    "the platform refuses its own token. Check there that the tool may use the Assignment and Grade "
                    "Services, then run the same command again: it goes on where this one has stopped."
                ) from error

    def _read_items(self, read: Callable[[str], T]) -> T:
        """Return what reading gives, with one of the two scopes that allow it: few tools are granted both."""
        try:
            with self._asking():
                return self._again(lambda: read(_READ))
        except Refused:
            with self._asking():
                return self._again(lambda: read(_WRITE))

    def _service(self, scope: str, **where: str) -> AssignmentsGradesService:
        data: Any = {"scope": [scope], **{name: _plain(address) for name, address in where.items()}}
        return AssignmentsGradesService(self._connector, data)

    def _again(self, call: Callable[[], T]) -> T:
        """Return what a call gives, with a new token if the old one was refused."""
        try:
            return call()
        except LtiServiceException as error:
            if error.response.status_code != 401:
                raise
            self._connector.forget()
            return call()

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Turn a no of the platform into `Refused`, and one that is about the registration into `UsageError`."""
        try:
            yield
        except _NoToken as error:
            raise UsageError(str(error)) from error
        except LtiServiceException as error:
            raise Refused(f"the platform says no: {_said(error.response)}") from error
        except LtiException as error:
            raise Refused(f"the platform says no: {visible(str(error), longest=200)}") from error
        except (ValueError, TypeError, AttributeError, KeyError, RequestException) as error:
            raise GraderError(
                f"what answers there does not speak as grade services do ({type(error).__name__}). Check the "
                "addresses, and run again: a score is not sent twice."
            ) from error

    @contextmanager
    def _reading(self, what: str) -> Iterator[None]:
        try:
            with self._asking():
                yield
        except Refused as refusal:
            raise UsageError(
                f"{what} cannot be had. {refusal}. Check the addresses, and what the tool may do on the platform."
            ) from refusal


class _NoToken(Exception):
    """The platform gives no token, or does not take it back."""


class _Identity(Identity):
    """A registration that is told the id of its key, which the library would compute from a public key."""

    def __init__(self, registration: Registration) -> None:
        self._key_id = registration.key_id
        self.set_client_id(registration.client)
        self.set_auth_token_url(registration.token_url)
        self.set_tool_private_key(registration.key)
        if registration.audience:
            self.set_auth_audience(registration.audience)

    def get_kid(self) -> str | None:
        """Return the id of the key."""
        return self._key_id or None


class _Connector(ServiceConnector):
    """Signs and sends, and keeps tokens as long as they are valid."""

    def __init__(self, registration: Registration, patience: Patience, clock: Callable[[], float]) -> None:
        super().__init__(_Identity(registration), Session(patience))
        self._patience = patience
        self._clock = clock
        self._tokens: dict[str, tuple[str, float]] = {}

    def get_paginated_data(
        self, scopes: Sequence[str], url: str | None, *args: Any, **kwargs: Any
    ) -> Generator[Any, None, None]:
        """Return page after page; raise `ValueError` if there is no end to them."""
        for count, page in enumerate(super().get_paginated_data(scopes, url, *args, **kwargs)):
            if count == _MOST_PAGES:
                raise ValueError("pages without an end")
            yield page

    def forget(self) -> None:
        """Keep no token any longer."""
        self._tokens.clear()

    def get_access_token(self, scopes: Sequence[str]) -> str:
        """Return a token; raise `_NoToken` if there is none to be had."""
        ask = super().get_access_token
        try:
            return harmless(self._patience, lambda: ask(scopes))
        except LtiServiceException as error:
            if error.response.status_code == 400 and "invalid_scope" in error.response.text:
                raise LtiException(f"the tool may not do this there ({' '.join(scopes)})") from error
            raise _NoToken(
                f"the platform gives no token: {_said(error.response)}. Check --client-id, --token-url, the key "
                "and its --key-id, and that the tool is registered and switched on there."
            ) from error
        except (KeyError, TypeError) as error:
            raise _NoToken("the platform's answer holds no token. Check --token-url.") from error

    def encode_jwt(self, message: dict[str, str | int], private_key: str, headers: dict[str, str]) -> str:
        """Return a message, signed; raise `_NoToken` if the key is none."""
        return jwt.encode(message, _read_key(private_key), algorithm="RS256", headers=headers)

    def _get_cached_access_token(self, scope_key: str) -> str | None:
        token, until = self._tokens.get(scope_key, ("", 0.0))
        return token if token and self._clock() < until else None

    def _cache_access_token(self, scope_key: str, access_token: str, expires_in: float) -> None:
        valid = _points(expires_in) or Decimal(0)
        self._tokens[scope_key] = (access_token, self._clock() + float(valid) * _SHORTEST_USE)


@lru_cache(maxsize=1)
def _read_key(pem: str) -> RSAPrivateKey:
    """Return a key, once: it takes longer to read and check one than to sign."""
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _NoToken(
            "--private-key: this is no private key that can be read without a password (PEM)."
        ) from error
    if not isinstance(key, RSAPrivateKey):
        raise _NoToken("--private-key: this is no RSA key. Make one: openssl genrsa -out key.pem 2048.")
    return key


def _line_item(found: Mapping[str, Any]) -> LineItem:
    return LineItem(
        address=str(found["id"]),
        label=str(found.get("label") or ""),
        worth=_points(found.get("scoreMaximum")),
    )


def _plain(address: str) -> str:
    """Return an address in which only the first question mark stands as it is: the library looks for the last part."""
    path, mark, query = address.partition("?")
    return path + mark + query.replace("?", "%3F")


def _said(response: Any) -> str:
    text = visible(str(response.text), longest=200)
    return f"{response.status_code} {text}".strip()


def _points(value: Any) -> Decimal | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
