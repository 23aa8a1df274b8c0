"""The labels and values that GraceDB has, of either era, so that a misspelt one is noticed.

The lists of GraceDB grow: an installation adds its own, in the ``__init__`` of its package.
"""

from collections.abc import Iterable

from fsm.errors import ChartError, closest

IFOS = ("H1", "L1", "V1", "K1")
LABELS = frozenset((
    # signoffs: asked for, and their answers
    "ADVREQ", "ADVOK", "ADVNO", *(f"{ifo}{end}" for ifo in IFOS for end in ("OPS", "OK", "NO")),
    # data quality and injections
    "DQV", "DQOK", "DQR_REQUEST", "INJ", "NO_INJ", "HWINJREQ", "HWINJOK", "HWINJNO",
    # the way of a candidate until it is announced
    "EM_READY", "EM_Selected", "EM_SelectedConfident", "EM_Superseded", "EM_Throttled", "EM_SENT",
    "SIGNIF_LOCKED", "LOW_SIGNIF_LOCKED", "EARLY_WARNING", "SUBTHRESHOLD", "HIGH_PROFILE",
    "GCN_PRELIM_SENT", "LOW_SIGNIF_PRELIM_SENT", "CC_ALERT",
    # follow-ups that are done
    "PASTRO_READY", "EMBRIGHT_READY", "SKYMAP_READY", "PE_READY", "SNR_OPTIMIZED",
    "LLAMA_COMPLETE", "LENSED_CANDIDATE", "2022_LENSING_MDC",
    # coincidences, and observers of other messengers
    "EM_COINC", "RAVEN_ALERT", "EXT_SKYMAP_READY", "COMBINEDSKYMAP_READY", "SOG_READY", "NOT_GRB",
    "GRB_ONLINE", "GRB_OFFLINE", "SNEWS", "LUMIN_GO", "LUMIN_NO", "SWIFT_GO", "SWIFT_NO",
    # searches
    "SSM", "cWB_r", "cWB_s",
))
FIELDS = frozenset((
    # of events, also external ones
    "graceid", "group", "pipeline", "search", "gpstime", "reporting_latency", "instruments",
    "nevents", "offline", "far", "far_is_upper_limit", "likelihood", "submitter", "created",
    "superevent", "processing_status", "replay_id",
    # of superevents, which also have some of their preferred event's
    "superevent_id", "gw_id", "category", "preferred_event", "em_type", "t_start", "t_0", "t_end",
    "gw_events", "em_events", "time_coinc_far", "space_coinc_far",
))

_labels, _fields = set(LABELS), set(FIELDS)


def known_labels(*names: str) -> None:
    """Make further labels known, so that charts may name them.

    Args:
        names: of the labels, as in GraceDB.
    """
    _labels.update(names)


def known_fields(*names: str) -> None:
    """Make further values of events or superevents known, so that charts may name them.

    Args:
        names: keys in the dictionary of the event.
    """
    _fields.update(names)


def spelled(name: str) -> str | None:
    """The known label of this name, in whatever case it is written; None where there is none."""
    return next((label for label in _labels if label.lower() == name.lower()), None)


def closest_label(name: str) -> str:
    """Which known label comes closest to a mistaken one, as :func:`fsm.errors.closest` says."""
    return closest(name, _labels)


def check_labels(names: Iterable[object]) -> None:
    """Refuse labels that are not known.

    Args:
        names: of the labels.

    Raises:
        ChartError: where one is unknown.
    """
    for name in names:
        if not isinstance(name, str) or name not in _labels:
            raise ChartError(f"unknown label {name!r}; {closest(name, _labels)} "
                             f"(what GraceDB has beyond those: known_labels({name!r}))")


def check_field(name: object) -> None:
    """Refuse a value that no event or superevent has; ``Table.column`` may be any.

    Args:
        name: key in the dictionary of the event.

    Raises:
        ChartError: where it is unknown.
    """
    if not isinstance(name, str) or ("." not in name and name not in _fields):
        raise ChartError(f"unknown field {name!r}; {closest(name, _fields)} "
                         f"(what GraceDB has beyond those: known_fields({name!r}))")
