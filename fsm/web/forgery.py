"""What keeps other people's pages from having a browser do something here."""

from urllib.parse import urlsplit

from starlette.requests import Request

from fsm.errors import SupervisorError
from fsm.web.identity import BEARER, PEER, Person

PORTS = {"http": 80, "https": 443}


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


def check_origin(request: Request, url: str) -> None:
    """Refuse what another site's page has sent.

    Args:
        request: that came.
        url: at which a proxy may serve the pages, whichever host it asks for; "" for none.

    Raises:
        Refused: where that is so, or nothing tells.
    """
    host, origin = request.headers.get("host", ""), request.headers.get("origin")
    if origin is None:
        if request.headers.get("sec-fetch-site") in ("same-origin", "none"):
            return
        origin = request.headers.get("referer", "null")
    sent = _origin(origin)
    if sent is None or not host or sent not in (_origin(url), _origin(f"{sent[0]}://{host}")):
        raise Refused(403, "this comes from the page of somebody else")


def by_https(request: Request, url: str) -> bool:
    """Whether a page came so, perhaps by a proxy that serves it at a URL."""
    served, sent = _origin(url), _origin(request.headers.get("origin", ""))
    by_proxy = served is not None and (
        sent == served or request.url.hostname == served[1]) and served[0] == "https"
    return by_proxy or request.url.scheme == "https"


def _origin(address: str) -> tuple[str, str, int | None] | None:
    """Scheme, host and port of an address of the web; None where it is none."""
    try:
        parts = urlsplit(address)
        port = parts.port or PORTS.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname else None
