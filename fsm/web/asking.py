"""What is asked before something is commanded: what it would cover, and why it is done."""

from fsm.core.evidence.fields import Plain
from fsm.errors import SupervisorError
from fsm.io.control import request
from fsm.web.candidates import OPEN, NotKnown, candidate
from fsm.web.site import Site, Visit

TITLES = {"acknowledge": "Acknowledge", "unacknowledge": "Take the acknowledgement back",
          "waive": "Waive", "unwaive": "Expect it again", "retire": "Retire",
          "unretire": "Supervise it again"}
MEANS = {
    "acknowledge": "Nobody is reminded of it any more, or not until a time. That it is over is "
                   "told all the same.",
    "unacknowledge": "Reminders go on after their usual pause.",
    "waive": "What is still expected becomes needless, and nobody is told of it. This can be "
             "undone.",
    "unwaive": "It is expected again, with its time anew. What came meanwhile counts.",
    "retire": "It is supervised no longer; what is heard of it is left alone. This can be undone.",
    "unretire": "It is supervised again as it was; GraceDB is asked for what has happened since.",
}
HOURS = (1, 4, 12, 24)  # for which something may be acknowledged


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
    if order not in TITLES:
        raise NotKnown(f"there is no command {order:.40} about a candidate")
    found = candidate(visit.look, visit.path["graceid"], visit.now)
    process, check = wanted.get("process", ""), wanted.get("check", "")
    covered = _covered(found, process, check)
    return {"order": order, "title": TITLES[order], "means": MEANS[order], "hours": list(HOURS),
            "graceid": found["graceid"], "process": process, "check": check,
            "facts": found["facts"], "covers": covered,
            "later": _later(site, found["graceid"]) if order == "waive" and not process else []}


def _covered(found: Plain, process: str, check: str) -> dict[str, list[str]]:
    """The open checks that are meant, by process."""
    made = {}
    for name, plain in found["processes"].items():
        if process not in ("", name, name.partition("[")[0]):
            continue
        some = [one for one, state in plain["checks"].items() if state["state"] in OPEN
                and check in ("", one, one.partition("[")[0])]
        if some:
            made[name] = some
    return made


def _later(site: Site, graceid: str) -> list[str]:
    """The processes that may start later, as the daemon tells; nothing where it does not."""
    try:
        said = request(site.pulse.socket_path, "waive", graceids=[graceid], preview=True)
    except SupervisorError:
        return []
    later: list[str] = said["later"]
    return later
