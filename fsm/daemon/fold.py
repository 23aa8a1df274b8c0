"""Makes a candidate again: steps through the inputs about it, in their order.

What becomes of a candidate depends on these alone, so this comes to what was decided before.
"""

import traceback
from collections.abc import Iterable

from fsm.core.engine.effects import Effect
from fsm.core.engine.engine import Engine
from fsm.core.engine.isolation import quoted
from fsm.core.engine.models import Candidate
from fsm.core.evidence.fields import Plain
from fsm.io.journal.codec import Numbered
from fsm.io.journal.failed_inputs import Failure
from fsm.io.journal.supervised import Supervised


class Fold:
    """Folds the inputs about one candidate.

    Args:
        scratch: :class:`~fsm.core.engine.engine.Engine` without candidates, in which it is made.
        graceid: of the candidate.
        configuration: that it has at first; None for none.

    Attributes:
        effects: all that the inputs want, in their order.
        failed: inputs that raised, which count as if they were not there; see
            :mod:`fsm.io.journal.failed_inputs`.

    Raises:
        Exception: whatever a configuration leads to that cannot be taken up.
    """

    def __init__(self, scratch: Engine, graceid: str, configuration: Plain | None = None) -> None:
        self.scratch, self.graceid = scratch, graceid
        self.effects: list[Effect] = []
        self.failed: list[Failure] = []
        self._configuration = configuration
        self._taken: list[Numbered] = []
        self._begin()

    @property
    def candidate(self) -> Candidate | None:
        """As it is now; None where it is not under supervision."""
        return self.scratch.candidates.get(self.graceid)

    def take(self, inputs: Iterable[Numbered]) -> None:
        """Step through inputs."""
        for pair in inputs:
            self._step(pair)

    def end(self) -> Candidate | None:
        """Leave nothing of it in the engine; returns it as it is."""
        return self.scratch.release(self.graceid)

    def _begin(self) -> None:
        if self._configuration is not None:
            try:
                self.scratch.restore(self._configuration)
            except Exception:
                self.end()
                raise

    def _step(self, pair: Numbered) -> None:
        number, row = pair
        self.scratch.resume(row.time)
        try:
            if row.item is not None:
                self.effects += self.scratch.step(row.item).effects
        except Exception:  # an earlier version of the program could take it
            self.failed.append((number, row.graceid, row.time, quoted(traceback.format_exc())))
            self._again()
        else:
            self._taken.append(pair)

    def _again(self) -> None:
        """Take all again that could be taken, since what raises may have done half of its work."""
        taken, self._taken = self._taken, []
        self.effects.clear()
        self.end()
        self._begin()
        self.take(taken)


def begun(journal: Supervised, scratch: Engine, graceid: str, stored: int) -> tuple[Fold, int]:
    """What makes a candidate again, and the place of the input after which that begins.

    Args:
        journal: with its inputs.
        scratch: as of :class:`Fold`.
        graceid: of the candidate.
        stored: place of the input after which its configuration was stored; 0 for none.
    """
    if stored:
        try:
            configuration = journal.configuration(graceid)
            if configuration is not None:
                return Fold(scratch, graceid, configuration), stored
        except Exception:  # of damage, or another version: all its inputs tell the same
            pass
    return Fold(scratch, graceid), 0
