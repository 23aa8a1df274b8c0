"""Notify: whoever wants to know of every new candidate is told, unless it is an injection.

Nobody wants to by default: a profile names those who do as the parties of its success. Source:
catalogue of the second observing run.
"""

from fsm.chart import RIGHT, WRONG, Process, Stage, Verdict, check, label, new, predicate


def announcement(evidence, scope):
    """Describe the candidate in one sentence; without group and pipeline it cannot be."""
    value = evidence.fields.get
    if not value("group") or not value("pipeline"):
        return Verdict(WRONG, "the candidate has no group or no pipeline")
    search = " ".join(str(value(key)) for key in ("group", "pipeline", "search") if value(key))
    far = value("far")
    rate = f"FAR {far:.3g} Hz" if isinstance(far, float) else "no FAR"
    return Verdict(RIGHT, f"new candidate of {search}, {rate}, "
                          f"instruments {value('instruments') or 'unknown'}")


NOTIFY = Process(
    "notify",
    "Notification of new candidates",
    starts=new(),
    stages=[
        Stage("announce", check(
            "notice",
            predicate(announcement, "the candidate is announced", watches=[new()], timed=False),
            within=10, when=~label("INJ"), at_deadline=True)),
    ],
    source="O2, notify",
)
