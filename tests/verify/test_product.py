"""The worlds that are looked at are those that the engine comes to."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from fsm.chart import Move, Region, State, file, label, log
from fsm.core.charts.policy import TODAY, default_policy
from fsm.core.engine.engine import Engine
from fsm.core.evidence.parsing import parse
from fsm.registry import charts
from fsm.verify import product as products
from fsm.verify import witnesses
from fsm.verify.product import Product
from fsm.verify.worlds import explored

_, LIFECYCLES = charts()
POLICY = default_policy([])
REGIONS = [(one, region) for one in LIFECYCLES for region in one.regions
           if region.name != "events"]  # which hears of other candidates alone


def engine_after(lifecycle, way):
    """A candidate to which something happened, supervised without any process."""
    engine = Engine([], LIFECYCLES, POLICY)
    recorded = witnesses.recording(lifecycle.kind, lifecycle.era or TODAY, way)
    for line in map(json.loads, recorded.splitlines()):
        alert = parse(line["payload"], line["time"]) if line.get("delivered", True) else None
        if alert is not None:
            engine.step(alert)
    (graceid,) = engine.candidates
    return engine.candidates[graceid]


def stepped(data, product):
    """A way at random, with the worlds that may come of it."""
    worlds, way = set(product.beginnings()), []
    for _ in range(data.draw(st.integers(1, 8))):
        known = sorted({what.words() for world in worlds for what, *_ in product.steps(world)
                        if what.what in ("label", "unlabel", "file", "log")})
        words = data.draw(st.sampled_from(known))
        after = [(what, there) for world in worlds for what, there, _ in product.steps(world)
                 if what.words() == words]
        way.append(after[0][0])
        worlds = {there for _, there in after}
    return tuple(way), worlds


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_region_goes_where_the_engine_takes_it(data):
    lifecycle, region = data.draw(st.sampled_from(REGIONS))
    product = Product([region], [products.formula(move.on) for move in region.moves])
    way, worlds = stepped(data, product)
    (state,) = {world.states[0] for world in worlds}
    assert engine_after(lifecycle, way).regions[region.name].state == state


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_lifecycle_is_where_it_may_be(data):
    lifecycle = data.draw(st.sampled_from(LIFECYCLES))
    way, worlds = stepped(data, Product([lifecycle]))
    assert engine_after(lifecycle, way).state in {world.states[0] for world in worlds}


ALARM = Region(
    "alarm", "What many labels do alike",
    states=[State("calm"), State("alarmed"), State("answered")],
    moves=[Move("alarmed", "calm", "alarmed", on=label("DQV", "H1NO", "L1NO") & ~label("INJ")),
           Move("answered", ("calm", "alarmed"), "answered", on=log("seen") | file("seen.txt")),
           Move("calmed", ("alarmed", "answered"), "calm", on=~label("DQV", "H1NO", "L1NO"))],
)


def test_that_some_labels_are_looked_at_as_one_leaves_nothing_out(monkeypatch):
    def seen():
        found = set()
        came = explored(Product([ALARM]), lambda world, what, fired: found.update(fired))
        return found, {world.states for world in came}, len(came)

    *together, some = seen()
    monkeypatch.setattr(products, "alike", lambda wanted, *_: dict.fromkeys(wanted, ()))
    *apart, more = seen()
    assert together == apart and some < more / 2
