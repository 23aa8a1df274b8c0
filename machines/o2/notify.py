"""Notify: whoever wants to know of every new candidate is told, unless it is an injection.

Nobody wants to by default: a profile names those who do as the parties of its success. Source:
catalogue of the second observing run.
"""

from fsm.chart import RIGHT, WRONG, Evidence, Process, Stage, Verdict, check, label, new, predicate
from fsm.core.expect.scope import Scope
from fsm.core.times import finite


def announcement(evidence: Evidence, scope: Scope) -> Verdict:
    """Describe the candidate in one sentence; without group and pipeline it cannot be."""
    value = evidence.fields.get
    if not value("group") or not value("pipeline"):
        return Verdict(WRONG, "the candidate has no group or no pipeline")
    search = " ".join(str(value(key)) for key in ("group", "pipeline", "search") if value(key))
    far = finite(value("far"))
    rate = "no FAR" if far is None else f"FAR {far:.3g} Hz"
    return Verdict(RIGHT, f"new candidate of {search}, {rate}, "
                          f"instruments {value('instruments') or 'unknown'}")


NOTIFY = Process(
    "notify",
    "Notification of new candidates",
    noun="announcement",
    family="people",
    starts=new(),
    stages=[
        Stage("announce", check(
            "notice",
            predicate(announcement, "the candidate is announced", watches=[new()], timed=False),
            within=10, when=~label("INJ"), at_deadline=True)),
    ],
    source="O2, notify",
)
