"""Two processes that tell the same party that one file lacks."""

from fsm.chart import Process, Stage, check, file, label

ERA = "o4"

ONE = Process(
    "one_of_two", "What expects a file", starts=label("EM_READY"), of="superevent",
    parties=("duty",), begun_by="people",
    stages=[Stage("only", check("file", file("shared.json"), within=60))],
)
OTHER = Process(
    "other_of_two", "What expects the same file", starts=label("EM_READY"), of="superevent",
    parties=("duty", "others"), begun_by="people",
    stages=[Stage("only", check("file", file("shared.json"), within=600))],
)
