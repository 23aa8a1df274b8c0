"""Which searches there are: conditions on the pipeline, as GraceDB spells it."""

from fsm.chart import field

CBC = field("pipeline", equals=("gstlal", "gstlal-spiir", "spiir", "MBTAOnline", "MBTA", "pycbc"))
CWB = field("pipeline", equals="CWB")
OLIB = field("pipeline", equals="LIB")
EXTERNAL = field("pipeline", equals=("Swift", "Fermi", "SNEWS", "INTEGRAL", "AGILE"))
