"""Which candidates a follow-up is for: conditions on group, pipeline, search and category."""

from fsm.chart import ABSENT, RIGHT, Evidence, Verdict, field, not_, predicate, preferred
from fsm.core.expect.scope import Scope

MATCHED_FILTER = ("gstlal", "spiir", "pycbc", "MBTA", "mbta", "SGNL", "sgnl")
AFRAME = ("aframe", "Aframe")
ANNOTATED = ("AllSky", "EarlyWarning", "SSM", "MDC")  # searches that are annotated by themselves

IS_CBC = field("group", equals="CBC") & field("search", equals=ANNOTATED)
IS_MATCHED_FILTER = IS_CBC & field("pipeline", equals=MATCHED_FILTER)
IS_AFRAME = IS_CBC & field("pipeline", equals=AFRAME)
IS_CWB_BBH = field("group", equals="Burst") & field("search", equals="BBH")
IS_BURST = field("group", equals="Burst") & field("search", equals=("AllSky", "BBH"))
HAS_CLASSIFICATION = IS_CWB_BBH | (IS_CBC & not_(field("search", equals="SSM")))
HAS_PROPERTIES = IS_CWB_BBH | IS_CBC
UPLOADED = not_(field("processing_status", equals="reserved"))

PRODUCTION = field("category", equals="Production")
AUTOMATED = field("category", equals=("Production", "MDC"))


def judge_publishable(evidence: Evidence, scope: Scope) -> Verdict:
    """Judge whether the preferred event may be published at all, as far as is known of it."""
    if evidence.fields.get("offline") is True:
        return Verdict(ABSENT, "the preferred event is offline", evidence.since("offline"))
    event = evidence.preferred
    if event is not None and event.has_label("INJ"):
        return Verdict(ABSENT, "label INJ is on the preferred event", event.labels["INJ"].since)
    return Verdict(RIGHT, "label INJ is not on the preferred event")


PUBLISHABLE = predicate(judge_publishable, "the preferred event may be published", timed=False,
                        watches=[field("offline"), preferred(field("offline"))])
CHECKED = PRODUCTION & not_(field("search", equals="EarlyWarning"))

