"""The candidates under supervision: some in memory, all in the journal.

A candidate that is not in memory is made again, when something comes for it, of its last stored
configuration and the inputs about it since then; what becomes of a candidate depends on these
alone.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator

from fsm.core.engine import snapshot
from fsm.core.engine.engine import Engine
from fsm.core.engine.models import Candidate
from fsm.core.evidence.fields import Plain
from fsm.daemon.fold import begun
from fsm.io.journal.failed_inputs import Failure
from fsm.io.journal.journal import Journal
from fsm.io.journal.supervised import Place, Summary

STORE_AFTER = 40


def summary(candidate: Candidate | None) -> Summary:
    """How a candidate is, None for one that could not be made."""
    if candidate is None:
        return Summary()
    profile = candidate.profile.name if candidate.profile else None
    return Summary(candidate.state, candidate.open_checks, candidate.overdue,
                   candidate.regions_in_words(), profile)


class CandidateStore:
    """Serves the engine as the mapping of its candidates.

    Args:
        journal: :class:`~fsm.io.journal.journal.Journal`.
        scratch: an :class:`~fsm.core.engine.engine.Engine` of the same charts and policy, without
            candidates, in which they are made again.
        most: how many are kept in memory.
        store_after: number of inputs about a candidate after which its configuration is stored.

    Attributes:
        places: how far each candidate under supervision has been acted on.
        failed: inputs that raised when a candidate was made again; see
            :mod:`fsm.io.journal.failed_inputs`.
    """

    def __init__(self, journal: Journal, scratch: Engine, most: int,
                 store_after: int = STORE_AFTER) -> None:
        self.journal, self.scratch = journal, scratch
        self.most, self.store_after = most, store_after
        self.places: dict[str, Place] = {}
        self.failed: list[Failure] = []
        self._held: OrderedDict[str, Candidate] = OrderedDict()
        self._opened: dict[str, Place] = {}  # that which is acted on

    def begin(self) -> None:
        """Take up the candidates that the journal has."""
        self.places = self.journal.places()

    def refresh(self) -> None:
        """Go by what the journal has, which others may have changed."""
        places = self.journal.places()
        for graceid in [*self._held]:
            if places.get(graceid) != self.places.get(graceid):
                self._drop(graceid)
        self.places = places

    def __len__(self) -> int:
        return len(self.places)

    def __iter__(self) -> Iterator[str]:
        return iter(self.places)

    def __contains__(self, graceid: object) -> bool:
        return graceid in self.places

    def __getitem__(self, graceid: str) -> Candidate:
        candidate = self.get(graceid)
        if candidate is None:
            raise KeyError(graceid)
        return candidate

    def __setitem__(self, graceid: str, candidate: Candidate) -> None:
        self.places.setdefault(graceid, self._opened.get(graceid) or Place())
        self._held[graceid] = candidate

    def __delitem__(self, graceid: str) -> None:
        del self.places[graceid]
        self._held.pop(graceid, None)

    def get(self, graceid: str) -> Candidate | None:
        """A candidate, None where there is none of that GraceID."""
        candidate = self._held.get(graceid)
        if candidate is not None:
            self._held.move_to_end(graceid)
        elif graceid in self.places:
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

    def summary(self, graceid: str) -> Summary:
        """How one in memory is."""
        return summary(self.peek(graceid))

    @property
    def resident(self) -> int:
        """How many are in memory."""
        return len(self._held)

    def opened(self, graceid: str) -> Place:
        """How far a GraceID has been acted on; where it is a candidate, that is in memory now."""
        self.get(graceid)
        place = self.places.get(graceid) or Place(self.journal.last_seq(graceid))
        self._opened = {graceid: place}
        return place

    def committed(self) -> None:
        """What has been acted on is in the journal."""
        self.failed.clear()
        self._opened.clear()

    def see(self, graceid: str, place: Place | None) -> None:
        """Go by what the journal has of a candidate, its place; None where it has none."""
        self._drop(graceid)
        if place is None:
            self.places.pop(graceid, None)
        else:
            self.places[graceid] = place

    def to_store(self, graceids: Iterable[str]) -> list[tuple[str, int, Plain]]:
        """Which of these have had many inputs since their configurations were stored, with those of
        now, for :meth:`~fsm.io.journal.supervised.Supervised.store`.

        Those that have not been needed for longest leave memory where there are too many.
        """
        stored = []
        for graceid in graceids:
            place = self.places[graceid]
            if place.seq - place.stored >= self.store_after:
                place.stored = place.seq
                stored.append((graceid, place.seq, snapshot.of(self[graceid])))
        while len(self._held) > self.most:
            self._held.popitem(last=False)[1].dissolve()
        return stored

    def forget(self) -> None:
        """Keep none in memory; all must have been stored since their last inputs."""
        for candidate in self._held.values():
            candidate.dissolve()
        self._held.clear()

    def remake(self, graceid: str, known: bool) -> Candidate | None:
        """Make a candidate again as it was before an input that failed.

        Args:
            graceid: of the candidate.
            known: whether it was one before that input.

        Returns:
            The candidate, or None.
        """
        self._drop(graceid)
        if known:
            self.places[graceid] = self._opened[graceid]
        else:
            self.places.pop(graceid, None)
        return self.get(graceid)

    def _drop(self, graceid: str) -> None:
        candidate = self._held.pop(graceid, None)
        if candidate is not None:
            candidate.dissolve()

    def _rehydrate(self, graceid: str) -> Candidate | None:
        place = self.places[graceid]
        fold, after = begun(self.journal, self.scratch, graceid, place.stored)
        fold.take(self.journal.acted(graceid, after, place.seq))
        self.failed += fold.failed
        candidate = fold.end()
        if candidate is None:  # by other rules than those of today it would still be here
            del self.places[graceid]
        else:
            self._held[graceid] = candidate
        return candidate
