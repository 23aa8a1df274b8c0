"""What can never start, is never needed, never expected, and never right."""

from fsm.chart import Process, Stage, all_of, check, file, label, new

ERA = "o4"

IMPOSSIBLE = Process(
    "impossible", "What never starts", starts=label("ADVOK") & ~label("ADVOK"), of="superevent",
    stages=[Stage("only", check("file", file("impossible.json"), within=60))],
)
UNNEEDED = Process(
    "unneeded", "What is needless whenever it starts", starts=label("ADVREQ"),
    when=~label("ADVREQ"), of="superevent",
    stages=[Stage("only", check("file", file("unneeded.json"), within=60))],
)
UNEXPECTED = Process(
    "unexpected", "What has a check that is never expected, and one that is never right",
    starts=new(), when=label("EM_READY"), of="superevent",
    stages=[Stage("only", check("never", file("never.json"), within=60, when=~label("EM_READY")),
                  check("wrong", all_of(label("DQV"), ~label("DQV")), within=60))],
)
