"""Sign-offs of an event: by the operators of its interferometers, and by an advocate."""

from fsm.chart import SERIOUS, Process, Stage, check, label
from machines.signoffs import MINUTES, given, requested_ifo, wanted

OPERATOR_SIGNOFF = Process(
    "operator_signoff",
    "Sign-off by the operators of one interferometer",
    noun="OPS sign-off",
    family="people",
    starts=label("H1OPS", "L1OPS", "V1OPS"),
    key="ifo",
    keyed=requested_ifo,
    parties=("control rooms",),
    gravity=SERIOUS,
    stages=[Stage("sign", check("signoff", given("OP"), within=60 * MINUTES, warn=30 * MINUTES,
                                when=wanted("OP")))],
    source="approval, operator_signoffCheck",
)

ADVOCATE_SIGNOFF = Process(
    "advocate_signoff",
    "Sign-off by an advocate",
    noun="ADV sign-off",
    family="people",
    starts=label("ADVREQ"),
    parties=("advocates",),
    gravity=SERIOUS,
    stages=[Stage("sign", check("signoff", given("ADV"), within=60 * MINUTES, warn=30 * MINUTES,
                                when=wanted("ADV")))],
    source="approval, advocate_signoffCheck",
)
