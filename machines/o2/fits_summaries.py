"""Summaries of sky maps: one page for every FITS file, and one that compares them.

Each is expected once its maps are there, and where these were not heard of, once it was begun.
Source: catalogue of the second observing run.
"""

import re

from fsm.chart import ABSENT, RIGHT, Evidence, Process, Stage, Verdict, check, file, log, predicate
from fsm.core.charts.policy import Profile
from fsm.core.expect.base import Expectation
from fsm.core.expect.scope import Scope
from machines.o2.fits import ANY_FITS, per_map

BEGUN = log("started skymap summary for*{fits}")
FINISHED = log("finished skymap summary for*{fits}")
COMPARING = "started skymap comparison for"
FITS_NAME = re.compile(r"[\w.+-]*\w\.fits(?:\.gz)?")
SEPARATOR = "+"


def to_summarize(evidence: Evidence, scope: Scope) -> Verdict:
    """Judge since when a map is to be summarized: a further version of it only since its upload."""
    anew = evidence.newest(scope.values["fits"])
    return (ANY_FITS if anew else ANY_FITS | BEGUN).judge(evidence, scope)


SNGL_FITS = per_map(
    "sngl_fits", "Summary page of one sky map", "map summary",
    Stage("launch", check("start", BEGUN, within=120)),
    Stage(
        "summarize",
        check("html", file("{stem}-skymapSummary.html",
                           comment="skymap summary for*{fits}*can be found*here"), within=600),
        check("finish", FINISHED, within=600),
    ),
    starts=predicate(to_summarize, f"{ANY_FITS.words()} or {BEGUN.words()}",
                     watches=[ANY_FITS, BEGUN], options=["fits"]),
    source="O2, snglFITS start, snglFITS",
)


def to_compare(evidence: Evidence, scope: Scope) -> Verdict:
    """Judge since when maps are to be compared: since the message that tells it."""
    for entry in reversed(evidence.logs.values()):
        if entry.comment == scope.values["comment"]:
            return Verdict(RIGHT, f"message {entry.comment[:120]!r} is there", entry.time)
    return Verdict(ABSENT, "no summary is finished, and no comparison begun")


def compared(captured: dict[str, str], evidence: Evidence, profile: Profile) -> str | None:
    """The key of a comparison: the maps that it names, or from two on those with a summary."""
    if COMPARING in captured["comment"]:
        return SEPARATOR.join(sorted(set(FITS_NAME.findall(captured["comment"])))) or None
    names = set()
    for entry in evidence.logs.values():
        if "finished skymap summary for" in entry.comment:
            names.update(FITS_NAME.findall(entry.comment))
    return SEPARATOR.join(sorted(names)) if len(names) > 1 else None


def comparison(words: str) -> Expectation:
    """Expect a message about the comparison of at least these maps, in any order."""
    said = log(words)

    def judge(evidence: Evidence, scope: Scope) -> Verdict:
        wanted = set(scope.values["maps"].split(SEPARATOR))
        for entry in reversed(evidence.logs.values()):
            if words in entry.comment and wanted <= set(FITS_NAME.findall(entry.comment)):
                return Verdict(RIGHT, f"message {entry.comment[:120]!r} is there", entry.time)
        return Verdict(ABSENT, f"no message with {words!r} and {', '.join(sorted(wanted))}")

    return predicate(judge, f"log message “{words}” with {{maps}}", watches=[said])


MULT_FITS = Process(
    "mult_fits",
    "Page that compares the sky maps",
    noun="map comparison",
    family="pictures",
    starts=predicate(to_compare, f"{FINISHED.words()} or log message “{COMPARING}”",
                     watches=[FINISHED, log(COMPARING)]),
    renews=False,
    key="maps",
    keyed=compared,
    stages=[
        Stage("launch", check("start", comparison(COMPARING), within=120)),
        Stage(
            "compare",
            check("html", file("{graceid}-skymapComparison.html",
                               comment="comparison of skymaps can be found"), within=600),
            check("finish", comparison("finished skymap comparison for"), within=600),
        ),
    ],
    source="O2, multFITS start, multFITS",
)
