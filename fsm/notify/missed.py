"""What was missed in a day, as plain data: by process, and what were false alarms.

The morning digest and the page of a party say the same of it, since both have it from here.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import cast

import attrs
import sqlalchemy as sa

from fsm.core.charts.keys import without_key
from fsm.core.charts.outcomes import FAILURE
from fsm.core.charts.rules import LATE, MISSING
from fsm.core.engine.effects import Notify
from fsm.core.evidence.fields import Plain
from fsm.core.times import DAY
from fsm.io.journal.outgoing import read_effect
from fsm.io.journal.readable import Readable
from fsm.io.journal.schema import LATENCIES, POST
from fsm.notify.problems import Context

WEEK = 7  # days before with which the last one is compared
SOON = 300.0  # seconds after its deadline; what came as soon as that was a false alarm
_FAILURES = sa.select(POST.c.body, sa.func.min(POST.c.time)).where(
    POST.c.time >= sa.bindparam("since"), POST.c.time < sa.bindparam("until"),
    POST.c.key.contains(f"/{FAILURE}/")).group_by(POST.c.key, POST.c.body)
_LATE = sa.select(
    LATENCIES.c.graceid, LATENCIES.c.process, LATENCIES.c.check, LATENCIES.c.at).where(
    LATENCIES.c.time >= sa.bindparam("since"), LATENCIES.c.state.in_((LATE, MISSING)))


@attrs.frozen
class Miss:
    """A failure that was told.

    Attributes:
        message: that told it.
        time: when, unix seconds.
        late: how long after its deadline it came, seconds; None where it has not come.
    """

    message: Notify
    time: float
    late: float | None


def misses(journal: Readable, since: float, until: float) -> Iterator[Miss]:
    """The failures of candidates that were told.

    Args:
        journal: that has them.
        since, until: unix seconds.
    """
    came = {(graceid, process, check): at for graceid, process, check, at
            in journal.db.execute(_LATE, {"since": since})}
    rows = journal.db.execute(_FAILURES, {"since": since, "until": until}).all()
    with journal.reading("what was told"):
        for body, time in rows:
            message = cast(Notify, read_effect(body))
            at = came.get((message.graceid, message.process, message.check))
            late = None if at is None or message.since is None else at - message.since
            if message.graceid and message.outcome == FAILURE:
                yield Miss(message, time, late)


def of_party(told: Iterable[Miss], party: str, moment: float, context: Context) -> Plain:
    """What a party has missed in the day until a moment.

    Args:
        told: of that day, and of the week before.
        party: its name.
        moment: unix seconds.
        context: what messages hang on.

    Returns:
        A mapping with ``missed``, the number of checks; ``processes``, mappings with ``title``,
        ``process``, ``checks`` (their number), ``candidates``, ``before`` (checks a day in the week
        before), ``longest`` (seconds, None where nothing came late) and ``never`` (number of those
        that have not come), the gravest and then the most first; ``false_alarms``, likewise with
        ``process``, ``check``, ``number`` and ``longest``.
    """
    told = [miss for miss in told if party in miss.message.to]
    last = [miss for miss in told if miss.time >= moment - DAY]
    soon = [miss for miss in last if miss.late is not None and miss.late <= SOON]
    before: dict[str, int] = defaultdict(int)
    for miss in told:
        before[_title(miss, context)] += miss.time < moment - DAY
    return {
        "missed": len(last),
        "processes": [_process(title, some, before[title])
                      for title, some in _grouped(last, context, lambda one: _title(one, context))],
        "false_alarms": [
            {"process": some[0].message.process, "check": some[0].message.check,
             "number": len(some), "longest": max(miss.late or 0.0 for miss in some)}
            for _, some in _grouped(soon, context, lambda one:
                                    f"{one.message.process} {one.message.check}")],
    }


def _process(title: str, some: list[Miss], before: int) -> Plain:
    return {"title": title, "process": without_key(some[0].message.process),
            "checks": len(some),
            "candidates": sorted({miss.message.graceid for miss in some}),
            "before": before / WEEK,
            "longest": max((miss.late for miss in some if miss.late is not None), default=None),
            "never": sum(miss.late is None for miss in some)}


def _title(miss: Miss, context: Context) -> str:
    chart = context.chart(miss.message.process)
    return chart.title if chart else miss.message.process


def _grouped(some: Iterable[Miss], context: Context,
             title: Callable[[Miss], str]) -> list[tuple[str, list[Miss]]]:
    """Misses under titles, the gravest and then the most first."""
    groups: dict[str, list[Miss]] = defaultdict(list)
    for miss in some:
        groups[title(miss)].append(miss)
    return sorted(groups.items(), key=lambda one: (
        min(context.rank(miss.message.process, miss.message.significance) for miss in one[1]),
        -len(one[1]), one[0]))
