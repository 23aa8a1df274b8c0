"""The night board: what needs whom, the gravest first, and a line for each candidate."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import sqlalchemy as sa

from fsm.core.charts.severity import TEST
from fsm.core.evidence.fields import Plain
from fsm.core.printable import counted
from fsm.core.times import finite
from fsm.io.journal import head
from fsm.io.journal.schema import CANDIDATES
from fsm.notify.problems import problems
from fsm.report import candidate as report
from fsm.report.headline import headline
from fsm.report.moments import distance
from fsm.web.pulse import Beat
from fsm.web.source import Look

PAGE = 40  # candidates at a time
PAGES = re.compile(r"[1-9][0-9]{0,5}")
QUIET = 3600.0  # seconds without an alert after which nothing is said to be well
OPEN, ACKNOWLEDGED = "open", "acknowledged"
STATES = (OPEN, ACKNOWLEDGED)  # of problems, by which may be filtered
KINDS = ("superevent", "event", "external")
_LISTED = sa.select(
    CANDIDATES.c.graceid, CANDIDATES.c.state, CANDIDATES.c.open, CANDIDATES.c.overdue,
    CANDIDATES.c.timer, CANDIDATES.c.heard, CANDIDATES.c.regions, CANDIDATES.c.profile,
    CANDIDATES.c.time)
_LATEST = CANDIDATES.c.time.desc(), CANDIDATES.c.graceid.desc()
_COUNTS = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(CANDIDATES.c.open), 0),
                    sa.func.coalesce(sa.func.sum(CANDIDATES.c.overdue), 0))


def board(look: Look, beat: Beat, now: float, wanted: Mapping[str, str]) -> Plain:
    """The night board.

    Args:
        look: at the journal.
        beat: how the supervisor fares.
        now: unix seconds.
        wanted: what is filtered by: ``kind`` of candidates, ``party``, ``state`` of problems, and
            the ``page`` of candidates.
    """
    found = problems(look.reminders.all(), look.settings.context, now)
    shown = [one for one in found if _meant(one, wanted, look)]
    candidates, checks, overdue = look.journal.db.execute(_COUNTS).one()
    page = int(wanted["page"]) if PAGES.fullmatch(wanted.get("page", "")) else 1
    rows, more = _candidates(look, page, wanted.get("kind", ""))
    signs = _signs(look, beat, now)
    return {
        **_sentence(found, signs, now), "well": not needing(found) and signs["well"],
        "signs": signs, "problems": shown,
        "counts": {"candidates": candidates, "open_checks": checks, "overdue": overdue,
                   "problems": len(list(_each(found))), "needing": len(needing(found))},
        "candidates": rows, "page": page, "more": more,
        "filters": {name: wanted.get(name, "") for name in ("kind", "party", "state")},
        "choices": {"kind": list(KINDS), "state": list(STATES),
                    "party": sorted({name for one in _each(found) for name in one["parties"]})},
    }


def _each(found: Iterable[Plain]) -> Iterator[Plain]:
    """Problems, each with those that follow from it after it."""
    for one in found:
        yield one
        yield from one["follows"]


def needing(found: Iterable[Plain]) -> list[Plain]:
    """Those that somebody has to look at: not what is acknowledged, or of a test.

    Args:
        found: problems.
    """
    return [one for one in found if one["acknowledged"] is None and one["severity"] != TEST]


def _meant(one: Plain, wanted: Mapping[str, str], look: Look) -> bool:
    state = ACKNOWLEDGED if one["acknowledged"] else OPEN
    chart = look.settings.context.chart(one["process"])
    kinds = chart.of if chart and one["graceid"] else ()
    return (wanted.get("party", "") in ("", *one["parties"])
            and wanted.get("state", "") in ("", state)
            and wanted.get("kind", "") in ("", *kinds))


def _signs(look: Look, beat: Beat, now: float) -> Plain:
    """By what is known that silence is health: the last alert, and whether GraceDB answers."""
    alert, answer = head.last_alert(look.journal), head.last_answer(look.journal)
    incidents = sorted((beat.status or {}).get("incidents") or ())
    fails = "" if answer is None else answer["failure"]
    recent = alert is not None and now - alert < QUIET
    return {"last_alert": alert, "gracedb": fails, "asked": None if answer is None
            else answer["time"], "incidents": incidents,
            "well": beat.alive and recent and not fails and not incidents, "recent": recent}


def _sentence(found: list[Plain], signs: Plain, now: float) -> dict[str, str]:
    """All of it in one ``sentence``, and that in parts, between which pages put the time."""
    some = needing(found)
    of = {one["graceid"] for one in some if one["graceid"]}
    own = any(not one["graceid"] for one in some)
    begin = "All is well" if signs["well"] and not found else "Nothing needs you"
    if found and not some:
        begin += f", {counted(len(found), 'problem')} acknowledged or of a test"
    if some:
        whom = [f"{counted(len(of), 'candidate')} {'needs' if len(of) == 1 else 'need'} you"
               ] * bool(of) + ["the supervisor itself needs you"] * own
        who = " and ".join(whom)
        begin = f"{who[0].upper()}{who[1:]}, {counted(len(some), 'problem')}"
        begin += "; all else is well" if signs["well"] else ""
    gracedb = (f"GraceDB does not answer: {signs['gracedb']}" if signs["gracedb"]
               else "GraceDB answers" if signs["asked"] is not None else "GraceDB was not asked")
    silence = "" if signs["recent"] else ", which is long: silence is not health"
    last = signs["last_alert"]
    alert = "never came" if last is None else distance(last, now)
    return {"sentence": f"{begin}; last alert {alert}{silence}; {gracedb}.", "begin": begin,
            "silence": silence, "gracedb": gracedb}


def _candidates(look: Look, page: int, kind: str) -> tuple[list[Plain], bool]:
    """Those of a kind of which something was heard last, the newest first, and whether there are
    older ones."""
    query, first = _LISTED.order_by(*_LATEST), (page - 1) * PAGE
    if kind:  # which the table does not have
        some = _of_kind(look, kind)[first:first + PAGE + 1]
        query = query.where(CANDIDATES.c.graceid.in_(some))
    else:
        query = query.limit(PAGE + 1).offset(first)
    rows = look.journal.db.execute(query).all()
    configurations = look.configurations([row.graceid for row in rows[:PAGE]])
    made = [row_of(look, row, configurations[row.graceid]) for row in rows[:PAGE]]
    made.sort(key=lambda one: one["created"] or 0.0, reverse=True)
    return made, len(rows) > PAGE


def _of_kind(look: Look, kind: str) -> list[str]:
    """The ids of all candidates of a kind, that of which something was heard last first."""
    charts, policy = look.settings.charts, look.settings.policy
    rows = look.journal.db.execute(
        sa.select(CANDIDATES.c.graceid, CANDIDATES.c.profile).order_by(*_LATEST))
    eras = {one.name: one.era for one in policy.profiles}
    found = ((row.graceid, charts.lifecycle(row.graceid, eras.get(row.profile, "")))
             for row in rows)
    return [graceid for graceid, chart in found if chart is not None and chart.kind == kind]


def row_of(look: Look, row: sa.Row, configuration: Plain | None) -> Plain:
    """A candidate in a line.

    Args:
        look: at the journal.
        row: of the table of candidates.
        configuration: None where it cannot be made.
    """
    made = {"graceid": row.graceid, "state": row.state or "", "regions": row.regions or "",
            "profile": row.profile or "", "open": row.open or 0, "overdue": row.overdue or 0,
            "next": finite(row.timer), "heard": finite(row.time), "kind": "", "facts": [],
            "created": None, "checks": {}, "stage": ""}
    if configuration is None:
        return made
    lifecycle = look.settings.charts.lifecycles.get(configuration["lifecycle"])
    regions = configuration["regions"]
    return {**made, "kind": lifecycle.kind if lifecycle else "", "created": configuration["since"],
            "facts": headline(configuration["evidence"]["fields"]),
            "checks": checks_by_state(configuration),
            "stage": regions.get("alert_stage", next(iter(regions.values()), ""))}


def checks_by_state(configuration: Plain) -> dict[str, int]:
    """How many checks of a candidate are in each state."""
    return dict(Counter(report.shown(check["state"])
                        for process in configuration["processes"].values()
                        for check in process["checks"].values()).most_common())
