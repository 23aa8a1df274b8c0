"""Whom letters reach: what is wrong with a channel, and what with one address of it.

A trouble belongs to who has it. That of an address is over when this one has been reached, that of
a channel when it has taken anything. What fails while all else arrives is the letter's own: it is
no trouble until it is given up. So no trouble begins or ends because it is told.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from fsm.core.evidence.fields import Plain
from fsm.io.addresses import is_mail
from fsm.io.delivery.attempts import CHANNEL, LETTER, TARGET, Delivered
from fsm.io.delivery.outbox import Outbox
from fsm.io.journal.schema import OUTBOX
from fsm.io.reports import Report

TRIED = 2  # attempts that may fail before it is told
OK, FAILING, GIVEN_UP = "ok", "failing", "given up"


def name_of(channel: str, target: str = "") -> str:
    """The name of the trouble of an address, or of the channel itself."""
    return f"{channel} to {target}" if target else f"channel {channel}"


class Reachability:
    """Judges how deliveries have ended.

    Args:
        outbox: :class:`~fsm.io.delivery.outbox.Outbox`.
    """

    def __init__(self, outbox: Outbox) -> None:
        self.outbox = outbox

    def reports(self, delivered: Collection[Delivered]) -> Iterator[Report]:
        """What attempts to deliver tell about channels and addresses."""
        for one in delivered:
            if not one.error:
                yield from _arrived(one)
            elif one.final or one.tries >= TRIED:
                yield from self._failed(one, delivered)

    def left(self, names: Iterable[str], addresses: Collection[str]) -> Iterator[Report]:
        """What is over, whether or not anything has just been delivered: who is told nothing any
        more, and who was reached before a restart.

        Args:
            names: of troubles.
            addresses: the names of all addresses.
        """
        for name in names:
            channel, _, target = name.partition(" to ")
            if target and channel in self.outbox.channels and target not in addresses:
                yield Report(name, False, f"nobody is told anything at {target} any more", "")
            elif target and channel in self.outbox.channels and self._is_reached(channel, target):
                yield Report(name, False, f"{target} is reached again", "")
            own = name.removeprefix("channel ").removesuffix(", given up")
            if name.startswith("channel ") and own not in self.outbox.channels:
                yield Report(name, False, "it is configured no more", "")

    def _is_reached(self, channel: str, target: str) -> bool:
        """Whether the last letter to an address has arrived, and none fails."""
        _, error = self._last(channel, target) or (None, "nothing has been sent")
        return error is None and self.outbox.failing_since(channel, target) is None

    def states(self, now: float, incidents: Mapping[str, float],
               addresses: Iterable[str]) -> list[Plain]:
        """How each channel and each address fares, a list of mappings for JSON.

        Args:
            now: unix seconds.
            incidents: names of troubles, and since when they are told.
            addresses: the names of those in the address book.
        """
        waiting = self._waiting()
        known = {(name, "") for name in self.outbox.channels} | set(waiting)
        for one in addresses:
            channel = "mail" if is_mail(one) else "chat"
            known |= {(channel, one)} if channel in self.outbox.channels else set()
        return [self._state(channel, target, waiting.get((channel, target)), now, incidents)
                for channel, target in sorted(known)]

    def _failed(self, one: Delivered, delivered: Collection[Delivered]) -> Iterator[Report]:
        tries = f"{one.tries + 1} times: {one.error}"
        never = f"could never be delivered: {one.error}"
        if not one.target:
            name = name_of(one.channel)
            yield (Report(f"{name}, given up", True, f"something {never}", "") if one.final
                   else Report(name, True, f"it could not deliver {tries}", ""))
        elif self._is_channels(one, delivered):
            yield Report(name_of(one.channel), True, f"it could not deliver {tries}", "")
        elif one.final:
            yield Report(name_of(one.channel, one.target), True,
                         f"a letter to {one.target} was given up: {one.error}. What it said went "
                         "to the other addresses of its party, or to the operators", "")
        elif not self._taken(one, delivered, one.since, one.target):
            yield Report(name_of(one.channel, one.target), True,
                         f"{one.target} could not be reached {tries}", "")

    def _is_channels(self, one: Delivered, delivered: Collection[Delivered]) -> bool:
        """Whether a failure is the channel's trouble."""
        since = one.since
        if one.whose != CHANNEL:
            since = self.outbox.failing_since(one.channel, one.target) or since
        if one.whose == TARGET or self._taken(one, delivered, since):
            return False
        return one.whose != LETTER or self.outbox.others_fail(one.channel, one.target)

    def _taken(self, failed: Delivered, delivered: Collection[Delivered], since: float,
               target: str = "") -> bool:
        """Whether anything has gone the same way as what failed, since a time or just now."""
        return any(not one.error and one.channel == failed.channel and target in ("", one.target)
                   for one in delivered) or self.outbox.taken_since(since, failed.channel, target)

    def _waiting(self) -> dict[tuple[str, str], list[Any]]:
        """By channel and target: how many effects wait and since when, and of those that have
        failed how many, since when, and when they are tried again."""
        failed = sa.case((OUTBOX.c.tries > 0, 1))
        columns = (sa.func.count(), sa.func.min(OUTBOX.c.since), sa.func.count(failed),
                   sa.func.min(failed * OUTBOX.c.since), sa.func.min(failed * OUTBOX.c.next))
        rows = self.outbox.journal.db.execute(
            sa.select(OUTBOX.c.channel, OUTBOX.c.target, *columns)
            .where(OUTBOX.c.done.is_(None), OUTBOX.c.channel.is_not(None),
                   OUTBOX.c.target.is_not(None)).group_by(OUTBOX.c.channel, OUTBOX.c.target))
        return {(channel, target): [one if isinstance(one, int | float) else None for one in row]
                for channel, target, *row in rows}  # damage may have left anything there

    def _state(self, channel: str, target: str, waiting: list[Any] | None, now: float,
               incidents: Mapping[str, float]) -> Plain:
        number, oldest, failed, since, again = waiting or (0, None, 0, None, None)
        name = name_of(channel, target)
        done, error = self._last(channel, target) or (None, None)
        if error:
            state, since = GIVEN_UP, incidents.get(name, done)
        elif failed or name in incidents:
            state, since = FAILING, incidents.get(name, since)
            error = self._why(channel, target)
        else:
            state, since = OK, None
        return {"name": name, "channel": channel, "target": target, "state": state,
                "since": since, "waiting": number,
                "oldest": 0.0 if oldest is None else max(0.0, now - oldest),
                "next": None if again is None else max(again, now), "reason": error or ""}

    def _last(self, channel: str, target: str) -> Any:
        """When the last letter to an address was delivered or given up, and why the latter; None
        where neither has been."""
        return target and self.outbox.journal.db.execute(
            sa.select(OUTBOX.c.done, OUTBOX.c.error)
            .where(OUTBOX.c.channel == channel, OUTBOX.c.target == target,
                   OUTBOX.c.done.is_not(None))
            .order_by(OUTBOX.c.done.desc(), OUTBOX.c.number.desc()).limit(1)).first()

    def _why(self, channel: str, target: str) -> str | None:
        """What was said when something that waits has failed; the last of it that is known."""
        return self.outbox.journal.db.scalar(
            sa.select(OUTBOX.c.error)
            .where(OUTBOX.c.done.is_(None), OUTBOX.c.error.is_not(None),
                   OUTBOX.c.channel == channel,
                   OUTBOX.c.target == target if target else sa.true())
            .order_by(OUTBOX.c.number.desc()).limit(1))


def _arrived(one: Delivered) -> Iterator[Report]:
    name = name_of(one.channel)
    yield Report(name, False, "it delivers again", "")
    yield Report(f"{name}, given up", False, "it delivers again", "")
    if one.target:
        yield Report(name_of(one.channel, one.target), False, f"{one.target} is reached again")
