"""Calls GraceDB with patience: limits, repetition within a budget, a circuit breaker.

What went wrong is told apart, because each needs something else: to wait as told, to renew the
credential, to leave GraceDB alone, or to take "no" for an answer. Source: GraceDB's status codes
and what its client makes of them.
"""

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from email.utils import parsedate_to_datetime
from typing import Final, Literal, TypeVar

import requests
import tenacity
import urllib3
from igwn_auth_utils import IgwnAuthError
from ligo.gracedb.exceptions import HTTPError
from ligo.gracedb.rest import GraceDb

from fsm.core.times import finite
from fsm.io.gracedb.circuit_breaker import Breaker, Once
from fsm.io.gracedb.limits import USUAL, Adapter, Limits, TimeLimit, TooMuch, TooSlow

TIME_OUT = 30.0  # seconds of silence; the client has no time-out of its own
LIFE = 3600.0  # seconds after which a client is made anew, with the credentials that then are there
FRESH = 60.0  # seconds for which credentials that were read again after a refusal are not again
Kind = Literal["gone", "refused", "busy", "down", "wrong"]
GONE: Final = "gone"
REFUSED: Final = "refused"
BUSY: Final = "busy"
DOWN: Final = "down"
WRONG: Final = "wrong"
KINDS: dict[int, Kind] = {404: GONE, 401: REFUSED, 403: REFUSED, 408: DOWN, 409: DOWN, 429: BUSY,
                          503: BUSY}  # of HTTP statuses
WORDS: dict[Kind, str] = {
    REFUSED: "GraceDB refuses this credential", BUSY: "GraceDB is too busy",
    DOWN: "GraceDB is down", WRONG: "GraceDB did not accept the request"}
TIME_HEADER = "X-Standin-Time"  # unix seconds at which a simulated request happens
RUBBISH = "GraceDB's answer cannot be used"
SLOW = "GraceDB took more time than a question has"
OPEN = "GraceDB was down for several requests and is left alone for a while"

T = TypeVar("T")


class CallError(Exception):
    """A call that came to nothing.

    Attributes:
        kind: ``gone`` (404), ``refused`` (401, 403), ``busy`` (429, 503), ``down`` (other 5xx, no
            connection, no answer, rubbish), ``wrong`` (other 4xx).
        wait: seconds that GraceDB wants to be left alone, or None.
        page: address of the page that had it come to nothing, "" where that is not known.
    """

    def __init__(self, kind: Kind, message: str, wait: float | None = None,
                 page: str = "") -> None:
        super().__init__(message)
        self.kind, self.wait, self.page = kind, wait, page


def told_apart(error: Exception) -> CallError:
    """What an exception of the client means, as :class:`CallError`.

    Its text holds a status or the name of an exception, never a header or a body.
    """
    if isinstance(error, HTTPError):
        status: int = error.status_code
        kind = KINDS.get(status, DOWN if status >= 500 else WRONG)
        words = WORDS.get(kind, "GraceDB has no such thing")
        return CallError(kind, f"{words} (HTTP status {status})", _retry_after(error.response),
                         str(getattr(error.response, "url", "")))
    if isinstance(error, IgwnAuthError):
        return CallError(REFUSED, "there is no valid credential for GraceDB")
    if isinstance(error, TooMuch):
        return CallError(WRONG, str(error))
    if isinstance(error, TooSlow):
        return CallError(DOWN, SLOW)
    kind = WRONG if isinstance(error, (RecursionError, MemoryError)) else DOWN
    words = RUBBISH if _is_rubbish(error) else WORDS[DOWN]
    return CallError(kind, f"{words} ({type(error).__name__})")


def _is_rubbish(error: Exception) -> bool:
    """Whether an answer came, and nothing could be made of it."""
    return isinstance(error, ValueError) or not isinstance(
        error, (requests.RequestException, urllib3.exceptions.HTTPError, OSError, TooSlow,
                IgwnAuthError))


def _retry_after(response: requests.Response) -> float | None:
    """Seconds to wait, which HTTP tells as a number or as the date at which they are over."""
    try:
        told = response.headers["Retry-After"]
        wait = finite(told)
        if wait is None:
            sent = response.headers.get("Date")  # by the server's own clock, where it tells that
            since = _date(sent) if sent else time.time()
            wait = _date(told) - since
    except (AttributeError, KeyError, ValueError, TypeError, OverflowError):
        return None
    return max(0.0, wait)


def _date(text: str) -> float:
    return parsedate_to_datetime(text).timestamp()


class Caller:
    """Calls GraceDB from any number of threads, with a client for each.

    Args:
        url: address of the REST interface.
        budget: seconds within which a call is repeated.
        pause: seconds before the first repetition; later ones double, with jitter.
        fails: calls that fail one after the other until GraceDB is left alone.
        reset: seconds for which it then is.
        authenticated: whether it is an error to have no credential; else access is anonymous then.
        stamped: whether requests say which :attr:`moment` they belong to; only the stand-in heeds
            that.
        limits: :class:`~fsm.io.gracedb.limits.Limits`.
    """

    def __init__(self, url: str, budget: float = 60.0, pause: float = 1.0, fails: int = 5,
                 reset: float = 60.0, authenticated: bool = False, stamped: bool = False,
                 limits: Limits = USUAL) -> None:
        self.url, self.budget, self.pause, self.stamped = url, budget, pause, stamped
        self.authenticated, self.limits = authenticated, limits
        self._local, self._generation, self._renewed_at = threading.local(), 0, float("-inf")
        self._breaker = Breaker(fails, reset)

    @property
    def moment(self) -> float | None:
        """What time it is for this thread's calls, unix seconds; None for the present."""
        return getattr(self._local, "moment", None)

    @moment.setter
    def moment(self, time: float | None) -> None:
        self._local.moment = time

    @property
    def left_alone(self) -> float:
        """Seconds for which nobody is called, since too many calls came to nothing."""
        return self._breaker.left()

    @property
    def limit(self) -> TimeLimit:
        """The :class:`~fsm.io.gracedb.limits.TimeLimit` of this thread."""
        limit: TimeLimit | None = getattr(self._local, "limit", None)
        if limit is None:
            limit = self._local.limit = TimeLimit()
        return limit

    def within(self, seconds: float) -> AbstractContextManager[None]:
        """A context whose calls, all together, have so many seconds."""
        return self.limit.within(seconds)

    def client(self) -> GraceDb:
        """This thread's client, made anew now and then so that credentials are read again."""
        local = self._local
        made = getattr(local, "made", None)
        if made is None or made[1] != self._generation or time.monotonic() - made[2] > LIFE:
            client = GraceDb(self.url, retries=0, fail_if_noauth=self.authenticated)
            for scheme in ("https://", "http://"):
                client.mount(scheme, Adapter(self.limit, self.limits, TIME_OUT, pool_maxsize=1))
            local.made = made = (client, self._generation, time.monotonic())
        if self.stamped and self.moment is not None:
            made[0].headers[TIME_HEADER] = f"{self.moment:.3f}"
        return made[0]

    def call(self, function: Callable[[GraceDb], T], budget: float | None = None,
             seconds: float | None = None) -> T:
        """Call ``function(client)``, again where that may help.

        Args:
            function: what is called; it may raise :class:`CallError` itself.
            budget: seconds within which it is repeated, where not those of this caller.
            seconds: that it may take in all, where not those of a question.

        Returns:
            What the function returns.

        Raises:
            CallError: where it came to nothing within the budget, or the time of its question.
        """
        with self.within(self.limits.seconds if seconds is None else seconds):
            if not self.limit.left:
                raise CallError(DOWN, SLOW)  # not asked at all, which says nothing about GraceDB
            return self._repeated(function, self.budget if budget is None else budget)

    def _repeated(self, function: Callable[[GraceDb], T], budget: float) -> T:
        budget = min(budget, self.limit.left)
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(
                lambda e: isinstance(e, CallError) and e.kind in (BUSY, DOWN)),
            wait=self._wait, stop=lambda state: _next_is_after(state, budget), reraise=True)
        return retrying(self._renewed, function, Once(self._breaker))

    def _wait(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.wait if isinstance(error, CallError) else None
        jittered = tenacity.wait_random_exponential(multiplier=self.pause, max=30.0)(state)
        return jittered if asked is None else asked + jittered

    def _renewed(self, function: Callable[[GraceDb], T], once: Once) -> T:
        """Once more with a fresh credential where the present one is refused."""
        try:
            return self._guarded(function, once)
        except CallError as error:
            if error.kind != REFUSED or not self._renew():
                raise
            return self._guarded(function, once)

    def _renew(self) -> bool:
        """Have clients made anew; returns whether this thread's will be.

        What is refused for good is no reason to make them all anew each time.
        """
        now, made = time.monotonic(), getattr(self._local, "made", None)
        if made is None or made[1] == self._generation:
            if now - self._renewed_at < FRESH:
                return False
            self._renewed_at = now
            self._generation += 1
        return True

    def _guarded(self, function: Callable[[GraceDb], T], once: Once) -> T:
        left = self._breaker.left()
        if left:
            raise CallError(DOWN, OPEN, wait=left)
        try:
            done = function(self.client())
            self.limit.check()
        except CallError:
            raise
        except Exception as error:  # whatever rubbish may lead to
            failure = told_apart(error if self.limit.left else TooSlow())
            once.note(well=failure.kind in (GONE, REFUSED, WRONG))
            if _is_rubbish(error):
                self._local.made = None  # the client keeps the page of links, perhaps that was it
            raise failure from None
        once.note(well=True)
        return done


def _next_is_after(state: tenacity.RetryCallState, budget: float) -> bool:
    """Whether the next attempt would begin after so many seconds."""
    return (state.seconds_since_start or 0.0) + state.upcoming_sleep > budget
