"""The chirp mass estimate is put on the superevent when the data-quality report is asked for."""

from fsm.chart import START, Process, Stage, check, file, label, not_
from machines.o4.searches import HAS_PROPERTIES

CHIRP_MASS_COPY = Process(
    "chirp_mass_copy",
    "Chirp mass estimate uploaded to the superevent",
    noun="mchirp copy",
    family="products",
    starts=label("DQR_REQUEST"),
    of="superevent",
    unless=not_(HAS_PROPERTIES),  # weighed when the report is asked for
    parties=("em-followup",),
    stages=[Stage("copy", check("file", file(
        "mchirp_source.json", comment="Chirp mass estimate uploaded to superevent",
        tags=["em_follow", "public"], after=START), within=300, warn=60))],
    source="data quality after the notice, row 3",
)
