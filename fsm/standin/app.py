"""The stand-in as a WSGI application: who may ask, for which page, and with which faults."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import attrs
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from fsm.io.gracedb.retrying import TIME_HEADER
from fsm.io.recordings.payloads import CURRENT, LEGACY
from fsm.standin import root
from fsm.standin.announce import Announcer
from fsm.standin.candidates import CandidatePages
from fsm.standin.catalogues import CataloguePages
from fsm.standin.faults import Faults
from fsm.standin.forms import Page, api_of, body, now_of, of_v2, page, refusal
from fsm.standin.public import PublicPages
from fsm.standin.refused import Refused
from fsm.standin.routes import URLS, gone
from fsm.standin.service import Service
from fsm.standin.store import Store
from fsm.standin.superevents import Superevents

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

GONE = "This functionality has been deprecated and will not be re-implemented on GraceDB"


class StandIn(CandidatePages, PublicPages, CataloguePages):
    """The application.

    Args:
        store: :class:`~fsm.standin.store.Store`.
        announcer: :class:`~fsm.standin.announce.Announcer`.
        token: where given, only requests that bear it are served: others get 401, and those with
            another token may read but not write.
        grouping: whether it puts events into superevents, as today's GraceDB does.

    Attributes:
        faults: :class:`~fsm.standin.faults.Faults` in force.
        requests: (method, path) of all requests so far.
    """

    def __init__(self, store: Store, announcer: Announcer, token: str = "",
                 grouping: bool = False) -> None:
        self.store, self.announcer, self.token = store, announcer, token
        announcer.flavour = announcer.flavour or (CURRENT if grouping else LEGACY)
        self.service = Service(store, announcer, grouping)
        self.superevents = Superevents(self.service)
        self.faults = Faults()
        self.requests: list[tuple[str, str]] = []

    def __call__(self, environ: "WSGIEnvironment",
                 start_response: "StartResponse") -> Iterable[bytes]:
        """Serve one request."""
        request = Request(environ)
        self.requests.append((request.method, request.full_path.rstrip("?")))
        if request.path == "/standin/faults":
            response = self._answer(request, self._order)
        else:
            response = self.faults.answered(request, lambda: self._served(request))
        return response(environ, start_response)

    def _order(self, request: Request) -> Page:
        """Faults by HTTP: PUT a JSON object with the attributes of Faults, and ``lose``."""
        wanted = dict(body(request))
        lose = float(wanted.pop("lose", self.announcer.lose))
        self.faults, self.announcer.lose = Faults(**wanted), lose
        return ({**attrs.asdict(self.faults), "lose": lose},)

    def _served(self, request: Request) -> Response:
        return self._answer(request, self._page)

    def _page(self, request: Request) -> Page:
        self._permitted(request)
        endpoint, found = URLS.bind_to_environ(request.environ).match()
        values = dict(found)
        if of_v2(request) and gone(endpoint, request.method, request.path):
            raise Refused(410, GONE)
        with self.store:
            if request.method == "GET" and TIME_HEADER in request.headers:
                self.store.moment = now_of(request)
            for name in {"graceid", "event"} & set(values):
                values[name] = self.store.named(values[name])
            serve: Callable[..., Page] = getattr(self, f"_{endpoint}")
            return serve(request, **values)

    def _answer(self, request: Request, serve: Callable[[Request], Page]) -> Response:
        """What a page answers, or why it refuses."""
        try:
            done = serve(request)
            return done if isinstance(done, Response) else page(*done)
        except Refused as refused:
            return refusal(refused.status, str(refused))
        except HTTPException as error:
            return refusal(error.code or 500, error.description)
        except (KeyError, ValueError, TypeError, OverflowError) as error:
            return refusal(400, f"bad request: {type(error).__name__}: {error}")

    def _permitted(self, request: Request) -> None:
        if "User-Agent" not in request.headers:
            raise Refused(400, "no User-Agent")
        if not self.token:
            return
        borne = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if not borne:
            raise Refused(401, "Authentication credentials were not provided.")
        if borne != self.token and request.method != "GET":
            raise Refused(403, "You do not have permission to perform this action.")

    def _root(self, request: Request) -> Page:
        return (root.page(api_of(request)),)

    def _user(self, request: Request) -> Page:
        return ({"username": self.service.user, "external": False, "groups": []},)
