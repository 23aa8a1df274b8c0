"""GWSkyNet's annotation of significant compact binaries.

Off by default: the limits on signal-to-noise ratios, by which it starts, are not in alerts.
"""

from fsm.chart import Process, Stage, check, field, file, label
from machines.o4.searches import IS_MATCHED_FILTER

GWSKYNET = Process(
    "gwskynet",
    "GWSkyNet annotation",
    noun="GWSkyNet",
    family="products",
    starts=label("SKYMAP_READY"),
    of="superevent",
    when=IS_MATCHED_FILTER & field("search", equals="AllSky") & field("far", at_most="most_far"),
    options={"most_far": 1 / 21600},
    parties=("em-followup",),
    enabled=False,
    stages=[Stage("annotate", check("file", file(
        "gwskynet.json", comment="GWSkyNet annotation from", tags=["em_follow", "public"]),
        within=300))],
    source="GWSkyNet",
)
