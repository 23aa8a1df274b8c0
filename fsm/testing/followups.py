"""Whole follow-ups of made-up candidates in which everything happens on time."""

from fsm.core.times import finite

MAP_TAGS = ("sky_loc", "lvem")
SANE = {"size": 812345, "norm": 1.0, "coordsys": "C"}
FLAGS = ("DMT_ANALYSIS_READY_1", "DMT_OMC_DCPD_ADC_OVERFLOW_1", "DMT_ETMY_ESD_DAC_OVERFLOW_1",
         "ODC_INJECTION_TRANSIENT_2", "ODC_INJECTION_CBC_2", "ODC_INJECTION_BURST_2",
         "ODC_INJECTION_DETCHAR_2", "ODC_INJECTION_STOCHASTIC_2", "ODC_INJECTION_CW_2")

# Products of iDQ: seconds after its start, name of the file, message.
IDQ = (
    (60, "{0}_ovl_minFAP_{id}-{gps}-0.json", "minimum glitch-FAP for ovl at {0} within {w} is 0.3"),
    (61, "{0}_ovl_maxRANK_{id}-{gps}-0.json", "maximum glitch-RANK for ovl at {0} within {w} is 1"),
    (70, "{0}_idq_ovl_fap-{gps}-10.gwf", "iDQ fap timeseries for ovl at {0} within {w} :"),
    (75, "{0}_idq_ovl_rank-{gps}-10.gwf", "iDQ glitch-rank frame for ovl at {0} within {w} :"),
    (80, "{0}_ovl_timeseries-{gps}-10.png",
     "iDQ fap and glitch-rank timeseries plot for ovl at {0}:"),
    (300, "{0}_ovl_chanlist_{id}-{gps}-10.json", "iDQ (possible) active channels for ovl at {0}"),
    (310, "{0}_ovl_chanstrip-{gps}-10.png", "iDQ channel strip chart for ovl at {0}"),
    (900, "{0}_ovl_calib-{gps}-99.json", "iDQ calibration sanity check for ovl at {0}"),
    (910, "{0}_ovl_calib-{gps}-99.png", "iDQ calibration sanity check figure for ovl at {0}"),
    (920, "{0}_ovl_ROC-{gps}-99.json", "iDQ local ROC curves for ovl at {0}"),
    (930, "{0}_ovl_ROC-{gps}-99.png", "iDQ local ROC figure for ovl at {0}"),
    (940, "{0}_ovl_calibStats-{gps}-99.json",
     "iDQ local calibration vital statistics for ovl at {0}"),
    (950, "{0}_ovl_trainStats-{gps}-99.json", "iDQ local training vital statistics for ovl at {0}"),
)

# Messages that other follow-ups write; (seconds, message, file).
OTHERS = (
    (1, "Log File Created", "event.log"), (16, "ranking statistic PDFs", "ranking_data.xml.gz"),
    (3, "Automatic Data-quality report posted", ""), (60, "Coincidence search complete", ""),
    (20, "No unblind injections in window", ""),
    (90, "EM-Bright probabilities computed from detection pipeline", ""),
    (95, "INFO:BAYESTAR:by your command...", ""), (30, "AP: Created event dictionary.", ""),
    (31, "AP: Candidate event has low enough FAR. 1.2e-08 < 1.9e-07", ""),
    (45, "AP: Passed all new_to_preliminary checks.", ""), (46, "AP: Labeling H1OPS.", ""),
    (47, "AP: Labeling L1OPS.", ""), (48, "AP: Labeling ADVREQ.", ""),
    (5, "automatic OmegaScans begun for: h1_r-reduced, h1_r-standard. Not tracked further.", ""),
    (6, "automatic OmegaScans begun for: l1_r-reduced, l1_r-standard. Not tracked further.", ""),
    (700, "omega scan", "h1_r-reduced.json"), (710, "omega scan", "h1_r-standard.json"),
    (720, "omega scan", "l1_r-reduced.json"), (730, "omega scan", "l1_r-standard.json"),
    (740, "automatic OmegaScans finished for: h1_r-reduced, h1_r-standard", ""),
    (750, "automatic OmegaScans finished for: l1_r-reduced, l1_r-standard", ""),
    (1800, "LALInference online parameter estimation started", ""),
    (7200, "LALInference online estimation finished", ""),
)


def segments(script):
    """The segment database is asked, flag by flag."""
    script.log("began searching for segments in : https://segments.example.org", 4)
    for ifo in ("H1", "L1"):
        for number, flag in enumerate(FLAGS):
            script.file(f"{ifo}-{flag}-{int(finite(script.fields['gpstime']))}-60.xml.gz",
                        20 + 3 * number, f"{ifo}:{flag}")
    script.log("finished searching for segments in : https://segments.example.org", 60)


def idq(script, ifo):
    """iDQ reports on one interferometer."""
    gps = int(finite(script.fields["gpstime"]))
    window = f"[{gps}.270, {gps}.370]"
    script.log(f"Started searching for iDQ information within {window} at {ifo}", 8)
    for after, name, comment in IDQ:
        script.file(name.format(ifo, id=script.graceid, gps=gps), 8 + after,
                    comment.format(ifo, w=window))
    script.log(f"Finished searching for iDQ information within {window} at {ifo}", 960)


def skymap(script, fits, after):
    """A sky map is uploaded, plotted, and summarized on a page."""
    stem = fits.partition(".fits")[0]
    link = f'<a href="https://gracedb.example.org/events/{script.graceid}/files/{fits}">{fits}</a>'
    script.file(fits, after, "INFO:BAYESTAR:uploaded sky map", MAP_TAGS, contents=SANE)
    script.file(f"{stem}.png", after + 12, f"Mollweide projection of {fits}", MAP_TAGS)
    script.log(f"started skymap summary for {link}", after + 20)
    script.file(f"{stem}-skymapSummary.html", after + 80,
                f"skymap summary for {fits} can be found <a href=\"page\">here</a>")
    script.log(f"finished skymap summary for {link}", after + 90)


def comparison(script, maps, after):
    """The sky maps are compared on a page."""
    listed = ", ".join(f"<a href=\"files/{fits}\">{fits}</a>" for fits in maps)
    script.log(f"started skymap comparison for {listed}", after)
    script.file(f"{script.graceid}-skymapComparison.html", after + 40,
                'comparison of skymaps can be found <a href="page">here</a>')
    script.log(f"finished skymap comparison for {listed}", after + 50)


def compact_binary(script):
    """A compact-binary event with Virgo: about 100 annotations, all on time."""
    script.new()
    script.file("coinc.xml", 1, "Coinc Table created")
    script.file("psd.xml.gz", 3, "strain spectral densities", ("psd",), contents={"size": 523456})
    script.log("INFO:BAYESTAR:starting sky localization", 10)
    script.log("INFO:BAYESTAR:sky localization complete", 55)
    skymap(script, "bayestar.fits.gz", 58)
    skymap(script, "bayestar_no_virgo.fits.gz", 62)
    comparison(script, ["bayestar.fits.gz", "bayestar_no_virgo.fits.gz"], 160)
    script.file(f"Source_Classification_{script.graceid}.json", 130, "em bright")
    segments(script)
    for ifo in ("H1", "L1"):
        idq(script, ifo)
    for after, comment, filename in OTHERS:
        script.log(comment, after, filename=filename)
    return script


def burst(script):
    """A burst event of the CWB pipeline with one sky map, all on time."""
    script.new()
    script.file(f"trigger_{finite(script.fields['gpstime']):.4f}.txt", 1, "trigger")
    skymap(script, "skyprobcc_cWB.fits", 60)
    segments(script)
    for ifo in ("H1", "L1"):
        idq(script, ifo)
    return script
