"""Processes that start each other: two without end, and two of which neither can be the first."""

from fsm.chart import Process, Stage, check, label, log, new

ERA = "o4"

PING = Process(
    "ping", "What pong starts", starts=log("pong is done"), of="superevent", begun_by="people",
    stages=[Stage("only", check("said", log("ping is done"), within=60))],
)
PONG = Process(
    "pong", "What ping starts", starts=log("ping is done"), of="superevent",
    stages=[Stage("only", check("said", log("pong is done"), within=60))],
)
FIRST = Process(
    "first", "What waits for the second", starts=new(), when=label("SKYMAP_READY"),
    renews=False, of="superevent",
    stages=[Stage("only", check("label", label("EMBRIGHT_READY"), within=60))],
)
SECOND = Process(
    "second", "What waits for the first", starts=label("EMBRIGHT_READY"), of="superevent",
    renews=False,
    stages=[Stage("only", check("label", label("SKYMAP_READY"), within=60))],
)
