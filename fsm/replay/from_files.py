"""Replays files: reads the recordings, chooses who answers, shows the progress."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from fsm.core.charts.lifecycle import Lifecycle
from fsm.core.charts.policy import Policy
from fsm.core.charts.process import Process
from fsm.core.engine.inputs import Command
from fsm.core.evidence.superevent_names import Names
from fsm.errors import ConfigurationError
from fsm.io.paths import is_address
from fsm.io.recordings.files import Record, Rejection, read
from fsm.io.recordings.gracedb import NoGraceDB, RecordedGraceDB
from fsm.io.recordings.order import OrderError, ahead, in_order, known, merged
from fsm.io.recordings.sorting import Sorted, arrivals
from fsm.io.recordings.spool import Rows
from fsm.replay.progress import sorting, steps
from fsm.replay.replay import Outcome, Replay, Source, keep_garbage_rare

if TYPE_CHECKING:
    from fsm.replay.of_journal import Night

SQLITE = b"SQLite format 3\0"  # begins a journal in a file
RECORDED, NONE = "recorded", "none"
MOST_OPEN = 100  # files that are read side by side; more are sorted first


def from_files(names: Iterable[str], charts: tuple[Iterable[Process], Iterable[Lifecycle]],
               policy: Policy, gracedb: str = RECORDED, until: float = inf,
               with_history: bool = False, since: float = -inf) -> Outcome:
    """Replay recordings together, in the order of arrival whatever their lines' order.

    Records that are nearly in this order are replayed while they are read. Where they are not, or
    cannot be read a second time, all are sorted first, on the disk where they are many.

    Args:
        names: paths, or ``-`` for standard input; those of journals, or their addresses, too.
        charts: (processes, lifecycles).
        policy: :class:`~fsm.core.charts.policy.Policy`.
        gracedb: ``recorded``, ``none``, or the address of a GraceDB.
        until: unix seconds at which the virtual clock stops; of journals alone, at the latest where
            their last input was taken.
        with_history: whether all transitions are kept, as a picture needs them.
        since: unix seconds; of journals, only what was taken from then on.

    Returns:
        :class:`~fsm.replay.replay.Outcome`.
    """
    keep_garbage_rare()
    replaying = _Replaying(list(map(str, names)), charts, policy, gracedb, until, with_history)
    journals = [name for name in replaying.names if is_journal(name)]
    if journals:
        from fsm.replay.of_journal import Night  # with the library of databases, only here

        replaying.nights.update({name: Night(name, since, until) for name in journals})
    if replaying.can_begin_anew:
        try:
            return replaying.while_reading()
        except OrderError as error:
            return replaying.sorted_first(f"{error}, so all are sorted first")
    return replaying.sorted_first("")


def is_journal(name: str) -> bool:
    """Whether that is a journal, and no recording."""
    if is_address(name):
        return True
    try:
        with open(name, "rb") as stream:
            return stream.read(len(SQLITE)) == SQLITE
    except OSError:
        return False


@attrs.frozen
class _Replaying:
    """The two ways of replaying recordings; attributes as of :func:`from_files`."""

    names: list[str]
    charts: tuple[Iterable[Process], Iterable[Lifecycle]]
    policy: Policy
    gracedb: str
    until: float
    with_history: bool
    nights: dict[str, "Night"] = attrs.field(factory=dict)  # the journals among them, by name

    @property
    def can_begin_anew(self) -> bool:
        """Whether all can be read side by side, and once more where they are out of order."""
        return not self.nights and len(self.names) <= MOST_OPEN and all(
            Path(name).is_file() for name in self.names)

    def while_reading(self) -> Outcome:
        """Replay records as they are read.

        Raises:
            OrderError: where they are too far out of order for that.
        """
        rejected = [Rows[Rejection]() for _ in self.names]
        read_in_order = [in_order(_usable(self._read(name), rows))
                         for name, rows in zip(self.names, rejected, strict=True)]
        named = map(_under_one_name(), read_in_order[0] if len(read_in_order) == 1
                    else merged(read_in_order))
        source = self._source(None)
        return self._outcome(source, ahead(named, self._told(source)), rejected)

    def sorted_first(self, why: str) -> Outcome:
        """Replay records after they were sorted, whatever their order."""
        rejected = [Rows[Rejection]()]
        found = (record for name in self.names
                 for record in _usable(self._read(name), rejected[0]))
        with sorting(why) as shown:
            ordered = Sorted(found, shown)
        name = _under_one_name()
        named = ((moment, number, name(record)) for moment, number, record in ordered)
        source = self._source(ordered)
        return self._outcome(source, arrivals(named, self._told(source)), rejected)

    def _outcome(self, source: Source, records: Iterator[Record],
                 rejected: Iterable[Rows[Rejection]]) -> Outcome:
        rest = source.rest if isinstance(source, RecordedGraceDB) else _nothing
        running = Replay(*self.charts, self.policy, self._interrupted(source), self._end(),
                         Outcome.put_aside(self.with_history), rest)
        for _ in steps(running.run(records, self._commands)):
            pass
        for rows in rejected:
            for one in rows:
                running.outcome.rejected.append(one)
        return running.outcome

    def _read(self, name: str) -> Iterator[Record | Rejection]:
        night = self.nights.get(name)
        return read(name) if night is None else night.records()

    def _end(self) -> float:
        """Where the clock stops: that of journals, which may go on, where their last input is."""
        last = max((night.last for night in self.nights.values()), default=inf)
        return min(self.until, last if len(self.nights) == len(self.names) else inf)

    def _commands(self) -> list[Command]:
        return [one for night in self.nights.values() for one in night.commands]

    def _interrupted(self, source: Source) -> Source:
        """It, but for the times at which GraceDB did not answer in these nights."""
        if not self.nights:
            return source
        from fsm.replay.of_journal import Interrupted

        return Interrupted(source, [one for night in self.nights.values()
                                    for one in night.outages])

    def _source(self, coming: Sorted | None) -> Source:
        if self.gracedb == RECORDED:
            return RecordedGraceDB(coming=coming)
        if self.gracedb == NONE:
            return NoGraceDB()
        if self.gracedb.startswith(("http://", "https://")):
            from fsm.io.gracedb.api import GraceDB
            from fsm.io.gracedb.as_of import PastGraceDB
            from fsm.io.gracedb.retrying import Caller

            return PastGraceDB(GraceDB(Caller(self.gracedb)))
        raise ConfigurationError(f"--gracedb {self.gracedb!r}: expected 'recorded', 'none' or an "
                                 "address that begins with https://")

    def _told(self, source: Source) -> Callable[..., None]:
        return partial(_tell, source, self.until) if isinstance(source, RecordedGraceDB) \
            else _nothing


def _nothing(*_: object) -> None:
    """Nobody needs to know."""


def _tell(source: RecordedGraceDB, until: float, record: Record, number: int | None = None) -> None:
    if known(record) <= until:
        source.add(record, number)


def _usable(found: Iterable[Record | Rejection], rejected: Rows[Rejection]) -> Iterator[Record]:
    for item in found:
        if isinstance(item, Rejection):
            rejected.append(item)
        else:
            yield item


def _under_one_name() -> Callable[[Record], Record]:
    """A function that puts records under the name by which their candidate is supervised."""
    names = Names()

    def named(record: Record) -> Record:
        alert = names.under_one(record.alert)
        return record if alert is record.alert else attrs.evolve(record, alert=alert)

    return named
