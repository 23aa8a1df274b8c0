"""Gathers what each address is to be told: what comes together is told together.

A storm of failures makes a few digests, not a thousand letters: a message waits a little for
others to the same address, and while letters to it follow each other the wait grows.
"""

from collections.abc import Iterable, Iterator
from typing import cast

import attrs
import sqlalchemy as sa

from fsm.core.charts.outcomes import FAILURE
from fsm.core.engine.effects import Notify
from fsm.core.evidence.fields import Plain
from fsm.io.delivery.address_book import AddressBook
from fsm.io.journal.journal import Journal
from fsm.io.journal.outgoing import Letter, read_effect, written, written_key
from fsm.io.journal.schema import POST
from fsm.io.journal.upserts import add_new
from fsm.notify.letters import letter

LONGEST = 300.0  # seconds that a message waits at most, in the longest storm
CALM = 600.0  # seconds without a letter after which an address waits as little as at first
_ADD = add_new(POST)


@attrs.define(slots=True)
class _Address:
    """When the first waiting message came, when the last letter went, how long one waits now."""

    first: float | None = None
    last: float = float("-inf")
    wait: float = 0.0


class Digests:
    """The messages that wait to become letters.

    Args:
        journal: :class:`~fsm.io.journal.journal.Journal`.
        book: function from names of parties to their addresses,
            :class:`~fsm.io.delivery.address_book.AddressBook`.
        gather: seconds that a first message waits for others.
        web: address of GraceDB's pages.
    """

    def __init__(self, journal: Journal, book: AddressBook, gather: float, web: str = "") -> None:
        self.journal, self.book, self.gather, self.web = journal, book, gather, web
        self._addresses: dict[str, _Address] = {}
        rows = journal.db.execute(sa.select(POST.c.address, sa.func.min(POST.c.time))
                                  .where(POST.c.letter.is_(None)).group_by(POST.c.address))
        for address, first in rows:
            self._addresses[address] = _Address(first, wait=gather)

    def put(self, messages: Iterable[Notify], now: float) -> None:
        """Keep messages, within the journal's transaction.

        Args:
            messages: :class:`~fsm.core.engine.effects.Notify` objects.
            now: unix seconds.
        """
        for message in messages:
            self.add(message, self.book.addresses(message.to), now)

    def add(self, message: Notify, addresses: Iterable[str], now: float) -> None:
        """Keep a message for these addresses, but for those that have it already."""
        rows: list[Plain] = [{"address": address, "key": written_key(message), "time": now,
                              "body": written(message)} for address in addresses]
        if not rows:
            return
        self.journal.db.execute(_ADD, rows)
        # What is wrong with the supervisor itself is no part of a storm, and may be its cause.
        urgent = not message.graceid and message.outcome == FAILURE
        for row in rows:
            known = self._addresses.setdefault(row["address"], _Address(wait=self.gather))
            if known.first is None:
                known.first = now
            if urgent:
                known.wait = self.gather

    def due(self, now: float) -> list[str]:
        """The addresses to which a letter is to be written now, unix seconds."""
        return [address for address, known in self._addresses.items()
                if known.first is not None and now >= _ready(known.first, known.wait, now)]

    def letters(self, addresses: Iterable[str], now: float) -> list[Letter]:
        """Write the letters to these addresses, within the journal's transaction."""
        return [made for address in addresses for made in self._letter(address, now)]

    def waiting(self) -> list[str]:
        """The addresses for which something waits."""
        return [address for address, known in self._addresses.items() if known.first is not None]

    def _letter(self, address: str, now: float) -> Iterator[Letter]:
        known = self._addresses[address]
        self._note_sent(known, now)
        db = self.journal.db
        rows = db.execute(sa.select(POST.c.number, POST.c.body).where(
            POST.c.address == address, POST.c.letter.is_(None)).order_by(POST.c.number)).all()
        if not rows:
            return
        with self.journal.reading(f"a message to {address}"):
            messages = [cast(Notify, read_effect(body)) for _, body in rows]
        made = letter(address, messages, now, self.web, self.book.parties(address))
        db.execute(sa.update(POST).where(POST.c.address == address, POST.c.letter.is_(None))
                   .values(letter=made.key))
        yield made

    def _note_sent(self, known: _Address, now: float) -> None:
        calm = abs(now - known.last) > CALM
        known.first, known.last = None, now
        known.wait = self.gather if calm else min(2 * max(known.wait, 1.0), LONGEST)


def _ready(first: float, wait: float, now: float) -> float:
    """When a letter may be written; a clock that went back holds nothing up."""
    return now if first > now else first + wait
