"""Spectrograms of each interferometer around a superevent.

One that failed is uploaded too: whether it shows anything is told by its content.
"""

from fsm.chart import Process, Stage, check, file, new
from machines.o4.searches import AUTOMATED

OMEGASCANS = Process(
    "omegascans",
    "Spectrogram (omega scan) of one interferometer",
    noun="omega scan",
    family="quality",
    starts=new(),
    of="superevent",
    key="ifo",
    per="ifos",
    options={"ifos": ("H1", "L1", "V1")},
    when=AUTOMATED,
    runbook="No notice hangs on it: have the scan made again. One that fails uploads a picture all "
            "the same, which says so.",
    parties=("data quality",),
    stages=[Stage("scan", check("plot", file("{ifo}_omegascan.png", comment="{ifo} omegascan",
                                             tags=["data_quality"]), within=120))],
    source="superevent, row 1",
)
