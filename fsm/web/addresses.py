"""The addresses of the pages: each is made here, and nowhere else."""

from urllib.parse import quote, unquote, urlencode, urlsplit

import attrs

from fsm.core.charts.keys import without_key
from fsm.errors import ConfigurationError

CANDIDATES, CATALOGUE, PARTIES, PLACES = "/c", "/p", "/party", "/-"
HEALTH, COMMANDS, CONFIG, METRICS, REPLAY, SIGN_IN, SIGN_OUT, STREAM, DO, STATIC = (
    f"{PLACES}/{name}" for name in ("health", "commands", "config", "metrics", "replay", "sign-in",
                                    "sign-out", "stream", "do", "static"))


@attrs.frozen
class Addresses:
    """Makes the addresses of pages that may have a part of their host for themselves.

    Attributes:
        root: path under which they all are, such as ``/supervisor``; "" for the whole host.
    """

    root: str = ""

    def to(self, path: str, *parts: str, **query: object) -> str:
        """Of what has a path.

        Args:
            path: that of a route, or how one begins.
            parts: the rest of it, which may have any characters.
            query: what is asked by name; what is empty is left out.
        """
        whole = "/".join([self.root + path, *(quote(one, safe="[]") for one in parts)])
        given = {name: value for name, value in query.items() if value}
        return whole + (f"?{urlencode(given)}" if given else "")

    def place(self, name: str) -> str:
        """Of a page that is about no candidate, process or party, such as ``health``."""
        return self.to(PLACES, name)

    def board(self, **wanted: object) -> str:
        """Of the board, filtered."""
        return self.to("/", **wanted)

    def candidate(self, graceid: str) -> str:
        """Of a candidate."""
        return self.to(CANDIDATES, graceid)

    def picture(self, graceid: str, at: float | None = None) -> str:
        """Of its picture, as it is or as of a time in unix seconds."""
        return self.to(CANDIDATES, graceid, "-", "timeline.svg",
                       at="" if at is None else f"{at:.3f}")

    def process(self, graceid: str, name: str) -> str:
        """Of a process of a candidate, whose name may have a key; of the candidate for ""."""
        return self.to(CANDIDATES, graceid, *[name] * bool(name))

    def asking(self, order: str, graceid: str, name: str = "", check: str = "") -> str:
        """Of the page that asks before something is commanded."""
        return self.to(CANDIDATES, graceid, "-", "ask", order=order, process=name, check=check)

    def commands(self, before: int | None = None) -> str:
        """Of the commands given, the last ones or those before one."""
        return self.to(COMMANDS, before=before)

    def doing(self, order: str) -> str:
        """To which a command is sent."""
        return self.to(DO, order)

    def catalogue(self, words: str = "") -> str:
        """Of the catalogue, or of what is found there."""
        return self.to(CATALOGUE, q=words)

    def of_catalogue(self, name: str, *more: str) -> str:
        """Of a process of the catalogue, whose key does not matter."""
        return self.to(CATALOGUE, without_key(name), *more)

    def formal_chart(self, name: str) -> str:
        """Of its formal chart."""
        return self.of_catalogue(name, "-", "chart.svg")

    def overview(self, name: str) -> str:
        """Of the picture of what starts what."""
        return self.to(CATALOGUE, "-", f"{name}.svg")

    def party(self, name: str) -> str:
        """Of a party."""
        return self.to(PARTIES, name)

    def local(self, text: str) -> str:
        """A path of ours that somebody wants to go back to; the board where it is none."""
        ours = text.startswith(self.to("/")) and text.isprintable() and (
            not text.startswith(("//", "/\\")))
        return text if ours else self.board()

    def path(self, path: str) -> str:
        """The path of a request with the part that is ours, which a proxy may have taken away."""
        root = unquote(self.root)
        if not root or path.startswith(f"{root}/"):
            return path
        return f"{root}/" if path == root else root + path


def under(url: str) -> Addresses:
    """The addresses of pages that are served at a URL.

    Raises:
        ConfigurationError: where one could not tell them from each other there.
    """
    root = urlsplit(url).path.rstrip("/")
    if root and f"/{root.split('/')[1]}" in (CANDIDATES, CATALOGUE, PARTIES, PLACES):
        raise ConfigurationError(f"web.url: the pages cannot be at {root}, which begins as one of "
                                 "them does; choose another path")
    return Addresses(root)
