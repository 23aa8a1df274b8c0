"""Burst events bring a sky map of their own."""

from fsm.chart import Process, Stage, check, file, label, new
from machines.o4.searches import IS_BURST, UPLOADED

BURST_MAP = Process(
    "burst_map",
    "Sky map of a burst event",
    noun="burst map",
    family="products",
    starts=new(),
    when=IS_BURST & UPLOADED,
    parties=("pipeline",),
    stages=[
        Stage("upload", check("skymap", file("cwb.multiorder.fits", "mly.multiorder.fits"),
                              within=300, warn=60)),
        Stage("label", check("label", label("SKYMAP_READY"), within=60)),
    ],
    source="event level, burst, cWB BBH row 2, cWB and MLy AllSky row 1",
)
