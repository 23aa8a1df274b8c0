"""External events: their sky maps, and what is made when one coincides with a superevent."""

from fsm.chart import (
    ABSENT,
    RIGHT,
    Evidence,
    Process,
    Stage,
    Verdict,
    check,
    field,
    file,
    label,
    new,
    not_,
    predicate,
)
from fsm.core.expect.scope import Scope
from fsm.core.times import finite

MAP = file(regex=r"(?:\w+_skymap|external_from_url|glg_healpix_all_bn_v\d\d)"
                 r"\.(?:multiorder\.fits|fits\.gz|fits)",
           words="<mission>_skymap.multiorder.fits, or another sky map of it", tags=["sky_loc"])


def judge_position(evidence: Evidence, scope: Scope) -> Verdict:
    """Judge whether a position was told of which a map can be made."""
    told = [(finite(value), finite(evidence.fields.get(f"{name[:-3]}.dec")))
            for name, value in evidence.fields.items() if name.endswith(".ra")]
    if told and not any(ra is not None and dec is not None and (ra or dec) for ra, dec in told):
        return Verdict(ABSENT, "no position is told of it", evidence.since("GRB.ra"))
    return Verdict(RIGHT, "its position is told", evidence.since("GRB.ra"))


HAS_POSITION = predicate(judge_position, "its position is told", watches=[field("GRB.ra")],
                         timed=False)
IS_SUPERNOVA = field("search", equals="Supernova")  # neutrinos tell no direction, and no rate

EXTERNAL_MAP = Process(
    "external_map",
    "Sky map of an external event",
    noun="external map",
    family="coincidence",
    starts=new(),
    of="external",
    when=not_(IS_SUPERNOVA) & HAS_POSITION,
    parties=("external coincidence",),
    stages=[
        Stage("upload", check("skymap", MAP, within=120)),
        Stage("label", check("label", label("EXT_SKYMAP_READY"), within=60)),
        Stage("draw", check("plot", file("*_skymap.png", "glg_healpix_all_bn_v*.png",
                                         "external_from_url.png",
                                         comment="Mollweide projection of", tags=["sky_loc"]),
                            within=120)),
    ],
    source="external event, rows 3 and 4",
)

COINCIDENCE = Process(
    "coincidence",
    "An external event that coincides with a superevent",
    noun="coincidence",
    family="coincidence",
    starts=label("EM_COINC"),
    of="external",
    parties=("external coincidence",),
    stages=[Stage("compute", check("far", file("coincidence_far.json"), within=60,
                                    when=not_(IS_SUPERNOVA))),
            Stage("label", check("skymap", label("SKYMAP_READY"), within=120),
                  check("ready", label("EM_READY"), within=120))],
    begun_by="RAVEN, which labels the superevent too",
    source="coincidence, rows 3 and 6",
)

COMBINED_MAP = Process(
    "combined_map",
    "Combined sky map of external event and superevent",
    noun="combined map",
    family="coincidence",
    starts=label("EM_COINC") & label("EM_READY") & label("EXT_SKYMAP_READY"),
    of="external",
    parties=("external coincidence",),
    stages=[
        Stage("combine",
              check("skymap", file("combined-ext.multiorder.fits", tags=["sky_loc", "ext_coinc"],
                                   comment="Combined LVK-external sky map using"), within=300),
              check("plot", file("combined-ext.png", comment="Mollweide projection of",
                                 tags=["sky_loc", "ext_coinc"]), within=300)),
        Stage("label", check("label", label("COMBINEDSKYMAP_READY"), within=60)),
    ],
    source="coincidence, row 7",
)
