"""How grave a problem is: one order of all, by what a chart declares and whose candidate it is.

Nothing is decided by it but how people are told: order, subjects, channels and colours.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

from fsm.core.charts.families import CONTRADICTIONS, FAMILIES, OTHER, Family
from fsm.core.charts.kinds import GRAVE, SERIOUS, Gravity
from fsm.core.charts.policy import category_of
from fsm.core.charts.process import Process
from fsm.core.evidence.evidence import Evidence
from fsm.core.evidence.graceids import category_of as category_of_id
from fsm.core.evidence.graceids import is_superevent

Severity = Literal["critical", "major", "minor", "low", "test"]
CRITICAL: Final = "critical"
MAJOR: Final = "major"
MINOR: Final = "minor"
LOW: Final = "low"
TEST: Final = "test"
SEVERITIES: tuple[Severity, ...] = (CRITICAL, MAJOR, MINOR, LOW, TEST)  # the gravest first

Significance = Literal["", "significant", "early warning", "less significant", "mock", "test"]
_ORDER: tuple[Significance, ...] = ("significant", "", "early warning", "less significant", "mock",
                                    "test")
_LOWERED = ("early warning", "less significant")
_TRIED_OUT: dict[str, Significance] = {"mdc": "mock", "test": "test"}
# The first that is on counts: an early warning is sent, and an advocate is asked, as of what is
# significant; it is that once it is locked or signed off. In the second observing run only requests
# of sign-offs, and these, tell.
_BY_LABEL: tuple[tuple[str, Significance], ...] = (
    *((name, "significant") for name in ("SIGNIF_LOCKED", "ADVOK", "ADVNO")),
    ("EARLY_WARNING", "early warning"),
    *((name, "significant") for name in ("GCN_PRELIM_SENT", "ADVREQ")),
    ("LOW_SIGNIF_LOCKED", "less significant"), ("LOW_SIGNIF_PRELIM_SENT", "less significant"))

Rank = tuple[int, int, int, int]


def significance_of(evidence: Evidence) -> Significance:
    """How significant a candidate is by its category and its labels; "" where neither tells."""
    return significance_by(evidence.graceid, evidence.fields, evidence.has_label)


def significance_by(graceid: str, fields: Mapping[str, Any],
                    has_label: Callable[[str], bool]) -> Significance:
    """Likewise, of evidence that is plain data.

    Args:
        graceid: of the candidate.
        fields: values of the event, as they were stated.
        has_label: function that tells whether a label is on.
    """
    category = category_of(fields)
    if category == "production" and is_superevent(graceid):
        category = category_of_id(graceid)
    if category in _TRIED_OUT:
        return _TRIED_OUT[category]
    return next((found for name, found in _BY_LABEL if has_label(name)), "")


def severity(chart: Process | None, significance: str) -> Severity:
    """How grave it is where something of a process needs attention.

    Args:
        chart: of the process; None for what belongs to none.
        significance: of the candidate, as :func:`significance_of` tells it.
    """
    if significance in _TRIED_OUT.values():
        return TEST
    lower = significance in _LOWERED
    return SEVERITIES[min(_declared(chart) + lower, SEVERITIES.index(LOW))]


def rank(chart: Process | None, significance: str) -> Rank:
    """What problems are sorted by, the gravest first; arguments as of :func:`severity`."""
    family: Family = chart.family if chart else OTHER
    return (SEVERITIES.index(severity(chart, significance)),
            next((n for n, one in enumerate(_ORDER) if one == significance), 1),
            _declared(chart), list(FAMILIES).index(family))


def _declared(chart: Process | None) -> int:
    """The index of the severity of a significant candidate."""
    gravity: Gravity = chart.gravity if chart else SERIOUS  # the supervisor's own
    if gravity == GRAVE:
        return SEVERITIES.index(CRITICAL)
    family: Family = chart.family if chart else OTHER
    if gravity == SERIOUS or family in ("labels", "notices", "quality", "people", CONTRADICTIONS):
        return SEVERITIES.index(MAJOR)
    return SEVERITIES.index(LOW if family == "pictures" else MINOR)
