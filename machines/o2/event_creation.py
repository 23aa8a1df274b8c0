"""Event creation: the search pipeline uploads its trigger data with the event.

Source: catalogue of the second observing run, one set of files per pipeline.
"""

from fsm.chart import (
    ABSENT,
    RIGHT,
    WRONG,
    Evidence,
    Process,
    Stage,
    Verdict,
    check,
    file,
    new,
    predicate,
)
from fsm.core.expect.scope import Scope
from machines.o2.searches import CBC, CWB, OLIB

PSD = file("psd.xml.gz")
OLIB_FILE = file("*-*.json")


def olib_file(evidence: Evidence, scope: Scope) -> Verdict:
    """Find <gpstime>-<anything>.json: the pipeline drops zeros at the end of the time."""
    gpstime = scope.lookup("gpstime", evidence)
    if gpstime is None:
        return Verdict(ABSENT, "gpstime is not defined, so that the file's name is not known")
    times = {f"{gpstime:.2f}", f"{gpstime:.1f}"}
    for name in reversed(evidence.files):
        start, dash, rest = name.partition("-")
        if dash and rest.endswith(".json") and start in times:
            return Verdict(RIGHT, f"file {name[:120]} is there", evidence.entries(name)[0].time)
    return Verdict(ABSENT, f"no file {gpstime:.2f}-*.json")


def psd_content(evidence: Evidence, scope: Scope) -> tuple[str, str, int]:
    """Ask for the size of the newest psd.xml.gz."""
    return ("content", "psd.xml.gz", evidence.newest("psd.xml.gz") or 0)


def psd_size(evidence: Evidence, scope: Scope) -> Verdict:
    """Judge the size of psd.xml.gz: some pipelines have uploaded nearly empty ones."""
    present = PSD.judge(evidence, scope)
    size = (evidence.content("psd.xml.gz") or {}).get("size")
    if not present.right or size is None:
        return Verdict(ABSENT, f"{present.why}, its size is not known")
    if size < scope.values["min_psd_size"]:
        return Verdict(WRONG, f"psd.xml.gz has only {size} bytes", present.at)
    return Verdict(RIGHT, f"psd.xml.gz has {size} bytes", present.at)


EVENT_CREATION = Process(
    "event_creation",
    "Upload of the trigger by its pipeline",
    noun="event upload",
    family="products",
    starts=new(),
    parties=("pipeline",),
    options={"min_psd_size": 100},
    stages=[
        Stage(
            "upload",
            check("cwb_trigger", file("trigger_{gpstime:.4f}.txt"), within=10, when=CWB),
            check("olib_trigger",
                  predicate(olib_file, "file <gpstime>-*.json", watches=[OLIB_FILE]),
                  within=10, when=OLIB),
            check("cbc_coinc", file("coinc.xml"), within=30, when=CBC),
            check("cbc_psd", PSD, within=30, when=CBC),
            check("cbc_psd_size",
                  predicate(psd_size, "psd.xml.gz of at least {min_psd_size} bytes",
                            watches=[PSD], asks=[psd_content], options=["min_psd_size"]),
                  within=30, when=CBC),
        ),
    ],
    source="O2, event creation",
)
