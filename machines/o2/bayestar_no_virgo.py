"""BAYESTAR without Virgo: a second localization where Virgo took part in the first.

It writes the same messages as BAYESTAR: only its file tells it apart. Source: catalogue of the
second observing run.
"""

from fsm.chart import Process, Stage, check, field, file

BAYESTAR_NO_VIRGO = Process(
    "bayestar_no_virgo",
    "BAYESTAR sky localization without Virgo",
    noun="map w/o Virgo",
    family="products",
    starts=file("psd.xml.gz"),
    renews=False,
    parties=("follow-up", "sky localization"),
    options={"skymap_tags": ("sky_loc", "lvem")},
    stages=[
        Stage("localize", check(
            "skymap", file("bayestar_no_virgo.fits.gz", tags="skymap_tags"),
            within=150, when=field("instruments", contains="V1"))),
    ],
    source="O2, bayestarNoVirgo",
)
