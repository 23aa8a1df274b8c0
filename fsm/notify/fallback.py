"""Tells by the next way those whom a letter could not reach.

That is every other address of theirs; where none of these has the message or may still get it, the
operators, who read whom it was for. An address is told a message once, whichever way it comes, so
this ends.
"""

import logging
from collections.abc import Iterable
from typing import cast

import sqlalchemy as sa

from fsm.core.charts.process import OPERATORS
from fsm.core.engine.effects import Notify
from fsm.io.delivery.attempts import Delivered
from fsm.io.journal.outgoing import read_effect, written_key
from fsm.io.journal.schema import OUTBOX, POST
from fsm.notify.digests import Digests

LOG = logging.getLogger("fsm")


class Fallback:
    """Finds it.

    Args:
        digests: :class:`~fsm.notify.digests.Digests`.
    """

    def __init__(self, digests: Digests) -> None:
        self.digests, self._db = digests, digests.journal.db

    def take(self, delivered: Iterable[Delivered], now: float) -> None:
        """Have the messages of letters that were given up told, within the journal's transaction.

        Args:
            delivered: :class:`~fsm.io.delivery.attempts.Delivered` objects, noted already.
            now: unix seconds.
        """
        for one in delivered:
            if one.error and one.final and one.target:
                for message in self._messages(one):
                    self._tell(message, one, now)

    def _messages(self, one: Delivered) -> list[Notify]:
        letter = sa.select(OUTBOX.c.key).where(OUTBOX.c.number == one.number).scalar_subquery()
        rows = self._db.scalars(sa.select(POST.c.body).where(
            POST.c.letter == letter, POST.c.address == one.target).order_by(POST.c.number)).all()
        with self.digests.journal.reading(f"a message to {one.target}"):
            return [cast(Notify, read_effect(body)) for body in rows]

    def _tell(self, message: Notify, one: Delivered, now: float) -> None:
        book = self.digests.context.book
        parties = [name for name in message.to if one.target in book.addresses([name])]
        lost = [name for name in parties or message.to
                if not self._told(message, self._others(name, one, message), now)]
        if not lost:
            return
        message = message._replace(message=f"{message.message} (for {', '.join(lost)}, not reached "
                                           f"at {one.target}: {one.error})")
        if not self._told(message, self._others(OPERATORS, one, message), now):
            LOG.error("nobody can be told, at %s or elsewhere: %s", one.target, message.message)

    def _others(self, party: str, one: Delivered, message: Notify) -> list[str]:
        return [address for address in self.digests.addresses([party], message)
                if address != one.target]

    def _told(self, message: Notify, addresses: list[str], now: float) -> bool:
        """Whether any of these addresses has a message or may get it; those that were not to are
        from now on."""
        self.digests.add(message, addresses, now)
        gone = sa.select(OUTBOX.c.key).where(
            OUTBOX.c.channel.in_(("mail", "chat")), OUTBOX.c.key == POST.c.letter,
            OUTBOX.c.done.is_not(None), OUTBOX.c.error.is_not(None))
        return self._db.scalar(sa.select(POST.c.number).where(
            POST.c.address.in_(addresses), POST.c.key == written_key(message),
            ~gone.exists()).limit(1)) is not None
