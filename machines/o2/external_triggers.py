"""External triggers: the search for gamma-ray bursts and the like near the candidate.

Source: catalogue of the second observing run.
"""

from fsm.chart import Process, Stage, check, log, new

EXTERNAL_TRIGGERS = Process(
    "external_triggers",
    "Search for coincident external triggers",
    noun="trigger search",
    family="coincidence",
    starts=new(),
    parties=("follow-up",),
    stages=[Stage("search", check("search", log("Coincidence search complete"), within=300))],
    source="O2, external triggers",
)
