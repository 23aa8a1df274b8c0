"""The page at the root of the interface: what there is, and how to get at it."""

EVENT, SUPER = "events/{graceid}", "superevents/{superevent_id}"
TEMPLATES = {
    "event-detail-template": EVENT,
    "event-log-template": EVENT + "/log/",
    "event-log-detail-template": EVENT + "/log/{N}",
    "event-label-template": EVENT + "/labels/{label}",
    "files-template": EVENT + "/files/{filename}",
    "taglist-template": EVENT + "/log/{N}/tag/",
    "tag-template": EVENT + "/log/{N}/tag/{tag_name}",
    "voevent-list-template": EVENT + "/voevent/",
    "voevent-detail-template": EVENT + "/voevent/{N}",
    "superevent-detail-template": SUPER + "/",
    "superevent-event-list-template": SUPER + "/events/",
    "superevent-event-detail-template": SUPER + "/events/{graceid}/",
    "superevent-log-list-template": SUPER + "/logs/",
    "superevent-log-detail-template": SUPER + "/logs/{N}/",
    "superevent-log-tag-list-template": SUPER + "/logs/{N}/tags/",
    "superevent-label-list-template": SUPER + "/labels/",
    "superevent-label-detail-template": SUPER + "/labels/{label_name}/",
    "superevent-file-list-template": SUPER + "/files/",
    "superevent-file-detail-template": SUPER + "/files/{file_name}",
    "superevent-signoff-list-template": SUPER + "/signoffs/",
    "superevent-signoff-detail-template": SUPER + "/signoffs/{typeinst}/",
    "superevent-voevent-list-template": SUPER + "/voevents/",
    "superevent-voevent-detail-template": SUPER + "/voevents/{N}/",
    "emobservation-list-template": EVENT + "/emobservation/",
    "superevent-emobservation-list-template": SUPER + "/emobservations/",
    "superevent-permission-modify-template": SUPER + "/permissions/modify/",
    "superevent-confirm-as-gw-template": SUPER + "/confirm-as-gw/",
    "superevent-pipeline-preferred-event-list-template": SUPER + "/pipeline_preferred_events/",
}
IFOS = ("H1", "L1", "V1", "K1")
LABELS = (
    "ADVREQ", "ADVOK", "ADVNO", *(f"{ifo}{end}" for ifo in IFOS for end in ("OPS", "OK", "NO")),
    "INJ", "DQV", "DQOK", "EM_READY", "PE_READY", "EM_Throttled", "EM_Selected", "EM_Superseded",
    "EM_COINC", "GCN_PRELIM_SENT", "PASTRO_READY", "EMBRIGHT_READY", "SKYMAP_READY",
    "SIGNIF_LOCKED", "LOW_SIGNIF_LOCKED", "EARLY_WARNING", "RAVEN_ALERT", "LOW_SIGNIF_PRELIM_SENT",
    "SUBTHRESHOLD", "HWINJREQ", "HWINJOK", "HWINJNO", "NO_INJ", "SNEWS", "CC_ALERT",
    "DQR_REQUEST", "HIGH_PROFILE", "EXT_SKYMAP_READY", "COMBINEDSKYMAP_READY", "NOT_GRB",
    "SOG_READY", "EM_SelectedConfident", "EM_SENT", "SSM", "SNR_OPTIMIZED", "LLAMA_COMPLETE",
    "LENSED_CANDIDATE", "2022_LENSING_MDC", "cWB_r", "cWB_s", "GRB_ONLINE", "GRB_OFFLINE",
    "LUMIN_GO", "LUMIN_NO", "SWIFT_GO", "SWIFT_NO",
)
VOEVENTS = {"PR": "preliminary", "IN": "initial", "UP": "update", "RE": "retraction",
            "EW": "earlywarning"}


def page(base):
    """The root page; ``base`` is its own address, with a slash at its end."""
    return {
        "links": {"self": base, "events": base + "events/", "superevents": base + "superevents/"},
        "templates": {name: base + path for name, path in TEMPLATES.items()},
        "groups": ["CBC", "Burst", "Test", "External"],
        "pipelines": ["gstlal", "gstlal-spiir", "spiir", "MBTAOnline", "MBTA", "pycbc", "CWB",
                      "LIB", "oLIB", "MLy", "aframe", "SGNL", "Swift", "Fermi", "SNEWS", "INTEGRAL",
                      "SVOM", "CHIME", "IceCube"],
        "searches": ["AllSky", "LowMass", "HighMass", "AllSkyLong", "EarlyWarning", "BBH", "MDC",
                     "SSM", "GRB", "SubGRB", "SubGRBTargeted", "Supernova", "IMBH", "FRB", "HEN",
                     "VTInjection"],
        "labels": list(LABELS), "em-groups": ["Test"], "voevent-types": VOEVENTS,
        "superevent-categories": {"P": "Production", "T": "Test", "M": "MDC"},
        "instruments": {ifo: ifo for ifo in IFOS},
        "signoff-types": {"OP": "operator", "ADV": "advocate"},
        "signoff-statuses": {"OK": "OKAY", "NO": "NOT OKAY"},
        "api-versions": ["default", "v1", "v2"], "server-version": "stand-in",
    }
