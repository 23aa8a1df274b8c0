"""iDQ: the statistical glitch finder reports on each interferometer.

Source: catalogue of the second observing run; file names and messages as its test alerts have them.
"""

from fsm.chart import Each, Process, Stage, check, file, log, new
from fsm.core.charts.checks import Check

MINUTES = 60
WINDOW = "within [*, *]"


def product(name: str, filename: str, comment: str, within: float | None) -> Check:
    """One product of every classifier: a file with its message."""
    return check(name, file(filename, comment=comment), within,
                 each=Each("classifiers", "classifier"))


IDQ = Process(
    "idq",
    "iDQ glitch information of one interferometer",
    noun="iDQ",
    family="quality",
    starts=new() | log(f"Started searching for iDQ information {WINDOW} at {{ifo}}"),
    renews=False,
    key="ifo",
    per="ifos",
    options={"ifos": ("H1", "L1"), "classifiers": ("ovl",)},
    stages=[
        Stage("launch", check(
            "start", log(f"Started searching for iDQ information {WINDOW} at {{ifo}}"), within=60)),
        Stage(
            "products",
            product("glitch_fap", "{ifo}_{classifier}_minFAP_{graceid}-*-*.json",
                    f"minimum glitch-FAP for {{classifier}} at {{ifo}} {WINDOW} is", 10 * MINUTES),
            product("rank", "{ifo}_{classifier}_maxRANK_{graceid}-*-*.json",
                    f"maximum glitch-RANK for {{classifier}} at {{ifo}} {WINDOW} is", 10 * MINUTES),
            product("fap_frame", "{ifo}_idq_{classifier}_fap*-*-*.gwf",
                    f"iDQ fap timeseries for {{classifier}} at {{ifo}} {WINDOW}", 10 * MINUTES),
            product("rank_frame", "{ifo}_idq_{classifier}_rank*-*-*.gwf",
                    f"iDQ glitch-rank frame for {{classifier}} at {{ifo}} {WINDOW}", 10 * MINUTES),
            product("timeseries_plot", "{ifo}_{classifier}*_timeseries-*-*.png",
                    "iDQ fap and glitch-rank timeseries plot for {classifier} at {ifo}",
                    10 * MINUTES),
            product("active_chan", "{ifo}_{classifier}_chanlist*-*-*.json",
                    "iDQ (possible) active channels for {classifier} at {ifo}", 20 * MINUTES),
            product("active_chan_plot", "{ifo}_{classifier}*_chanstrip-*-*.png",
                    "iDQ channel strip chart for {classifier} at {ifo}", 20 * MINUTES),
            product("tables", "{ifo}_idq_{classifier}*-*-*.xml.gz", "iDQ glitch tables {ifo}:",
                    None),  # off since 2017-03-23: uninformative
            product("calibration", "{ifo}_{classifier}*_calib-*-*.json",
                    "iDQ calibration sanity check for {classifier} at {ifo}", 50 * MINUTES),
            product("calibration_plot", "{ifo}_{classifier}*_calib-*-*.png",
                    "iDQ calibration sanity check figure for {classifier} at {ifo}", 50 * MINUTES),
            product("roc", "{ifo}_{classifier}*_ROC-*-*.json",
                    "iDQ local ROC curves for {classifier} at {ifo}", 50 * MINUTES),
            product("roc_plot", "{ifo}_{classifier}*_ROC-*-*.png",
                    "iDQ local ROC figure for {classifier} at {ifo}", 50 * MINUTES),
            product("calib_stats", "{ifo}_{classifier}*_calibStats-*-*.json",
                    "iDQ local calibration vital statistics for {classifier} at {ifo}",
                    50 * MINUTES),
            product("train_stats", "{ifo}_{classifier}*_trainStats-*-*.json",
                    "iDQ local training vital statistics for {classifier} at {ifo}", 50 * MINUTES),
            check("finish", log(f"Finished searching for iDQ information {WINDOW} at {{ifo}}"),
                  within=50 * MINUTES),
        ),
    ],
    source="O2, idq start, idq",
)
