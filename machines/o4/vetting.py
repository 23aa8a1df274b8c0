"""People look at a superevent: an advocate, and the operators of the interferometers.

They do so whatever becomes of it, as long as they are asked.
"""

from fsm.chart import SERIOUS, Process, Stage, check, label
from machines.signoffs import MINUTES, given, requested_ifo, wanted

ADVOCATE_VETTING = Process(
    "advocate_vetting",
    "Sign-off of a superevent by an advocate",
    noun="ADV sign-off",
    family="people",
    starts=label("ADVREQ"),
    of="superevent",
    always=True,
    runbook="Call the advocate on duty: nothing more is published before the sign-off.",
    parties=("rapid response",),
    gravity=SERIOUS,
    stages=[Stage("sign", check("signoff", given("ADV"), within=60 * MINUTES, warn=30 * MINUTES,
                                when=wanted("ADV")))],
    source="people, row 1",
)

OPERATOR_VETTING = Process(
    "operator_vetting",
    "Sign-off of a superevent by the operators of one interferometer",
    noun="OPS sign-off",
    family="people",
    starts=label("H1OPS", "L1OPS", "V1OPS"),
    of="superevent",
    always=True,
    key="ifo",
    keyed=requested_ifo,
    runbook="Call the control room of the interferometer: its operators sign off in GraceDB.",
    parties=("control rooms",),
    gravity=SERIOUS,
    stages=[Stage("sign", check("signoff", given("OP"), within=60 * MINUTES, warn=30 * MINUTES,
                                when=wanted("OP")))],
    begun_by="who wants the operators to sign off",
    source="people, row 2",
)
