"""FITS files: every uploaded sky map is checked, plotted and shown.

Each process runs once for every file name, and anew for every new version of it. Source: catalogue
of the second observing run.
"""

from typing import Any

from fsm.chart import (
    ABSENT,
    RIGHT,
    WRONG,
    Evidence,
    Family,
    Process,
    Stage,
    Verdict,
    check,
    file,
    predicate,
)
from fsm.core.expect.base import Expectation
from fsm.core.expect.scope import Scope

ANY_FITS = file("{fits}")


def stem(fits: str) -> dict[str, str]:
    """The name of a FITS file without its ending, and up to its first dot."""
    return {"stem": fits.removesuffix(".gz").removesuffix(".fits"), "first": fits.partition(".")[0]}


def tags_of_the_map(evidence: Evidence, scope: Scope) -> frozenset[str]:
    """the FITS file"""
    entries = evidence.entries(scope.values["fits"])
    return entries[0].tags if entries else frozenset()


def map_content(evidence: Evidence, scope: Scope) -> tuple[str, str, int]:
    """Ask for the facts about the newest version of the map."""
    return ("content", scope.values["fits"], evidence.newest(scope.values["fits"]) or 0)


def sanity(evidence: Evidence, scope: Scope) -> Verdict:
    """Judge a sky map's facts: its sum, its coordinate system, its NaN and negative pixels."""
    facts = evidence.content(scope.values["fits"]) or {}
    if "error" in facts:
        return Verdict(WRONG, f"the sky map cannot be read: {facts['error']}")
    if "norm" not in facts:
        return Verdict(ABSENT, "the sky map's content is not known")
    faults = []
    if not abs(facts["norm"] - 1.0) <= scope.values["tolerance"]:
        faults.append(f"it sums to {facts['norm']:.9g} instead of 1")
    for kind in ("nan", "negative"):
        if facts.get(kind):
            faults.append(f"{facts[kind]} of its pixels are {kind.replace('nan', 'NaN')}")
    if facts.get("coordsys") != "C":
        faults.append(f"its COORDSYS is {facts.get('coordsys')!r} instead of 'C' (equatorial)")
    if faults:
        return Verdict(WRONG, " and ".join(faults))
    return Verdict(RIGHT, "the sky map is normalised and equatorial")


def per_map(name: str, title: str, noun: str, *stages: Stage, starts: Expectation = ANY_FITS,
            family: Family = "pictures", **more: Any) -> Process:
    """Declare a process that is there once for every FITS file."""
    return Process(name, title, noun=noun, family=family, starts=starts, key="fits", derive=stem,
                   renews=True, stages=stages, **more)


SKYMAP_SANITY = per_map(
    "skymap_sanity", "Sanity of a sky map", "sane sky map",
    Stage("content", check(
        "sanity",
        predicate(sanity, "sky map {fits} sums to 1 within {tolerance}, has no NaN or negative "
                          "pixel and is equatorial",
                  watches=[ANY_FITS], asks=[map_content], options=["tolerance"], timed=False),
        within=0)),
    family="products", options={"tolerance": 1e-6}, source="O2, skymap sanity",
)

PLOT_SKYMAP = per_map(
    "plot_skymap", "Plot of a sky map", "sky map plot",
    Stage("plot", check("plot", file("{first}.png", "{stem}.png", tags=tags_of_the_map),
                        within=60)),
    parties=("follow-up",), source="O2, plot skymap",
)

SKYVIEWER = per_map(
    "skyviewer", "Interactive view of a sky map", "skyviewer",
    Stage("view", check("view", file("{stem}.json", tags=tags_of_the_map), within=120)),
    parties=("skyviewer",), enabled=False, source="O2, skyviewer, off since 2017-03-23",
)
