"""Which annotations of a planned candidate are of which follow-up, and what starts what."""

import re

from fsm.core.charts.index import Router
from fsm.core.charts.kinds import EVENT, EXTERNAL
from fsm.core.evidence.graceids import kind_of
from fsm.simulator.faults import entry_of

_FITS = re.compile(r"([\w-]+)\.(?:multiorder\.)?fits")


class Belonging:
    """Tells what belongs to a process or check, as far as file names, messages and labels do.

    Args:
        charts: of the processes that a candidate of its era can have.
    """

    def __init__(self, charts):
        self._router = Router(charts, ())
        self._requests = {chart.name: {hint.label for hint in chart.starts.hints()}
                          for chart in charts}

    def owners(self, change):
        """The checks that expect a change: a set of (process, check) names."""
        if change.what == "signoff_created":
            who = change.data
            request = "ADVREQ" if who["signoff_type"] == "ADV" else f"{who['instrument']}OPS"
            found = [one for one, _ in self._interests(change, "check", "signoff")
                     if request in self._requests[one.owner.name]]
        elif change.what == "label_added":
            found = [one for one, _ in self._interests(change, "check", change.data["name"])]
        else:
            entry = entry_of(change)
            telling = [one for one, _ in self._interests(change, "check", entry)
                       if _tells(one.template, entry)]
            found = _listed(_nearest(telling), entry)
        return {(one.owner.name, one.subject.name) for one in found}

    def started(self, change):
        """The charts of the processes that a file, a message, a label or a sign-off starts."""
        label = _label(change)
        if label is not None:
            return [one.owner for one, _ in self._interests(change, "start", label)]
        entry = entry_of(change)
        return [one.owner for one, captured in self._interests(change, "start", entry)
                if captured or _tells(one.template, entry)]

    def _interests(self, change, role, news):
        if news is None:
            return []
        graceid = change.script.graceid
        kinds = {EXTERNAL, EVENT} if graceid.startswith("E") else {kind_of(graceid)}
        return [(one, captured) for one, captured in self._router.interested(news)
                if one.role == role and not kinds.isdisjoint(one.owner.of)]


def follows(change, first, chart):
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


def _label(change):
    """The label that a change puts on; None where it puts on none."""
    if change.what == "label_added":
        return change.data["name"]
    if change.what == "signoff_created":
        who = change.data
        prefix = "ADV" if who["signoff_type"] == "ADV" else who["instrument"]
        return prefix + who["status"]
    return None


def _text(entry):
    """File name and message."""
    return f"{entry.filename} {entry.comment}" if entry else ""


def _tells(template, entry):
    """Whether a template says something of its own that an entry agrees with."""
    if template is None or not template.regex:
        return template is not None and template.anchor != ""
    return template.whole(entry.filename) is not None or any(
        True for _ in template.within(entry.comment))


def _nearest(interests):
    """Those whose text says most about it."""
    most = max((len(one.template.anchor) for one in interests), default=0)
    return [one for one in interests if len(one.template.anchor) == most]


def _listed(interests, entry):
    """Those that list what it is about, such as channels, where any of them do."""
    lists = [(one, [item for value in one.owner.options.values() if isinstance(value, tuple)
                    for item in value]) for one in interests]
    named = [one for one, items in lists if any(str(item) in _text(entry) for item in items)]
    return named or [one for one, items in lists if not items] or interests
