"""Evidence: all that is known of one GraceID, learnt from alerts or asked of GraceDB.

Adding the same thing twice changes nothing, and the order in which alerts arrive does not matter:
each item carries its own time or number, and the newest wins. All times are unix seconds.
"""

import json
from zlib import crc32

import attrs

from fsm.core.evidence.canonical import canonical, fill
from fsm.core.evidence.entries import Identity, LogEntry, Signoff, SignoffKey
from fsm.core.evidence.fields import MEMBERS, SWAPPED, Fields, Plain, Scalar, flatten
from fsm.core.evidence.graceids import EVENT, kind_of
from fsm.core.evidence.labels import LabelState
from fsm.core.evidence.marks import Marks
from fsm.core.times import unix_seconds

MOST_STATED = 100  # digests that are kept
MOST_MEMBERS = 1000  # of a superevent; some hundred occur
LONG_AGO = 86400.0  # seconds
AT_ONCE = 60.0  # seconds after its creation by which a first statement tells how it was created


@attrs.define(slots=True)
class Evidence(Marks):
    """The evidence of one GraceID.

    Attributes:
        graceid: whose evidence it is.
        fields: the event's values, flattened (see :func:`~fsm.core.evidence.fields.flatten`).
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
        signoffs: (type, instrument) to :class:`~fsm.core.evidence.entries.Signoff`.
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
    fields: Fields = attrs.field(factory=dict)
    logs: dict[Identity, LogEntry] = attrs.field(factory=dict)
    files: dict[str, tuple[Identity, ...]] = attrs.field(factory=dict)
    labels: dict[str, LabelState] = attrs.field(factory=dict)
    signoffs: dict[SignoffKey, Signoff] = attrs.field(factory=dict)
    neighbours: dict[str, list[Plain]] = attrs.field(factory=dict)
    contents: dict[str, Plain] = attrs.field(factory=dict)
    members: dict[str, "Evidence"] = attrs.field(factory=dict)
    joined: tuple[float, str | None] = (float("-inf"), None)
    state: str = ""
    changed: dict[str, float] = attrs.field(factory=dict)
    stated_before: list[int] = attrs.field(factory=list)
    was_in: list[str] = attrs.field(factory=list)
    today: bool = False
    gone: float | None = None
    doubts: set[str] = attrs.field(factory=set, eq=False)
    _fields_rank: tuple[int, float, str, str] = (-1, 0.0, "", "")  # stated?, since, what, by which

    def add_entry(self, entry: LogEntry) -> LogEntry | None:
        """Add a log entry; returns it as kept, or None where it was known already."""
        if entry.own:
            return None
        identity = entry.identity
        known = self.logs.get(identity)
        if known is not None:
            entry = known.joined(entry)
        return self._keep(entry, known)

    def correct_entry(self, entry: LogEntry) -> LogEntry | None:
        """Replace an entry by GraceDB's own record of it: its tags are the present ones."""
        if entry.own:
            return None
        return self._keep(entry, self.logs.get(entry.identity))

    def _keep(self, entry: LogEntry, known: LogEntry | None) -> LogEntry | None:
        if entry == known:
            return None
        identity = entry.identity
        self.logs[identity] = entry
        if known is not None and known.filename and known.filename != entry.filename:
            self.files[known.filename] = tuple(
                one for one in self.files[known.filename] if one != identity)
        if entry.filename and (known is None or known.filename != entry.filename):
            self.files[entry.filename] = (*self.files.get(entry.filename, ()), identity)
        return entry

    def add_fields(self, fields: Plain, time: float, snapshot: bool = False,
                   what: str = "") -> bool:
        """Add the event's values; returns whether anything changed.

        Args:
            fields: event dictionary as GraceDB has it.
            time: when it was so, unix seconds.
            snapshot: True where it merely came along with another alert: such values may be
                stale and serve only until GraceDB's own statement is there.
            what: kind of the alert that states them, "" where none does.
        """
        moved = "superevent" in fields and self._stated_to_be_in(fields["superevent"], time,
                                                                 snapshot)
        if snapshot and self.stated:
            return self._shown(fields, time) or moved
        flat = flatten(fields)
        if "superevent" in flat:
            flat["superevent"] = self.superevent
        rank = (0 if snapshot else 1, time, json.dumps(flat, sort_keys=True), what)
        if not flat or rank <= self._fields_rank:
            return moved
        changed = self.fields != flat
        self._date(flat, time)
        self.fields, self._fields_rank = flat, rank
        return changed or moved

    def hear(self, what: str, fields: Plain, time: float) -> bool:
        """Add the event's values as an alert of a kind states them; see :meth:`add_fields`.

        An alert may come again long after: what has been stated before does not count once more.
        Only GraceDB can tell whether it is so again.
        """
        digest = _digest(what, fields)
        if digest in self.stated_before:
            stated, since, flat, kind = self._fields_rank
            if flatten(fields) != self.fields:
                self.doubts.add("fields")
            elif stated and kind == what:
                self._fields_rank = (stated, min(since, time), flat, kind)
            return False
        self._remember(digest)
        return self.add_fields(fields, time, what=what)

    def has_heard(self, what: str, fields: Plain) -> bool:
        """Whether an alert of a kind has stated these values before."""
        return bool(self.stated_before) and _digest(what, fields) in self.stated_before

    def _remember(self, digest: int) -> None:
        """Keep a digest of what an alert has stated, the last ones at most."""
        self.stated_before = sorted([*self.stated_before, digest])[-MOST_STATED:]

    def _shown(self, fields: Plain, time: float) -> bool:
        """Note when an event is first shown among others, though no alert has told of that yet."""
        before = len(self.changed)
        for name in MEMBERS:
            shown = fields.get(name)
            if isinstance(shown, list) and shown:
                for one in _graceids(shown).difference(_names(self.fields.get(name))):
                    if f"{name}.shown.{one}" not in self.changed:
                        self.changed[f"{name}.shown.{one}"] = self.changed[f"{name}.joined"] = time
        return len(self.changed) > before

    def _date(self, flat: Fields, time: float) -> None:
        """Note since when values are what they are, where they were not so from the beginning."""
        shown = {mark: self.changed.pop(mark) for mark in list(self.changed) if ".shown." in mark}
        for name, value in self.fields.items():
            if value != flat.get(name):
                self.changed[name] = time
                joined = set(_names(flat.get(name))).difference(_names(value))
                if name in MEMBERS and joined:
                    self.changed[f"{name}.joined"] = max(
                        shown.get(f"{name}.shown.{one}", time) for one in joined)
        created = unix_seconds(flat.get("created"))
        events = flat.get("gw_events")
        swapped = bool(events) and events != flat.get("preferred_event")
        if not self.fields and swapped and created is not None and time > created + AT_ONCE:
            self.changed.update(dict.fromkeys(SWAPPED, time))  # which one was preferred before?

    def since(self, name: str) -> float | None:
        """Since when a value is what it is; None where it was so from the beginning.

        ``gw_events.joined`` and ``em_events.joined`` stand for the last time that an event joined.
        """
        return self.changed.get(name)

    def learn_preferred(self, fields: Plain, time: float) -> bool:
        """Take what a superevent's values tell of its preferred event; returns whether it is news.

        Only what is not known by itself is taken, since it may be stale.
        """
        data = fields.get("preferred_event_data")
        if not isinstance(data, dict) or not isinstance(data.get("graceid"), str):
            return False
        member, names = self.member(data["graceid"]), data.get("labels")
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
    def superevent(self) -> str | None:
        """Of an event, the superevent that it is in, or None."""
        return self.joined[1]

    def join(self, superevent: object, time: float) -> bool:
        """Note in which superevent an event is since a time; returns whether that is news."""
        name = superevent if isinstance(superevent, str) and superevent else None
        if (time, name or "") <= (self.joined[0], self.joined[1] or ""):
            return False
        changed = name != self.joined[1]
        self.joined = (time, name)
        if changed:
            self.fields = {**self.fields, "superevent": name}
        return changed

    def hear_of_joining(self, superevent: str | None, time: float) -> bool:
        """Note what an alert says of joining or leaving; as :meth:`hear`."""
        name = superevent or ""
        if name in self.was_in and superevent != self.superevent:
            self.doubts.add("superevent")
            return False
        if name not in self.was_in:
            self.was_in = [*self.was_in, name]
        return self.join(superevent, time)

    def _stated_to_be_in(self, superevent: object, time: float, snapshot: bool) -> bool:
        """What merely came along may be older than a joining or leaving that is known."""
        if snapshot and (not superevent or self.superevent or time <= self.joined[0]):
            return False
        return self.join(superevent, time)

    def member(self, graceid: str) -> "Evidence":
        """What is known of a member of a superevent."""
        if graceid not in self.members:
            self.members[graceid] = Evidence(graceid)
        return self.members[graceid]

    @property
    def preferred(self) -> "Evidence | None":
        """Of a superevent, what is known of its preferred event; None where that is not known."""
        graceid = self.fields.get("preferred_event")
        return self.members.get(graceid) if isinstance(graceid, str) else None

    @property
    def stated(self) -> bool:
        """Whether the event's values are GraceDB's own statement, so that none is unknown."""
        return self._fields_rank[0] == 1

    def entries(self, filename: str) -> list[LogEntry]:
        """All entries that brought a file of this name, the newest version first."""
        found = [self.logs[identity] for identity in self.files.get(filename, ())]
        if len(found) > 1:
            found.sort(key=_newest_first)
        return found

    def newest(self, filename: str) -> int | None:
        """The newest version number known of a file (0 where it is not told), None without it."""
        found = self.entries(filename)
        return (found[0].version or 0) if found else None

    def content(self, filename: str) -> Plain | None:
        """Facts about the content of a file's newest version, None where not inspected."""
        return self.contents.get(f"{filename},{self.newest(filename)}")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Evidence):
            return NotImplemented
        return canonical(self) == canonical(other)


def _digest(what: str, fields: Plain) -> int:
    return crc32((what + json.dumps(fields, sort_keys=True, default=str)).encode())


def _graceids(names: list[object]) -> set[str]:
    """What of the first of some names can be events."""
    return {name for name in names[:MOST_MEMBERS]
            if isinstance(name, str) and kind_of(name) == EVENT}


def _names(value: Scalar) -> list[str]:
    return str(value or "").split(",")


def _newest_first(entry: LogEntry) -> tuple[int, float, int]:
    version = -1 if entry.version is None else entry.version
    number = -1 if entry.number is None else entry.number
    return (-version, -entry.time, -number)


def restored(graceid: str, plain: Plain) -> Evidence:
    """Rebuild evidence from what :func:`~fsm.core.evidence.canonical.stored` gave."""
    made = Evidence(graceid)
    fill(made, plain)
    return made
