"""The stand-in's pages of catalogues of gravitational-wave transients (GWTC)."""

import re

from werkzeug.wrappers import Request

from fsm.core.evidence.fields import Plain
from fsm.core.times import finite
from fsm.standin.forms import Page, api_of, body, now_of, text
from fsm.standin.moments import date
from fsm.standin.pages import Pages
from fsm.standin.refused import Refused

CATALOGUE = "catalogue"
NUMBER = re.compile(r"[\w.-]{1,40}", re.ASCII)


class CataloguePages(Pages):
    """Pages of a stand-in; each is named by its route."""

    def _catalogues(self, request: Request, number: str = "") -> Page:
        if request.method == "POST":
            return self._new_catalogue(request), 201
        rows = self._versions(number)
        return ({"count": len(rows), "next": None, "previous": None, "results": rows},)

    def _catalogue(self, request: Request, number: str, version: str) -> Page:
        found = [row for row in self._versions(number)
                 if version.lower() == "latest" or version == str(row["version"])]
        if not found:
            raise Refused(404, f"there is no version {version} of catalogue {number}")
        return (found[-1],)

    def _versions(self, number: str = "") -> list[Plain]:
        """All versions of one catalogue, or of all, in the order in which they were made."""
        return [row for row in self.store.records("", CATALOGUE) if number in ("", row["number"])]

    def _new_catalogue(self, request: Request) -> Plain:
        values = body(request)
        number, superevents = text(values, "number"), values["smap"]
        if not NUMBER.fullmatch(number) or not isinstance(superevents, dict):
            raise Refused(400, "a catalogue has a number, and superevents in a dictionary")
        for superevent, entry in superevents.items():
            self._check_entry(superevent, entry)
        version = len(self._versions(number)) + 1
        row = {"number": number, "version": version, "created": date(now_of(request)),
               "submitter": self.service.user, "comment": values.get("comment") or "",
               "url": f"{api_of(request)}gwtc/{number}/{version}/",
               "gwtc_superevents": superevents}
        self.store.add("", CATALOGUE, f"{number}/{version}", now_of(request), row)
        return row

    def _check_entry(self, superevent: str, entry: Plain) -> None:
        known = self.store.get(self.store.named(superevent)) or {}
        if "superevent_id" not in known:
            raise Refused(400, f"Superevent {superevent} was not found in the database.")
        for key in ("pipelines", "far", "pastro"):
            if key not in entry:
                raise Refused(400, f"{key} not found for superevent {superevent}")
        if entry["far"] is not None and finite(entry["far"]) is None:
            raise Refused(400, f"far value for {superevent} must be null or a valid number")
        if not isinstance(entry["pastro"] or {}, dict):
            raise Refused(400, f"pastro value for {superevent} must be null or a dictionary")
        for pipeline, event in entry["pipelines"].items():
            if event not in known["gw_events"]:
                raise Refused(400, f"Catalog Error: Event {event} is not part of superevent "
                                   f"{superevent}.")
            if self.service.fields(event)["pipeline"] != pipeline:
                raise Refused(400, f"Catalog Error: Pipeline of {event} does not match the "
                                   f"supplied pipeline ({pipeline})")
