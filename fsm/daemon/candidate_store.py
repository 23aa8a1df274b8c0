"""The candidates under supervision: some in memory, all in the journal.

A candidate that is not in memory is made again, when something comes for it, of its last stored
configuration and the inputs about it since then; what becomes of a candidate depends on these
alone.
"""

import traceback
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import Any

from fsm.core.engine import snapshot
from fsm.core.engine.engine import Engine
from fsm.core.engine.isolation import quoted
from fsm.core.engine.models import Candidate
from fsm.core.evidence.fields import Plain
from fsm.io.journal.codec import Numbered
from fsm.io.journal.failed_inputs import Failure
from fsm.io.journal.journal import Journal

STORE_AFTER = 40


class CandidateStore:
    """Serves the engine as the mapping of its candidates.

    Args:
        journal: :class:`~fsm.io.journal.journal.Journal`.
        scratch: an :class:`~fsm.core.engine.engine.Engine` of the same charts and policy, without
            candidates, in which they are made again.
        most: how many are kept in memory.
        store_after: number of inputs about a candidate after which its configuration is stored.

    Attributes:
        upto: number of the last input that the engine has taken.
        failed: inputs that raised when a candidate was made again; see
            :mod:`fsm.io.journal.failed_inputs`.
    """

    def __init__(self, journal: Journal, scratch: Engine, most: int,
                 store_after: int = STORE_AFTER) -> None:
        self.journal, self.scratch = journal, scratch
        self.most, self.store_after = most, store_after
        self.upto = 0
        self.failed: list[Failure] = []
        self._known: set[str] = set()
        self._held: OrderedDict[str, Candidate] = OrderedDict()
        self._taken: dict[str, int] = {}  # inputs since the last storing
        self._many: set[str] = set()  # those with many

    def register(self, graceid: str) -> None:
        """Note that the journal has a candidate."""
        self._known.add(graceid)

    def __len__(self) -> int:
        return len(self._known)

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __contains__(self, graceid: object) -> bool:
        return graceid in self._known

    def __getitem__(self, graceid: str) -> Candidate:
        candidate = self.get(graceid)
        if candidate is None:
            raise KeyError(graceid)
        return candidate

    def __setitem__(self, graceid: str, candidate: Candidate) -> None:
        self._known.add(graceid)
        self._held[graceid] = candidate

    def __delitem__(self, graceid: str) -> None:
        self._known.remove(graceid)
        self._held.pop(graceid, None)
        self._taken.pop(graceid, None)
        self._many.discard(graceid)

    def get(self, graceid: str) -> Candidate | None:
        """A candidate, None where there is none of that GraceID."""
        candidate = self._held.get(graceid)
        if candidate is not None:
            self._held.move_to_end(graceid)
        elif graceid in self._known:
            candidate = self._rehydrate(graceid)
        return candidate

    def peek(self, graceid: str) -> Candidate | None:
        """A candidate where it is in memory, else None."""
        return self._held.get(graceid)

    def waits(self, graceid: str) -> bool:
        """Whether one is in memory of which something is expected, or not known yet."""
        candidate = self.peek(graceid)
        return candidate is not None and bool(
            candidate.open_checks or candidate.profile is None
            or candidate.evidence.gone is not None)

    def summary(self, graceid: str) -> tuple[Any, ...]:
        """How one in memory is: state, open and overdue checks, regions in words, profile."""
        candidate = self.peek(graceid)
        if candidate is None:
            return None, 0, 0, "", None
        return (candidate.state, candidate.open_checks, candidate.overdue,
                candidate.regions_in_words(), candidate.profile and candidate.profile.name)

    @property
    def resident(self) -> int:
        """How many are in memory."""
        return len(self._held)

    def record_input(self, graceid: str, number: int) -> None:
        """Note that a candidate has taken an input."""
        self.upto = number
        if graceid in self._known:
            count = self._taken[graceid] = self._taken.get(graceid, 0) + 1
            if count >= self.store_after:
                self._many.add(graceid)

    def to_store(self) -> list[tuple[str, int, Plain]]:
        """Triples of those with many inputs, for
        :meth:`~fsm.io.journal.journal.Journal.save_snapshots`.

        Those that have not been needed for longest leave memory where there are too many.
        """
        leaving = []
        while len(self._held) > self.most:
            leaving.append(self._held.popitem(last=False))
        gone = dict(leaving)
        stored = [(graceid, self.upto, snapshot.of(gone.get(graceid) or self._held[graceid]))
                  for graceid in sorted(self._many)]
        for graceid in self._many:
            del self._taken[graceid]
        self._many.clear()
        for _, candidate in leaving:
            candidate.dissolve()
        return stored

    def forget(self) -> None:
        """Keep none in memory; all must have been stored since their last inputs."""
        for candidate in self._held.values():
            candidate.dissolve()
        self._held.clear()
        self._taken.clear()
        self._many.clear()

    def remake(self, graceid: str, known: bool) -> Candidate | None:
        """Make a candidate again as it was before an input that failed.

        Args:
            graceid: of the candidate.
            known: whether it was one before that input.

        Returns:
            The candidate, or None.
        """
        broken = self._held.pop(graceid, None)
        if broken is not None:
            broken.dissolve()
        (self._known.add if known else self._known.discard)(graceid)
        return self.get(graceid)

    def _rehydrate(self, graceid: str) -> Candidate | None:
        try:
            number, configuration = self.journal.snapshot(graceid)
            if configuration is not None:
                self.scratch.restore(configuration)
        except Exception:  # of damage, or another version: all its inputs tell the same
            number = 0
            self.scratch.release(graceid)
        since = self.journal.inputs_of(graceid, number, self.upto)
        while (failed := self._replayed(since)) is not None:
            self.failed.append(failed)
            since = [pair for pair in since if pair[0] != failed[0]]
            self.scratch.release(graceid)
            if number and configuration is not None:
                self.scratch.restore(configuration)
        candidate = self.scratch.release(graceid)
        if candidate is None:  # by other rules than those of today it would still be here
            self._known.discard(graceid)
            self._taken.pop(graceid, None)
            self._many.discard(graceid)
            return None
        self._held[graceid] = candidate
        self._taken[graceid] = len(since)
        return candidate

    def _replayed(self, since: Iterable[Numbered]) -> Failure | None:
        """Take inputs again; returns the first that raises, with why, or None."""
        for number, row in since:
            self.scratch.resume(row.time)
            try:
                if row.item is not None:
                    self.scratch.step(row.item)
            except Exception:  # an earlier version of the program could take it
                return number, row.graceid, row.time, quoted(traceback.format_exc())
        return None
