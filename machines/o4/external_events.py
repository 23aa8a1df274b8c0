"""External events: their sky maps, and what is made when one coincides with a superevent."""

from fsm.chart import Process, Stage, check, field, file, label, new, not_

MAP = file(regex=r"(?:\w+_skymap|external_from_url|glg_healpix_all_bn_v\d\d)"
                 r"\.(?:multiorder\.fits|fits\.gz|fits)", tags=["sky_loc"])

EXTERNAL_MAP = Process(
    "external_map",
    "Sky map of an external event",
    starts=new(),
    of="external",
    when=not_(field("search", equals=("Supernova", "HEN"))),
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
    starts=label("EM_COINC"),
    of="external",
    parties=("external coincidence",),
    stages=[Stage("compute", check("far", file("coincidence_far.json"), within=60)),
            Stage("label", check("skymap", label("SKYMAP_READY"), within=120),
                  check("ready", label("EM_READY"), within=120))],
    source="coincidence, rows 3 and 6",
)

COMBINED_MAP = Process(
    "combined_map",
    "Combined sky map of external event and superevent",
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
