"""Aframe's events: AMPLFI's posterior samples, and what is computed from them."""

from fsm.chart import Process, Stage, check, file, label, new
from machines.o4.searches import IS_AFRAME, UPLOADED

SAMPLES = file("amplfi.posterior_samples.hdf5")

AMPLFI = Process(
    "amplfi",
    "AMPLFI's posterior samples and sky map of an Aframe event",
    noun="AMPLFI upload",
    family="products",
    starts=new(),
    when=IS_AFRAME & UPLOADED,
    parties=("pipeline",),
    stages=[
        Stage("upload",
              check("samples", SAMPLES, within=300, warn=60),
              check("skymap", file("amplfi.multiorder.fits"), within=300, warn=60)),
        Stage("label", check("label", label("SKYMAP_READY"), within=60)),
    ],
    source="event level, Aframe, rows 1 and 2",
)

AMPLFI_PRODUCTS = Process(
    "amplfi_products",
    "Source properties and chirp mass from AMPLFI's samples",
    noun="AMPLFI results",
    family="products",
    starts=SAMPLES,
    when=IS_AFRAME,
    parties=("em-followup",),
    stages=[
        Stage("compute",
              check("em_bright", file("em_bright.json", comment='em-bright computed from "',
                                      tags=["em_bright", "public"]), within=120),
              check("mchirp", file("mchirp_source.json",
                                   comment='Chirp mass estimate computed from "',
                                   tags=["em_follow", "public"]), within=120)),
        Stage("label", check("label", label("EMBRIGHT_READY"), within=60)),
    ],
    source="event level, Aframe, rows 4 and 5",
)
