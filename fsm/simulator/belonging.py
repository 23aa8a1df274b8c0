"""Which annotations of a planned candidate are of which follow-up, and what starts what."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from fsm.core.charts.checks import Check
from fsm.core.charts.index import Router
from fsm.core.charts.kinds import EVENT, EXTERNAL
from fsm.core.charts.process import Process
from fsm.core.evidence.entries import LogEntry
from fsm.core.evidence.graceids import kind_of
from fsm.core.expect.templates import Template
from fsm.simulator.faults import entry_of
from fsm.testing.script import Change

Owner = tuple[str, str]  # names of a process and of one of its checks

_FITS = re.compile(r"([\w-]+)\.(?:multiorder\.)?fits")


class Interested(NamedTuple):
    """Whom a change may concern.

    Attributes:
        process: chart of a process.
        check: name of its check; "" where it concerns the start of the process.
        template: what the change must match, or None.
        captured: whether parameters were found in it.
    """

    process: Process
    check: str
    template: Template | None
    captured: bool


class Belonging:
    """Tells what belongs to a process or check, as far as file names, messages and labels do.

    Args:
        charts: of the processes that a candidate of its era can have.
    """

    def __init__(self, charts: Iterable[Process]) -> None:
        self._router = Router(charts, ())
        self._requests = {chart.name: {hint.label for hint in chart.starts.hints()}
                          for chart in charts}

    def owners(self, change: Change) -> set[Owner]:
        """The checks that expect a change: a set of (process, check) names."""
        if change.what == "signoff_created":
            who = change.data
            request = "ADVREQ" if who["signoff_type"] == "ADV" else f"{who['instrument']}OPS"
            found = [one for one in self._interests(change, "check", "signoff")
                     if request in self._requests[one.process.name]]
        elif change.what == "label_added":
            found = self._interests(change, "check", change.data["name"])
        else:
            entry = entry_of(change)
            telling = [one for one in self._interests(change, "check", entry)
                       if _tells(one.template, entry)]
            found = _listed(_nearest(telling), entry)
        return {(one.process.name, one.check) for one in found}

    def started(self, change: Change) -> list[Process]:
        """The charts of the processes that a file, a message, a label or a sign-off starts."""
        label = _label(change)
        if label is not None:
            return [one.process for one in self._interests(change, "start", label)]
        entry = entry_of(change)
        return [one.process for one in self._interests(change, "start", entry)
                if one.captured or _tells(one.template, entry)]

    def _interests(self, change: Change, role: str,
                   news: LogEntry | str | None) -> list[Interested]:
        if news is None:
            return []
        graceid = change.script.graceid
        kinds = {EXTERNAL, EVENT} if graceid.startswith("E") else {kind_of(graceid)}
        return [Interested(one.owner, one.subject.name if isinstance(one.subject, Check) else "",
                           one.template, bool(captured))
                for one, captured in self._router.interested(news)
                if one.role == role and isinstance(one.owner, Process)
                and not kinds.isdisjoint(one.owner.of)]


def follows(change: Change, first: Change, chart: Process) -> bool:
    """Whether a change that belongs to a process which another one has started is about the same.

    A process without a key is about all that comes after its start; others about a file.
    """
    if change.script is not first.script or change.after < first.after:
        return False
    if chart.key is None:
        return True
    entry = entry_of(first)
    if entry is None:
        return True
    stems = [entry.filename.partition(".")[0]] if entry.filename else _FITS.findall(entry.comment)
    said = _text(entry_of(change))
    return any(re.search(rf"(?<![\w-]){re.escape(stem)}(?!\w)", said) for stem in stems)


def _label(change: Change) -> str | None:
    """The label that a change puts on; None where it puts on none."""
    if change.what == "label_added":
        return change.data["name"]
    if change.what == "signoff_created":
        who = change.data
        prefix = "ADV" if who["signoff_type"] == "ADV" else who["instrument"]
        return prefix + who["status"]
    return None


def _text(entry: LogEntry | None) -> str:
    """File name and message."""
    return f"{entry.filename} {entry.comment}" if entry else ""


def _tells(template: Template | None, entry: LogEntry | None) -> bool:
    """Whether a template says something of its own that an entry agrees with."""
    if entry is None:
        return False
    if template is None or not template.regex:
        return template is not None and template.anchor != ""
    return template.whole(entry.filename) is not None or any(
        True for _ in template.within(entry.comment))


def _nearest(interests: list[Interested]) -> list[Interested]:
    """Those whose text says most about it."""
    said = [(len(one.template.anchor) if one.template else 0, one) for one in interests]
    most = max((length for length, _ in said), default=0)
    return [one for length, one in said if length == most]


def _listed(interests: list[Interested], entry: LogEntry | None) -> list[Interested]:
    """Those that list what it is about, such as channels, where any of them do."""
    lists = [(one, [item for value in one.process.options.values() if isinstance(value, tuple)
                    for item in value]) for one in interests]
    named = [one for one, items in lists if any(str(item) in _text(entry) for item in items)]
    return named or [one for one, items in lists if not items] or interests
