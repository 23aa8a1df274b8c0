"""What has been told to be wrong and is not over: told again, with growing pauses, so many times.

An operator who has acknowledged something is not reminded of it any more, or not until the
acknowledgement expires; that it is over is told all the same. What is not expected for a while is
kept: if it is overdue again that is no news, but people are reminded of it as before. All of it is
in the journal alone, since several supervisors may share that.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, TypeGuard, cast

import sqlalchemy as sa

from fsm.core.charts.outcomes import FAILURE, RECOVERY, REMINDER
from fsm.core.charts.rules import NOT_EXPECTED, OVERDUE, WAIVED
from fsm.core.engine.effects import Effect, Notify, Restored, Retired, Transition
from fsm.core.evidence.fields import Plain
from fsm.io.journal.outgoing import read_effect, written
from fsm.io.journal.readable import Readable
from fsm.io.journal.schema import ALARMS
from fsm.io.journal.upserts import upsert
from fsm.notify.alarms import About, Alarm

# Instead of when an alarm is next told again, of what does not stand at present: since its check is
# not expected, or its candidate was taken out of supervision.
_NEEDLESS, _AWAY = -1.0, -2.0

_KEEP = upsert(ALARMS, ["name"], [one.name for one in ALARMS.columns if one.name != "name"])
_DROP = sa.delete(ALARMS).where(ALARMS.c.name == sa.bindparam("over"))
_REST = sa.update(ALARMS).where(ALARMS.c.name == sa.bindparam("needless")).values(next=_NEEDLESS)
_LEAVE = sa.update(ALARMS).where(ALARMS.c.graceid == sa.bindparam("left"),
                                 ALARMS.c.next >= 0).values(next=_AWAY)
_EVERY = sa.select(ALARMS.c.name, ALARMS.c.body, ALARMS.c.reminded, ALARMS.c.next,
                   ALARMS.c.acknowledged, ALARMS.c.note, ALARMS.c.until).order_by(ALARMS.c.name)
_ALL = _EVERY.where(ALARMS.c.next >= 0)
_DUE = _ALL.where(ALARMS.c.next <= sa.bindparam("now")).order_by(None).order_by(
    ALARMS.c.next, ALARMS.c.name)
_TAKEN = _DUE.with_for_update(skip_locked=True)  # but for those that another is changing
_GIVEN = sa.update(ALARMS).where(ALARMS.c.name == sa.bindparam("about")).values(
    reminded=sa.bindparam("count"), next=sa.bindparam("later"), acknowledged="", note="",
    until=None)
_BACK = sa.update(ALARMS).where(ALARMS.c.name == sa.bindparam("about")).values(
    next=sa.bindparam("later"))


class Reminders:
    """All that is wrong at present.

    Args:
        journal: :class:`~fsm.io.journal.readable.Readable`.
        first: seconds until the first reminder; each further pause is twice as long; 0 for none.
        most: number of reminders.
    """

    def __init__(self, journal: Readable, first: float, most: int) -> None:
        self.journal, self.first, self.most = journal, first, most

    def __len__(self) -> int:
        return self.journal.db.scalar(sa.select(sa.func.count()).select_from(ALARMS).where(
            ALARMS.c.next >= 0)) or 0

    def update(self, transitions: Iterable[Transition], effects: Iterable[Effect],
               now: float) -> None:
        """Take up what has begun, and drop what is over, within the journal's transaction.

        Args:
            transitions: :class:`~fsm.core.engine.effects.Transition` objects.
            effects: effects of any kind, decided at the same time.
            now: unix seconds.
        """
        now_so: dict[str, str] = {}  # the last state of what was overdue, or is
        for one in transitions:
            if OVERDUE in (one.source, one.dest):
                now_so[_name(one.graceid, one.process, one.check)] = one.dest
        left, back = set[str](), set[str]()
        begun: dict[str, Plain] = {}
        for effect in effects:
            if isinstance(effect, Retired):
                left.add(effect.graceid)
                for row in begun.values():
                    row["next"] = _AWAY if row["graceid"] == effect.graceid else row["next"]
            elif isinstance(effect, Restored):
                back.add(effect.graceid)
            elif isinstance(effect, Notify) and effect.outcome in (FAILURE, RECOVERY):
                name = _name(effect.graceid, effect.process, effect.check)
                begun.pop(name, None)
                if effect.outcome == FAILURE:
                    begun[name] = self._row(name, effect, now)
                else:
                    now_so[name] = RECOVERY
        needless = {name for name, state in now_so.items() if state in (WAIVED, NOT_EXPECTED)}
        over = {name for name, state in now_so.items() if state != OVERDUE} - needless
        self._write(_DROP, "over", over)
        self._write(_REST, "needless", needless)
        self._write(_LEAVE, "left", left)
        if begun:
            self.journal.db.execute(_KEEP, list(begun.values()))
        self._go_on(now_so.keys() - over - needless - begun.keys(), back, now)

    def due(self, now: float) -> list[Notify]:
        """The reminders to be sent now; each until it is :meth:`given`."""
        return [self._reminder(alarm, now) for alarm in self._read(_DUE, now=now)]

    def given(self, effects: Sequence[Effect], now: float) -> Sequence[Effect]:
        """Note that reminders are sent, within the transaction of the journal that sends them.

        Args:
            effects: of any kind.
            now: unix seconds.

        Returns:
            The effects without the reminders that are not to be sent any more, since it is over, or
            another supervisor has sent them.
        """
        if not any(map(_is_reminder, effects)):
            return effects
        due = {_identity(self._reminder(alarm, now)): alarm
               for alarm in self._read(_TAKEN, now=now)}
        sent = due.keys() & {_identity(one) for one in effects if _is_reminder(one)}
        if sent:
            self.journal.db.execute(_GIVEN, [self._advanced(due[one], now) for one in sorted(sent)])
        return [one for one in effects if not _is_reminder(one) or _identity(one) in sent]

    def acknowledge(self, about: About, who: str, note: str = "",
                    until: float | None = None) -> int:
        """Remind of these no more, within the journal's transaction; returns how many there were.

        Args:
            about: which of them.
            who: the operator.
            note: what the operator says of it.
            until: when they are told again if they still last, unix seconds; None for never.
        """
        later = float("inf") if until is None else until
        return self.journal.db.execute(sa.update(ALARMS).where(
            *about.conditions, ALARMS.c.next >= 0).values(
            acknowledged=who, note=note, until=until, next=later)).rowcount

    def unacknowledge(self, about: About, now: float) -> int:
        """Remind of these again, likewise; the next reminder comes after the pause that it had.

        Args:
            about: which of those that are acknowledged.
            now: unix seconds.
        """
        found = self._read(_ALL.where(*about.conditions, ALARMS.c.acknowledged != ""))
        if found:
            self.journal.db.execute(_GIVEN, [self._standing(alarm, now) for alarm in found])
        return len(found)

    def of(self, graceid: str) -> list[Alarm]:
        """The alarms of a candidate."""
        return self._read(_ALL.where(ALARMS.c.graceid == graceid))

    def all(self) -> list[Alarm]:
        """The alarms of all candidates, and those of the supervisor itself."""
        return self._read(_ALL)

    def every(self) -> list[Alarm]:
        """All that is kept, what does not stand at present too.

        Raises:
            JournalDamaged: where an alarm cannot be read.
        """
        return self._read(_EVERY)

    def _read(self, query: sa.Select[Any], **values: float) -> list[Alarm]:
        with self.journal.reading("an alarm"):
            return [Alarm(name, cast(Notify, read_effect(body)), int(reminded), float(time), who,
                          note or "", until)
                    for name, body, reminded, time, who, note, until
                    in self.journal.db.execute(query, values)]

    def _write(self, statement: sa.Update | sa.Delete, about: str, names: Collection[str]) -> None:
        if names:
            self.journal.db.execute(statement, [{about: name} for name in sorted(names)])

    def _go_on(self, names: Collection[str], back: Collection[str], now: float) -> None:
        """Remind again of what stands again, though it is no news.

        Args:
            names: of what is overdue, as it perhaps was before it was not expected for a while.
            back: candidates that are taken into supervision again; what was acknowledged is.
            now: unix seconds.
        """
        for name in names:
            for alarm in self._read(_EVERY.where(ALARMS.c.name == name,
                                                 ALARMS.c.next == _NEEDLESS)):
                self.journal.db.execute(_GIVEN, self._standing(alarm, now))
        for graceid in back:
            for alarm in self._read(_EVERY.where(ALARMS.c.graceid == graceid,
                                                 ALARMS.c.next == _AWAY)):
                later = self._later(alarm.reminded, now) if not alarm.acknowledged else \
                    float("inf") if alarm.until is None else alarm.until
                self.journal.db.execute(_BACK, {"about": alarm.name, "later": later})

    def _standing(self, alarm: Alarm, now: float) -> Plain:
        """The values of an alarm of which people are reminded from now on."""
        return {"about": alarm.name, "count": alarm.reminded,
                "later": self._later(alarm.reminded, now)}

    def _row(self, name: str, message: Notify, now: float) -> Plain:
        return {"name": name, "graceid": message.graceid, "process": message.process,
                "check": message.check, "next": self._pause(0, now), "reminded": 0,
                "acknowledged": "", "note": "", "until": None, "body": written(message)}

    def _reminder(self, alarm: Alarm, now: float) -> Notify:
        count = alarm.reminded + 1
        number = f"reminder {count} of {self.most}" if count <= self.most else "once more"
        number += ", the last one" * (count >= self.most)
        if alarm.acknowledged:  # until now
            number += f"; it was {alarm.acknowledgement}"
        return alarm.message._replace(
            time=now, outcome=REMINDER, message=f"{alarm.message.message} ({number})",
            key=f"{alarm.message.key}/reminder/{count}")

    def _advanced(self, alarm: Alarm, now: float) -> Plain:
        count = alarm.reminded + 1
        return {"about": alarm.name, "count": count, "later": self._later(count, now)}

    def _later(self, reminded: int, now: float) -> float:
        """When what has been told again so often is told again next."""
        return float("inf") if reminded >= self.most else self._pause(reminded, now)

    def _pause(self, reminded: int, now: float) -> float:
        if not self.first or not self.most:
            return float("inf")
        return now + self.first * 2.0 ** min(reminded, 30)


def _name(graceid: str, process: str, check: str) -> str:
    return f"{graceid}/{process}/{check}".encode("utf-8", "backslashreplace").decode()


def _identity(message: Notify) -> tuple[str, str]:
    return _name(message.graceid, message.process, message.check), message.key


def _is_reminder(effect: Effect) -> TypeGuard[Notify]:
    return isinstance(effect, Notify) and effect.outcome == REMINDER
