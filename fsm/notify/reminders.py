"""What has been told to be wrong and is not over: told again, with growing pauses, so many times.

An operator who has acknowledged something is not reminded of it any more; that it is over is told
all the same.
"""

from collections.abc import Iterable
from typing import cast

import attrs
import sqlalchemy as sa

from fsm.core.charts.outcomes import FAILURE, RECOVERY, REMINDER
from fsm.core.charts.rules import OVERDUE
from fsm.core.engine.effects import Effect, Notify, Retired, Transition
from fsm.io.journal.journal import Journal
from fsm.io.journal.outgoing import read_effect, written
from fsm.io.journal.schema import ALARMS
from fsm.io.journal.upserts import upsert
from fsm.io.jsonio import dumps, loads

_KEEP = upsert(ALARMS, ["name"], ["body"])


@attrs.define(slots=True)
class Alarm:
    """Something wrong.

    Attributes:
        message: the :class:`~fsm.core.engine.effects.Notify` that told it.
        reminded: how often it was told again.
        next: when it is next told again, unix seconds; infinity for never.
        acknowledged: by whom, or "".
    """

    message: Notify
    reminded: int
    next: float
    acknowledged: str = ""


class Reminders:
    """All that is wrong at present.

    Args:
        journal: :class:`~fsm.io.journal.journal.Journal`.
        first: seconds until the first reminder; each further pause is twice as long; 0 for none.
        most: number of reminders.
    """

    def __init__(self, journal: Journal, first: float, most: int) -> None:
        self.journal, self.first, self.most = journal, first, most
        self._alarms: dict[str, Alarm] = {}
        self._changed: set[str] = set()
        with journal.reading("an alarm"):
            for name, body in journal.db.execute(sa.select(ALARMS.c.name, ALARMS.c.body)):
                self._alarms[name] = _alarm(body)

    def __len__(self) -> int:
        return len(self._alarms)

    def update(self, transitions: Iterable[Transition], effects: Iterable[Effect],
               now: float) -> None:
        """Take up what has begun, and drop what is over.

        Args:
            transitions: :class:`~fsm.core.engine.effects.Transition` objects.
            effects: effects of any kind, decided at the same time.
            now: unix seconds.
        """
        for one in transitions:
            if one.source == OVERDUE and one.dest != OVERDUE:
                self._drop(_name(one.graceid, one.process, one.check))
        for effect in effects:
            if isinstance(effect, Retired):
                self._drop_all(effect.graceid)
                continue
            if not isinstance(effect, Notify):
                continue
            name = _name(effect.graceid, effect.process, effect.check)
            if effect.outcome == FAILURE:
                self._alarms[name] = Alarm(effect, 0, self._pause(0, now))
                self._changed.add(name)
            elif effect.outcome == RECOVERY:
                self._drop(name)

    def due(self, now: float) -> list[Notify]:
        """The reminders to be sent now; each is given out once."""
        made = []
        for name, alarm in self._alarms.items():
            if alarm.next > now:
                continue
            alarm.reminded += 1
            last = alarm.reminded >= self.most
            alarm.next = float("inf") if last else self._pause(alarm.reminded, now)
            self._changed.add(name)
            number = f"reminder {alarm.reminded} of {self.most}" + (", the last one" * last)
            made.append(alarm.message._replace(
                time=now, outcome=REMINDER, message=f"{alarm.message.message} ({number})",
                key=f"{alarm.message.key}/reminder/{alarm.reminded}"))
        return made

    def acknowledge(self, graceid: str, process: str, check: str, who: str) -> int:
        """Remind of these no more; returns how many there were.

        Args:
            graceid: the candidate; "" for the supervisor's own troubles.
            process: name of a process, with or without its key; "" for all.
            check: name of a check, likewise.
            who: the operator.
        """
        found = [name for name, alarm in self._alarms.items()
                 if alarm.message.graceid == graceid
                 and _meant(process, alarm.message.process) and _meant(check, alarm.message.check)]
        for name in found:
            self._alarms[name].acknowledged, self._alarms[name].next = who, float("inf")
        self._changed.update(found)
        return len(found)

    def of(self, graceid: str) -> list[Alarm]:
        """The alarms of a candidate."""
        return [alarm for alarm in self._alarms.values() if alarm.message.graceid == graceid]

    def store(self) -> None:
        """Write what has changed, within the journal's transaction."""
        gone = [name for name in self._changed if name not in self._alarms]
        kept = [{"name": name, "body": _body(self._alarms[name])} for name in self._changed
                if name in self._alarms]
        for name in gone:
            self.journal.db.execute(sa.delete(ALARMS).where(ALARMS.c.name == name))
        if kept:
            self.journal.db.execute(_KEEP, kept)

    def stored(self) -> None:
        """What has changed is on the disk now."""
        self._changed.clear()

    def _pause(self, reminded: int, now: float) -> float:
        if not self.first or not self.most:
            return float("inf")
        return now + self.first * 2.0 ** min(reminded, 30)

    def _drop(self, name: str) -> None:
        if self._alarms.pop(name, None) is not None:
            self._changed.add(name)

    def _drop_all(self, graceid: str) -> None:
        for name in [n for n, a in self._alarms.items() if a.message.graceid == graceid]:
            self._drop(name)


def _name(graceid: str, process: str, check: str) -> str:
    return f"{graceid}/{process}/{check}".encode("utf-8", "backslashreplace").decode()


def _meant(wanted: str, name: str) -> bool:
    return wanted in ("", name, name.partition("[")[0])


def _time(value: float | None) -> float:
    return float("inf") if value is None else value


def _alarm(body: bytes) -> Alarm:
    plain = loads(body)
    message = cast(Notify, read_effect(plain.pop("message")))
    return Alarm(message, **{**plain, "next": _time(plain["next"])})


def _body(alarm: Alarm) -> bytes:
    plain = {"message": written(alarm.message).decode(),
             "reminded": alarm.reminded, "acknowledged": alarm.acknowledged,
             "next": None if alarm.next == float("inf") else alarm.next}
    return dumps(plain)
