"""The page at the root of the interface: what there is, and how to get at it."""

from typing import Any

from fsm.core.expect.names import IFOS, LABELS

EVENT, SUPER = "events/{graceid}", "superevents/{superevent_id}"
TEMPLATES = {
    "event-detail-template": EVENT,
    "event-log-template": EVENT + "/log/",
    "event-log-detail-template": EVENT + "/log/{N}",
    "event-label-template": EVENT + "/labels/{label}",
    "files-template": EVENT + "/files/{filename}",
    "taglist-template": EVENT + "/log/{N}/tag/",
    "tag-template": EVENT + "/log/{N}/tag/{tag_name}",
    "signoff-list-template": EVENT + "/signoff/",
    "voevent-list-template": EVENT + "/voevent/",
    "voevent-detail-template": EVENT + "/voevent/{N}",
    "emobservation-list-template": EVENT + "/emobservation/",
    "emobservation-detail-template": EVENT + "/emobservation/{N}",
    "update-grbevent-template": EVENT + "/update-grbevent/",
    "superevent-detail-template": SUPER + "/",
    "superevent-event-list-template": SUPER + "/events/",
    "superevent-event-detail-template": SUPER + "/events/{graceid}/",
    "superevent-log-list-template": SUPER + "/logs/",
    "superevent-log-detail-template": SUPER + "/logs/{N}/",
    "superevent-log-tag-list-template": SUPER + "/logs/{N}/tags/",
    "superevent-log-tag-detail-template": SUPER + "/logs/{N}/tags/{tag_name}/",
    "superevent-label-list-template": SUPER + "/labels/",
    "superevent-label-detail-template": SUPER + "/labels/{label_name}/",
    "superevent-file-list-template": SUPER + "/files/",
    "superevent-file-detail-template": SUPER + "/files/{file_name}",
    "superevent-signoff-list-template": SUPER + "/signoffs/",
    "superevent-signoff-detail-template": SUPER + "/signoffs/{typeinst}/",
    "superevent-voevent-list-template": SUPER + "/voevents/",
    "superevent-voevent-detail-template": SUPER + "/voevents/{N}/",
    "superevent-notice-list-template": SUPER + "/notices/",
    "superevent-notice-detail-template": SUPER + "/notices/{N}/",
    "superevent-emobservation-list-template": SUPER + "/emobservations/",
    "superevent-emobservation-detail-template": SUPER + "/emobservations/{N}/",
    "superevent-permission-list-template": SUPER + "/permissions/",
    "superevent-permission-modify-template": SUPER + "/permissions/modify/",
    "superevent-confirm-as-gw-template": SUPER + "/confirm-as-gw/",
    "superevent-pipeline-preferred-event-list-template": SUPER + "/pipeline_preferred_events/",
    "superevent-pipeline-preferred-event-detail-template":
        SUPER + "/pipeline_preferred_events/{graceid}/",
    "gwtc-number-list": "gwtc/{number}/",
    "gwtc-version-detail": "gwtc/{number}/{version}/",
}
OF_V2 = {"event-reserve-template": "events/reserve/",
         "event-upload-template": EVENT + "/upload/"}
LINKS = ("events", "superevents", "gwtc", "user-info")
GROUPS = ("CBC", "Burst", "Test", "External")
EXTERNAL = ("Swift", "Fermi", "SNEWS", "INTEGRAL", "SVOM", "CHIME", "IceCube")
PIPELINES = ("gstlal", "gstlal-spiir", "spiir", "MBTAOnline", "MBTA", "pycbc", "CWB", "LIB",
             "oLIB", "MLy", "aframe", "SGNL", "HardwareInjection", *EXTERNAL)
SEARCHES = ("AllSky", "LowMass", "HighMass", "AllSkyLong", "EarlyWarning", "BBH", "MDC", "SSM",
            "GRB", "SubGRB", "SubGRBTargeted", "Supernova", "IMBH", "FRB", "HEN", "VTInjection")
CATEGORIES = ("Production", "Test", "MDC")
EM_GROUPS = ("Test",)
VOEVENTS = {"PR": "preliminary", "IN": "initial", "UP": "update", "RE": "retraction",
            "EW": "earlywarning"}


def page(base: str) -> dict[str, Any]:
    """The root page; ``base`` is its own address, with a slash at its end.

    Each version names itself as the default, so that a client needs no more than its address.
    """
    version = "v2" if base.endswith("/v2/") else "v1"
    paths = TEMPLATES if version == "v1" else {**TEMPLATES, **OF_V2}
    return {
        "links": {"self": base, **{name: f"{base}{name}/" for name in LINKS}},
        "templates": {name: base + path for name, path in paths.items()},
        "groups": list(GROUPS), "pipelines": list(PIPELINES), "searches": list(SEARCHES),
        "labels": sorted(LABELS), "em-groups": list(EM_GROUPS), "voevent-types": VOEVENTS,
        "superevent-categories": {name[0]: name for name in CATEGORIES},
        "instruments": {ifo: ifo for ifo in IFOS},
        "signoff-types": {"OP": "operator", "ADV": "advocate"},
        "signoff-statuses": {"OK": "OKAY", "NO": "NOT OKAY"},
        "api-versions": ["default", "v1", "v2"], "api-default": version,
        "API_VERSIONS": ["default", "v1", "v2"], "server-version": "stand-in",
    }
