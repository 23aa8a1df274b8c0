"""What a replay has come to, in short, as JSON and as a part of a page.

A program of its own, since both may be large: ``python -m fsm.web.outcome FOLDER``.
"""

import sys
from pathlib import Path
from typing import Any

from fsm.core.evidence.fields import Plain
from fsm.io.jsonio import dumps, loads
from fsm.web.pictures import inline
from fsm.web.rendering import render

# In the folder: what the replay has written, and what is made of it.
DECIDED, PICTURE, SHORT, PAGE = "out.json", "picture.svg", "short.json", "part.html"
NO_JSON = 3  # exit status where the replay has written none
TROUBLE = ("overdue", "missing", "unverified", "late", "warned")


def make(folder: Path) -> None:
    """Make the short document, and the part of a page.

    Args:
        folder: with what the replay has written.

    Raises:
        ValueError: where that is no JSON.
    """
    picture = folder / PICTURE
    outcome = short(loads((folder / DECIDED).read_bytes()))
    (folder / SHORT).write_bytes(dumps(outcome))
    (folder / PAGE).write_text(render("outcome.html", {"outcome": outcome}, picture_svg=inline(
        picture.read_bytes()) if picture.exists() else ""), encoding="utf-8")


def short(found: Plain) -> Plain:
    """What a replay has decided, without what went well.

    Args:
        found: as ``fsm replay --json`` writes it.
    """
    def wrong(candidate: Plain) -> list[dict[str, Any]]:
        return [{"process": name, "check": key, **check}
                for name, process in candidate["processes"].items()
                for key, check in process["checks"].items() if check["state"] in TROUBLE]

    return {**{key: found[key] for key in ("alerts", "queries", "rejected", "unsupervised")},
            "failed": found["failed"],
            "candidates": [{"graceid": graceid, "facts": one["facts"],
                            "lifecycle": one["lifecycle"], "created": one["created"],
                            "wrong": wrong(one)} for graceid, one in found["graceids"].items()],
            "messages": [one for one in found["effects"] if one["kind"] == "notify"]}


if __name__ == "__main__":
    try:
        make(Path(sys.argv[1]))
    except ValueError:
        sys.exit(NO_JSON)
