"""The catalogue: every process, who expects and starts what, and how long it usually takes."""

from collections.abc import Iterator
from functools import lru_cache

from fsm.core.charts.catalogue import Charts
from fsm.core.charts.families import FAMILIES
from fsm.core.charts.policy import EARLIER, TODAY
from fsm.core.charts.process import Process
from fsm.core.evidence.fields import Plain
from fsm.report.explaining import FILE, LABEL, MESSAGE, change_of, explained, explained_process
from fsm.report.folders import FOLDERS, folder_of
from fsm.report.latency import Latency, by_check, read_open, suggested, summary
from fsm.report.processes import processes_as_data
from fsm.web.candidates import NotKnown
from fsm.web.source import Look, Settings

LONGEST = 200  # characters that are searched for


def catalogue(settings: Settings, words: str) -> Plain:
    """All processes, or those in which something is found.

    Args:
        settings: with the charts.
        words: that are looked for in names, titles, labels, files and messages; "" for all.
    """
    words = words.strip()[:LONGEST]
    profile = settings.policy.profiles[-1]
    charts = [one for one in settings.charts.processes.values() if _has(one, words)]
    groups = []
    for kind, folder in FOLDERS.items():
        here = [one for one in charts if folder_of(one) == kind]
        for family, title in FAMILIES.items():
            some = [one for one in here if one.family == family]
            if some:
                groups.append({"kind": folder.many, "title": title, "today": kind != EARLIER,
                               "processes": processes_as_data(some, profile)})
    return {"words": words, "groups": groups, "number": len(charts),
            "overviews": [] if words else overviews(),
            "explained": _explained(settings, words) if words else []}


def _has(chart: Process, words: str) -> bool:
    if not words:
        return True
    texts = [chart.name, chart.title, chart.source, chart.starts.words(),
             *(one.expects.words() for _, one in chart.checks())]
    return any(words.casefold() in text.casefold() for text in texts)


def _explained(settings: Settings, words: str) -> list[Plain]:
    """What it means as a label, the name of a file, and a message: of those kinds that mean
    something."""
    made = []
    for era in (TODAY, EARLIER):
        for kind in (LABEL, FILE, MESSAGE):
            found = explained([change_of(kind, words)], settings.charts, settings.policy, era)
            if found:
                made.append({"what": kind, "era": era, "kinds": found})
    return made


def of_catalogue(look: Look, name: str) -> Plain:
    """A process of the catalogue.

    Args:
        look: at the journal.
        name: of the process.

    Raises:
        NotKnown: where there is none.
        JournalError: where the journal cannot be read.
    """
    settings = look.settings
    chart = settings.charts.processes.get(name)
    if chart is None:
        raise NotKnown(f"there is no process {name:.80}")
    rows = read_open(look.journal.opened, name)
    return {**_by_charts(settings, name),
            "title": chart.title, "kinds_of": list(chart.of), "era": chart.era,
            "waits": [one.name for one in settings.context.chains.waiting(chart)],
            "runbook": settings.context.runbooks.get(chart.name) or chart.runbook,
            "profiles": list(_by_profile(chart, settings)), "latencies": latencies(rows, chart)}


@lru_cache(maxsize=500)
def _by_charts(settings: Settings, name: str) -> Plain:
    return explained_process(settings.charts.processes[name], settings.charts, settings.policy)


def _by_profile(chart: Process, settings: Settings) -> Iterator[Plain]:
    """Its deadlines in each profile that supervises it."""
    for profile in settings.policy.profiles:
        own = profile.settings[chart.name]
        if own.enabled and chart.era in ("", profile.era or chart.era):
            yield {"profile": profile.name,
                   "deadlines": {check.name: own.deadlines.get(check.name, check.within)
                                 for _, check in chart.checks()}}


def latencies(rows: list[Latency], chart: Process | None) -> list[Plain]:
    """How long each check has taken, with each time, and the deadline that would be proposed.

    Args:
        rows: the latencies of one process.
        chart: of the process, None for none.
    """
    within = {check.name: check.within for _, check in chart.checks()} if chart else {}
    made = []
    for (process, check), some in by_check(rows).items():
        stats = {"process": process, "check": check, **summary(some)}
        proposed = suggested([stats])[process][check]["within"]
        made.append({**stats, "within": within.get(check), "proposed": proposed,
                     "spans": sorted(row.stage for row in some if row.stage is not None)})
    return made


def overviews() -> list[Plain]:
    """The pictures of what starts what, ``name`` and ``title``, today's first."""
    from fsm.draw.flow_charts import OVERVIEWS, TITLES

    return [{"name": name, "title": TITLES[name]} for name in OVERVIEWS]


@lru_cache(maxsize=20)
def overview(charts: Charts, name: str) -> bytes:
    """One of these pictures as SVG.

    Args:
        charts: whose processes are drawn.
        name: of the picture.

    Raises:
        NotKnown: where there is none of that name.
        ToolMissing: where graphviz is not installed.
    """
    from fsm.draw.dot import svg
    from fsm.draw.flow_charts import OVERVIEWS, drawn_overview

    if name not in OVERVIEWS:
        raise NotKnown(f"there is no picture {name:.80}")
    return svg(drawn_overview(name, list(charts.processes.values())))


@lru_cache(maxsize=300)
def formal_chart(chart: Process) -> bytes:
    """The formal chart of a process as SVG.

    Raises:
        ToolMissing: where graphviz is not installed.
    """
    from fsm.draw.dot import svg
    from fsm.draw.state_charts import process_graph

    return svg(process_graph(chart, ""))
