"""Everything that a chart is written with: one import for authors of machines."""

from fsm.core.charts.checks import Check, Each, Stage, check
from fsm.core.charts.families import Family
from fsm.core.charts.kinds import GRAVE, SERIOUS
from fsm.core.charts.lifecycle import Lifecycle, Move, Region, State
from fsm.core.charts.machines import machine
from fsm.core.charts.process import Process
from fsm.core.charts.sentences import always, leads_to, never
from fsm.core.evidence.evidence import Evidence
from fsm.core.expect.base import ABSENT, RIGHT, UNKNOWN, WRONG, Expectation, Verdict
from fsm.core.expect.names import known_fields, known_labels
from fsm.core.expect.scope import Scope
from fsm.core.expect.vocabulary import (
    START,
    all_of,
    any_of,
    external,
    field,
    file,
    gw_event,
    label,
    lasting,
    log,
    new,
    not_,
    predicate,
    preferred,
    signoff,
    whenever,
)

__all__ = [
    "ABSENT", "GRAVE", "RIGHT", "SERIOUS", "START", "UNKNOWN", "WRONG", "Check", "Each", "Evidence",
    "Expectation", "Family", "Lifecycle", "Move", "Process", "Region", "Scope", "Stage", "State",
    "Verdict", "all_of", "always", "any_of", "check", "external", "field", "file", "gw_event",
    "known_fields", "known_labels", "label", "lasting", "leads_to", "log", "machine", "never",
    "new", "not_", "predicate", "preferred", "signoff", "whenever",
]
