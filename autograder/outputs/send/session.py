"""HTTP for servers that are slow, busy or gone: time limits, pauses when told to, and the truth about lost answers.

A request that only reads, or that was turned away before anything was done, is repeated here. A write whose answer was
lost is not: it may have taken effect, so that whoever sent it has to look.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import NameResolutionError, NewConnectionError

from autograder.errors import GraderError, UsageError
from autograder.escape import visible
from autograder.outputs.send.patience import Patience

_READS = frozenset({"GET", "HEAD"})
_ENOUGH_LEFT = 100.0
"""Of the quota of Canvas, which grows by 10 in a second."""
_QUOTA_PER_SECOND = 10.0
_DISTURBED = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)

T = TypeVar("T")


class Doubtful(Exception):
    """The answer to a write was lost: nobody knows yet whether it took effect. ``wish``: what to wait, in seconds."""

    def __init__(self, why: str, wish: float | None = None) -> None:
        super().__init__(why)
        self.wish = wish


class Session(requests.Session):
    """A session for one server, with the time limits of a `Patience`."""

    def __init__(self, patience: Patience) -> None:
        super().__init__()
        # Without it, a line in ~/.netrc would replace the token that a request carries.
        self.auth = lambda request: request
        adapter = _Adapter(patience)
        self.mount("https://", adapter)
        self.mount("http://", adapter)


class _Adapter(HTTPAdapter):
    """Sends a request until there is an answer worth passing on."""

    def __init__(self, patience: Patience) -> None:
        super().__init__()
        self._patience = patience
        self._left: float | None = None

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: object = None,
        verify: bool | str = True,
        cert: object = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Return an answer that is neither a plea to come back later nor, for a read, a failure of the server.

        Raise `Doubtful` for a write whose answer was lost, `GraderError` if the server is not to be had, `UsageError`
        if there is no such server.
        """
        reads = request.method in _READS
        limits = (self._patience.connect, self._patience.timeout)
        why = ""
        for number in range(self._patience.tries):
            self._slow_down()
            try:
                response = super().send(
                    request,
                    stream=stream,
                    timeout=limits,
                    verify=verify,
                    cert=cert,  # type: ignore[arg-type]
                    proxies=dict(proxies or {}),
                )
                response.content  # noqa: B018 - read now: the connection may break in the middle of the answer
            except _DISTURBED as error:
                _give_up_on(error, request)
                why = _in_words(error)
                if not reads and not _never_sent(error):
                    raise Doubtful(why) from error
                wish = None
            else:
                self._left = _number(response.headers.get("X-Rate-Limit-Remaining"))
                why = f"it answers {response.status_code} {response.reason or ''}".strip()
                wish = _wish(response)
                if _is_turned_away(response):
                    self._left = None  # the pause that follows is the one that it asks for
                elif response.status_code < 500:
                    _stay_here(response)
                    return response
                elif not reads:
                    raise Doubtful(why, wish)
            if number + 1 < self._patience.tries:
                self._patience.pause(number, wish)
        raise GraderError(
            f"{_host(request)} cannot be reached: {why}, {self._patience.tries} times in a row. Nothing is lost: run "
            "the same command again later, and it goes on where this one has stopped."
        )

    def _slow_down(self) -> None:
        if self._left is not None and self._left < _ENOUGH_LEFT:
            self._patience.sleep((_ENOUGH_LEFT - max(self._left, 0.0)) / _QUOTA_PER_SECOND)


def harmless(patience: Patience, call: Callable[[], T]) -> T:
    """Return what a write gives that may be done twice without anybody seeing it, repeated where its answer is lost."""
    for number in range(patience.tries - 1):
        try:
            return call()
        except Doubtful as doubt:
            patience.pause(number, doubt.wish)
    try:
        return call()
    except Doubtful as doubt:
        raise GraderError(
            f"the server does not answer: {doubt}. Nothing is lost: run the same command again later, and it goes on "
            "where this one has stopped."
        ) from doubt


def _give_up_on(error: requests.RequestException, request: requests.PreparedRequest) -> None:
    """Raise `UsageError` for what no patience mends."""
    if isinstance(error, requests.exceptions.SSLError):
        raise UsageError(
            f"{_host(request)}: its certificate is not valid, so it may be another server. Check the address."
        ) from error
    if isinstance(_reason(error), NameResolutionError):
        raise UsageError(
            f"{_host(request)}: there is no server of this name, or no network. Check the address."
        ) from error


def _stay_here(response: requests.Response) -> None:
    """Raise `UsageError` if a request with a token is to go elsewhere: it would arrive there without its token."""
    if not response.is_redirect or "Authorization" not in response.request.headers:
        return
    here, address = _host(response.request), response.request.url or ""
    try:
        there = urlsplit(urljoin(address, response.headers["Location"]))
    except ValueError:
        there = urlsplit(address)
    if (there.scheme, there.netloc) != urlsplit(address)[:2]:
        raise UsageError(
            f"{here} sends on to {visible(f'{there.scheme}://{there.netloc}')}. Give the address "
            "at which it ends, as the browser shows it."
        )
    raise UsageError(
        f"{here} sends on to its page {visible(there.path or '/', longest=100)}, such as one to log in at. Check the "
        "address and whether the token is still valid, and that the site lets programs in without a log-in."
    )


def _reason(error: requests.RequestException) -> object:
    return getattr(error.args[0], "reason", None) if error.args else None


def _never_sent(error: requests.RequestException) -> bool:
    return isinstance(error, requests.ConnectTimeout) or isinstance(_reason(error), NewConnectionError)


def _in_words(error: requests.RequestException) -> str:
    if isinstance(error, requests.Timeout):
        return "it does not answer in time"
    if _never_sent(error):
        return "it takes no connections"
    return "it breaks the connection off"


def _is_turned_away(response: requests.Response) -> bool:
    """Tell whether a request was refused because there were too many, before anything was done."""
    if response.status_code == 429:
        return True
    # Canvas says it in this way, which elsewhere means that something is forbidden.
    return response.status_code == 403 and "rate limit exceeded" in response.text[:1000].casefold()


def _wish(response: requests.Response) -> float | None:
    """Return how many seconds a server wants us to wait: it may say so in seconds or as a moment."""
    text = response.headers.get("Retry-After", "").strip()
    seconds = _number(text)
    if seconds is not None or not text:
        return seconds
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max((moment - datetime.now(UTC)).total_seconds(), 0.0)


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if -1e9 < value < 1e9 else None


def _host(request: requests.PreparedRequest) -> str:
    return urlsplit(request.url or "").netloc
