"""Parameter estimation: RapidPE and Bilby, and what is made of posterior samples.

Its automatic start is switched off at present; what is started by hand is supervised all the same.
"""

from fsm.chart import (
    START,
    Evidence,
    Process,
    Stage,
    Verdict,
    check,
    file,
    label,
    log,
    new,
    predicate,
)
from fsm.core.charts.policy import Profile
from fsm.core.expect.scope import Scope
from machines.o4.searches import IS_MATCHED_FILTER
from machines.o4.significance import IS_SIGNIFICANT, SIGNIFICANT

TAGS, PARTIES = ["pe"], ("parameter estimation",)
PLANNED = "no GstLAL trigger available"  # for which RapidPE is not run: no failure
SAMPLES = file("Bilby.posterior_samples.hdf5", comment="production-mode Bilby posterior samples",
               tags=TAGS, after=START)
RAPID_RESULT = file("RapidPE_RIFT.p_astro.json", tags=["pe", "p_astro", "public"],
                    comment="RapidPE-RIFT Pastro results", after=START)
FAILED = ("Failed to prepare DAG for Rapid PE", "Failed to prepare DAG for production-mode",
          "condor job failed", "condor job was aborted")
RESULTS = {"rapidpe": "RapidPE_RIFT.p_astro.json", "bilby": "Bilby.posterior_samples.hdf5"}

PE_START = Process(
    "pe_start",
    "Parameter estimation of a significant superevent begins by itself",
    noun="PE start",
    family="estimation",
    starts=new(),
    of="superevent",
    when=IS_MATCHED_FILTER & IS_SIGNIFICANT,
    options=SIGNIFICANT,
    parties=PARTIES,
    enabled=False,
    stages=[Stage(
        "begin",
        check("rapidpe", log("Starting rapidpe parameter estimation for",
                             "Parameter estimation will not start since",
                             "by RapidPE-RIFT is disabled for earlywarning triggers", tags=TAGS),
              within=90),
        check("bilby", log("Starting production-mode bilby parameter estimation for",
                           "Parameter estimation will not start since", tags=TAGS), within=160))],
    source="parameter estimation, rows 1 to 3",
)

RAPIDPE = Process(
    "rapidpe",
    "RapidPE-RIFT",
    noun="RapidPE",
    family="estimation",
    starts=log("Starting rapidpe parameter estimation for"),
    of="superevent",
    unless=log(PLANNED),
    runbook="Its job is followed for about an hour, and not after that: see on the cluster what "
            "became of it.",
    parties=PARTIES,
    stages=[
        Stage("prepare", check("configuration", file(
            "rapidpe.ini", tags=TAGS, after=START,
            comment="Automatically generated RapidPE-RIFT configuration file"), within=300)),
        Stage("estimate", check("classification", RAPID_RESULT, within=3600),
              check("summary", log("Summary page for RapidPE-RIFT is available", tags=TAGS,
                                   after=START), within=3600)),
    ],
    source="parameter estimation, rows 4 and 6",
)

BILBY = Process(
    "bilby",
    "Bilby",
    noun="Bilby",
    family="estimation",
    starts=log("Starting production-mode bilby parameter estimation for"),
    of="superevent",
    runbook="PE_READY may precede the samples, since both are queued together. If neither is there "
            "see on the cluster what became of the job.",
    parties=PARTIES,
    stages=[
        Stage("prepare", check("configuration", file(
            "bilby_config.ini", tags=TAGS, after=START,
            comment="Automatically generated production-mode Bilby configuration"), within=600)),
        Stage("estimate", check("samples", SAMPLES, within=12 * 3600),
              check("label", label("PE_READY"), within=12 * 3600)),
        Stage("summarize", check("page", log(
            "PESummary page for production-mode Bilby is available", tags=TAGS, after=START),
            within=3600)),
    ],
    source="parameter estimation, rows 5, 7 and 8",
)


def failed_analysis(captured: dict[str, str], evidence: Evidence, profile: Profile) -> str | None:
    """Which analysis a message about a failure is about; None where that was to be expected."""
    if PLANNED in captured["comment"]:
        return None
    return "rapidpe" if "rapid" in captured["comment"].lower() else "bilby"


RESULT = file("{result}", after=START)


def judge_repaired(evidence: Evidence, scope: Scope) -> Verdict:
    """Judge whether the result came after all; else the reason quotes the failure's message."""
    verdict = RESULT.judge(evidence, scope)
    said = [entry.comment for entry in evidence.logs.values() if entry.time == scope.start
            and any(text in entry.comment for text in FAILED)]
    return verdict if verdict.right or not said else verdict._replace(
        why=f"“{said[-1][:200]}”; {verdict.why}")


PE_FAILURE = Process(
    "pe_failure",
    "A failure of parameter estimation, told at once",
    noun="PE repair",
    family="estimation",
    starts=log(*FAILED),
    of="superevent",
    key="analysis",
    keyed=failed_analysis,
    derive=lambda analysis: {"result": RESULTS.get(analysis, analysis)},
    parties=PARTIES,
    stages=[Stage("repair", check("result", predicate(
        judge_repaired, RESULT.words(), watches=[RESULT]), within=0))],
    begun_by="the cluster on which it runs",
    source="parameter estimation, failures",
)

POSTERIOR_SAMPLES = Process(
    "posterior_samples",
    "Sky map, source properties and chirp mass from posterior samples",
    noun="PE products",
    family="estimation",
    starts=file("{prefix}.posterior_samples.hdf5"),
    of="superevent",
    key="prefix",
    parties=("sky localization", "em-followup"),
    stages=[Stage(
        "derive",
        check("skymap", file("{prefix}.multiorder.fits", tags=["pe", "sky_loc"], after=START,
                             comment='Multiresolution FITS file generated from "'), within=1800),
        check("em_bright", file("{prefix}.em_bright.json", tags=TAGS, after=START,
                                comment='em-bright computed from "'), within=600),
        check("mchirp", file("mchirp_source_PE.json", tags=["em_follow"], after=START,
                             comment='Chirp mass computed from "'), within=600),
        check("mchirp_plot", file("mchirp_source_PE.png", tags=["em_follow"], after=START,
                                  comment="Chirp mass visualization from"), within=900))],
    source="parameter estimation, rows 9, 11 and 12",
)
