"""FAR: the false-alarm rate lies within bounds. Source: catalogue of the second observing run."""

from fsm.chart import Process, Stage, check, field, new

FAR = Process(
    "far",
    "Bounds on the false-alarm rate (Hz)",
    noun="FAR in bounds",
    family="products",
    starts=new(),
    parties=("pipeline",),
    options={"min_far": 0.0, "max_far": 1e-3},
    stages=[
        Stage("bounds", check("far", field("far", at_least="min_far", at_most="max_far"),
                              within=0)),
    ],
    source="O2, far",
)
