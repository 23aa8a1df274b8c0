"""Steps an engine so that an input which raises harms nobody: its candidate is as before it."""

import traceback
from collections.abc import Callable
from math import inf

from fsm.core.charts.outcomes import EXCEPTION
from fsm.core.charts.process import OPERATORS
from fsm.core.engine.effects import Notify, Step
from fsm.core.engine.engine import Engine
from fsm.core.engine.inputs import Input
from fsm.core.engine.models import Candidate
from fsm.core.printable import printable

Remake = Callable[[str, bool], Candidate | None]

PAUSE = 300.0  # seconds before what was due then is tried again; doubled with each failure
MOST = 16  # failures in a row after which only a new input has a candidate looked at again
LONGEST = 20_000  # characters of a traceback


def quoted(trace: str) -> str:
    """A traceback as it may be shown: an exception says what came from outside."""
    return "\n".join(map(printable, trace[-LONGEST:].splitlines()))


class Guard:
    """Serves an engine.

    Whatever raises in a step is put aside by whoever keeps the inputs; who ought to know of it is
    told once.

    Args:
        engine: :class:`~fsm.core.engine.engine.Engine`.
        remake: function (GraceID, whether it was a candidate before) that makes it again as it was
            before the present input, among the engine's candidates, and returns it, or None.

    Attributes:
        failed: by GraceID, how many inputs about it have failed.
    """

    def __init__(self, engine: Engine, remake: Remake) -> None:
        self.engine, self.remake = engine, remake
        self.failed: dict[str, int] = {}

    def step(self, item: Input) -> tuple[Step, str]:
        """Take one input.

        Args:
            item: as of :meth:`fsm.core.engine.engine.Engine.step`; a tick must be of one GraceID.

        Returns:
            (:class:`~fsm.core.engine.effects.Step`, the traceback of what it raised, or "").
        """
        engine, graceid = self.engine, item.graceid
        known, retired = graceid in engine.candidates, graceid in engine.retired
        try:
            return engine.step(item), ""
        except Exception as error:  # whatever it is, it must not end the supervision of others
            trace = quoted(traceback.format_exc())
            if not retired:
                engine.retired.pop(graceid, None)
            candidate = self._as_before(graceid, known)
            self._wake(graceid, candidate)
            step = Step([], [])
            first = not self.failed.get(graceid)
            self.failed[graceid] = self.failed.get(graceid, 0) + 1
            if first:
                step.effects.append(self._message(graceid, candidate, error))
            return step, trace

    def _as_before(self, graceid: str, known: bool) -> Candidate | None:
        try:
            return self.remake(graceid, known)
        except Exception:  # it cannot be made again either: the next input tries anew
            return None

    def _wake(self, graceid: str, candidate: Candidate | None) -> None:
        """Look at it when it is next due; what was due already, and has failed, later."""
        engine, tries = self.engine, self.failed.get(graceid, 0)
        due = engine.now if candidate is None else candidate.next_due()
        if due <= engine.now:
            due = engine.now + PAUSE * 2 ** tries if tries < MOST else inf
        engine.timers.clear(graceid)
        engine.timers.wake(graceid, due)

    def _message(self, graceid: str, candidate: Candidate | None, error: Exception) -> Notify:
        now, profile = self.engine.now, candidate and candidate.profile
        settings = profile.settings.values() if profile else ()
        parties = (party for one in settings if one.enabled for party in one.exception)
        why = f"an input about it raised {type(error).__name__}: {error!s:.200}; it is put " \
              "aside, and the candidate is as before it: 'fsm show' names it, and after an " \
              "upgrade 'fsm retry' takes it again"
        return Notify(now, graceid, "supervisor", "input", EXCEPTION,
                      tuple(dict.fromkeys((OPERATORS, *parties))), printable(why),
                      f"{graceid}/supervisor/input/{EXCEPTION}/{now:.3f}")
