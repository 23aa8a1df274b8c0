"""A made-up follow-up with short deadlines."""

from fsm.chart import Process, Stage, check, log

WITHIN = 2  # seconds after its beginning within which a step must end
STEP, TOLD = (
    Process(name, f"A {name}", starts=log(f"A {name} {{n}} begins"), key="n", source="a test",
            stages=[Stage("end", check("end", log(f"A {name} {{n}} ends"), within=WITHIN))])
    for name in ("step", "told"))
