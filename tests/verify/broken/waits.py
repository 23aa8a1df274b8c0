"""A check that counts only what comes after something that a later stage makes."""

from fsm.chart import Process, Stage, check, file, log, new

ERA = "o4"

TOO_EARLY = Process(
    "too_early", "What waits for its own end", starts=new(), of="superevent",
    stages=[Stage("draw", check("plot", file("early.png", after=log("early map is made")),
                                within=60)),
            Stage("make", check("said", log("early map is made"), within=60))],
)
