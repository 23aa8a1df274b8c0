"""BAYESTAR: rapid sky localization of a compact-binary candidate.

Started by the upload of its PSD. Source: catalogue of the second observing run.
"""

from fsm.chart import Process, Stage, check, file, log

BAYESTAR = Process(
    "bayestar",
    "BAYESTAR sky localization",
    starts=file("psd.xml.gz"),
    renews=False,
    parties=("follow-up", "sky localization"),
    options={"skymap_tags": ("sky_loc", "lvem")},
    stages=[
        Stage("launch", check("start", log("INFO:BAYESTAR:starting sky localization"), within=60)),
        Stage("localize", check("skymap", file("bayestar.fits.gz", tags="skymap_tags"),
                                within=90)),
        Stage("finish", check("finish", log("INFO:BAYESTAR:sky localization complete"), within=90)),
    ],
    source="O2, bayestar start, bayestar, bayestar finish",
)
