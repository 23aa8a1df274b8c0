"""What the engine does: deadlines, questions, stages, order, restoring, retirement."""

import json

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fsm.chart import Process, Stage, check, field, file, label, log, new, predicate
from fsm.core.charts.policy import Escalation, Profile, Timing, default_policy, default_settings
from fsm.core.charts.rules import OPEN
from fsm.core.engine import conditions
from fsm.core.engine.effects import Annotate, Ask, Measured, Notify, Retired
from fsm.core.engine.engine import Engine
from fsm.core.engine.inputs import Answer, TickAll
from fsm.core.evidence.parsing import parse
from fsm.io.recordings.gracedb import NoGraceDB
from fsm.registry import charts
from fsm.testing.script import CURRENT, LEGACY, Script
from tests.core.engine.world import LIFECYCLES, T, World

DEMO = Process(
    "demo", "Demo", starts=file("psd.xml.gz"), parties=("owner",),
    stages=[
        Stage("one", check("start", log("start"), within=60)),
        Stage("two", check("map", file("map.fits", tags=["sky_loc"]), within=90),
              check("early", log("early"), within=30, from_start=True)),
        Stage("three", check("end", log("end"), within=40)),
    ],
)
WARNING = Process("warning", "Warns first", starts=new(), stages=[
    Stage("s", check("c", log("x"), within=300, warn=60))])
ABSENT = Process("absent", "Must not be there", starts=new(), stages=[
    Stage("s", check("c", ~label("INJ"), within=60, at_deadline=True))])
BROKEN = Process("broken", "Its function fails", starts=new(), stages=[
    Stage("s", check("c", predicate(lambda e, s: 1 / 0, "luck", watches=[log("x")]), within=60))])


def demo(policy=None):
    world = World(DEMO, policy=policy)
    world.alert(world.script.new())
    world.alert(world.script.file("psd.xml.gz", 10))
    return world


def test_deadlines_count_from_the_annotation_not_from_the_arrival():
    world = World(DEMO)
    world.alert(world.script.new())
    world.alert(world.script.file("psd.xml.gz", 10), received=T + 500)
    assert world.state("demo", "start").due == T + 70


def test_what_is_found_to_be_overdue_when_all_time_has_passed_is_asked_about_once_more():
    world = demo()
    late = T + 70 + world.policy.timing.give_up + 1000.0  # the supervisor was away
    for effect in world.take(TickAll(late)).effects:
        if isinstance(effect, Ask):
            world.take(world.nothing(effect))
    check = world.state("demo", "start")
    assert check.state == "overdue"
    assert check.timer == world.engine.now + world.policy.timing.retry


def test_later_stages_have_a_deadline_from_the_beginning():
    world = demo()
    assert [world.state("demo", n).due - T for n in ("start", "map", "early", "end")] == [
        70, 160, 40, 200]


def test_a_later_stage_counts_from_the_end_of_the_one_before():
    world = demo()
    world.alert(world.script.log("start", 20))
    assert world.state("demo", "map").due == T + 110
    assert world.engine.candidates["G1"].runs["demo"].state == "open.two"


def test_a_later_stages_annotation_that_comes_first_counts():
    world = demo()
    for line in (world.script.log("end", 30), world.script.log("early", 31),
                 world.script.file("map.fits", 32, tags=("sky_loc",))):
        world.alert(line)
    assert world.engine.candidates["G1"].runs["demo"].state == "open.one"
    world.alert(world.script.log("start", 33))
    assert world.engine.candidates["G1"].runs["demo"].state == "closed.complete"
    assert world.engine.candidates["G1"].state == "closed.complete"


def test_an_annotation_before_its_candidate_and_its_starter_counts():
    world = World(DEMO)
    for line in (world.script.log("start", 12), world.script.file("psd.xml.gz", 10)):
        world.alert(line)
    assert not world.engine.candidates["G1"].runs
    world.alert(world.script.new(0))
    assert world.state("demo", "start").state == "met"


def test_a_lost_start_alert_does_not_hide_what_follows():
    world = World(DEMO, WARNING)
    world.alert(world.script.new())
    world.script.file("psd.xml.gz", 10)
    world.until(61, world.recorded)
    assert world.state("demo", "start").due == T + 70


def test_an_alert_at_the_moment_of_the_deadline_is_in_time():
    world = demo()
    world.until(65)
    step = world.alert(world.script.log("start", 70))
    assert world.state("demo", "start").state == "met" and not any(
        isinstance(e, Ask) for e in step.effects)


def test_all_that_is_due_together_is_one_question():
    world = World(WARNING, ABSENT)
    world.alert(world.script.new())
    step = world.take(TickAll(T + 60))
    assert [type(e) for e in step.effects] == [Ask]


def test_timers_fire_in_the_order_of_time_then_graceid():
    engine = Engine([ABSENT], LIFECYCLES, default_policy([ABSENT]))
    for graceid, created in (("G2", T), ("G10", T), ("G1", T + 5)):
        line = Script(graceid, created, transit=0.0).new()
        engine.step(parse(line["payload"], line["time"]))
    asked = engine.step(TickAll(T + 1000)).effects
    assert [ask.graceid for ask in asked] == ["G10", "G2", "G1"]


def test_nobody_is_told_before_gracedb_has_been_asked():
    world = demo()
    step = world.take(TickAll(T + 70))
    assert not [e for e in step.effects if isinstance(e, Notify)]
    world.take(world.nothing(next(e for e in step.effects if isinstance(e, Ask))))
    assert ("start", "failure") in world.told()


def test_found_where_the_alert_was_missed():
    world = demo()
    world.script.log("start", 20)
    world.alert(world.script.log("early", 20))
    world.until(100, world.recorded)
    found = world.state("demo", "start")
    assert (found.state, found.at) == ("found", T + 20)
    assert world.told() == []


def test_what_an_answer_told_early_is_not_asked_for_again_but_was_missed():
    world = World(DEMO)
    world.alert(world.script.new())
    world.alert(world.script.file("psd.xml.gz", 10))
    world.script.log("start", 20)
    world.script.log("early", 20)
    world.until(60, world.recorded)
    assert world.state("demo", "start").state == "awaiting"
    asked = sum(isinstance(e, Ask) for e in world.effects)
    world.until(75, world.recorded)
    assert world.state("demo", "start").state == "found"
    assert sum(isinstance(e, Ask) for e in world.effects) == asked


def test_an_alert_on_its_way_while_gracedb_was_asked_is_no_missed_one():
    world = World(DEMO, WARNING)
    world.alert(world.script.new())
    world.alert(world.script.file("psd.xml.gz", 10))
    line = world.script.log("start", 59)
    world.until(60, world.recorded)
    world.alert(line, received=T + 61)
    assert world.state("demo", "start").state == "met"


def test_late_is_told_as_recovery_once():
    world = demo()
    world.until(100)
    line = world.script.log("start", 101)
    world.alert(line)
    world.alert(line)
    assert world.told().count(("start", "failure")) == 1
    assert world.told().count(("start", "recovery")) == 1
    assert ("start", "recovery") in world.told(Annotate)
    assert world.state("demo", "start").state == "late"
    assert world.state("demo", "start").why.endswith(", heard by alert")


def test_wrong_tags_are_a_failure_with_the_reason_and_mending_them_is_found():
    world = demo()
    world.alert(world.script.log("start", 20))
    world.alert(world.script.file("map.fits", 30))
    world.until(111, world.recorded)
    assert world.state("demo", "map").state == "overdue"
    assert "sky_loc" in world.state("demo", "map").why
    world.script.lines[-1]["payload"]["object"]["tag_names"] = ["sky_loc"]
    world.until(5000, world.recorded)
    assert world.state("demo", "map").state == "late"
    assert world.state("demo", "map").why.endswith(", found in GraceDB when it was asked")


def test_the_tags_that_a_profile_wants_are_wanted_and_told():
    policy = default_policy([DEMO])
    for profile in policy.profiles:
        profile.settings["demo"] = attrs.evolve(profile.settings["demo"],
                                                tags={"map": ("lvem",)})
    world = demo(policy)
    world.alert(world.script.log("start", 20))
    world.alert(world.script.file("map.fits", 30, tags=("sky_loc",)))
    world.until(111, world.recorded)
    letter = [e for e in world.effects if isinstance(e, Notify) and e.check == "map"][0]
    assert "lvem" in letter.expected and "sky_loc" not in letter.expected


def test_given_up_is_missing_and_nobody_is_told_again():
    world = demo()
    world.until(100_000)
    assert world.state("demo", "start").state == "missing"
    assert world.told().count(("start", "failure")) == 1
    assert world.engine.candidates["G1"].state == "closed.incomplete"


def test_while_gracedb_cannot_be_asked_no_owner_is_blamed_and_exceptions_are_told_once():
    world = demo()
    world.until(4000, NoGraceDB().answer)
    assert world.state("demo", "start").state == "unverified"
    assert set(world.told()) == {(n, "exception") for n in ("start", "map", "early", "end")}
    assert len(world.told()) == 4
    assert {e.to for e in world.effects if isinstance(e, Notify)} == {("operators",)}
    world.until(30_000)
    assert world.state("demo", "start").state == "overdue"


def test_an_answer_that_never_comes_is_asked_for_again():
    world = demo()
    world.take(TickAll(T + 40))
    world.take(TickAll(T + 40 + Timing().answer))
    assert world.state("demo", "early").state == "unverified"
    assert world.state("demo", "early").timer < float("inf")


def test_a_warning_comes_before_the_failure_and_tells_nobody():
    world = World(WARNING)
    world.alert(world.script.new())
    world.until(60)
    assert world.state("warning", "c").state == "warned" and world.told() == []
    world.until(300)
    assert world.told() == [("c", "failure")]


def test_what_must_not_be_there_is_judged_at_the_deadline_only():
    world = World(ABSENT)
    world.alert(world.script.new())
    assert world.state("absent", "c").state == "awaiting"
    world.until(60)
    assert world.state("absent", "c").state == "met"
    world = World(ABSENT)
    world.alert(world.script.new())
    world.alert(world.script.label("INJ", 5))
    world.until(60, world.recorded)
    assert world.state("absent", "c").state == "overdue"
    world.alert(world.script.unlabel("INJ", 80))
    assert world.state("absent", "c").state == "late"


def test_a_function_that_raises_is_an_exception_and_harms_nothing_else():
    world = World(BROKEN, WARNING)
    world.alert(world.script.new())
    world.alert(world.script.log("x", 5))
    world.until(61)
    assert world.state("broken", "c").state == "unverified"
    assert "ZeroDivisionError" in world.state("broken", "c").why
    assert world.told() == [("c", "exception")]
    assert world.state("warning", "c").state == "met"


def test_a_process_that_cannot_be_started_harms_itself_alone_and_is_told_once():
    bad = Process("bad", "Its key fails", starts=log("x"), key="ifo", keyed=lambda c, e: 1 / 0,
                  stages=[Stage("s", check("c", log("y"), within=60))])
    world = World(bad, WARNING)
    world.alert(world.script.new())
    for number in range(3):
        world.alert(world.script.log(f"x {number}", 5 + number))
    assert list(world.engine.candidates["G1"].runs) == ["warning"]
    assert world.state("warning", "c").state == "met"
    assert world.told() == [("", "exception")]


@pytest.mark.parametrize(("far", "started"), [(1e-9, True), (1e-8, True), (2e-8, False),
                                              (None, True), ("x", True)])
def test_far_threshold(far, started):
    profile = Profile("p", settings={"warning": attrs.evolve(default_settings(WARNING),
                                                             far_threshold=1e-8)})
    policy = attrs.evolve(default_policy([WARNING]), profiles=(profile,))
    world = World(WARNING, policy=policy, far=far)
    world.alert(world.script.new())
    assert bool(world.engine.candidates["G1"].runs) is started


def test_why_a_process_is_not_started_for_its_far_is_told_with_both_rates():
    profile = Profile("p", settings={"warning": attrs.evolve(default_settings(WARNING),
                                                             far_threshold=3.85802e-07)})
    policy = attrs.evolve(default_policy([WARNING]), profiles=(profile,))
    world = World(WARNING, policy=policy, far=1.23456e-3)
    world.alert(world.script.new())
    candidate, warning = world.engine.candidates["G1"], profile.settings["warning"]
    assert conditions.judged(candidate, WARNING, warning) == (
        "", "far is 0.00123 Hz, above the 3.85802e-07 Hz up to which it is expected", None)


def test_a_far_that_becomes_significant_later_starts_the_process():
    profile = Profile("p", settings={"warning": attrs.evolve(default_settings(WARNING),
                                                             far_threshold=1e-8)})
    world = World(WARNING, policy=attrs.evolve(default_policy([WARNING]), profiles=(profile,)),
                  far=1.0)
    world.alert(world.script.new())
    world.alert(world.script.update(5, {"far": 1e-9}))
    assert "warning" in world.engine.candidates["G1"].runs


def test_an_unknown_candidate_is_asked_about():
    world = World(WARNING)
    world.script.new(0)
    world.alert(world.script.log("something", 5))
    world.until(16, world.recorded)
    assert world.state("warning", "c").due == T + 300


def test_an_unknown_candidate_that_gracedb_cannot_tell_about_is_followed_all_the_same():
    world = World(WARNING)
    world.alert(world.script.log("something", 5))
    world.until(200, NoGraceDB().answer)
    assert "warning" in world.engine.candidates["G1"].runs


def test_a_candidate_is_followed_as_soon_as_its_own_question_cannot_be_answered():
    world = World(WARNING)
    world.alert(world.script.log("x", 5))
    ask, = world.take(TickAll(T + 5 + Timing().grace)).effects
    world.take(NoGraceDB().answer(ask._replace(question="G1/another")))
    assert not world.engine.candidates["G1"].runs
    world.take(NoGraceDB().answer(ask))
    assert list(world.engine.candidates["G1"].runs) == ["warning"]


def test_what_is_known_counts_where_no_answer_tells_of_the_candidate():
    world = World(WARNING)
    world.alert(world.script.log("x", 5))
    world.take(TickAll(T + 5 + Timing().grace))
    assert not world.engine.candidates["G1"].runs
    world.take(TickAll(T + 5 + Timing().grace + Timing().answer))
    assert world.state("warning", "c").state == "met"


def test_closed_candidates_are_retired_and_leave_nothing_behind():
    world = World(WARNING)
    world.alert(world.script.new())
    world.alert(world.script.log("x", 5))
    world.until(8 * 86400)
    assert not world.engine.candidates and world.engine.next_timer() == float("inf")
    retired = [e for e in world.effects if isinstance(e, Retired)]
    assert [e.graceid for e in retired] == ["G1"]
    world.alert(world.script.log("x", 9 * 86400))
    assert not world.engine.candidates
    assert (world.engine.unsupervised, world.engine.of_retired) == (1, 1)


def test_of_those_that_left_the_last_hundred_thousand_are_remembered():
    engine = Engine([WARNING], LIFECYCLES, default_policy([WARNING]))
    engine.resume(T, [f"G{number}" for number in range(100_003)])
    assert list(engine.retired) == [f"G{number}" for number in range(3, 100_003)]


def test_what_an_answer_starts_too_late_is_judged_by_that_answer():
    world = World(DEMO)
    world.script.new(0)
    world.script.file("psd.xml.gz", 1)
    world.script.log("start", 5)
    world.alert(world.script.log("something", 900))
    world.until(920, world.recorded)
    states = {c.name: c.state for c in world.engine.candidates["G1"].checks()}
    assert states == {"start": "found", "map": "overdue", "early": "overdue", "end": "overdue"}
    assert sum(isinstance(e, Ask) for e in world.effects) == 1


def test_a_kind_of_candidate_without_lifecycle_is_left_alone():
    world = World(WARNING)
    world.engine = Engine([WARNING], [LIFECYCLES[0]], world.policy)
    world.take(parse({"uid": "S190425z", "alert_type": "label_added", "data": {"name": "DQV"}}, T))
    assert not world.engine.candidates
    assert (world.engine.unsupervised, world.engine.of_retired) == (1, 0)


def test_a_clock_that_jumps_back_does_not_take_time_back():
    world = demo()
    world.take(TickAll(T + 65))
    world.take(TickAll(T - 10_000))
    assert world.engine.now == T + 65
    world.alert(world.script.log("start", 20), received=T - 9_000)
    assert world.state("demo", "start").state == "met"


def test_a_clock_that_jumps_ahead_fires_everything_in_order():
    world = demo()
    step = world.take(TickAll(T + 3600))
    assert len([e for e in step.effects if isinstance(e, Ask)]) == 1


def test_warnings_and_annotations_can_be_switched_off():
    world = World(DEMO, policy=default_policy([DEMO], warnings=False, annotate=False))
    world.alert(world.script.new())
    world.alert(world.script.file("psd.xml.gz", 10))
    world.until(500)
    assert world.told() == [] and world.told(Annotate) == []
    assert world.state("demo", "start").state == "overdue"


def test_every_message_has_a_key_of_its_own():
    world = demo()
    world.until(5000)
    keys = [e.key for e in world.effects if isinstance(e, Notify)]
    assert len(keys) == len(set(keys)) == 4


def test_the_key_of_a_message_stays_what_it_is():
    """By its key it is known to have been told, also by a supervisor of a later version."""
    world = demo()
    world.until(41)
    world.alert(world.script.log("early", 45))
    keys = [(type(one), one.key) for one in world.effects if isinstance(one, (Notify, Annotate))]
    assert keys == [(kind, f"G1/demo/early/{outcome}/0") for outcome in ("failure", "recovery")
                    for kind in (Notify, Annotate)]


CONDITION = Process("condition", "Depends", starts=new(), stages=[
    Stage("s", check("c", log("x"), within=60, when=field("instruments", contains="V1")))])

MOVES = st.lists(st.one_of(
    st.tuples(st.just("log"), st.sampled_from(["start", "end", "early", "x"]), st.integers(0, 500)),
    st.tuples(st.just("file"), st.sampled_from(["psd.xml.gz", "map.fits"]), st.integers(0, 500)),
    st.tuples(st.just("label"), st.sampled_from(["DQV", "EM_Superseded"]), st.integers(0, 500)),
    st.tuples(st.just("unlabel"), st.sampled_from(["DQV", "EM_Superseded"]), st.integers(0, 500)),
    st.tuples(st.just("update"), st.integers(0, 500),
              st.sampled_from([{"instruments": "H1"}, {"instruments": "V1"}, {"far": 1.0}])),
    st.tuples(st.just("new"), st.integers(0, 500)),
), max_size=14)
ANSWERS = st.lists(st.sampled_from(["nothing", "recorded", "fails", "silent"]), min_size=1,
                   max_size=6)
ALL = (DEMO, WARNING, ABSENT, CONDITION)


def inputs_of(moves, flavour, answers):
    """Drive an engine through made-up alerts and answers; give back all its inputs."""
    world = World(*ALL, flavour=flavour)
    for name, *arguments in moves:
        getattr(world.script, name)(*arguments)
    alerts = sorted((parse(line["payload"], line["time"]) for line in world.script.lines),
                    key=lambda alert: alert.received)
    inputs = []

    def take(item):
        inputs.append(item)
        for effect in world.take(item).effects:
            if isinstance(effect, Ask):
                answers.append(answers.pop(0))
                if answers[-1] != "silent":
                    take({"nothing": world.nothing, "recorded": world.recorded,
                          "fails": NoGraceDB().answer}[answers[-1]](effect))

    for alert in alerts:
        while world.engine.next_timer() < alert.received:
            take(TickAll(world.engine.next_timer()))
        take(alert)
    while world.engine.next_timer() < T + 20_000:
        take(TickAll(world.engine.next_timer()))
    return inputs


def fresh():
    return Engine(ALL, LIFECYCLES, default_policy(ALL))


@settings(max_examples=60)
@given(MOVES, st.sampled_from([LEGACY, CURRENT]), ANSWERS)
def test_no_input_leaves_a_check_waiting_without_a_timer(moves, flavour, answers):
    engine = fresh()
    for item in inputs_of(moves, flavour, list(answers)):
        engine.step(item)
        for candidate in engine.candidates.values():
            for one in candidate.checks():
                assert (one.timer is not None) == (one.state in OPEN)
                assert one.timer is None or engine.timers[candidate.graceid] <= one.timer
            assert candidate.open_checks == sum(c.open for c in candidate.checks())
            assert candidate.overdue == sum(c.state == "overdue" for c in candidate.checks())
            for run in candidate.runs.values():
                assert sum(run.still_open) == sum(c.open for c in run.checks)
                assert run.open == any(c.open for c in run.checks)


@pytest.mark.parametrize("moves, answer", [
    ([("label", "EM_Superseded", 0), ("label", "DQV", 0)], "recorded"),  # in this order
    ([("log", "start", 11), ("unlabel", "DQV", 0), ("label", "DQV", 0)], "fails")])  # in doubt
def test_what_was_heard_before_it_was_introduced_is_restored(moves, answer):
    inputs = inputs_of(moves, LEGACY, [answer])
    one, other = fresh(), fresh()
    for item in inputs[:4]:
        one.step(item)
    other.restore(json.loads(json.dumps(one.configuration("G1"))))
    other.resume(one.now, one.retired)
    for item in inputs[4:]:
        assert repr(one.step(item)) == repr(other.step(item))


@settings(max_examples=40)
@given(MOVES, st.sampled_from([LEGACY, CURRENT]), ANSWERS, st.data())
def test_restoring_in_the_middle_changes_nothing_after_it(moves, flavour, answers, data):
    inputs = inputs_of(moves, flavour, list(answers))
    middle = data.draw(st.integers(0, len(inputs)))
    one, other = fresh(), fresh()
    for item in inputs[:middle]:
        one.step(item)
    for graceid in one.candidates:
        stored = json.loads(json.dumps(one.configuration(graceid)))
        other.restore(stored)
        assert json.loads(json.dumps(other.configuration(graceid))) == stored
    other.resume(one.now, one.retired)
    for item in inputs[middle:]:
        assert repr(one.step(item)) == repr(other.step(item))


@settings(max_examples=30)
@given(MOVES, st.sampled_from([LEGACY, CURRENT]), ANSWERS)
def test_the_same_inputs_give_the_same_to_the_byte(moves, flavour, answers):
    inputs = inputs_of(moves, flavour, list(answers))
    one, other = fresh(), fresh()
    assert [repr(one.step(i)) for i in inputs] == [repr(other.step(i)) for i in inputs]


@settings(max_examples=40)
@given(MOVES, ANSWERS)
def test_nobody_is_told_the_same_thing_twice(moves, answers):
    engine, keys = fresh(), []
    for item in inputs_of(moves, LEGACY, list(answers)):
        keys += [(type(e), e.key) for e in engine.step(item).effects
                 if isinstance(e, (Notify, Annotate))]
    assert len(keys) == len(set(keys))


STAGED = Process("staged", "Condition in an early stage", starts=new(), stages=[
    Stage("one", check("c", log("x"), within=60, when=field("instruments", contains="V1"))),
    Stage("two", check("d", log("y"), within=60))])


def test_what_is_expected_again_brings_its_process_back_to_that_stage():
    world = World(STAGED, instruments="H1")
    world.alert(world.script.new())
    run = world.engine.candidates["G1"].runs["staged"]
    assert run.state == "open.two"
    world.alert(world.script.update(5, {"instruments": "H1,V1"}))
    assert run.state == "open.one" and world.state("staged", "c").state == "awaiting"
    world.alert(world.script.log("y", 10))
    assert run.state == "open.one"
    world.alert(world.script.log("x", 11))
    assert run.state == "closed.complete"


def test_a_message_says_what_was_expected_and_by_when():
    chart = Process("plot", "A plot", starts=file("{fits}"), key="fits",
                    options={"most": 0.5}, stages=[
                        Stage("s", check("plot", file("{graceid}_{fits}.png", tags=["sky_loc"]),
                                         within=60))])
    world = World(chart)
    world.alert(world.script.new())
    world.alert(world.script.log("map", 5, filename="a.fits"))
    world.until(70, lambda ask: Answer(ask.time, "G1", ask.question))
    (told,) = [one for one in world.effects if isinstance(one, Notify)]
    assert told.expected == "file G1_a.fits.png, tagged sky_loc" and told.since == T + 65


def test_how_long_a_check_took_is_measured_from_creation_process_and_stage():
    world = World(DEMO)
    world.alert(world.script.new())
    world.alert(world.script.log("psd", 5, filename="psd.xml.gz"))
    world.alert(world.script.log("start", 15))
    world.alert(world.script.log("map", 35, filename="map.fits", tags=["sky_loc"]))
    first, second = [one for one in world.effects if isinstance(one, Measured)]
    assert (first.check, first.state, first.at - T, first.created - T, first.started - T,
            first.began - T) == ("start", "met", 15, 0, 5, 5)
    assert (second.check, second.at - T, second.started - T, second.began - T) == ("map", 35, 5, 15)


def test_a_condition_that_comes_true_later_starts_what_it_held_back():
    chart = Process("later", "x", starts=file("a.txt"), when=label("EM_READY"), stages=[
        Stage("s", check("c", log("done"), within=60))])
    world = World(chart)
    for line in (world.script.new(), world.script.file("a.txt", 5)):
        world.alert(line)
    assert not world.engine.candidates["G1"].runs
    world.alert(world.script.label("EM_READY", 20))
    assert world.state("later", "c").state == "awaiting"
    assert world.state("later", "c").due == T + 80  # it has its time from then on
    world.alert(world.script.unlabel("EM_READY", 30))
    assert world.state("later", "c").state == "waived"


@pytest.mark.parametrize(("expects", "tells"), [
    (label("PE_READY"), lambda s: s.label("PE_READY", 20)),
    (field("far", at_most=1e-9), lambda s: s.update(20, {"far": 1e-10}))])
def test_an_alert_counts_though_gracedb_had_told_the_same_before_it(expects, tells):
    chart = Process("c", "x", starts=new(), stages=[Stage("s", check("c", expects, within=60))])
    world = World(chart)
    world.alert(world.script.new())
    line = tells(world.script)
    told = {"event": world.script.fields, "labels": (("PE_READY", T + 20),)}
    world.take(Answer(T + 21, "G1", "", **told))  # as when it is caught up with
    assert world.state("c", "c").state == "awaiting"
    world.alert(line, received=T + 25)
    assert world.state("c", "c").state == "met"


@pytest.mark.parametrize("created", ["2103-01-01 00:00:00 UTC", "9999-12-31 23:59:59 UTC", 4.2e9])
def test_what_is_said_to_be_created_in_the_future_is_looked_at_now(created):
    engine = Engine(*charts(), default_policy(charts()[0]))
    line = Script("G1", T, transit=0.0).new()
    line["payload"]["object"]["created"] = created
    engine.step(parse(line["payload"], T))
    assert engine.next_timer() < T + 3600


@pytest.mark.parametrize(("more", "told", "annotated"), [
    ({}, ["failure", "recovery"], ["failure", "recovery"]),
    ({"warnings": False}, [], ["failure", "recovery"]),
    ({"annotate": ()}, ["failure", "recovery"], []),
    ({"annotate": ("failure", "recovery", "success")}, ["failure", "recovery"],
     ["failure", "recovery", "success"])])
def test_what_is_told_and_annotated_is_a_matter_of_the_profile(more, told, annotated):
    policy = default_policy([DEMO])
    policy = attrs.evolve(policy, profiles=tuple(
        attrs.evolve(profile, **more) for profile in policy.profiles))
    world = World(DEMO, policy=policy)
    world.alert(world.script.new())
    world.alert(world.script.file("psd.xml.gz", 10))
    world.until(100)  # start is overdue
    world.alert(world.script.log("start", 110))
    world.alert(world.script.file("map.fits", 120, tags=["sky_loc"]))
    outcomes = {kind: sorted({one.outcome for one in world.effects if isinstance(one, kind)})
                for kind in (Notify, Annotate)}
    assert outcomes == {Notify: told, Annotate: annotated}


SIGNED = Process("signed", "To be signed", starts=new(), parties=("advocates",), gravity="serious",
                 stages=[Stage("s", check("c", log("signed"), within=3600, warn=1800))])
STEPS = (Escalation(0.0, ("deputies",)), Escalation(1800.0, ("heads", "deputies")),
         Escalation(7200.0, ("directors",)))


def escalating(steps=STEPS):
    settings = attrs.evolve(default_settings(SIGNED), escalation=steps)
    policy = default_policy([SIGNED])
    world = World(SIGNED, policy=attrs.evolve(policy, profiles=tuple(
        attrs.evolve(one, settings={"signed": settings}) for one in policy.profiles)))
    world.alert(world.script.new())
    return world


def told_when(world):
    return [(one.outcome, one.to, one.time - T) for one in world.effects
            if isinstance(one, Notify)]


def test_people_are_warned_told_and_the_next_ones_told_the_longer_it_takes():
    world = escalating()
    world.until(20_000)
    assert told_when(world) == [
        ("warning", ("advocates",), 1800), ("failure", ("operators", "advocates"), 3600),
        ("escalation", ("deputies",), 3600), ("escalation", ("heads", "deputies"), 5400),
        ("escalation", ("directors",), 10_800)]
    last = [one for one in world.effects if isinstance(one, Notify)][-1]
    assert "overdue for 2 h" in last.message
    assert [one.key for one in world.effects if isinstance(one, Notify)][2:] == [
        f"G1/signed/c/escalation/0/{number}" for number in (1, 2, 3)]
    fired = [one for one in world.transitions if one.trigger == "escalate"]
    assert [(one.source, one.dest, one.time - T) for one in fired] == [
        ("overdue", "overdue", 3600), ("overdue", "overdue", 5400), ("overdue", "overdue", 10_800)]


def test_what_comes_at_last_is_told_to_all_that_were_told_it_was_missing():
    world = escalating()
    world.until(6000)
    world.alert(world.script.log("signed", 6001))
    world.until(20_000)
    assert told_when(world)[-1] == (
        "recovery", ("operators", "advocates", "deputies", "heads"), 6001)


def test_where_graceddb_cannot_be_asked_nobody_is_told_more():
    world = escalating()
    world.until(3700)
    seen = len(told_when(world))

    def failure(ask):
        return Answer(ask.time, ask.graceid, ask.question, failure="status 503")

    world.until(9000, failure)
    assert len(told_when(world)) == seen
    world.until(40_000)
    assert [one[0] for one in told_when(world)[seen:]] == ["escalation", "escalation"]


def test_what_was_escalated_is_known_after_a_restart():
    world = escalating()
    world.until(5500)
    plain = json.loads(json.dumps(world.engine.configuration("G1")))
    world.engine.release("G1")
    world.engine.restore(plain)
    world.until(20_000)
    assert [one[0] for one in told_when(world)].count("escalation") == 3


def test_what_is_not_grave_has_no_such_steps():
    policy = default_policy([WARNING])
    world = World(WARNING, policy=attrs.evolve(policy, profiles=tuple(
        attrs.evolve(one, settings={"warning": attrs.evolve(
            default_settings(WARNING), escalation=STEPS)}) for one in policy.profiles)))
    world.alert(world.script.new())
    world.until(9000)
    assert [one[0] for one in told_when(world)] == ["failure"]
