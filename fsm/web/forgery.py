"""What keeps other people's pages from having a browser do something here."""

from urllib.parse import urlsplit

from starlette.requests import Request

from fsm.errors import SupervisorError
from fsm.web.identity import BEARER, PEER, Person


class Refused(SupervisorError):
    """Something is not done, for a reason that a status of HTTP tells too."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def by_browser(request: Request, person: Person) -> bool:
    """Whether a browser may have sent this though nobody wanted it to, or a proxy passed it on."""
    return person.way not in (BEARER, PEER) or (person.way == PEER and any(
        name in ("origin", "referer", "forwarded", "via") or name.startswith(
            ("sec-fetch-", "x-forwarded-")) for name in request.headers))


def check_origin(request: Request) -> None:
    """Refuse what another site's page has sent.

    Raises:
        Refused: where that is so, or nothing tells.
    """
    host, origin = request.headers.get("host", ""), request.headers.get("origin")
    if origin is None:
        if request.headers.get("sec-fetch-site") in ("same-origin", "none"):
            return
        referer = request.headers.get("referer", "")
        origin = referer if referer else "null"
    try:
        of_another = urlsplit(origin).netloc.lower() != host.lower()
    except ValueError:  # no address at all
        of_another = True
    if of_another or not host:
        raise Refused(403, "this comes from the page of somebody else")


def by_https(request: Request, url: str) -> bool:
    """Whether a page came so, perhaps by a proxy that serves it at a URL."""
    served = urlsplit(url)
    return "https" in (request.url.scheme, served.scheme if request.url.hostname == served.hostname
                       else "")
