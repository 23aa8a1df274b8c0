"""Which candidates a follow-up is for: conditions on group, pipeline, search and category."""

from fsm.chart import field, not_

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
CHECKED = PRODUCTION & not_(field("search", equals="EarlyWarning"))

