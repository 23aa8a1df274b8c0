"""Acts on what waits for candidates: what comes of it is written in the transaction that notes it.

Each input gets its place among those about its candidate, which is the order of a replay. Whatever
keeps the transaction from being committed, nothing has happened: the candidates are made again of
what the journal has, and the next attempt comes to the same.
"""

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from math import inf

from fsm.core.engine.effects import Ask, Measured, Restored, Retired
from fsm.core.engine.engine import Engine
from fsm.core.engine.isolation import Guard
from fsm.core.engine.models import Candidate
from fsm.daemon.batch import Batch
from fsm.daemon.candidate_store import CandidateStore
from fsm.io.journal import codec, sharing
from fsm.io.journal import failed_inputs as failures
from fsm.io.journal.codec import Numbered
from fsm.io.journal.journal import MOST, Journal
from fsm.io.journal.supervised import OUT_OF_ORDER, Place
from fsm.notify.dispatcher import Dispatcher

AGAIN = 0.1  # seconds until a candidate that is due is looked at again, while another one has it


class Acting:
    """Acts on inputs.

    Args:
        journal: :class:`~fsm.io.journal.journal.Journal`.
        engine: :class:`~fsm.core.engine.engine.Engine` whose candidates are ``candidates``.
        candidates: :class:`~fsm.daemon.candidate_store.CandidateStore`.
        dispatcher: :class:`~fsm.notify.dispatcher.Dispatcher`.

    Attributes:
        guard: :class:`~fsm.core.engine.isolation.Guard`, which knows what has failed.
        worker: name of this supervisor among those on the same journal.
        rules: by which it judges, where others may have different ones; else "".
        known: those by which a candidate may have been judged to be its business.
    """

    def __init__(self, journal: Journal, engine: Engine, candidates: CandidateStore,
                 dispatcher: Dispatcher) -> None:
        self.journal, self.engine, self.candidates = journal, engine, candidates
        self.dispatcher = dispatcher
        self.guard = Guard(engine, self._remake)
        self.count_failed()
        self.worker = self.rules = ""
        self.known: Container[str | None] = ()
        # In a transaction that has not been committed: candidates, and inputs with their places.
        self._touched: set[str] = set()
        self._placed: list[tuple[int, float, int]] = []

    def count_failed(self) -> None:
        """See what has failed and not been retried."""
        self.guard.failed = failures.counts(self.journal)

    def act(self, todo: Mapping[str, Sequence[Numbered]], due: Container[str], now: float,
            asks: Iterable[Ask] = ()) -> tuple[Batch, Sequence[int]]:
        """Act on what waits for some candidates, within the journal's transaction.

        Args:
            todo: GraceIDs, and all that waits for each.
            due: those of which something is due by now, which is looked at after that.
            now: unix seconds.
            asks: questions that are to be put besides.

        Returns:
            What has come of it, and the numbers of what superevents are to be told of their
            events, which waits now; :meth:`committed` is to be called after the commit.
        """
        self._undo()
        batch = Batch(asks)
        if self.journal.database.shared:
            todo = self._alone_with(todo, due, now)
        for graceid, waiting in todo.items():
            self._about(graceid, waiting, now if graceid in due else -inf, batch)
        return batch, self._write(batch)

    def committed(self) -> Collection[str]:
        """The transaction has been committed; returns the GraceIDs that it was about."""
        touched, self._touched = self._touched, set()
        self.candidates.committed()
        return touched

    def leaves(self, graceid: str) -> bool:
        """Whether a candidate has been judged by newer rules, so that it is left to who has them.
        """
        place = self.candidates.places.get(graceid)
        return bool(place and place.rules and place.rules not in self.known)

    def _undo(self) -> None:
        """Forget what has come of an attempt that could not be committed."""
        for graceid in self._touched:
            place = self.journal.place(graceid)
            self._see(graceid, place)
            if place is None and self.journal.has_left(graceid):
                self.engine.retired[graceid] = None
            else:
                self.engine.retired.pop(graceid, None)  # though it had left by then
        if self._touched:
            self.count_failed()
        self._touched.clear()
        self._placed.clear()

    def _see(self, graceid: str, place: Place | None) -> None:
        """Go by what the journal has of a candidate, its place."""
        self.candidates.see(graceid, place)
        self.engine.timers.clear(graceid)
        if place is not None:
            self.engine.retired.pop(graceid, None)
            self.engine.timers.wake(graceid, place.timer)

    def _alone_with(self, graceids: Collection[str], due: Container[str],
                    now: float) -> Mapping[str, Sequence[Numbered]]:
        """Have other supervisors on the same journal leave candidates alone until the commit, and
        see what they have made of them; returns what waits for those that none of them has."""
        taken = sharing.taken(self.journal, graceids)
        for graceid in graceids:
            if graceid not in taken:  # who has it looks again, but may not see that it is due
                self.engine.timers.clear(graceid)
                if graceid in due:
                    self.engine.timers.wake(graceid, now + AGAIN)
        for graceid, found in taken.items():
            if self.candidates.places.get(graceid) != found.place \
                    or self.candidates.peek(graceid) is None:  # nor is its timer here
                self._see(graceid, found.place)
            elif found.place is not None:  # its timer was cleared while another one had it
                self.engine.timers.clear(graceid)
                self.engine.timers.wake(graceid, found.place.timer)
            if found.left:
                self.engine.retired[graceid] = None
        return {graceid: found.waiting for graceid, found in taken.items()}

    def _about(self, graceid: str, waiting: Sequence[Numbered], until: float,
               batch: Batch) -> None:
        shared = self.journal.database.shared
        if shared and self.leaves(graceid):
            return
        self._touched.add(graceid)
        if shared and not waiting and self.engine.timers[graceid] > until:
            return  # another one has done it
        place = self.candidates.opened(graceid)
        while waiting:
            self._take(waiting, place, batch)
            if shared and len(waiting) >= MOST:
                self._note_places()
                waiting = self.journal.waiting(graceid)
            else:
                waiting = ()
        if self.engine.timers[graceid] <= until:
            row = codec.of_tick(until, graceid)
            (number,) = self.journal.add([row])
            self._take([(number, row)], place, batch)
        place.timer, place.rules = self.engine.timers[graceid], self.rules
        if graceid in self.candidates:
            batch.places[graceid] = place, self.candidates.summary(graceid)

    def _take(self, numbered: Sequence[Numbered], place: Place, batch: Batch) -> None:
        """Give inputs their places, and step through them."""
        ordered = list(_in_order(numbered, place.time))
        self._placed += [(number, row.time, place.seq + n)
                         for n, (number, row) in enumerate(ordered, 1)]
        for number, row in ordered:
            if row.item is not None:
                self.engine.resume(row.time)
                step, trace = self.guard.step(row.item)
                if self.journal.broken:  # no input's fault
                    raise self.journal.broken
                batch.add(number, row, step, trace)
                if trace:
                    failures.note(self.journal, [(number, row.graceid, row.time, trace)])
            place.seq, place.time = place.seq + 1, row.time
            if not self.candidates.waits(row.graceid):
                place.heard = None
            elif row.kind != codec.TICK or place.heard is None:
                place.heard = row.time

    def _remake(self, graceid: str, known: bool) -> Candidate | None:
        self._note_places()  # by which it is made again
        return self.candidates.remake(graceid, known)

    def _note_places(self) -> None:
        placed, self._placed = self._placed, []
        self.journal.acted_on(placed)

    def _write(self, batch: Batch) -> Sequence[int]:
        """Write down what has come of it; returns the numbers of its news."""
        journal = self.journal
        self._note_places()
        failures.note(journal, self.candidates.failed)
        journal.save(batch.places)
        journal.store(self.candidates.to_store(batch.places))
        for retired in batch.of(Retired):
            journal.archive(retired)
        for restored in batch.of(Restored):
            journal.unarchive(restored.graceid)
        journal.asked(batch.asks, self.worker)
        journal.history((number, [tuple(one) for one in transitions])
                        for number, transitions in batch.fired)
        journal.measured(batch.of(Measured))
        self.dispatcher.put(batch.effects, batch.transitions, self.engine.now)
        return journal.add(batch.news)


def _in_order(numbered: Iterable[Numbered], last: float) -> Iterator[Numbered]:
    """Inputs with times that do not fall, but for a clock that was set back."""
    for number, row in numbered:
        if row.time < last <= row.time + OUT_OF_ORDER:
            row = codec.read(last, row.graceid, row.kind, row.body)
        last = row.time
        yield number, row


def grouped(numbered: Iterable[Numbered]) -> dict[str, list[Numbered]]:
    """Inputs by the candidates that they are about; what is about none is not acted on."""
    found: dict[str, list[Numbered]] = {}
    for number, row in numbered:
        if row.graceid:
            found.setdefault(row.graceid, []).append((number, row))
    return found
