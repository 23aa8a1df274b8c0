"""Candidates of special interest are labelled, so that people come together.

Whether a compact binary may have a counterpart is told by the content of its files, which is not
weighed here: only what the search, the group or a coincidence tells is expected.
"""

from fsm.chart import Process, Stage, check, field, label, log, not_
from machines.o4.searches import AUTOMATED

UNMODELLED = field("group", equals="Burst") & field("search", equals="AllSky")

HIGH_PROFILE = Process(
    "high_profile",
    "A superevent of special interest is labelled",
    noun="HIGH_PROFILE",
    family="labels",
    starts=label("GCN_PRELIM_SENT"),
    of="superevent",
    when=AUTOMATED,
    # Weighed with the notice: who is preferred later is not labelled any more.
    unless=not_(UNMODELLED | field("search", equals="SSM") | label("RAVEN_ALERT")),
    parties=("em-followup", "rapid response"),
    stages=[Stage("label",
                  check("label", label("HIGH_PROFILE"), within=180,
                        told_again="with the notice it is weighed once more"),
                  check("message", log("HIGH_PROFILE", tags=["em_follow"]), within=180,
                        when=~label("RAVEN_ALERT")))],
    source="notice flow, row 14",
)
