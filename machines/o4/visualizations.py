"""Pictures and pages of the files of a superevent, made as soon as a file is there."""

from functools import partial

from fsm.chart import START, Process, Stage, check, file
from machines.o4.annotations import CLASSIFICATION, PIPELINES

ESTIMATED = "Bilby|LALInference"  # maps that are made of posterior samples


def drawn(name: str, title: str, noun: str, maps: str, words: str, within: float, tags: list[str],
          rows: str) -> Process:
    """Declare the page and the pictures of sky maps.

    Args:
        name: of the process.
        title, noun: for people.
        maps: regular expression of the maps' names, as far as the first dot.
        words: which maps these are, for people.
        within: seconds from the map to its page and picture.
        tags: of all of them.
        rows: of the catalogue, where the facts are from.
    """
    made = partial(file, tags=tags, after=START)
    return Process(
        name, title, noun=noun, family="pictures",
        starts=file(regex=rf"(?P<map>{maps})\.multiorder\.fits", words=words), of="superevent",
        key="map", parties=("sky localization",), source=rows,
        stages=[Stage(
            "draw",
            check("page", made("{map}.html", comment="FITS headers for"), within=within),
            check("sky", made("{map}.png", comment="Mollweide projection of"), within=within),
            # Only for maps with distances, or with the factor in their header.
            check("volume", made("{map}.volume.png", comment="Volume rendering of"), within=None),
            check("coherence", made("{map}.coherence.png",
                                    comment="Bayes factor for coherence vs. incoherence of"),
                  within=None))])


# Of the map combined with that of an external event there is no page; its picture is copied.
SKYMAP_ANNOTATION = drawn(
    "skymap_annotation", "Page and pictures of a sky map", "map plots",
    rf"(?!combined-ext|{ESTIMATED}).+", "<pipeline>.multiorder.fits", 300, ["sky_loc"],
    "notice flow, rows 4 to 7")

ESTIMATED_MAP_ANNOTATION = drawn(
    "estimated_map_annotation", "Page and pictures of a sky map of posterior samples",
    "PE map plots",
    ESTIMATED, "Bilby.multiorder.fits or LALInference.multiorder.fits", 600, ["pe", "sky_loc"],
    "posterior samples, row 10")

PROPERTIES_PLOT = Process(
    "properties_plot",
    "Picture of the source properties",
    noun="em_bright plot",
    family="pictures",
    starts=file("em_bright.json"),
    of="superevent",
    parties=("em-followup",),
    stages=[Stage("draw", check("plot", file(
        "em_bright.png", comment="Source properties visualization from",
        tags=["em_follow", "em_bright", "public"], after=START), within=300))],
    source="notice flow, row 8",
)

CLASSIFICATION_PLOT = Process(
    "classification_plot",
    "Picture of a source classification",
    noun="p_astro plot",
    family="pictures",
    starts=file(regex=rf"(?P<pipe>{PIPELINES}|RapidPE_RIFT)\.p_astro\.json",
                words=CLASSIFICATION),
    of="superevent",
    key="pipe",
    parties=("em-followup",),
    stages=[Stage("draw", check("plot", file(
        "{pipe}.p_astro.png", comment="Source classification visualization from",
        tags=["em_follow", "p_astro", "public"], after=START), within=300))],
    source="notice flow, row 9",
)

CHIRP_MASS_SUMMARY = Process(
    "chirp_mass_summary",
    "Chirp mass estimate on the superevent",
    noun="mchirp plot",
    family="pictures",
    starts=file("mchirp_source.json"),
    of="superevent",
    parties=("em-followup",),
    stages=[Stage("draw", check("plot", file(
        "mchirp_source.png", comment="Chirp mass visualization from",
        tags=["em_follow", "public"], after=START), within=300))],
    source="data quality after the notice, row 4",
)
