"""BayesWave: wavelet reconstruction of a burst candidate.

Both names under which its launch was announced count, and all that its sky map has had. No message
of its finish is known: a profile may name one. Source: catalogue of the second observing run.
"""

from fsm.chart import Each, Process, Stage, check, file, log, new
from machines.o2.searches import CWB

DAYS = 86400

BAYESWAVE_PE = Process(
    "bayeswave_pe",
    "BayesWave parameter estimation",
    noun="BayesWave PE",
    family="estimation",
    starts=new() | log("BayesWave launched", "BayesWaveBurst launched"),
    renews=False,
    when=CWB,
    parties=("bayeswave",),
    options={"skymap_tags": (), "finish_texts": ()},
    stages=[
        Stage("launch", check("start", log("BayesWave launched", "BayesWaveBurst launched"),
                              within=120)),
        Stage(
            "estimate",
            check("post_samp", log("BWB Follow-up results"), within=3 * DAYS),
            check("estimate", log("BWB parameter estimation"), within=3 * DAYS),
            check("bayes_factor", log("BWB Bayes Factors"), within=3 * DAYS),
            check("skymap", file("BayesWave.fits.gz", "BayesWave.fits", "BW_skymap.fits",
                                 tags="skymap_tags"), within=3 * DAYS),
            check("finish", log("{text}"), within=3 * DAYS, each=Each("finish_texts", "text")),
        ),
    ],
    source="O2, bayeswave pe start, bayeswave pe",
)
