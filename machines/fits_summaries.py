"""Summaries of sky maps: one page for every FITS file, and one that compares them.

Source: catalogue of the second observing run.
"""

import re

from fsm.chart import ABSENT, RIGHT, Process, Stage, Verdict, check, file, log, predicate
from machines.fits import per_map

FINISHED = log("finished skymap summary for*{fits}")
FITS_NAME = re.compile(r"[\w.+-]*\w\.fits(?:\.gz)?")
SEPARATOR = "+"

SNGL_FITS = per_map(
    "sngl_fits", "Summary page of one sky map",
    Stage("launch", check("start", log("started skymap summary for*{fits}"), within=120)),
    Stage(
        "summarize",
        check("html", file("{stem}-skymapSummary.html",
                           comment="skymap summary for*{fits}*can be found*here"), within=600),
        check("finish", FINISHED, within=600),
    ),
    source="O2, snglFITS start, snglFITS",
)


def summarized(captured, evidence, profile):
    """The key of a comparison: the maps with a finished summary, from two on."""
    names = set()
    for entry in evidence.logs.values():
        if "finished skymap summary for" in entry.comment:
            names.update(FITS_NAME.findall(entry.comment))
    return SEPARATOR.join(sorted(names)) if len(names) > 1 else None


def comparison(words):
    """Expect a message about the comparison of at least these maps, in any order."""
    said = log(words)

    def judge(evidence, scope):
        wanted = set(scope.values["maps"].split(SEPARATOR))
        for entry in reversed(evidence.logs.values()):
            if words in entry.comment and wanted <= set(FITS_NAME.findall(entry.comment)):
                return Verdict(RIGHT, f"message {entry.comment[:120]!r} is there", entry.time)
        return Verdict(ABSENT, f"no message with {words!r} and {', '.join(sorted(wanted))}")

    return predicate(judge, f"log message “{words}” with {{maps}}", watches=[said])


MULT_FITS = Process(
    "mult_fits",
    "Page that compares the sky maps",
    starts=FINISHED,
    renews=False,
    key="maps",
    keyed=summarized,
    stages=[
        Stage("launch", check("start", comparison("started skymap comparison for"), within=120)),
        Stage(
            "compare",
            check("html", file("{graceid}-skymapComparison.html",
                               comment="comparison of skymaps can be found"), within=600),
            check("finish", comparison("finished skymap comparison for"), within=600),
        ),
    ],
    source="O2, multFITS start, multFITS",
)
