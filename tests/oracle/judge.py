"""What must be told of a recording, and what may be."""

import attrs

from tests.oracle.rows import ROWS, RULES
from tests.oracle.terms import AGAIN
from tests.oracle.world import worlds

FOR_EVER = 1e12  # unix seconds
MARGIN = 10.0  # seconds before a deadline in which clocks may differ


@attrs.frozen
class Finding:
    """Something that must be told, or (``must`` false) may be.

    Attributes:
        graceid, row: of what.
        start, due: since when it was expected, by when; unix seconds.
        must: whether.
        why: in a few words.
    """

    graceid: str
    row: str
    start: float
    due: float
    must: bool
    why: str


def grace(within):
    """Seconds after a deadline until which nobody need be told: most deadlines are estimates."""
    return max(150.0, within / 2)


def judge(lines):
    """All findings about a recording; whatever is not among them must not be told."""
    found = []
    for candidate in worlds(lines).values():
        for row in ROWS:
            if row.of == candidate.kind:
                found += _judged(row, candidate, found)
        for rule in RULES:
            if rule.of == candidate.kind:
                found += _lasting(rule, candidate)
    return found


def _judged(row, candidate, found):
    starts = sorted(row.start(candidate), key=lambda start: start[0])
    lacking = None  # when something was found lacking that has not come since
    for number, (time, names) in enumerate(starts):
        late = time + row.within + grace(row.within)
        bound = {**names, AGAIN: any(names == also for _, also in starts[:number])}
        given = _given(row, candidate, time)
        if given is False:
            if any(good is False for _, good in row.want(candidate, time, bound)):
                yield Finding(candidate.graceid, row.name, time, time + row.within, False,
                              "wrong, though not due")
            continue
        state, why = _found(row, candidate, time, bound, late)
        if state is None:
            continue
        must = bool(state and given and row.sure and candidate.heard >= time
                    and not _called_off(row, candidate, time, late)
                    and not any(time < other <= late for other, also in starts if also == names)
                    and not _given_up(row, candidate, found, time)
                    and not (lacking == names and why == "missing"))
        if must:
            lacking = names
        yield Finding(candidate.graceid, row.name, time, time + row.within, must, why)


def _given(row, candidate, time):
    """Whether a row is expected that starts at a time; None where that is open."""
    given = [condition(candidate, time) for condition in row.given]
    if any(one is not None and not one for one in given):
        return False
    moment = time + row.sending
    holding = [name for name in row.held if candidate.on(name, moment)]
    if holding:  # when nothing holds it back any more, it may be sent after all
        ended = all(off is not None for name in holding for _, off in candidate.spans[name])
        return None if ended else False
    return None if None in given else True


def _called_off(row, candidate, time, late):
    """Whether something happens meanwhile for which it need not come, or be told of."""
    ended = not row.name.startswith("retraction") and candidate.touched("ADVNO", time, late)
    return ended or any(candidate.touched(name, time, late) for name in row.held) \
        or not _still_on(candidate, time, late)


def _found(row, candidate, time, names, late):
    """True where it surely lacks, False where that may be said, None where it is there."""
    due = time + row.within
    marks = sorted(row.want(candidate, time, names), key=lambda mark: mark[0])
    right = [when for when, good in marks if good]
    first = right[0] if right else None
    if first is None or first > late:
        unsure = any(good is None and when <= late for when, good in marks)
        wrong = any(good is False and when <= late for when, good in marks)
        return not unsure, "wrong" if wrong else "late" if right else "missing"
    if any(good is False for _, good in marks):
        return False, "another is wrong"
    hardly = first > due - min(MARGIN, row.within / 4)
    return (False, "hardly on time") if hardly else (None, "")


def _still_on(candidate, time, late):
    """Whether what had started it is still so when people are told: labels can be taken off."""
    return all(_lasts(candidate, name, time, late) for name in candidate.spans
               if any(on == time for on, _ in candidate.spans[name]))


def _lasts(candidate, name, time, late):
    return any(on == time and (off is None or off > late) for on, off in candidate.spans[name])


def _given_up(row, candidate, found, time):
    return row.follows and any(f.row == row.follows and f.graceid == candidate.graceid
                               and abs(f.start - time) < 1 for f in found)


def _moments(candidate):
    members = [*candidate.members("gw_events"), *candidate.members("em_events")]
    for one in (candidate, *members):
        yield from (time for time, _ in one.values)
        yield from (entry.time for entry in one.entries)
        for spans in one.spans.values():
            yield from (time for span in spans for time in span if time is not None)


def _lasting(rule, candidate):
    """How long a state lasts that may not: for each time, from its beginning to its end."""
    since, sure = None, True
    for time in [*sorted(set(_moments(candidate))), FOR_EVER]:
        wrong = rule.wrong(candidate, time)
        if since is not None and (wrong is False or time == FOR_EVER):
            lasted = time - since
            if lasted > rule.lasting / 2:
                must = sure and lasted > rule.lasting + grace(rule.lasting)
                yield Finding(candidate.graceid, rule.name, since, since + rule.lasting, must,
                              "lasts")
            since, sure = None, True
        elif since is None and wrong is not False:
            since = time
        sure = sure and wrong is not None
