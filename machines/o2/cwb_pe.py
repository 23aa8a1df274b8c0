"""Coherent WaveBurst: reconstruction of a burst candidate.

No message of its start or finish is known: a profile may name them (``start_texts``,
``finish_texts``). Source: catalogue of the second observing run.
"""

from fsm.chart import Each, Process, Stage, check, file, log, new
from machines.o2.searches import CWB

CWB_PE = Process(
    "cwb_pe",
    "Coherent WaveBurst parameter estimation",
    noun="cWB PE",
    family="estimation",
    starts=new(),
    when=CWB,
    parties=("burst searches",),
    options={"skymap_tags": ("sky_loc", "lvem"), "start_texts": (), "finish_texts": ()},
    stages=[
        Stage(
            "estimate",
            check("start", log("{text}"), within=120, each=Each("start_texts", "text")),
            check("ced", log("cWB CED"), within=120),
            check("estimate", log("cWB parameter estimation"), within=120),
            check("skymap", file("skyprobcc_cWB.fits", tags="skymap_tags"), within=120),
            check("finish", log("{text}"), within=120, each=Each("finish_texts", "text")),
        ),
    ],
    source="O2, cwb pe, cwb pe start",
)
