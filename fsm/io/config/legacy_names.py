"""The earlier supervisor's names of sections and options, and what they are called today.

Source: configurations of the tenth engineering run and of the second observing run, and what the
listener that started the children could be told.
"""


def _checks(**names):
    """Options that are deadlines, and the checks they are for: skymap_dt stands for "skymap dt"."""
    return {option.replace("_", " "): (checks,) if isinstance(checks, str) else checks
            for option, checks in names.items()}


_OMEGA = _checks(data_dt="data", finish_dt="finish")
_SUMMARY = _checks(html_dt="html", finish_dt="finish")

# Section, in lower case: its process, and for each of its options that is a deadline the checks.
SECTIONS = {
    "notify": ("notify", _checks(dt="notice")),
    "event creation": ("event_creation", _checks(
        dt=("cwb_trigger", "olib_trigger", "cbc_coinc", "cbc_psd", "cbc_psd_size"))),
    "far": ("far", _checks(dt="far")),
    "local rate": ("local_rate", _checks(dt="rate")),
    "creation rate": ("creation_rate", _checks(dt="rate")),
    "external triggers": ("external_triggers", _checks(dt="search")),
    "unblind injections": ("unblind_injections", _checks(dt="search")),
    "lldqreport": ("lldq_report", _checks(dt="report")),
    "idq start": ("idq", _checks(dt="start")),
    "idq": ("idq", _checks(
        glitch_fap_dt=("glitch_fap", "rank"), fap_frame_dt="fap_frame", rank_frame_dt="rank_frame",
        timeseries_plot_dt="timeseries_plot", active_chan_dt="active_chan",
        active_chan_plot_dt="active_chan_plot", calib_dt="calibration",
        calib_plot_dt="calibration_plot", roc_dt="roc", roc_plot_dt="roc_plot",
        calib_stats_dt="calib_stats", train_stats_dt="train_stats", finish_dt="finish")),
    "h1 omega scan start": ("h1_omega_scan", _checks(dt="start")),
    "h1 omega scan": ("h1_omega_scan", _OMEGA),
    "l1 omega scan start": ("l1_omega_scan", _checks(dt="start")),
    "l1 omega scan": ("l1_omega_scan", _OMEGA),
    "cit omega scan start": ("cit_omega_scan", _checks(dt="start")),
    "cit omega scan": ("cit_omega_scan", _OMEGA),
    "idq omega scan": ("idq_omega_scan", _OMEGA),
    "segdb2grcdb start": ("segdb2grcdb", _checks(dt="start")),
    "segdb2grcdb": ("segdb2grcdb", _checks(
        flags_dt="flag", veto_def_dt="veto_def", any_dt="any", finish_dt="finish")),
    "skymap sanity": ("skymap_sanity", _checks(dt="sanity")),
    "plot skymap": ("plot_skymap", _checks(dt="plot")),
    "skyviewer": ("skyviewer", _checks(dt="view")),
    "skymap summary start": ("sngl_fits", _checks(dt="start")),  # until the tenth engineering run
    "skymap summary": ("sngl_fits", _checks(data_dt="html", finish_dt="finish")),
    "snglfits start": ("sngl_fits", _checks(dt="start")),
    "snglfits": ("sngl_fits", _SUMMARY),
    "multfits start": ("mult_fits", _checks(dt="start")),
    "multfits": ("mult_fits", _SUMMARY),
    "bayestar start": ("bayestar", _checks(dt="start")),
    "bayestar": ("bayestar", _checks(skymap_dt="skymap", finish_dt="finish")),
    "bayestar finish": ("bayestar", _checks(finish_dt="finish")),
    "bayestarnovirgo": ("bayestar_no_virgo", _checks(skymap_dt="skymap")),
    "em bright": ("em_bright", _checks(dt="classification")),
    "lalinf start": ("lalinf", _checks(dt="start")),
    "lalinf": ("lalinf", _checks(skymap_dt="skymap", finish_dt="finish")),
    "bayeswave pe start": ("bayeswave_pe", _checks(dt="start")),
    "bayeswave pe": ("bayeswave_pe", _checks(
        post_samp_dt="post_samp", estimate_dt="estimate", bayes_factor_dt="bayes_factor",
        skymap_dt="skymap")),
    "cwb pe start": ("cwb_pe", _checks(dt="start")),
    "cwb pe": ("cwb_pe", _checks(ced_dt="ced", estimate_dt="estimate", skymap_dt="skymap")),
    "lib pe start": ("lib_pe", _checks(dt="start")),
    "lib pe": ("lib_pe", _checks(
        post_samp_dt="post_samp", bayes_factor_dt="bayes_factor", skymap_dt="skymap",
        finish_dt="finish")),
    "approval processor prelim dq": ("approval_prelim_dq", _checks(far_dt="far")),
    "approval processor segdb": ("approval_segdb", _checks(flags_dt="flag", finish_dt="finish")),
    "approval processor idq": ("approval_idq", _checks(dt="joint_fap")),
    "approval processor gcn": ("approval_gcn", _checks(dt="distribution")),
}

# Sections that could be written, and that nothing ever started.
NEVER_STARTED = ("idq omega scan", "approval processor prelim dq", "approval processor segdb",
                 "approval processor idq", "approval processor gcn")

# Options that hold addresses, and who is told today: who was told of failures in the tenth
# engineering run was told of exceptions too.
PARTIES = {"email on success": ("success",), "email on failure": ("failure",),
           "email on exception": ("exception",), "email": ("failure", "exception"),
           "by email": ("success",)}
NUMBERS = {"min far": "min_far", "max far": "max_far", "win+": "window_after",
           "win-": "window_before", "max rate": "max_rate"}
TEXTS = {"ifos": "ifos", "classifiers": "classifiers", "chansets": "chansets", "flags": "flags",
         "veto defs": "veto_defs"}
TAGNAMES = "skymap tagnames"  # the tags of a sky map, neither more nor fewer

# Sections and options that are not carried over, and what answers to them today.
UNUSED = {
    "omega scan start": "it was never started; today's scans with other lists are idq_omega_scan",
    "omega scan": "it was never started; today's scans with other lists are idq_omega_scan",
    "approval processor voevent": "it was never started; today's are approval_preliminary, "
                                  "approval_initial, approval_update and approval_retraction",
    "tables dt": "required there, and used by nothing; the check 'tables' is off unless a profile "
                 "gives it a deadline",
    "post samp dt": "required there, and used by nothing; the check 'post_samp' is off unless a "
                    "profile gives it a deadline",
    "ignore inj": "an injection is never announced; [general] injections says whether anything "
                  "else is expected of one",
    "by sms": "it was never implemented; [parties] may have addresses such as twilio://... for "
              "whom 'success' of the process notify names",
    "by phone": "it was never implemented; [parties] may have addresses such as twilio://... for "
                "whom 'success' of the process notify names",
    "seg start dt": "it was used by nothing; the process approval_segdb has a check 'start'",
    "flags": "it was used by nothing; texts in 'flag_texts' of the process switch its check on",
    "ifos": "it was used by nothing; approval_idq goes by the event's own instruments",
}
UNKNOWN = "no supervisor had it, so nothing answers to it"

# The same of a child's section [general], and of the listener's file.
GENERAL = {
    "process_type": "one program, fsm run, supervises all searches",
    "log_level": "the log always has everything from INFO on",
}
LISTENER = {
    "process_type": "one program, fsm run, listens and supervises",
    "verbose": "the log is always written",
    "print2stdout": "standard error always has the log; with [logs] the transitions are only there",
    "sleep": "nothing is looked at again and again: fsm run waits for what comes or is due",
    "maxcomplete": "what is done leaves memory by itself, see timing.retire and journal.in_memory",
    "maxfrac": "what is done leaves memory by itself, see timing.retire and journal.in_memory",
    "timeout": "there are no children to wait for; gracedb.seconds limits a question to GraceDB",
    "buffer": "what comes waits in the journal, journal.path, whatever its size",
    "checkpointpath": "the journal, journal.path, is always up to date",
    "checkpointcadence": "the journal, journal.path, is always up to date",
    "password": "it belongs into the netrc file: machine SERVER login NAME password SECRET",
}
SERVER = "lvalert.cgca.uwm.edu"  # that of LVAlert where nobody named another
QUEUE = {"warnthr": 1e3, "warndelay": 3600.0, "maxwarn": 24.0}  # its defaults
CHECKS_EACH = 80 / 45  # checks that its processes had on average

# Names of a child's file, the longer before those they contain, and the candidates it was for.
CHILDREN: dict[str, dict[str, tuple[str, ...]]] = {
    "gstlalspiir": {"pipeline": ("gstlal-spiir",)},
    "gstlal": {"pipeline": ("gstlal",)},
    "pycbc": {"pipeline": ("pycbc",)},
    "mbta": {"pipeline": ("MBTAOnline", "MBTA")},
    "cwblong": {"pipeline": ("CWB",), "search": ("AllSkyLong",)},
    "cwb": {"pipeline": ("CWB",)},
    "olib": {"pipeline": ("LIB",)},
    "external": {"group": ("External",)},
    "cbc": {"group": ("CBC",)},
}
