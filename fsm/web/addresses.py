"""The addresses of the pages: each is made here, and nowhere else."""

from urllib.parse import quote, urlencode

BOARD, CATALOGUE = "/", "/p"
HEALTH, COMMANDS, CONFIG, METRICS, REPLAY, SIGN_IN, SIGN_OUT, STREAM, DO = (
    f"/-/{name}" for name in ("health", "commands", "config", "metrics", "replay", "sign-in",
                              "sign-out", "stream", "do"))
STATIC = "/-/static"


def _part(text: str) -> str:
    return quote(text, safe="[]")


def candidate(graceid: str) -> str:
    """Of a candidate."""
    return f"/c/{_part(graceid)}"


def picture(graceid: str, at: float | None = None) -> str:
    """Of its picture, as it is or as of a time in unix seconds."""
    return f"{candidate(graceid)}/-/timeline.svg" + ("" if at is None else f"?at={at:.3f}")


def process(graceid: str, name: str) -> str:
    """Of a process of a candidate, whose name may have a key."""
    return f"{candidate(graceid)}/{_part(name)}"


def about(graceid: str, name: str) -> str:
    """Of a candidate, or of one of its processes where that is named."""
    return process(graceid, name) if name else candidate(graceid)


def asking(order: str, graceid: str, name: str = "", check: str = "") -> str:
    """Of the page that asks before something is commanded."""
    given = {"order": order, "process": name, "check": check}
    return f"{candidate(graceid)}/-/ask?" + urlencode({k: v for k, v in given.items() if v})


def doing(order: str) -> str:
    """To which a command is sent."""
    return f"{DO}/{_part(order)}"


def of_catalogue(name: str) -> str:
    """Of a process of the catalogue, whose key does not matter."""
    return f"{CATALOGUE}/{_part(name.partition('[')[0])}"


def formal_chart(name: str) -> str:
    """Of its formal chart."""
    return f"{of_catalogue(name)}/-/chart.svg"


def overview(name: str) -> str:
    """Of the picture of what starts what."""
    return f"{CATALOGUE}/-/{_part(name)}.svg"


def searching(words: str) -> str:
    """Of what is found in the catalogue."""
    return f"{CATALOGUE}?{urlencode({'q': words})}"


def party(name: str) -> str:
    """Of a party."""
    return f"/party/{_part(name)}"


def board(**wanted: object) -> str:
    """Of the board, filtered."""
    given = {name: value for name, value in wanted.items() if value}
    return BOARD + (f"?{urlencode(given)}" if given else "")


def local(text: str) -> str:
    """A path of ours that somebody wants to go back to; the board where it is none."""
    ours = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable()
    return text if ours else BOARD
