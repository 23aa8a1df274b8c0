"""The words in which the rows are written: what starts them, what must come, under which condition.

A start gives pairs (time, names bound by it). A want gives what was found, as pairs (time, whether
it is right). A condition is True, False, or None where the catalogue leaves it open.
"""

import re

import attrs

from tests.oracle.world import GPS_EPOCH, LEAP_SECONDS

EARLIER = 2.0  # seconds: dates of GraceDB are whole seconds, and clocks differ
# Than the start: what counts, and for sure; of a first version also what came before it, perhaps.
LATER, BEFORE, EITHER, RENEWED = "later", "before", "either", "renewed"
AGAIN = "again"  # bound where the same has started before: perhaps all has to come once more
SOON = 600.0  # seconds: a label that is taken off within them may not be seen
LOOKED_INTO = re.compile(r"\.fits|em_bright\.json|p_astro\.json")  # files that may not be empty


@attrs.frozen
class Row:
    """One row of the catalogue.

    Attributes:
        name: what of it people speak of.
        of: kind of candidate.
        start: candidate to when it is due to begin.
        want: candidate, start, names to what was found.
        within: seconds.
        given: conditions, of candidate and start.
        held: labels that hold it back.
        sending: seconds after the start at which these are looked at.
        sure: False where its absence may be told, and need not.
        follows: name of a row without which this one cannot come.
    """

    name: str
    of: str
    start: object
    want: object
    within: float
    given: tuple = ()
    held: tuple = ()
    sending: float = 0.0
    sure: bool = True
    follows: str = ""


@attrs.frozen
class Rule:
    """A state that may not last: candidate and time to whether it is wrong (or None); seconds."""

    name: str
    of: str
    wrong: object
    lasting: float


# ---- starts

def new(candidate):
    """The candidate is created; that of a superevent not before its data are taken."""
    if candidate.created:
        time = candidate.created
        t_0 = candidate.fields().get("t_0")
        yield (max(time, t_0 + GPS_EPOCH - LEAP_SECONDS) if t_0 else time), {}


def label(*names):
    """Any of some labels is put on."""
    return lambda candidate: [(time, {}) for time in candidate.put_on(*names)]


def all_labels(*names):
    """The last of some labels is put on."""
    def start(candidate):
        for time in candidate.put_on(*names):
            if all(candidate.on(name, time) for name in names):
                yield time, {}
    return start


def said(text):
    """A log message that contains a text is written."""
    return lambda candidate: [(e.time, {}) for e in candidate.entries if text in e.comment]


def uploaded(pattern):
    """A file is uploaded, each version anew."""
    def start(candidate):
        for entry in candidate.entries:
            match = re.fullmatch(pattern, entry.filename)
            if match:
                yield entry.time, {**match.groupdict(), "version": entry.version}
    return start


def each(start, **bindings):
    """A start once for each of some values."""
    (name, values), = bindings.items()
    return lambda c: [(time, {**names, name: value}) for time, names in start(c)
                      for value in values]


# ---- wants

def _counted(right, entry, start, counts, names):
    """Whether an entry is right in view of its time; "" where it does not count at all."""
    if counts == RENEWED:
        counts = LATER if names.get("version") else EITHER
    if counts == BEFORE and names.get(AGAIN):
        counts = EITHER
    before = entry.time < start - EARLIER
    if before and counts == LATER:
        return ""
    return None if before and right and counts == EITHER else right


def file(pattern, text="", tags="", counts=BEFORE):
    """A file whose log message has a text and tags, and which is not empty."""
    needed = frozenset(tags.split())

    def want(candidate, start, names):
        name = pattern.format(graceid=re.escape(candidate.graceid), **names)
        for entry in candidate.entries:
            if re.fullmatch(name, entry.filename):
                right = needed <= entry.tags and text in entry.comment
                if right and entry.empty:
                    right = False if LOOKED_INTO.search(entry.filename) else None
                right = _counted(right, entry, start, counts, names)
                if right != "":
                    yield max(entry.time, start), right
    return want


def log(*texts, tags="", counts=BEFORE):
    """A log message that contains one of some texts, with tags."""
    needed = frozenset(tags.split())

    def want(candidate, start, names):
        for entry in candidate.entries:
            if any(text in entry.comment for text in texts):
                right = _counted(needed <= entry.tags, entry, start, counts, names)
                if right != "" and (right is not False or texts != ("",)):
                    yield max(entry.time, start), right
    return want


def on(*names):
    """One of some labels is on at the start, or later; unsure where it is taken off again soon."""
    def want(candidate, start, _):
        for name in names:
            for put_on, taken_off in candidate.spans[name]:
                if taken_off is None or taken_off > start:
                    since = max(put_on, start)
                    yield since, True if taken_off is None or taken_off > since + SOON else None
    return want


def all_on(needed):
    """All labels of a set, which depends on the candidate, are on at one time."""
    def want(candidate, start, _):
        names = needed(candidate)
        for time in [start, *candidate.put_on(*names)]:
            if time >= start and all(candidate.on(name, time) for name in names):
                yield time, True
    return want


def brokers(number, kind):
    """As many different brokers were told, each in a message of its own.

    Which notice a message is about is not said in it, so where another kind of notice is under way
    it may be of that one.
    """
    def want(candidate, start, _):
        told = {}
        for entry in candidate.entries:
            match = re.search(r"Kafka alert notice sent to (\S+)", entry.comment)
            if match and entry.time >= start - EARLIER:
                told.setdefault(match[1], max(entry.time, start))
        if len(told) >= number:
            last = sorted(told.values())[number - 1]
            others = [entry for entry in candidate.entries
                      if start - 120 < entry.time <= last and entry.filename.endswith(".avro")
                      and f"-{kind}." not in entry.filename]
            yield last, None if others else True
    return want


def value(name):
    """A value is there."""
    def want(candidate, start, _):
        for time, fields in candidate.values:
            if fields.get(name) is not None:
                yield max(time, start), True
    return want


def signed(who):
    """A sign-off is given."""
    def want(candidate, start, names):
        by = who.format(**names)
        for time, one, status in candidate.signoffs:
            if one == by and status and time >= start - EARLIER:
                yield max(time, start), True
        yield from on(f"{by}OK", f"{by}NO")(candidate, start, names)
    return want


def of_member(kind, want):
    """What is wanted of one of the superevent's external events, or of its preferred event."""
    def found(candidate, start, names):
        if kind == "preferred_event":
            chosen = [candidate.member(candidate.fields().get(kind))]
        else:
            chosen = candidate.members(kind)
        for member in filter(None, chosen):
            yield from want(member, start, names)
    return found

