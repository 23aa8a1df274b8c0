"""What superevents are told of their events: only what has changed since they were told last."""

from collections.abc import Iterator

from fsm.core.engine.inputs import MemberNews
from fsm.core.engine.models import Candidate
from fsm.core.evidence.fields import OF_PREFERRED, Plain

FIELDS = ("graceid", "far", "gpstime", "created", "superevent", *OF_PREFERRED)


def news(candidate: Candidate, now: float) -> Iterator[MemberNews]:
    """Yield what the superevent of an event must be told, or the one that it has left.

    Args:
        candidate: an event that is in a superevent, or was; what it is told is noted in it.
        now: unix seconds.
    """
    evidence, told = candidate.evidence, candidate.informed
    superevent = evidence.superevent
    if told is not None and told["superevent"] != superevent:
        yield MemberNews(now, told["superevent"], candidate.graceid, "")
        told = candidate.informed = None
    if superevent is None:
        return
    if told is None:
        told = candidate.informed = {"superevent": superevent, "state": "", "fields": {},
                                     "labels": {}, "entries": []}
    made = _changes(candidate, told, now)
    if made is not None:
        yield made


def _changes(candidate: Candidate, told: Plain, now: float) -> MemberNews | None:
    evidence, known = candidate.evidence, set(told["entries"])
    fields = {name: evidence.fields[name] for name in FIELDS if name in evidence.fields}
    labels = {name: state.plain() for name, state in evidence.labels.items()
              if told["labels"].get(name) != state.plain()}
    entries = [entry for ids in evidence.files.values() for number in ids
               if (entry := evidence.logs[number]) and str(number) not in known]
    changed = fields if fields != told["fields"] else None
    if candidate.state == told["state"] and changed is None and not labels and not entries:
        return None
    told["state"], told["fields"] = candidate.state, fields
    told["labels"].update(labels)
    told["entries"] += [str(entry.identity) for entry in entries]
    return MemberNews(now, told["superevent"], candidate.graceid, candidate.state, changed,
                      tuple((name, *value) for name, value in sorted(labels.items())),
                      tuple(entries))
