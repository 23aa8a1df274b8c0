"""The shipped charts are sound, under every shipped configuration; ways and recordings are true."""

import json

import attrs
import pytest

from fsm.core.charts.policy import TODAY, default_policy
from fsm.core.engine.engine import Engine
from fsm.core.evidence.parsing import parse
from fsm.io.config.load import load
from fsm.registry import charts, drawn
from fsm.verify import composing, conditions, properties, side_by_side, twice, witnesses
from fsm.verify.product import Product
from fsm.verify.subjects import subjects, variants
from fsm.verify.verifying import proved, scope, shown, verified
from fsm.verify.worlds import explored, way

PROCESSES, LIFECYCLES = charts()
POLICY = default_policy(PROCESSES)


def test_every_machine_is_sound():
    assert [one for subject in subjects(PROCESSES, LIFECYCLES)
            for one in properties.verified(subject) if one.wrong] == []


@pytest.mark.parametrize("chart", [part for one in LIFECYCLES for part in (one, *one.regions)],
                         ids=lambda chart: chart.name)
def test_every_lifecycle_and_region_is_sound(chart):
    assert list(side_by_side.verified(chart)) == []


@pytest.mark.parametrize("config", [None, "o2", "o4", "o4-playground"])
def test_all_processes_together_are_sound_under_every_profile(config):
    policy = load(config, PROCESSES) if config else POLICY
    under = variants(PROCESSES, policy)
    assert {name for one in under for name in one.profiles} <= {
        profile.name for profile in policy.profiles}
    for group in composing.together(PROCESSES, LIFECYCLES):
        assert [*composing.verified(group), *conditions.verified(group, under),
                *twice.verified(group, under)] == []


def test_every_sentence_holds():
    assert list(proved(scope(PROCESSES, LIFECYCLES, POLICY).theories())) == []
    assert all(one.sentences for one in LIFECYCLES)


def test_what_a_retraction_asks_for_would_be_waived_by_it_were_it_not_always_expected():
    (process,) = [one for one in PROCESSES if one.name == "retraction_notice"]
    careless = attrs.evolve(process, always=False)
    policy = default_policy([careless])
    group = next(one for one in composing.together([careless], LIFECYCLES)
                 if one.kind == "superevent" and one.era == TODAY)
    assert [one.fails for one in conditions.verified(group, variants([careless], policy))] == [
        "needed"]


def test_only_what_is_named_is_looked_at():
    over = scope(PROCESSES, LIFECYCLES, POLICY, ["quality", "gwskynet"])
    assert {one.chart for one in verified(over)} <= {"quality", "gwskynet", "superevent"}
    assert {chart.name for _, chart in over.regions()} == {"quality"}


# -- the worlds that are looked at are those that the engine comes to ------------------------------

def after(recorded, name):
    """Where a lifecycle, or a region, is after a recording."""
    engine = Engine(PROCESSES, LIFECYCLES, POLICY)
    for line in map(json.loads, recorded.splitlines()):
        alert = parse(line["payload"], line["time"]) if line.get("delivered", True) else None
        if alert is not None:
            engine.step(alert)
    (graceid,) = engine.candidates
    candidate = engine.candidates[graceid]
    region = candidate.regions.get(name)
    return candidate.state if region is None else region.state


REGIONS = [(one, region) for one in LIFECYCLES for region in one.regions
           if region.name != "events"]  # which hears of other candidates alone


@pytest.mark.parametrize(("lifecycle", "region"), REGIONS, ids=lambda chart: chart.name)
def test_each_state_of_a_region_is_reached_by_the_recording_of_its_way(lifecycle, region):
    came = explored(Product([region]), lambda *_: None)
    for state in region.leaves():
        world = next(one for one in came if one.states[0] == state)
        recorded = witnesses.recording(lifecycle.kind, lifecycle.era or TODAY, way(came, world))
        assert after(recorded, region.name) == state


def test_the_names_of_charts_are_those_that_can_be_drawn():
    over = scope(PROCESSES, LIFECYCLES, POLICY)
    assert {one.name for one in drawn(PROCESSES, LIFECYCLES)} == {
        *(one.name for one in over.chosen()), *(chart.name for _, chart in over.regions())}


def test_a_way_through_a_check_is_shown_too():
    found = [one for one in verified(scope(PROCESSES, LIFECYCLES, POLICY, ["locked_once"]))
             if one.trigger == "deadline"]
    assert found and all("SIGNIF_LOCKED" in shown(
        scope(PROCESSES, LIFECYCLES, POLICY), one) for one in found
        if not any(step.what == "unanswered" for step in one.way))
