"""A process that starts on the label which makes its candidate needless."""

from fsm.chart import Process, Stage, check, file, label

ERA = "o4"

WAIVED_AT_ONCE = Process(
    "waived_at_once", "What a retraction asks for, and a retraction waives",
    starts=label("ADVNO"), of="superevent",
    stages=[Stage("only", check("file", file("farewell.json"), within=60))],
)
