"""The labels and values that GraceDB has: all that the sources name, and none besides."""

from fsm.core.expect.names import FIELDS, LABELS

# Of the catalogue of today's follow-up: stages, sign-offs, coincidences, "other labels that exist
# on the server"; of that of the second observing run the simulator's; of GraceDB's manual the rest.
NAMED = """
    2022_LENSING_MDC ADVNO ADVOK ADVREQ CC_ALERT COMBINEDSKYMAP_READY DQOK DQR_REQUEST DQV
    EARLY_WARNING EMBRIGHT_READY EM_COINC EM_READY EM_SENT EM_Selected EM_SelectedConfident
    EM_Superseded EM_Throttled EXT_SKYMAP_READY GCN_PRELIM_SENT GRB_OFFLINE GRB_ONLINE H1NO H1OK
    H1OPS HIGH_PROFILE HWINJNO HWINJOK HWINJREQ INJ K1NO K1OK K1OPS L1NO L1OK L1OPS
    LENSED_CANDIDATE LLAMA_COMPLETE LOW_SIGNIF_LOCKED LOW_SIGNIF_PRELIM_SENT LUMIN_GO LUMIN_NO
    NOT_GRB NO_INJ PASTRO_READY PE_READY RAVEN_ALERT SIGNIF_LOCKED SKYMAP_READY SNEWS
    SNR_OPTIMIZED SOG_READY SSM SUBTHRESHOLD SWIFT_GO SWIFT_NO V1NO V1OK V1OPS cWB_r cWB_s
"""
# What GraceDB's interface answers about an event, and about a superevent.
OF_EVENT = """
    graceid group pipeline search gpstime reporting_latency instruments nevents offline far
    far_is_upper_limit likelihood submitter created superevent processing_status replay_id
"""
OF_SUPEREVENT = """
    superevent_id gw_id category preferred_event em_type t_start t_0 t_end gw_events em_events
    time_coinc_far space_coinc_far far submitter created
"""


def test_labels():
    assert sorted(LABELS) == sorted(NAMED.split())


def test_values_of_events_and_superevents():
    assert sorted(FIELDS) == sorted({*OF_EVENT.split(), *OF_SUPEREVENT.split()})
