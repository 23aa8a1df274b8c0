"""Each property can fail: for each there is a chart that is broken just there."""

import json

import attrs
import pytest
from click.testing import CliRunner

from fsm.cli import main
from fsm.core.charts import rules
from fsm.core.charts.machines import check_machine
from fsm.core.charts.policy import Policy, Profile, default_policy, default_settings
from fsm.core.charts.rules import Features
from fsm.core.engine.table import compiled
from fsm.registry import charts, drawn
from fsm.verify import properties
from fsm.verify.findings import PROPERTIES
from fsm.verify.making import Unshown
from fsm.verify.subjects import of_check
from fsm.verify.tables import machinery
from fsm.verify.verifying import scope, shown, verified

LIFECYCLES = charts()[1]
BROKEN = {
    "reached": {("reached", "hidden", "closed.incomplete"), ("fires", "hidden", "open")},
    "fires": {("fires", "shadowed", "open"), ("fires", "stuck", "excited"),
              ("swallowed", "shadowed", "closed.incomplete")},
    "ends": {("ends", "endless", "open.following")},
    "swallowed": {("swallowed", "forgetful", "injection")},
    "told": {("told", "mute", "")},
    "startable": {("startable", "impossible", ""), ("startable", "unneeded", ""),
                  ("startable", "unexpected", "only.never"),
                  ("startable", "unexpected", "only.wrong")},
    "needed": {("needed", "waived_at_once", "")},
    "started": {("started", "orphan", "")},
    "circles": {("circles", "ping", ""), ("circles", "first", "only.label"),
                ("circles", "second", "only.label")},
    "waits": {("waits", "too_early", "draw.plot")},
    "twice": {("twice", "one_of_two", "only.file"), ("twice", "first_of_named", "only.file")},
    "sentence": {("sentence", "liar", "light is on implies label INJ"),
                 ("sentence", "liar", "waived and something is overdue"),
                 ("sentence", "liar", "waived")},
}


def over(name):
    """The broken charts of a module; its candidates have the shipped lifecycles without own."""
    processes, lifecycles = charts(f"tests.verify.broken.{name}")
    names = [chart.name for chart in drawn(processes, lifecycles)]
    return scope(processes, lifecycles or LIFECYCLES, default_policy(processes), names)


def wrong(name):
    return [one for one in verified(over(name)) if one.wrong]


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_found_and_nothing_else(name):
    found = {(one.fails, one.chart, one.check or one.state) for one in wrong(name)}
    assert found >= {one for one in BROKEN[name] if one[0] == name}
    assert {one for one in found if one[0] == name} == {
        one for one in BROKEN[name] if one[0] == name}


def test_what_is_wrong_in_every_era_is_told_once():
    (orphan,) = charts("tests.verify.broken.started")[0]
    always = attrs.evolve(orphan, era="", of=("event",))
    found = verified(scope([always], LIFECYCLES, default_policy([always]), ["orphan"]))
    assert [one.fails for one in found if one.wrong] == ["started"]


def test_every_property_has_a_chart_that_fails_it_but_the_order_which_is_only_told():
    assert {"order", *BROKEN} == set(PROPERTIES)
    assert not any(one.wrong for one in verified(over("ends")) if one.fails == "order")
    assert any(one.fails == "order" for one in verified(over("reached")))


@pytest.mark.parametrize("name", BROKEN)
def test_a_finding_is_shown_by_a_recording_or_says_why_not(name):
    for one in wrong(name):
        try:
            recorded = shown(over(name), one)
        except Unshown as why:
            assert str(why)
        else:
            assert one.way and recorded.count("\n") > 1


# -- checks follow the same rules, so that these are broken here -----------------------------------

def of_rules(change):
    """The findings about a check whose rules are changed."""
    has = Features(warns=True, conditional=True, renews=True, escalates=True)
    changed = [rule for rule in map(change, rules.check_rules(has)) if rule is not None]
    machine = check_machine.__wrapped__(has)
    for event in machine.events.values():
        event.transitions.clear()
    for rule in changed:
        machine.add_transition(
            rule.trigger, rule.source, rule.dest,
            conditions=[guard for guard in rule.guards if guard[0] != "!"],
            unless=[guard[1:] for guard in rule.guards if guard[0] == "!"])
    made = machinery(compiled(machine), changed)
    return {(one.fails, one.state, one.trigger)
            for one in properties.verified(of_check("some", "only.check", has, made)) if one.wrong}


def test_the_rules_of_checks_are_sound():
    assert of_rules(lambda rule: rule) == set()


@pytest.mark.parametrize(("trigger", "source", "found"), [
    ("give_up", "overdue", {("ends", "overdue", ""), ("swallowed", "overdue", "give_up"),
                            ("ends", "awaiting", ""), ("ends", "warned", "")}),
    ("give_up", "unverified", {("swallowed", "unverified", "give_up"),
                               ("ends", "unverified", "")}),
    ("evidence", "overdue", {("swallowed", "overdue", "evidence")}),
    ("renew", "met", {("swallowed", "met", "renew")}),
    ("waive", "warned", {("swallowed", "warned", "waive")}),
])
def test_a_check_without_one_of_its_transitions_is_found(trigger, source, found):
    lacking = of_rules(lambda rule: None if (rule.trigger, rule.source) == (trigger, source)
                       else rule)
    assert found <= lacking


def test_a_check_that_is_never_given_up_has_states_that_nothing_reaches():
    lacking = of_rules(lambda rule: None if rule.dest == "warned" else rule)
    assert ("reached", "warned", "") in lacking


# -- under a configuration, from the command ------------------------------------------------------

def test_whom_a_profile_names_in_vain_is_told():
    processes, _ = charts("tests.verify.broken.started")
    (orphan,) = processes
    settings = attrs.evolve(default_settings(orphan), warning=("duty",))
    policy = Policy((Profile("loud", settings={"orphan": settings}),))
    found = [one for one in verified(scope(processes, LIFECYCLES, policy, ["orphan"]))
             if one.fails == "told"]
    assert [(one.chart, one.profiles) for one in found] == [("orphan", ("loud",))]
    assert "warning" in found[0].says


@pytest.fixture
def configured(tmp_path):
    def write(name):
        path = tmp_path / "broken.toml"
        path.write_text(f'[general]\nmachines = ["tests.verify.broken.{name}"]\n')
        return str(path)
    return write


def run(*arguments):
    return CliRunner().invoke(main, [str(one) for one in arguments])


def test_two_that_tell_the_same_are_shown_by_a_replay(configured, tmp_path):
    config = configured("twice")
    done = run("verify", "one_of_two", "--config", config, "--witness", tmp_path / "shown",
               "--no-spin", "--json")
    assert done.exit_code == 1
    (found,) = json.loads(done.stdout)["findings"]
    assert found["property"] == "twice" and "duty" in found["says"]
    told = json.loads(run("replay", found["witness"], "--config", config, "--json").stdout)
    (candidate,) = told["graceids"].values()
    for name in ("one_of_two", "other_of_two"):
        assert candidate["processes"][name]["state"] == "closed.incomplete"
