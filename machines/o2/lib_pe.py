"""LIB: parameter estimation of a burst candidate.

Posterior samples count from its start on, since other programs use the same file name. Source:
catalogue of the second observing run.
"""

from fsm.chart import Process, Stage, check, file, log, new
from machines.o2.searches import CWB, OLIB

HOURS = 3600
STARTED = log("LIB Parameter estimation started")

LIB_PE = Process(
    "lib_pe",
    "LIB parameter estimation",
    noun="LIB PE",
    family="estimation",
    starts=new() | STARTED,
    renews=False,
    when=OLIB | CWB,
    parties=("lib",),
    options={"skymap_tags": ()},
    stages=[
        Stage("launch", check("start", STARTED, within=300)),
        Stage(
            "estimate",
            check("post_samp", file("posterior_samples.dat", after=STARTED), within=6 * HOURS),
            check("bayes_factor", log("LIB PE summary"), within=6 * HOURS),
            check("skymap", file("LIB.fits.gz", "LIB_skymap.fits.gz", tags="skymap_tags"),
                  within=6 * HOURS),
            check("finish", log("LIB Parameter estimation finished"), within=6 * HOURS),
        ),
    ],
    source="O2, lib pe start, lib pe",
)
