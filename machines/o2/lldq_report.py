"""Low-latency data-quality report. Source: catalogue of the second observing run."""

from fsm.chart import Process, Stage, check, log, new

LLDQ_REPORT = Process(
    "lldq_report",
    "Low-latency data-quality report",
    noun="DQ report",
    family="quality",
    starts=new(),
    parties=("data quality",),
    stages=[Stage("report", check("report", log("Automatic Data-quality report posted"),
                                  within=1))],
    source="O2, lldqReport",
)
