"""Problems: what is wrong with a process of a candidate, as plain data for whoever shows it.

A problem is made of all that was told of one process: its checks are parts of it. Letters, the
answers to operators and pages say the same of it, since all have it from here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

import attrs

from fsm.core.charts.families import OTHER
from fsm.core.charts.keys import key_in, without_key
from fsm.core.charts.outcomes import TEST
from fsm.core.charts.process import OPERATORS, Process
from fsm.core.charts.severity import Rank, Severity, rank, severity
from fsm.core.charts.starting import Chains
from fsm.core.engine.effects import Notify
from fsm.core.evidence.fields import Plain
from fsm.core.evidence.graceids import SUPEREVENT, kind_of
from fsm.io.delivery.address_book import AddressBook
from fsm.notify.alarms import Alarm, acknowledgement
from fsm.notify.wording import FAILING, OVER, WORDS, subject, what

_GRAVEST = list(WORDS)
_NOBODY = AddressBook({})


def gracedb_page(web: str, graceid: str) -> str:
    """The address of a candidate's page in GraceDB, "" where there is none.

    Args:
        web: address of GraceDB's pages, such as ``https://gracedb.ligo.org/``; "" for none.
        graceid: the candidate.
    """
    kind = kind_of(graceid)
    if not web or kind is None:
        return ""
    return f"{web}{'superevents' if kind == SUPEREVENT else 'events'}/{graceid}/view/"


@attrs.frozen
class Context:
    """What problems hang on besides messages.

    Attributes:
        charts: of all processes, by name.
        book: where parties are reached.
        gracedb: address of GraceDB's pages, "" for none.
        web: likewise of the supervisor's own, without a slash at its end.
        runbooks: what to do by the names of processes, instead of what their charts say.
        chains: which of the charts hang on which.
    """

    charts: Mapping[str, Process] = attrs.field(factory=dict)
    book: AddressBook = _NOBODY
    gracedb: str = ""
    web: str = ""
    runbooks: Mapping[str, str] = attrs.field(factory=dict)
    chains: Chains = attrs.field(init=False, eq=False, repr=False, default=attrs.Factory(
        lambda self: Chains(self.charts), takes_self=True))

    def chart(self, process: str) -> Process | None:
        """The chart of a process, whose name may have a key; None where there is none (any more).
        """
        return self.charts.get(without_key(process))

    def rank(self, process: str, significance: str) -> Rank:
        """What is wrong with processes is sorted by this, the gravest first.

        Args:
            process: its name, which may have a key.
            significance: of the candidate.
        """
        return rank(self.chart(process), significance)

    def severity(self, message: Notify) -> Severity:
        """How grave what a message tells is."""
        return severity(self.chart(message.process), message.significance)

    def page(self, graceid: str, process: str) -> str:
        """The address of a process of a candidate on the supervisor's own pages, "" for none."""
        known = self.web and kind_of(graceid) is not None
        return f"{self.web}/c/{graceid}/{quote(process, safe='')}" if known else ""


def problems(alarms: Iterable[Alarm], context: Context, now: float,
             others: Iterable[Alarm] = ()) -> list[Plain]:
    """The problems of which alarms, or messages as such, tell.

    What is told of a process is one problem, and so are those processes which only a key tells
    apart, where they are in the same way wrong for the same reason: one task that is dead is told
    of once, whether it had one interferometer to do or three.

    Args:
        alarms: what was told, of each check once.
        context: :class:`Context`.
        now: unix seconds.
        others: further alarms, by which a problem may be caused.

    Returns:
        Mappings for JSON with times in unix seconds, the gravest first: ``graceid``, ``process``,
        ``processes`` (where several differ by their key; the first of them is ``process``),
        ``meant`` (the name by which a command means all of them and, of what is wrong, no other),
        ``title``, ``family``, ``severity``, ``significance``, ``outcome``, ``what`` (in a few
        words), ``subject`` (with whose it is), ``checks`` (each with its ``process``, what was
        ``found`` and ``expected`` and when it was ``due``), ``due``, ``late`` (seconds), ``waits``
        (titles of processes), ``parties`` (names to the names of their addresses), ``told`` (when
        and whom), ``reminders``, ``acknowledged`` (by whom, with which note, until when, and all
        that in words; or None), ``caused_by`` (name of a process, or ""), ``follows`` (the problems
        among these that it causes), ``runbook``, ``gracedb``, ``page``.
    """
    groups: dict[tuple[str, str], list[Alarm]] = {}
    for alarm in alarms:
        about = alarm.message
        single = about.key if about.outcome == TEST else "" if about.graceid else about.check
        groups.setdefault((about.graceid, f"{about.process}\0{single}"), []).append(alarm)
    dues = _dues([*(one for group in groups.values() for one in group), *others])
    together: dict[object, tuple[str, list[Alarm]]] = {}
    for key, group in groups.items():
        first = min(group, key=_gravest).message
        cause = _cause(first, context, dues.get(first.graceid, {}))
        together.setdefault(_alike(key, group, cause, context), (cause, []))[1].extend(group)
    found = [_problem(group, cause, context, now) for cause, group in together.values()]
    _name_what_is_meant(found)
    return _folded(sorted(found, key=lambda one: (
        one["outcome"] in OVER, context.rank(one["process"], one["significance"]),
        _GRAVEST.index(one["outcome"]), one["graceid"], one["process"])))


def _gravest(alarm: Alarm) -> int:
    return _GRAVEST.index(alarm.message.outcome)


def _alike(key: tuple[str, str], alarms: Sequence[Alarm], cause: str,
           context: Context) -> tuple[object, ...]:
    """What problems have in common that are told as one; of what belongs to no process its key."""
    first = min(alarms, key=_gravest).message
    chart = context.chart(first.process)
    if chart is None or not first.graceid or first.outcome == TEST:
        return key
    acknowledged = _acknowledged(alarms) or {}
    return (first.graceid, chart.name, first.outcome, without_key(cause),
            *acknowledged.values())


def _name_what_is_meant(found: list[Plain]) -> None:
    """Give each of the problems the name by which a command means it: that of the chart, without a
    key, where it is of several processes and no other problem of the candidate is of that chart."""
    charts = Counter((one["graceid"], without_key(one["process"])) for one in found)
    for one in found:
        chart = without_key(one["process"])
        alone = len(one["processes"]) > 1 and charts[one["graceid"], chart] == 1
        one["meant"] = chart if alone else one["process"]


def _folded(found: list[Plain]) -> list[Plain]:
    """Problems in their order, those that another one of them causes under it.

    What nobody has acknowledged is not under what somebody has, where it would be overlooked. Among
    the others a problem stands where the gravest under it would.
    """
    causes = {(one["graceid"], process): one for one in found for process in one["processes"]}
    roots: list[Plain] = []
    for one in found:
        cause = causes.get((one["graceid"], one["caused_by"])) if one["caused_by"] else None
        known = cause is not None and cause["acknowledged"] and not one["acknowledged"]
        (roots if cause is None or known else cause["follows"]).append(one)
    places = {id(one): place for place, one in enumerate(found)}
    return sorted(roots, key=lambda root: min(places[id(one)] for one in (root, *root["follows"])))


def _dues(alarms: Iterable[Alarm]) -> dict[str, dict[str, float]]:
    """By candidate and process since when something of it is overdue."""
    dues: dict[str, dict[str, float]] = {}
    for message in (alarm.message for alarm in alarms):
        if message.graceid and message.outcome in FAILING and message.since is not None:
            known = dues.setdefault(message.graceid, {})
            known[message.process] = min(known.get(message.process, message.since), message.since)
    return dues


def _problem(alarms: Sequence[Alarm], cause: str, context: Context, now: float) -> Plain:
    chart = context.chart(alarms[0].message.process)
    places = {check.name: n for n, (_, check) in enumerate(chart.checks())} if chart else {}
    alarms = sorted(alarms, key=lambda one: (
        _gravest(one), places.get(without_key(one.message.check), len(places)),
        one.message.process, one.message.since or 0.0))
    first = alarms[0].message
    messages = [alarm.message for alarm in alarms]
    due = min((one.since for one in messages if one.since is not None), default=None)
    parties = (chart.parties if chart else ()) or (OPERATORS,)
    return {
        "graceid": first.graceid, "process": first.process,
        "processes": list(dict.fromkeys(one.process for one in messages)),
        "title": chart.title if chart else first.process,
        "family": chart.family if chart else OTHER, "severity": context.severity(first),
        "significance": first.significance, "outcome": first.outcome,
        "what": what(messages, chart),
        "subject": subject(messages, chart, context.severity(first)),
        "checks": [{"process": one.process, "check": one.check, "outcome": one.outcome,
                    "found": one.message, "expected": one.expected, "due": one.since}
                   for one in messages],
        "due": due, "late": None if due is None else max(0.0, now - due),
        "waits": [one.title for one in context.chains.waiting(chart)] if chart else [],
        "parties": {name: list(context.book.addresses([name])) for name in parties},
        "told": [{"time": one.time, "outcome": one.outcome, "to": list(one.to)}
                 for one in messages],
        "reminders": max(alarm.reminded for alarm in alarms),
        "acknowledged": _acknowledged(alarms),
        "caused_by": cause,
        "follows": [],
        "runbook": (context.runbooks.get(chart.name) or chart.remedy) if chart else "",
        "gracedb": gracedb_page(context.gracedb, first.graceid),
        "page": context.page(first.graceid, first.process) if chart else "",
    }


def _acknowledged(alarms: Iterable[Alarm]) -> Plain | None:
    """By whom a problem is acknowledged, where all of it is."""
    alarms = list(alarms)
    if not all(alarm.acknowledged for alarm in alarms):
        return None
    by, note = alarms[0].acknowledged, alarms[0].note
    until = min((one.until for one in alarms if one.until is not None), default=None)
    return {"by": by, "note": note, "until": until, "words": acknowledgement(by, note, until)}


def _cause(message: Notify, context: Context, dues: Mapping[str, float]) -> str:
    """Which other process that is overdue a problem follows from at last, or ""."""
    own, before = dues.get(message.process), context.chains.before
    if own is None or message.outcome not in FAILING:
        return ""

    def follows(one: str, other: str) -> bool:
        mine, theirs = context.chart(one), context.chart(other)
        keys = {key_in(name) for name in (one, other)} - {""}
        return mine is not None and theirs is not None and mine is not theirs and len(keys) < 2 \
            and theirs.name in before(mine) and mine.name not in before(theirs) \
            and dues[other] <= dues[one]

    causes = [name for name in dues if follows(message.process, name)]
    first = [name for name in causes if not any(follows(name, other) for other in causes)]
    return min(first, key=lambda name: (dues[name], name), default="")
