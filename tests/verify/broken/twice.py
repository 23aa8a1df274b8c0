"""Two processes that tell the same party that one file lacks."""

from fsm.chart import Process, Stage, check, file, label, log

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

# What a name stands for is the same in each process: the candidate, and a key that is called alike.
FIRST_OF_NAMED = Process(
    "first_of_named", "What expects a file by its candidate's name and a detector's",
    starts=log("go {ifo}"), key="ifo", of="superevent", parties=("duty",), begun_by="people",
    stages=[Stage("only", check("file", file("{graceid}-{ifo}.json"), within=60))],
)
SECOND_OF_NAMED = Process(
    "second_of_named", "What expects the same file", starts=log("go {ifo}"), key="ifo",
    of="superevent", parties=("duty",), begun_by="people",
    stages=[Stage("only", check("file", file("{graceid}-{ifo}.json"), within=90))],
)
OF_OTHER_VALUES = Process(
    "of_other_values", "What expects files that are called otherwise", starts=label("EM_READY"),
    of="superevent", parties=("duty",), begun_by="people", options={"ifo": "K1"},
    stages=[Stage("only", check("file", file("{graceid}-{ifo}.json"), within=90))],
)
