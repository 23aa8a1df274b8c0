"""EM-Bright: whether a compact binary may have an electromagnetic counterpart.

Source: catalogue of the second observing run.
"""

from fsm.chart import Process, Stage, check, file

EM_BRIGHT = Process(
    "em_bright",
    "EM-Bright source classification",
    noun="EM-Bright",
    family="products",
    starts=file("psd.xml.gz"),
    renews=False,
    parties=("em-bright",),
    stages=[
        Stage("classify", check("classification", file("Source_Classification_{graceid}.json"),
                                within=720)),
    ],
    source="O2, em bright",
)
