"""Sign-offs of an event: by the operators of its interferometers, and by an advocate."""

from fsm.chart import SERIOUS, Process, Stage, check, label
from machines.signoffs import MINUTES, given, requested_ifo, wanted

OPERATOR_SIGNOFF = Process(
    "operator_signoff",
    "Sign-off by the operators of one interferometer",
    family="people",
    starts=label("H1OPS", "L1OPS", "V1OPS"),
    key="ifo",
    keyed=requested_ifo,
    parties=("control rooms",),
    gravity=SERIOUS,
    stages=[Stage("sign", check("signoff", given("OP"), within=60 * MINUTES, warn=30 * MINUTES,
                                when=wanted("OP"), title="sign-off by the operators"))],
    source="approval, operator_signoffCheck",
)

ADVOCATE_SIGNOFF = Process(
    "advocate_signoff",
    "Sign-off by an advocate",
    family="people",
    starts=label("ADVREQ"),
    parties=("advocates",),
    gravity=SERIOUS,
    stages=[Stage("sign", check("signoff", given("ADV"), within=60 * MINUTES, warn=30 * MINUTES,
                                when=wanted("ADV"), title="sign-off by an advocate"))],
    source="approval, advocate_signoffCheck",
)
