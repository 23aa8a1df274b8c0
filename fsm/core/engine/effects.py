"""Effects: what the core wants done in the world, and what it did, as data."""

from typing import NamedTuple

from fsm.core.charts.outcomes import Outcome
from fsm.core.charts.rules import CheckState
from fsm.core.engine.inputs import MemberNews
from fsm.core.evidence.fields import Plain
from fsm.core.expect.hints import Want


class Transition(NamedTuple):
    """One fired transition of a check, a process (check "") or a lifecycle (process "" too)."""

    time: float
    graceid: str
    process: str
    check: str
    trigger: str
    source: str
    dest: str
    why: str


class Notify(NamedTuple):
    """Tell responsible parties.

    Attributes:
        time: when it was decided, unix seconds.
        graceid: of the candidate.
        process: name of the process, with its key.
        check: name of the check.
        outcome: ``success``, ``warning``, ``failure``, ``escalation``, ``exception`` or
            ``recovery``; of the daemon also ``reminder`` and ``test``.
        to: names of the parties.
        message: one sentence: what was seen.
        key: the same for the same reason, so that nobody is told twice.
        expected: what was expected, in words; "" where that is no matter of annotations.
        since: by when it was expected, or since when it is wrong, unix seconds.
        significance: how significant the candidate is, as far as that is known, see
            :func:`~fsm.core.charts.severity.significance_of`.
    """

    time: float
    graceid: str
    process: str
    check: str
    outcome: Outcome
    to: tuple[str, ...]
    message: str
    key: str
    expected: str = ""
    since: float | None = None
    significance: str = ""


class Annotate(NamedTuple):
    """Write a log message into GraceDB; attributes as in :class:`Notify`."""

    time: float
    graceid: str
    process: str
    check: str
    outcome: Outcome
    message: str
    key: str


class Ask(NamedTuple):
    """Put one question to GraceDB.

    Attributes:
        time: when, unix seconds.
        graceid: about which candidate.
        question: identifier, to be given with the answer.
        wants: questions beyond the candidate's annotations, as tuples of plain values:
            ``("content", name, version)``, or ``("neighbours", clock, start, stop, group,
            pipeline, search)`` for the other events whose ``clock`` (``gpstime`` in GPS seconds,
            ``created`` in unix seconds) is in a range, or ``("member", graceid)`` for an event of
            the superevent.
    """

    time: float
    graceid: str
    question: str
    wants: tuple[Want, ...]


class Retired(NamedTuple):
    """A closed candidate left the memory; its last configuration goes to the archive."""

    time: float
    graceid: str
    configuration: Plain


class Restored(NamedTuple):
    """A candidate that had left is supervised again; it is no matter of the archive any more."""

    time: float
    graceid: str


class Measured(NamedTuple):
    """How long a check has taken, or that it was given up.

    Attributes:
        time: when that was decided, unix seconds.
        graceid: of the candidate.
        process: name of the process, with its key.
        check: name of the check, with its value where there is one for each.
        generation: how often it had been started anew.
        state: ``met``, ``found``, ``late`` or ``missing``.
        at: when the annotation was made, unix seconds; None where it is missing.
        created: when the candidate was.
        started: when its process was.
        began: when its stage was, from which its deadline counts.
    """

    time: float
    graceid: str
    process: str
    check: str
    generation: int
    state: CheckState
    at: float | None
    created: float
    started: float
    began: float


Effect = Notify | Annotate | Ask | Retired | Restored | Measured | MemberNews


class Step(NamedTuple):
    """What one input did: the transitions it fired and the effects it wants, in order."""

    transitions: list[Transition]
    effects: list[Effect]
