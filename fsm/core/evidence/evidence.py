"""Evidence: all that is known of one GraceID, learnt from alerts or asked of GraceDB.

Adding the same thing twice changes nothing, and the order in which alerts arrive does not matter:
each item carries its own time or number, and the newest wins. All times are unix seconds.
"""

import json
from zlib import crc32

import attrs

from fsm.core.evidence import labels
from fsm.core.evidence.entries import LogEntry, Signoff, signoff_labels, tag_set
from fsm.core.interning import once
from fsm.core.times import unix_seconds

MEMBERS = ("gw_events", "em_events")  # of a superevent
OF_PREFERRED = ("group", "pipeline", "search", "instruments", "offline")
SWAPPED = ("preferred_event", "far", *OF_PREFERRED)  # what a change of the preferred event changes
MOST_STATED = 100  # digests that are kept
LONG_AGO = 86400.0  # seconds
CATEGORIES = {"M": "MDC", "T": "Test"}  # of superevents, by the first letter of their ids
AT_ONCE = 60.0  # seconds after its creation by which a first statement tells how it was created

# The values of an event that are worth keeping: scalars, not the tables of single triggers.
_SCALAR = (str, int, float, bool, type(None))


def flatten(fields):
    """Keep the scalars of an event or superevent dictionary, and what is known to be inside it.

    Extra attributes become ``Table.column``; of a superevent the members become comma-separated
    text, and group, pipeline, search and instruments are those of its preferred event.
    """
    flat = {k: v for k, v in fields.items() if isinstance(v, _SCALAR)}
    preferred = fields.get("preferred_event_data")
    if isinstance(preferred, dict):
        flat = {**{k: preferred[k] for k in OF_PREFERRED
                   if k in preferred and isinstance(preferred[k], _SCALAR)}, **flat}
    for key in MEMBERS:
        if isinstance(fields.get(key), list):
            flat[key] = ",".join(str(name) for name in fields[key])
    if "superevent_id" in flat and not flat.get("category"):
        flat["category"] = CATEGORIES.get(str(flat["superevent_id"])[:1], "Production")
    extra = fields.get("extra_attributes")
    if isinstance(extra, dict):
        for table, row in extra.items():
            if isinstance(row, dict):
                flat.update({f"{table}.{k}": v for k, v in row.items() if isinstance(v, _SCALAR)})
    return flat


@attrs.define(slots=True)
class Evidence:
    """The evidence of one GraceID.

    Attributes:
        graceid: whose evidence it is.
        fields: the event's values, flattened (see :func:`flatten`).
        logs: entries by identity.
        files: for each file name the identities of the entries that brought it.
        changed: names of values to when they became what they are; those that were so from the
            beginning lack.
        stated_before: digests of what alerts have stated, so that what comes again is told from
            what is so again.
        was_in: of an event, the superevents that it has been in.
        today: whether its payloads are of today's kind.
        doubts: names of labels of which the alerts do not tell for certain whether they are on.
        labels: label name to :class:`~fsm.core.evidence.labels.LabelState`.
        signoffs: (type, instrument) to :class:`Signoff`.
        neighbours: events found by searches, by the clock they were searched on.
        contents: facts about files' contents, by ``name,version``.
        members: of a superevent, what is known of its events, as evidence by GraceID; their
            ``state`` is that of their lifecycle.
        joined: of an event, (when, superevent or None), as last known.
        state: of a member, see there.
        gone: when GraceDB last said that it does not know the candidate, unix seconds; None where
            it does, or was not asked.
    """

    graceid: str
    fields: dict = attrs.field(factory=dict)
    logs: dict = attrs.field(factory=dict)
    files: dict = attrs.field(factory=dict)
    labels: dict = attrs.field(factory=dict)
    signoffs: dict = attrs.field(factory=dict)
    neighbours: dict = attrs.field(factory=dict)
    contents: dict = attrs.field(factory=dict)
    members: dict = attrs.field(factory=dict)
    joined: tuple = (float("-inf"), None)
    state: str = ""
    changed: dict = attrs.field(factory=dict)
    stated_before: list = attrs.field(factory=list)
    was_in: list = attrs.field(factory=list)
    today: bool = False
    gone: float | None = None
    doubts: set = attrs.field(factory=set, eq=False)
    _fields_rank: tuple = (-1, 0.0, "")

    def add_entry(self, entry):
        """Add a log entry; returns it as kept, or None where it was known already."""
        if entry.own:
            return None
        identity = entry.identity
        known = self.logs.get(identity)
        if known is not None:
            entry = known.joined(entry)
        return self._keep(entry, known)

    def correct_entry(self, entry):
        """Replace an entry by GraceDB's own record of it: its tags are the present ones."""
        if entry.own:
            return None
        return self._keep(entry, self.logs.get(entry.identity))

    def _keep(self, entry, known):
        if entry == known:
            return None
        identity = entry.identity
        self.logs[identity] = entry
        if known is not None and known.filename and known.filename != entry.filename:
            self.files[known.filename].remove(identity)
        if entry.filename and (known is None or known.filename != entry.filename):
            self.files.setdefault(entry.filename, []).append(identity)
        return entry

    def hear_signoff(self, kind, instrument, signoff):
        """Note a signoff as an alert tells it; as :meth:`hear`, returns as :meth:`set_signoff`."""
        digest = crc32(repr((kind, instrument, signoff.status, signoff.comment)).encode())
        if digest in self.stated_before:
            known = self.signoffs[kind, instrument]
            if signoff.time > known.time and signoff.status != known.status:
                self.doubts.add("signoff")
            return ()
        self._note(digest)
        return self.set_signoff(kind, instrument, signoff)

    def _note(self, digest):
        self.stated_before = sorted([*self.stated_before, digest])[-MOST_STATED:]

    def add_fields(self, fields, time, snapshot=False):
        """Add the event's values; returns whether anything changed.

        Args:
            fields: event dictionary as GraceDB has it.
            time: when it was so, unix seconds.
            snapshot: True where it merely came along with another alert: such values may be
                stale and serve only until GraceDB's own statement is there.
        """
        moved = "superevent" in fields and self._stated_to_be_in(fields["superevent"], time,
                                                                 snapshot)
        if snapshot and self.stated:
            return moved
        flat = flatten(fields)
        if "superevent" in flat:
            flat["superevent"] = self.superevent
        rank = (0 if snapshot else 1, time, json.dumps(flat, sort_keys=True))
        if not flat or rank <= self._fields_rank:
            return moved
        changed = self.fields != flat
        if changed:
            self._date(flat, time)
        self.fields, self._fields_rank = flat, rank
        return changed or moved

    def hear(self, what, fields, time):
        """Add the event's values as an alert of a kind states them; see :meth:`add_fields`.

        An alert may come again long after: what has been stated before does not count once more.
        Only GraceDB can tell whether it is so again.
        """
        digest = crc32((what + json.dumps(fields, sort_keys=True, default=str)).encode())
        if digest in self.stated_before:
            stated, since, flat = self._fields_rank
            if flatten(fields) != self.fields:
                self.doubts.add("fields")
            else:
                self._fields_rank = (stated, min(since, time) if stated else since, flat)
            return False
        self._note(digest)
        return self.add_fields(fields, time)

    def _date(self, flat, time):
        """Note since when values are what they are, where they were not so from the beginning."""
        for name, value in self.fields.items():
            if value != flat.get(name):
                self.changed[name] = time
                if name in MEMBERS and set(_names(flat.get(name))) - set(_names(value)):
                    self.changed[f"{name}.joined"] = time
        created = unix_seconds(flat.get("created"))
        events = flat.get("gw_events")
        swapped = bool(events) and events != flat.get("preferred_event")
        if not self.fields and swapped and created is not None and time > created + AT_ONCE:
            self.changed.update(dict.fromkeys(SWAPPED, time))  # which one was preferred before?

    def since(self, name):
        """Since when a value is what it is; None where it was so from the beginning.

        ``gw_events.joined`` and ``em_events.joined`` stand for the last time that an event joined.
        """
        return self.changed.get(name)

    def learn_preferred(self, fields, time):
        """Take what a superevent's values tell of its preferred event; returns whether it is news.

        Only what is not known by itself is taken, since it may be stale.
        """
        data = fields.get("preferred_event_data")
        graceid = data.get("graceid") if isinstance(data, dict) else None
        if not isinstance(graceid, str):
            return False
        member, names = self.member(graceid), data.get("labels")
        news = not member.fields and member.add_fields(data, time, snapshot=True)
        created = unix_seconds(data.get("created"))
        if created is not None and time > created + LONG_AGO:
            time = created  # what has long been so is no news
        for name in names if isinstance(names, (list, dict)) else ():
            if isinstance(name, str) and name not in member.labels:
                member.add_label(name, None, time)
                news = True
        return news

    @property
    def superevent(self):
        """Of an event, the superevent that it is in, or None."""
        return self.joined[1]

    def join(self, superevent, time):
        """Note in which superevent an event is since a time; returns whether that is news."""
        superevent = superevent if isinstance(superevent, str) and superevent else None
        if (time, superevent or "") <= (self.joined[0], self.joined[1] or ""):
            return False
        changed = superevent != self.joined[1]
        self.joined = (time, superevent)
        if changed:
            self.fields = {**self.fields, "superevent": superevent}
        return changed

    def hear_of_joining(self, superevent, time):
        """Note what an alert says of joining or leaving; as :meth:`hear`."""
        name = superevent or ""
        if name in self.was_in and superevent != self.superevent:
            self.doubts.add("superevent")
            return False
        if name not in self.was_in:
            self.was_in = [*self.was_in, name]
        return self.join(superevent, time)

    def _stated_to_be_in(self, superevent, time, snapshot):
        """What merely came along may be older than a joining or leaving that is known."""
        if snapshot and (not superevent or self.superevent or time <= self.joined[0]):
            return False
        return self.join(superevent, time)

    def member(self, graceid):
        """What is known of a member of a superevent."""
        if graceid not in self.members:
            self.members[graceid] = Evidence(graceid)
        return self.members[graceid]

    @property
    def preferred(self):
        """Of a superevent, what is known of its preferred event; None where that is not known."""
        return self.members.get(self.fields.get("preferred_event"))

    def add_label(self, name, made, heard):
        """Note that a label was put on; returns whether it is on since then.

        Args:
            name: of the label.
            made: when, as GraceDB tells; None where it does not.
            heard: when that was heard.
        """
        return self._report(name, (heard, labels.ON, made))

    def remove_label(self, name, made, heard):
        """Note that a label was taken off; arguments as of :meth:`add_label`, returns likewise."""
        return self._report(name, (heard, labels.OFF, made))

    def state_label(self, name, present, made, asked):
        """Note GraceDB's own word on a label, asked at a time; returns whether that is news."""
        self.doubts.discard(name)
        known = self._label(name)
        kind = labels.STATED_ON if present else labels.STATED_OFF
        state, _ = labels.reported(known, (asked, kind, made))
        if state[:2] == known[:2]:
            return False  # nothing but what alerts have told
        self.labels[name] = state
        return state.present != known.present or (state.present and state.since > known.since)

    def _label(self, name):
        return self.labels.get(name, labels.NOT_KNOWN)

    def _report(self, name, report):
        before = self._label(name)
        state, doubtful = labels.reported(before, report)
        if doubtful:
            self.doubts.add(name)
        self.labels[name] = state
        return state.present != before.present or (state.present and state.since > before.since)

    def set_signoff(self, kind, instrument, signoff):
        """Note a signoff with the labels it brings; returns what is news, as a tuple."""
        known = self.signoffs.get((kind, instrument))
        fresh = known is None or _signoff_order(known) < _signoff_order(signoff)
        if fresh:
            self.signoffs[kind, instrument] = signoff
        # Of two at the same moment each has brought its labels, whichever is heard of first.
        brought = signoff_labels(kind, instrument, signoff.status)
        return (*("signoff",) * fresh, *(
            name for name, on in brought.items()
            if (self.add_label if on else self.remove_label)(name, None, signoff.time)))

    @property
    def stated(self):
        """Whether the event's values are GraceDB's own statement, so that none is unknown."""
        return self._fields_rank[0] == 1

    def has_label(self, name):
        """Whether the label is on the candidate now."""
        return self._label(name).present

    def entries(self, filename):
        """All entries that brought a file of this name, the newest version first."""
        found = [self.logs[identity] for identity in self.files.get(filename, ())]
        if len(found) > 1:
            found.sort(key=_newest_first)
        return found

    def newest(self, filename):
        """The newest version number known of a file (0 where it is not told), None without it."""
        found = self.entries(filename)
        return (found[0].version or 0) if found else None

    def content(self, filename):
        """Facts about the content of a file's newest version, None where not inspected."""
        return self.contents.get(f"{filename},{self.newest(filename)}")

    def __eq__(self, other):
        if not isinstance(other, Evidence):
            return NotImplemented
        return canonical(self) == canonical(other)


def _names(value):
    return str(value or "").split(",")


def _newest_first(entry):
    version = -1 if entry.version is None else entry.version
    number = -1 if entry.number is None else entry.number
    return (-version, -entry.time, -number)


def _signoff_order(signoff):
    return (signoff.time, signoff.status, signoff.comment)


def canonical(evidence):
    """The evidence as plain JSON values in a fixed order, for storing and comparing."""
    entries = sorted(evidence.logs.values(), key=lambda e: (str(e.identity), e.time))
    return {
        "fields": dict(sorted(evidence.fields.items())),
        "fields_rank": list(evidence._fields_rank),
        "logs": [[e.time, e.number, e.comment, e.filename, e.version, sorted(e.tags)]
                 for e in entries],
        "labels": {k: v.plain() for k, v in sorted(evidence.labels.items())},
        "signoffs": [[kind, instrument, s.time, s.status, s.comment]
                     for (kind, instrument), s in sorted(evidence.signoffs.items())],
        **({"stated_before": evidence.stated_before} if evidence.stated_before else {}),
        **({"was_in": evidence.was_in} if evidence.was_in else {}),
        "changed": dict(sorted(evidence.changed.items())),
        **({"today": True} if evidence.today else {}),
        "neighbours": dict(sorted(evidence.neighbours.items())),
        "contents": dict(sorted(evidence.contents.items())),
        **({"members": {name: canonical(one) for name, one in sorted(evidence.members.items())}}
           if evidence.members else {}),
        **({"joined": list(evidence.joined)} if evidence.joined[0] > float("-inf") else {}),
        **({"state": evidence.state} if evidence.state else {}),
        **({} if evidence.gone is None else {"gone": evidence.gone}),
    }


def restored(graceid, plain):
    """Rebuild evidence from what :func:`canonical` gave."""
    evidence = Evidence(graceid, fields=dict(plain["fields"]))
    evidence._fields_rank = tuple(plain["fields_rank"])
    for time, number, comment, filename, version, tags in plain["logs"]:
        evidence.add_entry(LogEntry(time, number, once(comment), once(filename), version,
                                    tag_set(tuple(tags))))
    evidence.labels = {k: labels.restored(v) for k, v in plain["labels"].items()}
    evidence.changed = dict(plain.get("changed", ()))
    evidence.today = plain.get("today", False)
    evidence.stated_before = list(plain.get("stated_before", ()))
    evidence.was_in = list(plain.get("was_in", ()))
    for kind, instrument, *values in plain["signoffs"]:
        evidence.signoffs[kind, instrument] = Signoff(*values)
    evidence.neighbours = dict(plain["neighbours"])
    evidence.contents = dict(plain["contents"])
    evidence.members = {name: restored(name, one)
                        for name, one in plain.get("members", {}).items()}
    evidence.joined = tuple(plain.get("joined", evidence.joined))
    evidence.state = plain.get("state", "")
    evidence.gone = plain.get("gone")
    return evidence
