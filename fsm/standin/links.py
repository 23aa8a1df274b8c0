"""Addresses in what the stand-in shows."""

from werkzeug.wrappers import Request

from fsm.core.evidence.fields import Plain
from fsm.standin.forms import api_of

OF_EVENTS = {"log": "log/", "files": "files/", "labels": "labels/", "voevents": "voevent/",
             "emobservations": "emobservation/", "signoffs": "signoff/"}
OF_SUPEREVENTS = {name: f"{name}/" for name in (
    "events", "labels", "logs", "files", "voevents", "emobservations", "signoffs")}


def linked(request: Request, shown: Plain) -> Plain:
    """An event or superevent with the addresses of its pages, and so what is shown in it."""
    if "superevent_id" not in shown:
        own = f"{api_of(request)}events/{shown['graceid']}"
        return {**shown, "links": {"self": own, **_below(own + "/", OF_EVENTS)}}
    own = f"{api_of(request)}superevents/{shown['superevent_id']}/"
    made = {**shown, "links": {"self": own, **_below(own, OF_SUPEREVENTS)}}
    if "preferred_event_data" in made:
        made["preferred_event_data"] = linked(request, made["preferred_event_data"])
    made["pipeline_preferred_events"] = {
        pipeline: linked(request, event)
        for pipeline, event in made["pipeline_preferred_events"].items()}
    return made


def _below(own: str, paths: dict[str, str]) -> dict[str, str]:
    return {name: own + path for name, path in paths.items()}
