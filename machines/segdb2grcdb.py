"""Segments: the state of the detectors is looked up in the segment database, flag by flag.

How veto definers name their files is not known; a profile lists them as it lists flags. Source:
catalogue of the second observing run.
"""

from fsm.chart import Each, Process, Stage, check, file, log, new

NAMES = ("DMT-ANALYSIS_READY:1", "DMT-OMC_DCPD_ADC_OVERFLOW:1", "DMT-ETMY_ESD_DAC_OVERFLOW:1",
         "ODC-INJECTION_TRANSIENT:2", "ODC-INJECTION_CBC:2", "ODC-INJECTION_BURST:2",
         "ODC-INJECTION_DETCHAR:2", "ODC-INJECTION_STOCHASTIC:2", "ODC-INJECTION_CW:2")
FLAGS = tuple(f"{ifo}:{name}" for ifo in ("H1", "L1") for name in NAMES)


def flag_file(flag):
    """How a flag is written in its file's name: H1:DMT-X:1 becomes H1-DMT_X_1."""
    ifo, _, name = flag.partition(":")
    return {"flag_name": f"{ifo}-{name.replace(':', '_').replace('-', '_')}"}


SEGDB2GRCDB = Process(
    "segdb2grcdb",
    "Queries of the segment database",
    starts=new(),
    options={"flags": FLAGS, "veto_defs": ()},
    stages=[
        Stage("launch", check("start", log("began searching for segments in"), within=10)),
        Stage(
            "search",
            check("flag", file("{flag_name}-*-*.xml.gz"), within=300,
                  each=Each("flags", "flag", derive=flag_file)),
            check("veto_def", file("{flag_name}-*-*.xml.gz"), within=300,
                  each=Each("veto_defs", "veto_def", derive=flag_file)),
            check("any", file("allActive-*-*.json"), within=None),
            check("finish", log("finished searching for segments in"), within=300),
        ),
    ],
    source="O2, segdb2grcdb start, segdb2grcdb",
)
