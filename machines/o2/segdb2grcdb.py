"""Segments: the state of the detectors is looked up in the segment database, flag by flag.

A veto definer is a list of flags in categories. Its files are called after interferometer and
category alone, so that only their messages tell of which one they are. Source: catalogue of the
second observing run; of veto definers SegDB2GraceDB's seglogic.
"""

from fsm.chart import (
    ABSENT,
    RIGHT,
    Each,
    Evidence,
    Process,
    Stage,
    Verdict,
    check,
    file,
    log,
    new,
    predicate,
)
from fsm.core.expect.scope import Scope

NAMES = ("DMT-ANALYSIS_READY:1", "DMT-OMC_DCPD_ADC_OVERFLOW:1", "DMT-ETMY_ESD_DAC_OVERFLOW:1",
         "ODC-INJECTION_TRANSIENT:2", "ODC-INJECTION_CBC:2", "ODC-INJECTION_BURST:2",
         "ODC-INJECTION_DETCHAR:2", "ODC-INJECTION_STOCHASTIC:2", "ODC-INJECTION_CW:2")
FLAGS = tuple(f"{ifo}:{name}" for ifo in ("H1", "L1") for name in NAMES)


def flag_file(flag: str) -> dict[str, str]:
    """How a flag is written in its file's name: H1:DMT-X:1 becomes H1-DMT_X_1."""
    ifo, _, name = flag.partition(":")
    return {"flag_name": f"{ifo}-{name.replace(':', '_').replace('-', '_')}"}


VETO_FILE = file("{ifo}-VETOTIME_CAT*-*-*.xml")


def veto_file(evidence: Evidence, scope: Scope) -> Verdict:
    """Find a file of the veto definer, whichever file of that name is the newest."""
    words = f"SegDb query for {scope.values['veto_def']} -> "
    found = [entry for entry in evidence.logs.values() if words in entry.comment
             and VETO_FILE.captured(entry, evidence) is not None]
    if not found:
        return Verdict(ABSENT, f"no file *-VETOTIME_CAT*.xml with {words!r}")
    first = min(found, key=lambda entry: entry.time)
    return Verdict(RIGHT, f"file {first.filename[:120]} is there", first.time)


SEGDB2GRCDB = Process(
    "segdb2grcdb",
    "Queries of the segment database",
    noun="segments",
    family="quality",
    starts=new(),
    options={"flags": FLAGS, "veto_defs": ()},
    stages=[
        Stage("launch", check("start", log("began searching for segments in"), within=10)),
        Stage(
            "search",
            check("flag", file("{flag_name}-*-*.xml.gz"), within=300,
                  each=Each("flags", "flag", derive=flag_file)),
            check("veto_def",
                  predicate(veto_file, f"{VETO_FILE.words()} of {{veto_def}}",
                            watches=[VETO_FILE], options=["veto_def"]),
                  within=300, each=Each("veto_defs", "veto_def")),
            check("any", file("allActive-*-*.json"), within=None),
            check("finish", log("finished searching for segments in"), within=300),
        ),
    ],
    source="O2, segdb2grcdb start, segdb2grcdb",
)
