"""Whole follow-ups of made-up candidates in which everything happens on time."""

from collections.abc import Iterable

from fsm.testing.script import Script, story

MAP_TAGS = ("sky_loc", "lvem")
FAR_LIMIT = 1.9e-7  # Hz, above which no candidate is approved
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

# Messages that no machine waits for: seconds, message, file.
OTHERS = (
    (1, "Log File Created", "event.log"),
    (90, "EM-Bright probabilities computed from detection pipeline", ""),
    (95, "INFO:BAYESTAR:by your command...", ""),
)

ADVOCATE = "advocate"  # who may refuse a candidate, besides the operators of an interferometer
JOINT_FAP = "AP: Finished running iDQ checks. Candidate event passed iDQ checks. 0.09 > 0.01"

# Messages of the file with the power spectra, where they are not those of gstlal.
SPECTRA = {"MBTAOnline": "PSDs", "pycbc": "PyCBC PSD estimate from the time of event"}

SCANS = (("h1_r-reduced", "h1_r-standard"), ("l1_r-reduced", "l1_r-standard"),
         ("l1_llhoft", "h1_llhoft", "v1_llhoft"), ("h1_ovl-active",))
REPORTS = ((3, "Automatic Data-quality report posted"), (20, "No unblind injections in window"),
           (60, "Coincidence search complete"))


def segments(script: Script) -> None:
    """The segment database is asked, flag by flag."""
    script.log("began searching for segments in : https://segments.example.org", 4)
    for ifo in ("H1", "L1"):
        for number, flag in enumerate(FLAGS):
            script.file(f"{ifo}-{flag}-{int(float(script.fields['gpstime']))}-60.xml.gz",
                        20 + 3 * number, f"{ifo}:{flag}")
    script.log("finished searching for segments in : https://segments.example.org", 60)


def idq(script: Script, ifo: str) -> None:
    """iDQ reports on one interferometer."""
    gps = int(float(script.fields["gpstime"]))
    window = f"[{gps}.270, {gps}.370]"
    script.log(f"Started searching for iDQ information within {window} at {ifo}", 8)
    for after, name, comment in IDQ:
        script.file(name.format(ifo, id=script.graceid, gps=gps), 8 + after,
                    comment.format(ifo, w=window))
    script.log(f"Finished searching for iDQ information within {window} at {ifo}", 960)


def skymap(script: Script, fits: str, after: float) -> None:
    """A sky map is uploaded, plotted, and summarized on a page."""
    stem = fits.partition(".fits")[0]
    link = f'<a href="https://gracedb.example.org/events/{script.graceid}/files/{fits}">{fits}</a>'
    script.file(fits, after, "INFO:BAYESTAR:uploaded sky map", MAP_TAGS, contents=SANE)
    script.file(f"{stem}.png", after + 12, f"Mollweide projection of {fits}", MAP_TAGS)
    script.log(f"started skymap summary for {link}", after + 20)
    script.file(f"{stem}-skymapSummary.html", after + 80,
                f"skymap summary for {fits} can be found <a href=\"page\">here</a>")
    script.log(f"finished skymap summary for {link}", after + 90)


def comparison(script: Script, maps: Iterable[str], after: float) -> None:
    """The sky maps are compared on a page."""
    listed = ", ".join(f"<a href=\"files/{fits}\">{fits}</a>" for fits in maps)
    script.log(f"started skymap comparison for {listed}", after)
    script.file(f"{script.graceid}-skymapComparison.html", after + 40,
                'comparison of skymaps can be found <a href="page">here</a>')
    script.log(f"finished skymap comparison for {listed}", after + 50)


def omega_scans(script: Script) -> None:
    """The sites and iDQ have channels scanned."""
    for number, names in enumerate(SCANS):
        listed = ", ".join(names)
        script.log(f"automatic OmegaScans begun for: {listed}. The single scans are not tracked.",
                   5 + number)
        for more, name in enumerate(names):
            script.file(f"{name}.json", 700 + 20 * number + more, "omega scan")
        script.log(f"automatic OmegaScans finished for: {listed}", 715 + 20 * number)


def shared(script: Script) -> None:
    """What is done for every candidate."""
    for after, comment in REPORTS:
        script.log(comment, after)
    segments(script)
    omega_scans(script)
    for ifo in ("H1", "L1"):
        idq(script, ifo)


def approval(script: Script, after_maps: float, joint_fap: bool = False, refused: str = "") -> None:
    """The candidate is approved, with three notices and all sign-offs; or refused.

    It is refused for its FAR, or by whom ``refused`` names: an interferometer's operators, or
    ``ADVOCATE``.
    """
    said = script.log
    said("AP: Created event dictionary.", 11)
    if script.fields["far"] > FAR_LIMIT:
        said("AP: Candidate event rejected due to large FAR.", 22)
        said("AP: Failed farCheck in currentstate: new_to_preliminary.", 23)
        said("AP: State: new_to_preliminary --> rejected.", 24)
        return
    said("AP: Candidate event has low enough FAR. 1.2e-08 < 1.9e-07", 22)
    said("AP: No hardware injection found near event gpstime +/- 2 s.", 23)
    said("AP: Passed all new_to_preliminary checks.", 24)
    script.voevent("Preliminary", 26)
    said("AP: State: new_to_preliminary --> preliminary_to_initial.", 27)
    ifos = script.fields["instruments"].split(",")
    for number, ifo in enumerate(ifos):
        script.label(f"{ifo}OPS", 28 + number)
    script.label("ADVREQ", 32)
    if joint_fap:
        said(JOINT_FAP, 100)
    if refused:
        _refused(script, ifos, refused)
        return
    for number, ifo in enumerate(ifos):
        script.signoff("OP", ifo, "OK", 300 + 100 * number)
    script.signoff("ADV", "", "OK", 900)
    _notice(script, 905, "preliminary_to_initial", "initial_to_update", "EM_READY", "Initial")
    _notice(script, after_maps, "initial_to_update", "complete", "PE_READY", "Update")


def _refused(script: Script, ifos: list[str], by: str) -> None:
    """Somebody says no, and what has been sent is retracted; nobody else is waited for."""
    asked = [*ifos, ADVOCATE]
    heard = asked[:asked.index(by) + 1]
    after = 200 + 100 * len(heard)
    for number, who in enumerate(heard):
        kind, ifo = ("ADV", "") if who == ADVOCATE else ("OP", who)
        script.signoff(kind, ifo, "NO" if who == by else "OK", 300 + 100 * number)
    check = "advocate_signoffCheck" if by == ADVOCATE else "operator_signoffCheck"
    script.log(f"AP: Failed {check} in currentstate: preliminary_to_initial.", after + 3)
    script.log("AP: State: preliminary_to_initial --> rejected.", after + 4)
    for who in asked[len(heard):]:
        script.unlabel("ADVREQ" if who == ADVOCATE else f"{who}OPS", after + 5)
    script.voevent("Retraction", after + 10)


def _notice(script: Script, after: float, here: str, there: str, label: str, kind: str) -> None:
    script.log(f"AP: Passed all {here} checks.", after)
    script.log(f"AP: Labeling {label}.", after + 1)
    script.label(label, after + 2)
    script.log(f"AP: Received {label} label. Sending {kind.lower()} VOEvent.", after + 3)
    script.voevent(kind, after + 5)
    script.log(f"AP: State: {here} --> {there}.", after + 6)


def _compact_binary(script: Script, refused: str = "") -> None:
    script.new()
    script.file("coinc.xml", 1, "Coinc Table created")
    pipeline = script.fields["pipeline"]
    spectra = SPECTRA.get(pipeline, "strain spectral densities")
    script.file("psd.xml.gz", 3, spectra, ("psd",), contents={"size": 523456})
    if pipeline.startswith("gstlal"):
        script.file("ranking_data.xml.gz", 16, "ranking statistic PDFs")
    shared(script)
    script.log("INFO:BAYESTAR:starting sky localization", 10)
    script.log("INFO:BAYESTAR:sky localization complete", 55)
    maps = ["bayestar.fits.gz"]
    if "V1" in script.fields["instruments"]:
        maps.append("bayestar_no_virgo.fits.gz")
    for number, fits in enumerate(maps):
        skymap(script, fits, 58 + 4 * number)
    if len(maps) > 1:
        comparison(script, maps, 160)
    script.file(f"Source_Classification_{script.graceid}.json", 130, "em bright")
    script.log("LALInference online parameter estimation started", 1800)
    skymap(script, "LALInference.fits.gz", 7000)
    comparison(script, ["LALInference.fits.gz", *maps], 7100)
    script.log("LALInference online estimation finished", 7200)
    approval(script, 7300, refused=refused)
    for after, comment, filename in OTHERS:
        script.log(comment, after, filename=filename)


@story
def compact_binary(script: Script) -> None:
    """A compact-binary event: about 170 annotations of all processes, all on time."""
    _compact_binary(script)


@story
def refused_by_advocate(script: Script) -> None:
    """A compact-binary event that an advocate refuses; it is followed up all the same."""
    _compact_binary(script, refused=ADVOCATE)


@story
def refused_by_operators(script: Script) -> None:
    """A compact-binary event that the operators at L1 refuse; it is followed up all the same."""
    _compact_binary(script, refused="L1")


@story
def burst(script: Script) -> None:
    """A burst event of the CWB pipeline: annotations of all processes, all on time."""
    script.new()
    script.file(f"trigger_{float(script.fields['gpstime']):.4f}.txt", 1, "trigger")
    shared(script)
    maps = ["skyprobcc_cWB.fits"]
    skymap(script, maps[0], 60)
    script.log("cWB CED <a href=\"ced\">link</a>", 62)
    script.log("cWB parameter estimation", 65, ("pe",))
    script.log("BayesWave launched", 70)
    script.log("LIB Parameter estimation started.", 90)
    script.file("posterior_samples.dat", 9000, "LIB samples", ("pe",))
    script.log("LIB PE summary", 9010, ("pe",))
    for fits, after in (("LIB.fits.gz", 9020), ("BayesWave.fits.gz", 40_000)):
        maps.append(fits)
        skymap(script, fits, after)
        comparison(script, maps, after + 100)
    script.log("LIB Parameter estimation finished.", 9200)
    for number, comment in enumerate(("BWB Follow-up results", "BWB parameter estimation",
                                      "BWB Bayes Factors")):
        script.log(comment, 39_900 + number, ("pe",))
    approval(script, 9400, joint_fap=True)
