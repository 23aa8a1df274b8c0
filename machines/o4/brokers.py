"""Which brokers were told of a notice: each says so in a message, by its address.

The message is that of the notice's file, or one of its own; then it is about the notice of which a
file was written last.
"""

import re
from math import inf

from fsm.chart import ABSENT, RIGHT, UNKNOWN, Verdict, log, predicate

TOGETHER = 60.0  # seconds within which the files of one notice come
SENT = "Kafka alert notice sent to"
_ADDRESS = re.compile(re.escape(SENT) + r"\s+(\S+)")
_NOTICE = re.compile(r".+-(preliminary|earlywarning|initial|update|retraction)\.(?:json|avro)")


def addresses(evidence, kind, since, until):
    """The brokers told of each notice of a kind in a time, unix seconds.

    Returns:
        For each notice a mapping of addresses to when they were told, at first.
    """
    found, present, last = [{}], None, -inf
    for entry in sorted(evidence.logs.values(), key=lambda e: (e.time, e.number or 0)):
        name = _NOTICE.fullmatch(entry.filename)
        if name:
            if name[1] != present or entry.time > last + TOGETHER:
                found.append({})
            present, last = name[1], entry.time
        match = _ADDRESS.search(entry.comment)
        about = present if name or not entry.filename else None
        if match and about in (kind, None) and since <= entry.time <= until:
            found[-1].setdefault(match[1], entry.time)
    return found


def told(kind, after):
    """Expect that as many brokers as there are were told of a notice, after an annotation."""
    def judge(evidence, scope):
        since = after.judge(evidence, scope)
        if not since.right:
            unknown = since.kind == UNKNOWN
            return Verdict(UNKNOWN if unknown else ABSENT,
                           f"it must come after {after.words()}, but {since.why}")
        found = max(addresses(evidence, kind, since.at or 0.0, scope.until), key=len)
        wanted = int(scope.values["brokers"])
        if len(found) < wanted:
            only = f": {', '.join(sorted(found))}" if found else ""
            return Verdict(ABSENT, f"{len(found)} of {wanted} brokers were told{only}")
        return Verdict(RIGHT, f"{wanted} brokers were told", sorted(found.values())[wanted - 1])

    return predicate(judge, f"“{SENT}” for each of {{brokers}} brokers, after {after.words()}",
                     watches=[log(SENT)], options=["brokers"])
