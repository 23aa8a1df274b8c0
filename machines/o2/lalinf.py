"""LALInference: parameter estimation of a compact-binary candidate.

Its start and finish are accepted in both wordings that were in use. Source: catalogue of the second
observing run.
"""

from fsm.chart import Process, Stage, check, file, log, new
from machines.o2.searches import CBC

DAYS = 86400
STARTED = log("LALInference online parameter estimation started",
              "LALInference online estimation started")

LALINF = Process(
    "lalinf",
    "LALInference parameter estimation",
    noun="LALInference",
    family="estimation",
    starts=new() | STARTED,
    renews=False,
    when=CBC,
    parties=("follow-up", "lalinference"),
    options={"skymap_tags": ()},
    stages=[
        Stage("launch", check("start", STARTED, within=3600)),
        Stage(
            "estimate",
            check("skymap", file("LALInference.fits.gz", "LALInference_skymap.fits.gz",
                                 tags="skymap_tags"), within=2 * DAYS),
            check("finish", log("LALInference online parameter estimation finished",
                                "LALInference online estimation finished"), within=2 * DAYS),
            check("post_samp", file("posterior_samples.dat", after=STARTED), within=None),
        ),
    ],
    source="O2, lalinf start, lalinf",
)
