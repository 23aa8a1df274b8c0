"""The morning digest: what each party is told of the last day as a whole, once a day."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import cast

import attrs
import sqlalchemy as sa

from fsm.core.charts.outcomes import FAILURE
from fsm.core.charts.rules import LATE, MISSING
from fsm.core.charts.severity import LOW
from fsm.core.engine.effects import Notify
from fsm.core.evidence.fields import Plain
from fsm.core.printable import counted, rounded, short
from fsm.core.times import DAY, span, utc
from fsm.io.delivery.routes import let_through
from fsm.io.journal.journal import Journal
from fsm.io.journal.outgoing import GOOD_NEWS, Letter, letter_key, read_effect
from fsm.io.journal.schema import LATENCIES, POST
from fsm.notify.digests import Digests
from fsm.notify.letters import SUBJECT
from fsm.notify.problems import problems
from fsm.notify.reminders import Reminders

SENT = "morning digest"  # the fact: of which moment the last one was, unix seconds
WEEK = 7  # days before with which the last one is compared
SOON = 300.0  # seconds after its deadline; what came as soon as that was a false alarm
MOST = 50  # lines of each part
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


def seconds_of(time_of_day: str) -> float:
    """The seconds after midnight of a time of day such as ``08:00``."""
    hours, minutes = time_of_day.split(":")
    return 3600.0 * int(hours) + 60.0 * int(minutes)


class Morning:
    """Writes it.

    Args:
        journal: :class:`~fsm.io.journal.journal.Journal`.
        digests: :class:`~fsm.notify.digests.Digests`, whose context and routes it goes by.
        reminders: :class:`~fsm.notify.reminders.Reminders`.
        time_of_day: UTC, such as ``08:00``; "" for never.
    """

    def __init__(self, journal: Journal, digests: Digests, reminders: Reminders,
                 time_of_day: str) -> None:
        self.journal, self.digests, self.reminders = journal, digests, reminders
        self.time_of_day = time_of_day

    def due(self, now: float) -> float | None:
        """The moment of which one is to be written now, unix seconds, or None."""
        if not self.time_of_day:
            return None
        moment = now - now % DAY + seconds_of(self.time_of_day)
        moment -= DAY * (moment > now)
        sent = self.journal.fact(SENT)
        return moment if sent is None or sent < moment else None

    def letters(self, moment: float, now: float) -> list[Letter]:
        """Write the letters of a moment, within the journal's transaction; none before a first day
        has passed."""
        before = self.journal.fact(SENT)
        self.journal.set_facts(**{SENT: moment})
        if before is None:
            return []
        misses = list(self._misses(moment - (1 + WEEK) * DAY, moment))
        return [letter for party in self.digests.context.book.names
                for letter in self._of_party(party, misses, moment, now)]

    def _misses(self, since: float, until: float) -> Iterator[Miss]:
        came = {(graceid, process, check): at for graceid, process, check, at
                in self.journal.db.execute(_LATE, {"since": since})}
        rows = self.journal.db.execute(_FAILURES, {"since": since, "until": until}).all()
        with self.journal.reading("what was told"):
            for body, time in rows:
                message = cast(Notify, read_effect(body))
                at = came.get((message.graceid, message.process, message.check))
                late = None if at is None or message.since is None else at - message.since
                if message.graceid and message.outcome == FAILURE:
                    yield Miss(message, time, late)

    def _of_party(self, party: str, misses: Iterable[Miss], moment: float,
                  now: float) -> Iterator[Letter]:
        context = self.digests.context
        addresses = [one for one in context.book.addresses([party])
                     if let_through(self.digests.routes, one, party, LOW)]
        told = [miss for miss in misses if party in miss.message.to]
        last = [miss for miss in told if miss.time >= moment - DAY]
        still = problems([one for one in self.reminders.all() if party in one.message.to],
                         context, now)
        if not addresses or not (last or still):
            return
        subject = (f"Morning digest of {utc(moment)[:10]}: {party}: "
                   f"{len(last)} late or missing, {len(still)} still open")
        lines = [f"What came late or never in the day until {utc(moment)}, as told to "
                 f"{short(party, 80)}."]
        lines += _part("Late or missing", self._by_process(last, told, moment))
        lines += _part("Still open", map(_open, still))
        lines += _part(f"False alarms, which came within {span(SOON)} after the deadline",
                       self._false_alarms(last))
        text = "\n".join([*lines, "", "-- ", "Event Supervisor. More: fsm status"]) + "\n"
        for address in addresses:
            key = letter_key(address, [f"{SENT}/{party}/{moment:.0f}"])
            yield Letter(now, address, short(subject, SUBJECT), text, key, GOOD_NEWS)

    def _title(self, miss: Miss) -> str:
        chart = self.digests.context.chart(miss.message.process)
        return chart.title if chart else miss.message.process

    def _grouped(self, misses: Iterable[Miss],
                 title: Callable[[Miss], str]) -> list[tuple[str, list[Miss]]]:
        """Misses under titles, the gravest and then the most first."""
        groups: dict[str, list[Miss]] = defaultdict(list)
        for miss in misses:
            groups[title(miss)].append(miss)
        rank = self.digests.context.rank
        return sorted(groups.items(), key=lambda one: (
            min(rank(miss.message.process, miss.message.significance) for miss in one[1]),
            -len(one[1]), one[0]))

    def _by_process(self, last: Iterable[Miss], told: Iterable[Miss],
                    moment: float) -> Iterator[str]:
        """What was missed of each process, and how often on a day before."""
        before: dict[str, int] = defaultdict(int)
        for miss in told:
            before[self._title(miss)] += miss.time < moment - DAY
        for title, misses in self._grouped(last, self._title):
            candidates = {miss.message.graceid for miss in misses}
            longest = max((miss.late for miss in misses if miss.late is not None), default=None)
            never = sum(miss.late is None for miss in misses)
            facts = [f"{counted(len(misses), 'check')} of {counted(len(candidates), 'candidate')}",
                     f"{rounded(before[title] / WEEK, 2)} a day in the week before",
                     f"at most {span(round(longest))} late" if longest is not None else "",
                     f"{never} have not come" if never else ""]
            yield f"{title}: {', '.join(filter(None, facts))}"

    def _false_alarms(self, last: Iterable[Miss]) -> Iterator[str]:
        soon = [miss for miss in last if miss.late is not None and miss.late <= SOON]
        for title, misses in self._grouped(
                soon, lambda miss: f"{miss.message.process} {miss.message.check}"):
            longest = max(miss.late or 0.0 for miss in misses)
            yield (f"{title}: {counted(len(misses), 'time')}, at most {span(round(longest))} late; "
                   "'fsm latency --suggest' proposes deadlines")


def _open(problem: Plain) -> str:
    since = "" if problem["due"] is None else f", due {utc(problem['due'])}"
    known = problem["acknowledged"]
    if known is None:
        return f"{problem['subject']}{since}"
    until = "" if known["until"] is None else f" until {utc(known['until'])}"
    note = f": {known['note']}" if known["note"] else ""
    return f"{problem['subject']}{since}; acknowledged by {known['by']}{until}{note}"


def _part(title: str, lines: Iterable[str]) -> Sequence[str]:
    """A part of the letter, () where it is empty."""
    made = list(lines)
    more = [f"... and {len(made) - MOST} more"] if len(made) > MOST else []
    return ["", f"{title}:", *(f"- {short(line)}" for line in made[:MOST]), *more] if made else ()
