"""What all pages share: the journal, the pulse, who is who, and answers that are still right."""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from secrets import token_urlsafe

import attrs
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from fsm import __version__
from fsm.core.evidence.fields import Plain
from fsm.io.journal.head import of_candidates
from fsm.io.journal.readable import ReadOnly
from fsm.io.jsonio import dumps
from fsm.web import addresses
from fsm.web.answers import Answer, Answers, Key, Marks
from fsm.web.forgery import Refused
from fsm.web.identity import NOBODY, UNIX, Identities, Person, bearer
from fsm.web.limits import Rate
from fsm.web.previews import Previews
from fsm.web.pulse import Pulse
from fsm.web.rendering import render
from fsm.web.rights import Rights
from fsm.web.source import Look, Source

LOG = logging.getLogger("fsm")
PERSON = "fsm.person"  # where a request keeps who has sent it
SCHEMA = 1  # of the documents, see docs/page.md
FRESH, SLOW = 1.0, 10.0  # seconds for which an answer is right if nothing has changed; of what is
# about some candidates, as the script of a page counts on by itself
TRIES = 10  # wrong tokens from one address in a minute
SAID = 300  # results of commands that are remembered until they are shown
JSON = "application/json"


@attrs.frozen
class Visit:
    """A request of somebody who may look.

    Attributes:
        request: itself.
        person: who that is.
        look: at the journal.
        now: the supervisor's time, unix seconds.
    """

    request: Request
    person: Person
    look: Look
    now: float

    @property
    def path(self) -> Mapping[str, str]:
        """What the path names."""
        return self.request.path_params


View = Callable[["Site", Visit], Plain]
About = Callable[[Plain], tuple[str, ...]]  # the candidates that a document is about
After = Callable[["Site", Visit, Plain], Plain]  # adds what is not in the journal


class Site:
    """Serves the pages.

    Args:
        source: with the journal and the configuration.
        config: name of the configuration, None for none.
        pulse: of the supervisor.

    Attributes:
        url: makes the addresses of the pages.

    Raises:
        ConfigurationError: where the pages cannot be at their address.
    """

    def __init__(self, source: Source, config: str | None, pulse: Pulse) -> None:
        self.source, self.config, self.pulse = source, config, pulse
        self.url = addresses.under(source.settings.running.web.url)
        self.rights = Rights(source.settings.running, config, source.tables)
        self.previews = Previews(pulse.socket_path)
        self.wrong = Rate(TRIES, 60.0)  # tokens, by address
        self._answers = Answers()
        pulse.moved = self._moved
        self._said: OrderedDict[str, tuple[str, bool]] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def identities(self) -> Identities:
        """By which is told who somebody is, as it is now."""
        return self.rights.identities

    def person(self, request: Request) -> Person:
        """Who has sent a request; may take a while, so it is asked in threads."""
        known: Person | None = request.scope.get(PERSON)
        if known is None:
            known = request.scope[PERSON] = self.known(request)
        return known

    def known(self, request: Request) -> Person:
        """Likewise, looked at again: what was right when a request came may have changed."""
        client, headers = _client(request), request.headers
        identities, token = self.identities, bearer(request.headers)
        origin = identities.origin(client, headers) if token else ""
        if token and not self.wrong.has_left(origin):
            return Person("", NOBODY, False, False, "too many wrong tokens: wait a minute", 429)
        found = identities.who(client, headers, request.cookies)
        if token and found.way == NOBODY:
            self.wrong.allows(origin)
            LOG.warning("the pages: nobody has the token that came from %s", origin)
        return found

    def origin(self, request: Request) -> str:
        """By what somebody is known whose name is not."""
        return self.identities.origin(_client(request), request.headers)

    def answer(self, request: Request, template: str, view: View,
               after: After | None = None, about: About | None = None) -> Response:
        """What is answered to who wants to see something: a page, or a JSON document where the path
        ends so; one of a moment ago where nothing has changed since.

        Args:
            request: that came.
            template: of the page.
            view: makes the document.
            after: makes what does not come from the journal, which is open no longer then.
            about: the candidates that a document is about; None where all that happens may change
                it.

        Raises:
            SupervisorError: where that cannot be made.
        """
        person = self.person(request)
        if not person.reads:
            return self.refused(request, person)
        beat = self.pulse.beat

        def make() -> Answer:
            with self.source.reading() as look:
                visit = Visit(request, person, look, self.pulse.now())
                document = {**self.head(template.partition(".")[0], person), **view(self, visit)}
                marks = None if about is None else of_candidates(look.journal, about(document))
            if after is not None:
                document |= after(self, visit, document)
            return Answer(self.response(request, person, template, document), marks,
                          FRESH if marks is None else SLOW, beat.head)

        if "said" in request.query_params:
            return make().response
        return self._answers.get(self._key(request, person), beat.head, self._marks, make)

    def at_hand(self, request: Request) -> Response | None:
        """An answer of a moment ago, where one is right still; without anything to wait for."""
        identities, client = self.rights.at_hand, _client(request)
        if identities is None or client.startswith(UNIX) or bearer(request.headers):
            return None  # somebody must be asked who that is
        person = identities.who(client, request.headers, request.cookies)
        if not person.reads:
            return None
        return self._answers.at_hand(self._key(request, person), self.pulse.beat.head)

    def _key(self, request: Request, person: Person) -> Key:
        """By what an answer is remembered: what is asked, and by whom with which rights."""
        return (request.scope["path"], request.scope["query_string"], person, self.pulse.beat.why,
                self.source.settings.read)

    def _marks(self, graceids: Iterable[str]) -> Marks:
        with self.source.reading() as look:
            return of_candidates(look.journal, graceids)

    def _moved(self, journal: ReadOnly, head: str) -> None:
        self._answers.renew(head, lambda graceids: of_candidates(journal, graceids))

    def response(self, request: Request, person: Person, template: str,
                 document: Plain) -> Response:
        """What was found, as a page, or as JSON where the path ends so.

        Args:
            request: that it answers.
            person: who will see it.
            template: of the page.
            document: what is shown.
        """
        if request.url.path.endswith(".json"):
            return Response(dumps(document, default=str), media_type=JSON)
        return self.page(request, person, template, document)

    def head(self, view: str, person: Person) -> Plain:
        """What every document has; one for who may not look tells nothing of the supervisor.

        Args:
            view: its name.
            person: who will see it.
        """
        if not person.reads:
            return {"schema": SCHEMA, "view": view, "version": "", "now": time.time(), "head": "",
                    "stale": ""}
        beat = self.pulse.beat
        return {"schema": SCHEMA, "view": view, "version": __version__, "now": self.pulse.now(),
                "head": beat.head, "stale": beat.why}

    def page(self, request: Request, person: Person, template: str, document: Plain,
             status: int = 200) -> HTMLResponse:
        """A page.

        Args:
            request: that it answers.
            person: who will see it.
            template: its name.
            document: what is shown.
            status: of the response.
        """
        said = self._said.get(request.query_params.get("said", ""))
        return HTMLResponse(render(
            template, document, url=self.url, person=person, said_now=said, path=request.url.path,
            here=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
            forgery_token=self.identities.forgery_token(person),
            signing_in=self.identities.has_tokens), status)

    def refused(self, request: Request, person: Person) -> Response:
        """The answer to who may not look: the way to sign in, where there is one."""
        wants_page = "text/html" in request.headers.get("accept", "")
        if self.identities.has_tokens and wants_page and not person.name and not person.refused:
            return RedirectResponse(self.url.place("sign-in"), 303)
        return self.error(request, person.status, person.refused or (
            f"{person.name or 'who is not known by name'} may not look at these pages"))

    def error(self, request: Request, status: int, words: str) -> Response:
        """What went wrong, in one sentence.

        Args:
            request: that it answers.
            status: of the response.
            words: the sentence.
        """
        person = self.person(request)
        document = {**self.head("error", person), "error": words, "status": status}
        if "text/html" not in request.headers.get("accept", "") \
                or request.url.path.endswith(".json"):
            return Response(dumps(document), status, media_type=JSON)
        return self.page(request, person, "error.html", document, status)

    def refuse(self, request: Request, why: Refused) -> Response:
        """Likewise, where something is refused."""
        return self.error(request, why.status, str(why))

    def changed(self) -> None:
        """Something was commanded: no answer of before is right any more."""
        self._answers.clear()

    def say(self, words: str, well: bool = True) -> str:
        """Keep the result of a command until it is shown; returns by what it is found."""
        name = token_urlsafe(9)
        with self._lock:
            self._said[name] = words, well
            if len(self._said) > SAID:
                self._said.popitem(last=False)
        return name


def _client(request: Request) -> str:
    return request.client.host if request.client else ""
