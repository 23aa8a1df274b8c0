"""What is wrong with the supervisor itself, told to its operators: once, and when it is over.

All of it is in the journal alone, since several supervisors may share that. What one of them has
by itself, such as a deaf listener, is told with where it is; what concerns all of them is one
incident, whoever reports it.
"""

from collections.abc import Container, Iterable, Iterator
from typing import TypeAlias

import attrs
import sqlalchemy as sa

from fsm.core.charts.outcomes import FAILURE, RECOVERY, Outcome
from fsm.core.charts.process import OPERATORS
from fsm.core.engine.effects import Notify
from fsm.io.journal.journal import Journal
from fsm.io.journal.recent import Recent
from fsm.io.journal.schema import INCIDENTS
from fsm.io.journal.upserts import upsert
from fsm.io.reports import Report

PROCESS = "supervisor"
WITHIN, CALM = 3600.0, 1800.0  # seconds within which it may come twice, seconds after the last time
AGAIN = 60.0  # seconds after which is noted that it is still there
LEFT = 300.0  # seconds without that, after which whoever had it is gone
_COLUMNS = ("instance", "name", "since", "earlier", "latest", "wrong", "ending")
_ALL = sa.select(*(INCIDENTS.c[name] for name in _COLUMNS)).order_by(INCIDENTS.c.name)
_KEEP = upsert(INCIDENTS, _COLUMNS[:2], _COLUMNS[2:])
_FORGET = sa.delete(INCIDENTS).where(INCIDENTS.c.since.is_(None),
                                     INCIDENTS.c.latest < sa.bindparam("before"))
Key: TypeAlias = tuple[str, str]


@attrs.define(slots=True)
class Incident:
    """One of the moment, or of late; times in unix seconds.

    Attributes:
        instance: which supervisor has it, "" for all.
        name: of what.
        since: when it was told; None where that is over.
        earlier, latest: when it came the last two times.
        wrong: when it was last noted to be there.
        ending: how it is to be told that it is over, where it may come again.
    """

    instance: str
    name: str
    since: float | None = attrs.field(default=None, converter=attrs.converters.optional(float))
    earlier: float = attrs.field(default=float("-inf"), converter=float)
    latest: float = attrs.field(default=float("-inf"), converter=float)
    wrong: float = attrs.field(default=float("-inf"), converter=float)
    ending: str | None = None

    @property
    def shown(self) -> str:
        """Its name, and where that is."""
        return full_name(self.name, self.instance)

    def is_news(self, report: Report, now: float) -> bool:
        """Whether a report changes anything."""
        if report.wrong:
            return self.since is None or self.ending is not None or abs(now - self.wrong) >= AGAIN
        return self.since is not None and self.ending is None

    def take(self, report: Report, now: float) -> Iterator[Notify]:
        """Go by a report; gives the message where anybody is to be told."""
        if report.wrong:
            self.wrong = now
            if self.since is None or self.ending is not None:  # though nobody may be told
                self.earlier, self.latest, self.ending = self.latest, now, None
            if self.since is None:
                self.since = now
                yield self._message(report, now, now)
        elif self.since is not None:
            if self.comes_and_goes(now):
                self.ending = report.message
            else:
                yield self._message(report, now, self.since)
                self.since = self.ending = None

    def comes_and_goes(self, now: float) -> bool:
        """Whether it has begun often of late, and been there a little while ago."""
        return abs(now - self.earlier) < WITHIN + CALM and abs(now - self.wrong) < CALM

    def _message(self, report: Report, now: float, began: float) -> Notify:
        outcome: Outcome = FAILURE if report.wrong else RECOVERY
        return Notify(now, "", PROCESS, self.shown, outcome, (OPERATORS,), report.message,
                      f"{PROCESS}/{self.shown}/{outcome}/{began:.3f}")


class Incidents:
    """The troubles of the moment.

    One that comes and goes is told twice within an hour; from then on it is over only when it has
    not come again for half an hour, so that nobody gets letters about it without end.

    Args:
        journal: :class:`~fsm.io.journal.journal.Journal`.
        instance: which of several supervisors on the journal this one is; "" where it is alone.

    Raises:
        JournalDamaged: where they cannot be read.
    """

    def __init__(self, journal: Journal, instance: str = "") -> None:
        self.journal, self.instance = journal, instance
        self._recent = Recent(self._read)
        self._read()  # so that rubbish shows at the start

    @property
    def since(self) -> dict[str, float]:
        """Since when there is what this supervisor has, or all have, by name; unix seconds."""
        return {one.name: one.since for one in self._read().values()
                if one.since is not None and one.instance in ("", self.instance)}

    def everywhere(self) -> dict[str, float]:
        """Likewise of all supervisors, by the names that are told."""
        return {one.shown: one.since for one in self._read().values() if one.since is not None}

    def news(self, reports: Iterable[Report], now: float) -> list[Report]:
        """The reports that change something, and those of what is over since it is calm.

        Args:
            reports: :class:`~fsm.io.reports.Report` objects.
            now: unix seconds.
        """
        known, found = self._recent(), []
        changed: set[Key] = set()
        for report in reports:
            key = self._key(report)
            if key in changed or known.get(key, Incident(*key)).is_news(report, now):
                changed.add(key)
                found.append(report)
        return found + [Report(one.name, False, one.ending, one.instance)
                        for one in known.values() if one.instance in ("", self.instance)
                        and one.ending is not None and not one.comes_and_goes(now)]

    def effects(self, news: Iterable[Report], now: float) -> list[Notify]:
        """The messages that news give rise to, within the journal's transaction.

        Args:
            news: as :meth:`news` gives them.
            now: unix seconds.
        """
        self.journal.lock("incidents")
        self._recent.forget()
        known, changed = self._read(), dict[Key, Incident]()
        told: list[Notify] = []
        for report in news:
            key = self._key(report)
            one = changed.setdefault(key, known.get(key, Incident(*key)))
            told += one.take(report, now)
        rows = [attrs.asdict(one) for key, one in changed.items() if one != Incident(*key)]
        if rows:
            self.journal.db.execute(_KEEP, rows)
        self.journal.db.execute(_FORGET, {"before": now - WITHIN - CALM})
        return told

    def left(self, now: float, there: Container[str] = ()) -> Iterator[Report]:
        """What is over since whoever had it gives no sign of it.

        Args:
            now: unix seconds.
            there: instances that say themselves what is over, by whatever clock each goes.
        """
        for one in self._read().values():
            patience = LEFT if one.ending is None else CALM + LEFT
            if one.since is not None and one.instance not in ("", self.instance) \
                    and one.instance not in there and abs(now - one.wrong) > patience:
                yield Report(one.name, False, "nobody is there any more who could tell",
                             one.instance)

    def _key(self, report: Report) -> Key:
        return self.instance if report.of is None else report.of, report.name

    def _read(self) -> dict[Key, Incident]:
        with self.journal.reading("an incident"):
            return {(row.instance, row.name): Incident(*row)
                    for row in self.journal.db.execute(_ALL)}


def full_name(name: str, instance: str) -> str:
    """The name of an incident as it is told, with the supervisor that has it, "" for all."""
    return f"{name} on {instance}" if instance else name
