"""The candidates under supervision: some in memory, all in the journal.

A candidate that is not in memory is made again, when something comes for it, of its last stored
configuration and the inputs about it since then; what becomes of a candidate depends on these
alone.
"""

import traceback
from collections import OrderedDict

from fsm.core.engine import snapshot
from fsm.core.engine.isolation import quoted

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

    def __init__(self, journal, scratch, most, store_after=STORE_AFTER):
        self.journal, self.scratch = journal, scratch
        self.most, self.store_after = most, store_after
        self.upto, self.failed = 0, []
        self._known, self._held = set(), OrderedDict()
        self._taken, self._many = {}, set()  # inputs since the last storing; those with many

    def register(self, graceid):
        """Note that the journal has a candidate."""
        self._known.add(graceid)

    def __len__(self):
        return len(self._known)

    def __iter__(self):
        return iter(self._known)

    def __contains__(self, graceid):
        return graceid in self._known

    def __getitem__(self, graceid):
        candidate = self.get(graceid)
        if candidate is None:
            raise KeyError(graceid)
        return candidate

    def __setitem__(self, graceid, candidate):
        self._known.add(graceid)
        self._held[graceid] = candidate

    def __delitem__(self, graceid):
        self._known.remove(graceid)
        self._held.pop(graceid, None)
        self._taken.pop(graceid, None)
        self._many.discard(graceid)

    def get(self, graceid):
        """A candidate, None where there is none of that GraceID."""
        candidate = self._held.get(graceid)
        if candidate is not None:
            self._held.move_to_end(graceid)
        elif graceid in self._known:
            candidate = self._rehydrate(graceid)
        return candidate

    def peek(self, graceid):
        """A candidate where it is in memory, else None."""
        return self._held.get(graceid)

    @property
    def resident(self):
        """How many are in memory."""
        return len(self._held)

    def record_input(self, graceid, number):
        """Note that a candidate has taken an input."""
        self.upto = number
        if graceid in self._known:
            count = self._taken[graceid] = self._taken.get(graceid, 0) + 1
            if count >= self.store_after:
                self._many.add(graceid)

    def to_store(self):
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

    def forget(self):
        """Keep none in memory; all must have been stored since their last inputs."""
        for candidate in self._held.values():
            candidate.dissolve()
        self._held.clear()
        self._taken.clear()
        self._many.clear()

    def remake(self, graceid, known):
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

    def _rehydrate(self, graceid):
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
            if number:
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

    def _replayed(self, since):
        """Take inputs again; returns the first that raises, with why, or None."""
        for number, row in since:
            self.scratch.resume(row.time)
            try:
                self.scratch.step(row.item)
            except Exception:  # an earlier version of the program could take it
                return number, row.graceid, row.time, quoted(traceback.format_exc())
        return None
