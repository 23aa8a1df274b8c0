"""What was told to be wrong: what is known of it, which is meant, and what no chart expects."""

from collections.abc import Callable, Iterable

import attrs
import sqlalchemy as sa

from fsm.core.charts.outcomes import RECOVERY
from fsm.core.engine.effects import Notify
from fsm.core.times import utc
from fsm.io.journal.schema import ALARMS


@attrs.frozen
class About:
    """Which alarms are meant.

    Attributes:
        graceid: the candidate; "" for the supervisor's own troubles.
        process: name of a process, with or without its key; "" for all.
        check: name of a check, likewise.
    """

    graceid: str
    process: str = ""
    check: str = ""

    @property
    def conditions(self) -> tuple[sa.ColumnElement[bool], ...]:
        """What is true of their rows."""
        return (ALARMS.c.graceid == self.graceid, _meant(self.process, ALARMS.c.process),
                _meant(self.check, ALARMS.c.check))


@attrs.define(slots=True)
class Alarm:
    """Something wrong.

    Attributes:
        name: tells it from others.
        message: the :class:`~fsm.core.engine.effects.Notify` that told it.
        reminded: how often it was told again.
        next: when it is next told again, unix seconds; infinity for never.
        acknowledged: by whom, or "".
        note: in the words of who has acknowledged it, perhaps "".
        until: when the acknowledgement expires, unix seconds; None for never.
    """

    name: str
    message: Notify
    reminded: int
    next: float
    acknowledged: str = ""
    note: str = ""
    until: float | None = None

    @property
    def acknowledgement(self) -> str:
        """That it is acknowledged, in words; "" where it is not."""
        return acknowledgement(self.acknowledged, self.note, self.until) \
            if self.acknowledged else ""


def acknowledgement(by: str, note: str, until: float | None) -> str:
    """How it is told that something is acknowledged.

    Args:
        by: whom.
        note: in their words, perhaps "".
        until: when that expires, unix seconds; None for never.
    """
    expires = "" if until is None else f" until {utc(until)}"
    return f"acknowledged by {by}{expires}{f': {note}' if note else ''}"


def without_chart(alarms: Iterable[Alarm], expected: Callable[[Notify], bool],
                  now: float) -> list[Notify]:
    """The messages that end what no chart expects any more; with them it is over.

    Args:
        alarms: all there are.
        expected: whether what a message is about may still be expected of its candidate.
        now: unix seconds.
    """
    return [alarm.message._replace(
                time=now, outcome=RECOVERY, key=f"{alarm.message.key}/no chart",
                message="no chart expects this any more, so it is not waited for")
            for alarm in alarms if alarm.message.graceid and not expected(alarm.message)]


def _meant(wanted: str, column: sa.Column[str]) -> sa.ColumnElement[bool]:
    """Whether a column has a name, with or without a key in brackets; "" for any name."""
    if not wanted:
        return sa.true()
    if "[" in wanted:
        return column == wanted
    start = sa.literal(f"{wanted}[", column.type)  # LIKE would not tell a from A everywhere
    return sa.or_(column == wanted, sa.func.substr(column, 1, sa.func.length(start)) == start)
