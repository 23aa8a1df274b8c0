"""iDQ: once for every interferometer."""

from fsm.testing.bench import GRACEID, Bench, Run, expectations, transitions
from fsm.testing.followups import IDQ as PRODUCTS
from machines.o2.idq import IDQ

WINDOW = "[1186035164.270, 1186035164.370]"
TABLES = (320, "{0}_idq_ovl-{gps}-10.xml.gz", "iDQ glitch tables {0}:")
PRODUCTS = (*PRODUCTS[:7], TABLES, *PRODUCTS[7:])
NAMES = [check.name for stage in IDQ.stages[1:] for check in stage.checks if check.each]


def start(script):
    script.new()


def product(number, comment=None):
    _, name, said = PRODUCTS[number]
    name = name.format("H1", id=GRACEID, gps=1186035164)
    return lambda s, t: s.file(name, t, comment or said.format("H1", w=WINDOW))


BENCH = Bench(
    IDQ, start=start, options={"ifos": ("H1",)},
    right={
        "launch.start":
            lambda s, t: s.log(f"Started searching for iDQ information within {WINDOW} at H1", t),
        **{f"products.{name}": product(number) for number, name in enumerate(NAMES)},
        "products.finish":
            lambda s, t: s.log(f"Finished searching for iDQ information within {WINDOW} at H1", t),
    },
    wrong={f"products.{name}": product(number, "something else")
           for number, name in enumerate(NAMES)},
)


@transitions(BENCH)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(BENCH)
def test_expectation(bench, case):
    bench.check_case(case)


def test_tables_are_off_unless_a_profile_gives_them_a_deadline():
    assert {c.name: c.within for _, c in IDQ.checks()}["tables"] is None


def test_all_products_are_covered():
    assert len(NAMES) == len(PRODUCTS)


def test_one_for_each_interferometer_and_the_other_ones_messages_do_not_count():
    run = Run(Bench(IDQ, start=start, right={}))
    assert list(run.candidate.runs) == ["idq[H1]", "idq[L1]"]
    run.write(lambda s: BENCH.right["launch.start"](s, 2))
    states = {name: r.checks[0].state for name, r in run.candidate.runs.items()}
    assert states == {"idq[H1]": "met", "idq[L1]": "awaiting"}


def test_a_message_of_an_interferometer_that_is_not_configured_starts_it():
    run = Run(Bench(IDQ, start=start, right={}))
    run.write(lambda s: s.log(f"Started searching for iDQ information within {WINDOW} at V1", 2))
    assert "idq[V1]" in run.candidate.runs
    run.write(lambda s: s.log(f"Started searching for iDQ information within {WINDOW} at me", 3))
    assert len(run.candidate.runs) == 3
