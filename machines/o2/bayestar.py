"""BAYESTAR: rapid sky localization of a compact-binary candidate.

Expected once its PSD is there, and where that was not heard of, once it has begun. Source:
catalogue of the second observing run.
"""

from fsm.chart import Process, Stage, check, file, log

STARTED = log("INFO:BAYESTAR:starting sky localization")

BAYESTAR = Process(
    "bayestar",
    "BAYESTAR sky localization",
    noun="BAYESTAR map",
    family="products",
    starts=file("psd.xml.gz") | STARTED,
    renews=False,
    parties=("follow-up", "sky localization"),
    options={"skymap_tags": ("sky_loc", "lvem")},
    stages=[
        Stage("launch", check("start", STARTED, within=60)),
        Stage("localize", check("skymap", file("bayestar.fits.gz", tags="skymap_tags"),
                                within=90)),
        Stage("finish", check("finish", log("INFO:BAYESTAR:sky localization complete"), within=90)),
    ],
    source="O2, bayestar start, bayestar, bayestar finish",
)
