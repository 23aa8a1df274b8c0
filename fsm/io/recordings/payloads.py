"""Payloads: the alert that GraceDB sends for a change, in both flavours.

Source: LVAlert of the second observing run, igwn-alert of today.
"""

from fsm.core.evidence.fields import Plain

LEGACY, CURRENT = "legacy", "current"


def payload(uid: str, flavour: str, what: str, data: Plain, state: Plain) -> Plain:
    """The alert for a change.

    Args:
        uid: GraceID of the event or superevent.
        flavour: ``legacy`` (2016) or ``current``.
        what: today's name of the change: ``new``, ``update``, ``log``, ``voevent``,
            ``label_added``, ``label_removed``, ``signoff_created``, ``event_added`` ...
        data: what changed, as GraceDB shows it.
        state: the event or superevent after the change.

    Returns:
        The payload as a dict.
    """
    if flavour == CURRENT:
        return {"uid": uid, "alert_type": what, "data": data, "object": state}
    kind, changed = _legacy(what, data, state)
    return {"uid": uid, "alert_type": kind, **changed}


def _legacy(what: str, data: Plain, state: Plain) -> tuple[str, Plain]:
    if what == "new":
        return "new", {"description": "", "file": "coinc.xml", "object": data}
    if what == "log":
        name, comment = data["filename"], data["comment"]
        issuer = {"username": data["issuer"], "display_name": data["issuer"].partition("@")[0]}
        return "update", {
            "description": f"UPLOAD: '{name}' {comment}" if name else f"LOG: {comment}",
            "file": name, "object": {**data, "issuer": issuer}}
    if what == "voevent":
        name = data["filename"]
        return "update", {"description": f"VOEVENT: {name}", "file": name, "object": data}
    if what == "label_added":
        return "label", {"description": data["name"], "file": ""}
    if what == "label_removed":
        return "label", {"description": f"Label {data['name']} removed", "file": ""}
    if what.startswith("signoff_"):
        return "signoff", {"description": data["status"], "file": "", "object": data}
    return "update", {"description": "Event data replaced", "file": "", "object": state}
