"""What starts processes, and what becomes of them when their condition or profile changes."""

import attrs
import pytest

from fsm.chart import Process, Stage, check, field, file, label, log, new, signoff
from fsm.core.charts.policy import Profile, default_policy, default_settings
from fsm.core.evidence.parsing import parse
from tests.core.engine.world import T, World


def process(starts, expects, **more):
    return Process("chart", "x", starts=starts, stages=[
        Stage("s", check("c", expects, within=60))], **more)


def test_what_waited_for_values_of_its_candidate_starts_with_them():
    world = World(process(log("begun"), log("done"), key="search",
                          keyed=lambda captured, evidence, profile: evidence.fields.get("search")),
                  search=None)
    world.alert(world.script.new())
    world.alert(world.script.log("begun", 5))
    assert not world.engine.candidates["G1"].runs
    world.alert(world.script.update(20, {"search": "AllSky"}))
    assert list(world.engine.candidates["G1"].runs) == ["chart[AllSky]"]


@pytest.mark.parametrize(("starts", "tells"), [
    (log("begun"), lambda script: script.log("begun", 5)),
    (file("a.txt"), lambda script: script.file("a.txt", 5)),
    (label("INJ"), lambda script: script.label("INJ", 5)),
    (signoff("OP", "H1"), lambda script: script.signoff("OP", "H1", "OK", 5)),
    (field("far"), lambda script: script.update(5, {"far": 1.0}))])
def test_whatever_starts_it_what_its_condition_held_back_starts_with_that(starts, tells):
    world = World(process(starts, log("done"), when=label("EM_READY")), far=None)
    for line in (world.script.new(), tells(world.script)):
        world.alert(line)
    assert not world.engine.candidates["G1"].runs
    world.alert(world.script.label("EM_READY", 20))
    assert world.state("chart", "c").due == T + 80


def test_what_came_while_the_condition_did_not_hold_counts_when_it_does_again():
    world = World(process(new(), log("done"), when=label("EM_READY")))
    for line in (world.script.new(), world.script.label("EM_READY", 10)):
        world.alert(line)
    world.alert(world.script.unlabel("EM_READY", 20))
    world.alert(world.script.log("done", 25))
    assert world.state("chart", "c").state == "waived"
    world.alert(world.script.label("EM_READY", 30))
    assert (world.state("chart", "c").state, world.state("chart", "c").at) == ("met", T + 25)


@pytest.mark.parametrize(("ifo", "state"), [("H1", "met"), ("L1", "awaiting")])
def test_a_file_whose_name_is_read_in_another_way_at_first_is_noticed(ifo, state):
    world = World(process(new(), file("{ifo}_{classifier}*_timeseries-*-*.png"),
                          options={"ifo": ifo, "classifier": "ovl"}))
    world.alert(world.script.new())
    world.alert(world.script.file("H1_ovl_G260000_timeseries-1164585571-10.png", 20))
    assert world.state("chart", "c").state == state


def test_a_candidate_stays_in_the_era_in_which_it_began():
    world = World(process(new(), log("done")))
    values = {"graceid": "G1", "group": "CBC", "pipeline": "gstlal"}
    world.take(parse({"uid": "G1", "alert_type": "new", "description": "", "object": values}, T))
    before = world.engine.candidates["G1"].profile
    world.take(parse({"uid": "G1", "alert_type": "update", "data": {**values, "far": 1.0}}, T + 9))
    candidate = world.engine.candidates["G1"]
    assert candidate.evidence.today and candidate.profile is before


def test_another_profile_is_that_of_the_values_of_the_moment_and_begins_with_them():
    chart = process(new(), log("done"))
    usual = default_settings(chart)
    policy = attrs.evolve(default_policy([chart]), profiles=(
        Profile("burst", group=("burst",), settings={"chart": attrs.evolve(usual, enabled=False)}),
        Profile("other", settings={"chart": usual})))
    world = World(chart, policy=policy, group="Burst")
    world.alert(world.script.new())
    assert not world.engine.candidates["G1"].runs
    world.alert(world.script.update(20, {"group": "CBC"}))
    assert world.engine.candidates["G1"].profile.name == "other"
    assert world.state("chart", "c").due == T + 80
    world.alert(world.script.update(30, {"group": "Burst"}))
    assert world.engine.candidates["G1"].profile.name == "burst"
    assert world.state("chart", "c").state == "waived"
