"""What is annotated to a compact-binary event by itself: map, properties, classification.

They run side by side; a label follows each file.
"""

from fsm.chart import Evidence, Process, Stage, check, file, label, new
from fsm.core.expect.scope import Scope
from machines.o4.searches import (
    HAS_CLASSIFICATION,
    IS_CWB_BBH,
    IS_MATCHED_FILTER,
    UPLOADED,
)

PIPELINES = r"(?:cwb|gstlal|mbta|pycbc|sgnl|spiir|aframe)"


def classification_tags(evidence: Evidence, scope: Scope) -> frozenset[str]:
    """its pipeline tags it: p_astro, public of matched filters, none of others"""
    matched = IS_MATCHED_FILTER.judge(evidence, scope).right
    return frozenset({"p_astro", "public"} if matched else ())


CLASSIFICATION = "<pipeline>.p_astro.json"
P_ASTRO = file(regex=PIPELINES + r"\.p_astro\.json", words=CLASSIFICATION,
               tags=classification_tags)
AUTOMATIC = {"em_bright": ("em-followup",), "p_astro": ("pipeline", "em-followup"),
             "skymap": ("sky localization", "em-followup")}

COINC_UPLOAD = Process(
    "coinc_upload",
    "The event's own file, which holds the PSDs",
    noun="coinc.xml",
    family="products",
    starts=new(),
    when=IS_MATCHED_FILTER & UPLOADED,
    parties=("pipeline",),
    stages=[Stage("upload", check("coinc", file("coinc.xml"), within=60))],
    source="event level, matched filter, row 1",
)

SOURCE_PROPERTIES = Process(
    "source_properties",
    "Source properties (EM-Bright)",
    noun="em_bright",
    family="products",
    starts=new(),
    when=(IS_MATCHED_FILTER | IS_CWB_BBH) & UPLOADED,
    parties=AUTOMATIC["em_bright"],
    stages=[
        Stage("compute", check("file", file("em_bright.json", comment="em bright complete",
                                            tags=["em_bright", "public"]), within=300, warn=60)),
        Stage("label", check("label", label("EMBRIGHT_READY"), within=60)),
    ],
    source="event level, matched filter, row 2; burst, row 1",
)

SOURCE_CLASSIFICATION = Process(
    "source_classification",
    "Source classification (p_astro)",
    noun="p_astro",
    family="products",
    starts=new(),
    when=HAS_CLASSIFICATION & UPLOADED,
    parties=AUTOMATIC["p_astro"],
    stages=[
        Stage("compute", check("file", P_ASTRO, within=300, warn=60)),
        Stage("label", check("label", label("PASTRO_READY"), within=60)),
    ],
    source="event level, matched filter, row 3; Aframe, row 3; burst, row 3",
)

BAYESTAR_MAP = Process(
    "bayestar_map",
    "BAYESTAR sky localization",
    noun="BAYESTAR map",
    family="products",
    starts=new(),
    when=IS_MATCHED_FILTER & UPLOADED,
    parties=AUTOMATIC["skymap"],
    stages=[
        Stage("localize", check("skymap", file("bayestar.multiorder.fits",
                                               comment="sky localization complete",
                                               tags=["sky_loc", "public"]), within=300, warn=60)),
        Stage("label", check("label", label("SKYMAP_READY"), within=60)),
    ],
    source="event level, matched filter, row 4",
)

CHIRP_MASS = Process(
    "chirp_mass",
    "Chirp mass estimate from the point estimate",
    noun="chirp mass",
    family="products",
    starts=file("bayestar.multiorder.fits", "cwb.multiorder.fits"),
    when=IS_MATCHED_FILTER | IS_CWB_BBH,
    parties=("em-followup",),
    stages=[Stage("compute", check("file", file(
        "mchirp_source.json", comment="Chirp mass estimate computed from point estimate",
        tags=["em_follow", "public"]), within=600, warn=120))],
    source="event level, matched filter, row 5; burst, row 4",
)
