"""Gathers what each address is to be told: what comes together is told together.

A storm of failures makes a few digests, not a thousand letters: a message waits a little for
others to the same address, and while letters to it follow each other the wait grows. All of it is
in the journal alone, since several supervisors may share that.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import cast

import sqlalchemy as sa

from fsm.core.charts.outcomes import ESCALATION, FAILURE, RECOVERY, TEST
from fsm.core.engine.effects import Notify
from fsm.core.evidence.fields import Plain
from fsm.io.delivery.routes import Route, let_through
from fsm.io.journal.journal import Journal
from fsm.io.journal.outgoing import Letter, read_effect, written, written_key
from fsm.io.journal.recent import Recent
from fsm.io.journal.schema import PACES, POST, storable
from fsm.io.journal.upserts import add_new, upsert
from fsm.notify.alarms import Alarm
from fsm.notify.letters import MOST, letter
from fsm.notify.problems import Context

LONGEST = 300.0  # seconds that a message waits at most, in the longest storm
CALM = 600.0  # seconds without a letter after which an address waits as little as at first
_ADD = add_new(POST)
_PACE = upsert(PACES, ["address"], ["last", "wait"])
_WAITING = sa.select(POST.c.address, sa.func.min(POST.c.time).label("first")).where(
    POST.c.letter.is_(None)).group_by(POST.c.address).subquery()
_FIRST = sa.select(_WAITING.c.address, _WAITING.c.first, PACES.c.wait).join(
    PACES, PACES.c.address == _WAITING.c.address, isouter=True).order_by(_WAITING.c.address)
_MESSAGES = sa.select(POST.c.number, POST.c.body).where(
    POST.c.address == sa.bindparam("to"), POST.c.letter.is_(None)).order_by(POST.c.number
    ).with_for_update()  # who leads no more may be writing the same letter still
_WRITTEN = sa.update(POST).where(POST.c.number == sa.bindparam("n")).values(
    letter=sa.bindparam("key_of_letter"))


class Digests:
    """The messages that wait to become letters.

    Args:
        journal: :class:`~fsm.io.journal.journal.Journal`.
        context: what messages hang on, with the address book:
            :class:`~fsm.notify.problems.Context`.
        gather: seconds that a first message waits for others.
        routes: which addresses are told only of what is grave enough.
        alarms: function that returns what is wrong with a candidate, by which messages may be
            caused.
    """

    def __init__(self, journal: Journal, context: Context, gather: float,
                 routes: Sequence[Route] = (),
                 alarms: Callable[[str], Iterable[Alarm]] = lambda graceid: ()) -> None:
        self.journal, self.context, self.gather = journal, context, gather
        self.routes, self.alarms = routes, alarms
        self._first = Recent(lambda: journal.db.execute(_FIRST).all())

    def put(self, messages: Iterable[Notify], now: float) -> None:
        """Keep messages, within the journal's transaction.

        Args:
            messages: :class:`~fsm.core.engine.effects.Notify` objects.
            now: unix seconds.
        """
        for message in messages:
            self.add(message, self.addresses(message.to, message), now)

    def addresses(self, parties: Iterable[str], message: Notify) -> list[str]:
        """The addresses at which parties are told a message: those that its routes let through.

        That it is over is told where the failure was, however grave it would be by now.
        """
        grave, book = self.context.severity(message), self.context.book
        over = message.outcome == RECOVERY and message.graceid and self.routes
        return list(dict.fromkeys(
            address for party in parties for address in book.addresses([party])
            if message.outcome == TEST or (
                self._had_failure(address, message) if over else
                let_through(self.routes, address, party, grave))))

    def _had_failure(self, address: str, message: Notify) -> bool:
        """Whether this address was told the failure that is over, or that it lasted."""
        about = f"{message.graceid}/{message.process}/{message.check}"
        told = [storable(f"{about}/{outcome}/") for outcome in (FAILURE, ESCALATION)]
        return self.journal.db.scalar(sa.select(POST.c.number).where(
            POST.c.address == address,
            sa.or_(*(sa.func.substr(POST.c.key, 1, len(one)) == one for one in told))
        ).limit(1)) is not None

    def add(self, message: Notify, addresses: Iterable[str], now: float) -> None:
        """Keep a message for these addresses, but for those that have it already."""
        rows: list[Plain] = [{"address": address, "key": written_key(message), "time": now,
                              "body": written(message)} for address in addresses]
        if not rows:
            return
        self._first.forget()
        self.journal.db.execute(_ADD, rows)
        # What is wrong with the supervisor itself is no part of a storm, and may be its cause.
        if not message.graceid and message.outcome == FAILURE:
            self.journal.db.execute(sa.update(PACES).where(
                PACES.c.address.in_([row["address"] for row in rows])).values(wait=self.gather))

    def due(self, now: float) -> list[str]:
        """The addresses to which a letter is to be written now, unix seconds."""
        return [address for address, first, wait in self._first()
                if now >= _ready(first, self.gather if wait is None else wait, now)]

    def letters(self, addresses: Iterable[str], now: float) -> list[Letter]:
        """Write the letters to these addresses, within the journal's transaction; none to those
        for which nothing waits any more."""
        return [made for address in addresses for made in self._letter(address, now)]

    def waiting(self) -> list[str]:
        """The addresses for which something waits."""
        return list(self.journal.db.scalars(sa.select(_WAITING.c.address)))

    def _letter(self, address: str, now: float) -> Iterator[Letter]:
        db = self.journal.db
        self._first.forget()
        rows = db.execute(_MESSAGES, {"to": address}).all()
        if not rows:
            return
        with self.journal.reading(f"a message to {address}"):
            messages = [cast(Notify, read_effect(body)) for _, body in rows]
        about = list(dict.fromkeys(one.graceid for one in messages if one.graceid))[:MOST]
        others = [alarm for graceid in about for alarm in self.alarms(graceid)]
        made = letter(address, messages, now, self.context, others)
        db.execute(_WRITTEN, [{"n": number, "key_of_letter": made.key} for number, _ in rows])
        self._note_sent(address, now)
        yield made

    def _note_sent(self, address: str, now: float) -> None:
        last, wait = self.journal.db.execute(sa.select(PACES.c.last, PACES.c.wait).where(
            PACES.c.address == address)).first() or (float("-inf"), self.gather)
        calm = abs(now - last) > CALM
        self.journal.db.execute(_PACE, {
            "address": address, "last": now,
            "wait": self.gather if calm else min(2 * max(wait, 1.0), LONGEST)})


def _ready(first: float, wait: float, now: float) -> float:
    """When a letter may be written; a clock that went back holds nothing up."""
    return now if first > now else first + wait
