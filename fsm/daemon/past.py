"""How a candidate is, or was at some time, by the inputs that had come by then."""

from fsm.core.engine import snapshot
from fsm.core.engine.effects import Retired
from fsm.core.engine.engine import Engine
from fsm.core.evidence.fields import Plain
from fsm.core.times import utc
from fsm.daemon.fold import Fold, begun
from fsm.errors import ControlError
from fsm.io.journal.supervised import Supervised


def configuration_at(journal: Supervised, scratch: Engine, graceid: str, time: float) -> Plain:
    """The configuration of a candidate as it was, judged by the rules of now.

    Args:
        journal: with its inputs.
        scratch: an engine without candidates, in which it is made.
        graceid: of the candidate.
        time: unix seconds.

    Raises:
        ControlError: where nothing was known of it by then, or its inputs are gone.
    """
    inputs = [pair for pair in journal.acted(graceid, 0, journal.last_seq(graceid))
              if pair[1].time <= time]
    if not inputs:
        gone = journal.has_left(graceid) and not journal.last_seq(graceid)
        raise ControlError(f"{graceid:.60}: " + (
            "its inputs are pruned, so only how it was last is known" if gone
            else f"nothing was known of it by {utc(time)}"))
    fold = Fold(scratch, graceid)
    try:
        fold.take(inputs)
        candidate = fold.candidate
        left = [effect for effect in fold.effects if isinstance(effect, Retired)]
        if candidate is None and not left:
            raise ControlError(f"{graceid:.60} was not under supervision at {utc(time)}")
        return left[-1].configuration if candidate is None else snapshot.of(candidate)
    finally:
        made = fold.end()
        if made is not None:
            made.dissolve()


def configuration_now(journal: Supervised, scratch: Engine, graceid: str) -> Plain | None:
    """The configuration of a candidate as it is, by its stored one and the inputs since then.

    Args:
        journal: that has it.
        scratch: as of :func:`configuration_at`.
        graceid: of the candidate.

    Returns:
        The last one where it has left; None where it has never been supervised, or its inputs
        cannot be taken any more.
    """
    place = journal.place(graceid)
    if place is None:
        return journal.archived_configuration(graceid)
    fold, after = begun(journal, scratch, graceid, place.stored)
    try:
        fold.take(journal.acted(graceid, after, place.seq))
        return None if fold.candidate is None else snapshot.of(fold.candidate)
    finally:
        made = fold.end()
        if made is not None:
            made.dissolve()
