"""What is asked before something is commanded: what it would cover, and why it is done."""

from fsm.core.charts.keys import without_key
from fsm.core.evidence.fields import Plain
from fsm.web.candidates import OPEN, NotKnown, candidate
from fsm.web.site import Site, Visit

HOURS = (1, 4, 12, 24)  # for which something may be acknowledged
ORDERS = {  # the titles of commands about a candidate, and what each means
    "acknowledge": (
        "Acknowledge", "Nobody is reminded of it any more, or not before the time you choose. That "
        "it is over is told all the same."),
    "unacknowledge": (
        "Take the acknowledgement back", "Reminders go on after their usual pause."),
    "waive": (
        "Waive", "What is still expected becomes needless, and nobody is told of it. This can be "
        "undone."),
    "unwaive": (
        "Expect it again", "It is expected again, with its time anew. What came meanwhile counts."),
    "retire": (
        "Retire", "It is supervised no longer; what is heard of it is left alone. This can be "
        "undone."),
    "unretire": (
        "Supervise it again", "It is supervised again as it was; GraceDB is asked for what has "
        "happened since."),
}


def ask(site: Site, visit: Visit) -> Plain:
    """What somebody is asked before a command about a candidate is given.

    Args:
        site: that serves the page.
        visit: which names ``order``, and perhaps ``process`` and ``check``.

    Raises:
        NotKnown: where there is no such command or candidate.
    """
    wanted = visit.request.query_params
    order = wanted.get("order", "")
    if order not in ORDERS:
        raise NotKnown(f"there is no command {order:.40} about a candidate")
    found = candidate(visit.look, visit.path["graceid"], visit.now)
    process, check = wanted.get("process", ""), wanted.get("check", "")
    title, means = ORDERS[order]
    return {"order": order, "title": title, "means": means, "hours": list(HOURS),
            "graceid": found["graceid"], "process": process, "check": check,
            "facts": found["facts"], "covers": _covered(found, process, check)}


def foresee(site: Site, visit: Visit, document: Plain) -> Plain:
    """What such a command would cover of what has not begun, as the supervisor tells.

    Args:
        site: likewise.
        visit: likewise; the journal is open no longer.
        document: that :func:`ask` has made.
    """
    process, covers = document["process"], document["covers"]
    if document["order"] != "waive" or process in covers or document["check"]:
        return {"later": [], "unknown": ""}
    if process:
        keyed = any(without_key(name) == process for name in covers)
        return {"later": [process] if keyed else [], "unknown": ""}
    later, unknown = site.previews.waived(visit.person, document["graceid"])
    return {"later": later, "unknown": unknown}


def _covered(found: Plain, process: str, check: str) -> dict[str, list[str]]:
    """The open checks that are meant, by process."""
    made = {}
    for name, plain in found["processes"].items():
        if process not in ("", name, without_key(name)):
            continue
        some = [one for one, state in plain["checks"].items() if state["state"] in OPEN
                and check in ("", one, without_key(one))]
        if some:
            made[name] = some
    return made
