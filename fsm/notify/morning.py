"""The morning digest: what each party is told of the last day as a whole, once a day."""

from collections.abc import Iterable, Iterator, Sequence

from fsm.core.charts.severity import LOW
from fsm.core.evidence.fields import Plain
from fsm.core.printable import counted, rounded, short
from fsm.core.times import DAY, span, utc
from fsm.io.delivery.routes import let_through
from fsm.io.journal.journal import Journal
from fsm.io.journal.outgoing import GOOD_NEWS, Letter, letter_key
from fsm.notify.digests import Digests
from fsm.notify.letters import SUBJECT, following
from fsm.notify.missed import SOON, WEEK, Miss, misses, of_party
from fsm.notify.problems import problems
from fsm.notify.reminders import Reminders

SENT = "morning digest"  # the fact: of which moment the last one was, unix seconds
MOST = 50  # lines of each part


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
        told = list(misses(self.journal, moment - (1 + WEEK) * DAY, moment))
        return [letter for party in self.digests.context.book.names
                for letter in self._of_party(party, told, moment, now)]

    def _of_party(self, party: str, told: Iterable[Miss], moment: float,
                  now: float) -> Iterator[Letter]:
        context = self.digests.context
        addresses = [one for one in context.book.addresses([party])
                     if let_through(self.digests.routes, one, party, LOW)]
        found = of_party(told, party, moment, context)
        still = problems([one for one in self.reminders.all() if party in one.message.to],
                         context, now)
        if not addresses or not (found["missed"] or still):
            return
        subject = (f"Morning digest of {utc(moment)[:10]}: {party}: "
                   f"{found['missed']} late or missing, {len(still)} still open")
        lines = [f"What came late or never in the day until {utc(moment)}, as told to "
                 f"{short(party, 80)}."]
        lines += _part("Late or missing", map(_missed, found["processes"]))
        lines += _part("Still open", map(_open, still))
        lines += _part(f"False alarms, which came within {span(SOON)} after the deadline",
                       map(_false_alarm, found["false_alarms"]))
        text = "\n".join([*lines, "", "-- ", "Event Supervisor. More: fsm status"]) + "\n"
        for address in addresses:
            key = letter_key(address, [f"{SENT}/{party}/{moment:.0f}"])
            yield Letter(now, address, short(subject, SUBJECT), text, key, GOOD_NEWS)


def _missed(one: Plain) -> str:
    """What was missed of a process, and how often on a day before."""
    facts = [f"{counted(one['checks'], 'check')} of "
             f"{counted(len(one['candidates']), 'candidate')}",
             f"{rounded(one['before'], 2)} a day in the week before",
             f"at most {span(round(one['longest']))} late" if one["longest"] is not None else "",
             f"{one['never']} have not come" if one["never"] else ""]
    return f"{one['title']}: {', '.join(filter(None, facts))}"


def _false_alarm(one: Plain) -> str:
    return (f"{one['process']} {one['check']}: {counted(one['number'], 'time')}, at most "
            f"{span(round(one['longest']))} late; 'fsm latency --suggest' proposes deadlines")


def _open(problem: Plain) -> str:
    since = "" if problem["due"] is None else f", due {utc(problem['due'])}"
    if problem["follows"]:
        since += f", and what follows from it: {following(problem)}"
    known = problem["acknowledged"]
    if known is None:
        return f"{problem['subject']}{since}"
    return f"{problem['subject']}{since}; {known['words']}"


def _part(title: str, lines: Iterable[str]) -> Sequence[str]:
    """A part of the letter, () where it is empty."""
    made = list(lines)
    more = [f"... and {len(made) - MOST} more"] if len(made) > MOST else []
    return ["", f"{title}:", *(f"- {short(line)}" for line in made[:MOST]), *more] if made else ()
