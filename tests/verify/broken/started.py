"""A process that waits for a message which nobody is expected to write."""

from fsm.chart import Process, Stage, check, file, log

ERA = "o4"

ORPHAN = Process(
    "orphan", "What nothing starts", starts=log("Nobody has ever said this"), of="superevent",
    stages=[Stage("only", check("file", file("orphan.json"), within=60))],
)
