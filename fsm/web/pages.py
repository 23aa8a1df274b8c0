"""The pages to look at: what each address shows."""

import csv
import io

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from fsm.core.evidence.fields import Plain
from fsm.core.times import finite, unix_seconds
from fsm.draw.timeline import draw_timeline
from fsm.web import board, candidates, catalogue, covering, operator
from fsm.web.candidates import NotKnown
from fsm.web.site import About, After, Site, View, Visit

SVG = "image/svg+xml"


def routes() -> list[BaseRoute]:
    """The routes of all of them; each page is JSON too."""
    views: list[tuple[str, str, View, About | None]] = [
        ("/-/health", "health.html", _health, None),
        ("/-/commands", "commands.html", _commands, None),
        ("/-/config", "config.html", _config, None), ("/party/{name}", "party.html", _party, None),
        ("/p", "catalogue.html", _catalogue, _none),
        ("/p/{name}", "of_catalogue.html", _of_catalogue, _none),
        ("/c/{graceid}", "candidate.html", _candidate, _shown),
        ("/c/{graceid}/{process:path}", "process.html", _process, _shown)]
    made: list[BaseRoute] = [
        _route("/", "board.html", _board), _route("/index.json", "board.html", _board),
        Route("/c/{graceid}/-/timeline.svg", _picture),
        Route("/p/-/{name}.svg", _overview), Route("/p/{name}/-/chart.svg", _chart),
        Route("/party/{name}.csv", _table)]
    ask = "/c/{graceid}/-/ask"  # before that of processes, whose names have any characters
    made += [_route(f"{ask}{end}", "ask.html", covering.ask, covering.foresee)
             for end in (".json", "")]
    for path, template, view, about in views:
        made += [_route(f"{path}{end}", template, view, about=about) for end in (".json", "")]
    return made


def _none(document: Plain) -> tuple[str, ...]:
    """The candidates that the catalogue is about."""
    return ()


def _shown(document: Plain) -> tuple[str, ...]:
    """The candidates that a candidate's page is about: its events too."""
    return (document["graceid"], *(one["graceid"] for one in document.get("members", ())))


def _route(path: str, template: str, view: View, after: After | None = None,
           about: About | None = None) -> Route:
    async def endpoint(request: Request) -> Response:
        site = site_of(request)
        found = site.at_hand(request)
        return found if found is not None else await run_in_threadpool(
            site.answer, request, template, view, after, about)

    return Route(path, endpoint, methods=["GET"])


def site_of(request: Request) -> Site:
    """The site that a request is for."""
    site: Site = request.app.state.site
    return site


def time_of(text: str) -> float | None:
    """A time as somebody has given it: unix seconds, or UTC; None for none.

    Raises:
        NotKnown: where it is no time.
    """
    if not text.strip():
        return None
    number = finite(text)
    time = unix_seconds(text.strip() if number is None else number)
    if time is None:
        raise NotKnown(f"{text:.40} is no time; give UTC such as 2023-05-18 13:05:00")
    return time


def _board(site: Site, visit: Visit) -> Plain:
    return board.board(visit.look, site.pulse.beat, visit.now, visit.request.query_params)


def _candidate(site: Site, visit: Visit) -> Plain:
    at = time_of(visit.request.query_params.get("at", ""))
    at = None if at is not None and at >= visit.now else at
    return candidates.candidate(visit.look, visit.path["graceid"], visit.now, at)


def _process(site: Site, visit: Visit) -> Plain:
    name = visit.path["process"]
    found = candidates.process(visit.look, visit.path["graceid"], name, visit.now)
    usual: Plain = {"of": None}
    if found["chart"]:
        usual["of"] = catalogue.of_catalogue(visit.look, found["chart"])
    return {**found, **usual}


def _catalogue(site: Site, visit: Visit) -> Plain:
    return catalogue.catalogue(site.source.settings, visit.request.query_params.get("q", ""))


def _of_catalogue(site: Site, visit: Visit) -> Plain:
    return {"name": visit.path["name"],
            "of": catalogue.of_catalogue(visit.look, visit.path["name"])}


def _party(site: Site, visit: Visit) -> Plain:
    return operator.party(visit.look, visit.path["name"], visit.now)


def _health(site: Site, visit: Visit) -> Plain:
    return {**operator.health(visit.look, site.pulse.beat), "rights": site.rights.faults}


def _commands(site: Site, visit: Visit) -> Plain:
    return operator.given_commands(visit.look, visit.request.query_params.get("before", ""))


def _config(site: Site, visit: Visit) -> Plain:
    return operator.configuration(visit.look, site.pulse.beat, site.config, site.rights)


def _picture(request: Request) -> Response:
    """A candidate's picture, to be kept."""
    site = site_of(request)
    person = site.person(request)
    if not person.reads:
        return site.refused(request, person)
    at = time_of(request.query_params.get("at", ""))
    with site.source.reading() as look:
        found = candidates.candidate(look, request.path_params["graceid"], site.pulse.now(), at)
    return Response(draw_timeline(found["timeline"]), media_type=SVG)


def _chart(request: Request) -> Response:
    site = site_of(request)
    person = site.person(request)
    if not person.reads:
        return site.refused(request, person)
    chart = site.source.settings.charts.processes.get(request.path_params["name"])
    if chart is None:
        raise NotKnown(f"there is no process {request.path_params['name']:.80}")
    return Response(catalogue.formal_chart(chart), media_type=SVG)


def _overview(request: Request) -> Response:
    site = site_of(request)
    person = site.person(request)
    if not person.reads:
        return site.refused(request, person)
    found = catalogue.overview(site.source.settings.charts, request.path_params["name"])
    return Response(found, media_type=SVG)


def _table(request: Request) -> Response:
    """The misses of a party as a table."""
    site = site_of(request)
    person = site.person(request)
    if not person.reads:
        return site.refused(request, person)
    with site.source.reading() as look:
        found = operator.party(look, request.path_params["name"], site.pulse.now())
    text = io.StringIO()
    csv.writer(text).writerows([_harmless(cell) for cell in row]
                               for row in operator.party_rows(found))
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8")


def _harmless(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t\r" and cell else cell


