"""Everything that a chart is written with: one import for authors of machines."""

from fsm.core.charts.lifecycle import Lifecycle, Move, Region, State
from fsm.core.charts.machines import machine
from fsm.core.charts.process import GRAVE, SERIOUS, Each, Process, Stage, check
from fsm.core.evidence.evidence import Evidence
from fsm.core.expect.base import (
    ABSENT,
    RIGHT,
    UNKNOWN,
    WRONG,
    Verdict,
    all_of,
    any_of,
    not_,
    whenever,
)
from fsm.core.expect.vocabulary import (
    START,
    external,
    field,
    file,
    gw_event,
    label,
    lasting,
    log,
    new,
    predicate,
    preferred,
    signoff,
)

__all__ = [
    "ABSENT", "GRAVE", "RIGHT", "SERIOUS", "START", "UNKNOWN", "WRONG", "Each", "Evidence",
    "Lifecycle", "Move",
    "Process", "Region", "Stage", "State", "Verdict", "all_of", "any_of", "check", "external",
    "field", "file", "gw_event", "label", "lasting", "log", "machine", "new", "not_", "predicate",
    "preferred", "signoff", "whenever",
]
