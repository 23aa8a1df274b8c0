"""Which brokers were told of a notice: each says so in a message, by its address.

The message is that of the notice's file, or one of its own; then it is about the notice of which a
file was written last.
"""

import re

from fsm.chart import ABSENT, RIGHT, UNKNOWN, Evidence, Verdict, log, predicate
from fsm.core.expect.base import Expectation
from fsm.core.expect.scope import Scope

SENT = "Kafka alert notice sent to"
_ADDRESS = re.compile(re.escape(SENT) + r"\s+(\S+)")
_NOTICE = re.compile(r".+-(preliminary|earlywarning|initial|update|retraction)\.(?:json|avro)")


def addresses(evidence: Evidence, kind: str, since: float, until: float) -> dict[str, float]:
    """The brokers told of notices of a kind in a time, unix seconds: address to when, at first."""
    entries = sorted(evidence.logs.values(), key=lambda e: (e.time, e.number or 0))
    found: dict[str, float] = {}
    present = None
    for entry in entries:
        name = _NOTICE.fullmatch(entry.filename) if entry.filename else None
        present = name[1] if name else present
        match = _ADDRESS.search(entry.comment) if SENT in entry.comment else None
        about = present if name or not entry.filename else None
        if match and about in (kind, None) and since <= entry.time <= until:
            found.setdefault(match[1], entry.time)
    return found


def told(kind: str, after: Expectation) -> Expectation:
    """Expect that as many brokers as there are were told of a notice, after an annotation."""
    def judge(evidence: Evidence, scope: Scope) -> Verdict:
        since = after.judge(evidence, scope)
        if not since.right:
            unknown = since.kind == UNKNOWN
            return Verdict(UNKNOWN if unknown else ABSENT,
                           f"it must come after {after.words()}, but {since.why}")
        found = addresses(evidence, kind, since.at or 0.0, scope.until)
        wanted = int(scope.values["brokers"])
        if len(found) < wanted:
            only = f": {', '.join(sorted(found))}" if found else ""
            return Verdict(ABSENT, f"{len(found)} of {wanted} brokers were told{only}")
        return Verdict(RIGHT, f"{wanted} brokers were told", sorted(found.values())[wanted - 1])

    return predicate(judge, f"“{SENT}” for each of {{brokers}} brokers, after {after.words()}",
                     watches=[log(SENT, after=after)], options=["brokers"])
