"""A process of which nobody is ever told anything, since none of its checks has a deadline."""

from fsm.chart import Process, Stage, check, file, new

ERA = "o4"

MUTE = Process(
    "mute", "What is never told", starts=new(), of="superevent",
    stages=[Stage("only", check("file", file("mute.json"), within=None))],
)
