"""The lifecycle of an event: every transition, through alerts and deadlines."""

import pytest

from fsm.core.engine.effects import Notify
from fsm.core.engine.inputs import Answer
from fsm.testing.bench import CREATED, Bench, Run
from machines.o2.bayestar import BAYESTAR
from machines.o2.event import EVENT
from machines.o2.fits import SKYMAP_SANITY

BAYESTAR_START = "INFO:BAYESTAR:starting sky localization"
WAIVING = {"superseded": "EM_Superseded", "throttled": "EM_Throttled", "vetoed": "DQV",
           "retracted": "ADVNO"}


def following(**how):
    return Run(Bench(BAYESTAR, start=lambda s: (s.new(), s.file("psd.xml.gz", 3)), **how))


def came(run):
    run.write(lambda s: (
        s.log(BAYESTAR_START, 10), s.file("bayestar.fits.gz", 50, tags=("sky_loc", "lvem")),
        s.log("INFO:BAYESTAR:sky localization complete", 60)), received=run.engine.now)


def attention():
    run = following()
    run.pass_time(CREATED + 63)
    return run


def finished(**how):
    run = following(**how)
    came(run)
    return run


def incomplete():
    run = attention()
    run.pass_time(CREATED + 90000)
    return run


def gone(run):
    return Answer(run.engine.now + 1, run.candidate.graceid, "", failure="no such", gone=True)


def known(run):
    event = {"graceid": run.candidate.graceid, "group": "CBC", "pipeline": "gstlal"}
    return Answer(run.engine.now + 1, run.candidate.graceid, "", event=event)


def labelled(run, name, off=False):
    seconds = run.engine.now - CREATED + 1
    run.write(lambda s: (s.unlabel if off else s.label)(name, seconds))


ROWS = [
    # source            reached by   trigger             what happens                destination
    ("open.following", following, "attention_needed", lambda r: r.pass_time(CREATED + 63),
     "open.attention"),
    ("open.attention", attention, "attention_over",
     lambda r: r.write(lambda s: s.log(BAYESTAR_START, 70)),
     "open.following"),
    ("open.following", following, "all_closed", came, "closed.complete"),
    ("open.attention", attention, "all_closed", lambda r: r.pass_time(CREATED + 90000),
     "closed.incomplete"),
    ("closed.incomplete", incomplete, "all_closed", came, "closed.complete"),
]


@pytest.mark.parametrize(("source", "reach", "trigger", "happens", "dest"),
                         ROWS, ids=[f"{r[0]}--{r[2]}-->{r[4]}" for r in ROWS])
def test_transition(source, reach, trigger, happens, dest):
    run = reach()
    assert run.candidate.state == source
    seen = len(run.fired)
    happens(run)
    moves = [(t.trigger, t.source, t.dest) for t in run.fired[seen:] if not t.process]
    assert (trigger, source, dest) in moves


@pytest.mark.parametrize("reach", [following, attention, finished, incomplete],
                         ids=lambda f: f.__name__)
@pytest.mark.parametrize(("state", "label"), WAIVING.items())
def test_a_label_makes_the_rest_needless_and_its_removal_takes_that_back(reach, state, label):
    run = reach()
    labelled(run, label)
    assert run.candidate.state == f"waived.{state}"
    assert all(not check.open for check in run.candidate.checks())
    assert label in run.candidate.reason
    labelled(run, label, off=True)
    assert not run.candidate.state.startswith("waived")


def told(run):
    return [effect for effect in run.effects if isinstance(effect, Notify)]


@pytest.mark.parametrize("reach", [following, attention, finished, incomplete],
                         ids=lambda f: f.__name__)
def test_what_gracedb_does_not_know_is_nobodys_fault_until_it_knows_it(reach):
    run = reach()
    state, before = run.candidate.state, len(told(run))
    run.take(gone(run))
    assert (state, "waived.unknown") in [(t.source, t.dest) for t in run.fired]
    assert all(not check.open for check in run.candidate.checks())
    run.take(gone(run))
    (message,) = told(run)[before:]
    assert (message.check, message.to) == ("unknown", ("operators",))
    run.take(known(run))
    assert not run.candidate.state.startswith("waived")
    assert ("needed_again", "waived.unknown") in [(t.trigger, t.source) for t in run.fired]


def test_an_alert_has_it_asked_whether_gracedb_knows_it_again():
    run = following()
    run.take(gone(run))
    asked = len(run.asked)
    for seconds in (100, 110, 300):
        run.write(lambda s, t=seconds: s.log("something", t))
    assert len(run.asked) == asked + 2  # not for each of a flood
    assert run.candidate.state == "waived.unknown"


def test_a_new_sky_map_reopens_a_closed_event():
    run = Run(Bench(SKYMAP_SANITY, right={}, start=lambda s: (
        s.new(), s.file("a.fits", 5), s.file("b.log", 6))))
    run.pass_time(CREATED + 20, contents={"a.fits,0": {"norm": 1.0, "coordsys": "C"}})
    assert run.candidate.state == "closed.complete"
    run.write(lambda s: s.file("late.fits", 900))
    assert run.candidate.state == "open.following"
    assert ("reopened", "closed.complete") in [(t.trigger, t.source) for t in run.fired]


def test_two_labels_keep_it_waived_until_both_are_gone():
    run = following()
    labelled(run, "EM_Superseded")
    labelled(run, "DQV")
    labelled(run, "EM_Superseded", off=True)
    assert run.candidate.state == "waived.superseded"
    labelled(run, "DQV", off=True)
    assert run.candidate.state == "open.following"


def test_what_came_while_waived_counts_and_the_rest_gets_its_time_anew():
    run = following()
    labelled(run, "DQV")
    run.write(lambda s: s.log(BAYESTAR_START, 20))
    run.write(lambda s: s.unlabel("DQV", 500))
    states = {check.name: check.state for check in run.candidate.checks()}
    assert states == {"start": "met", "skymap": "awaiting", "finish": "awaiting"}
    assert [check.due - CREATED for check in run.candidate.checks()][1:] == [590, 740]


def test_what_starts_while_waived_is_waived_at_once():
    run = Run(Bench(BAYESTAR, right={}, start=lambda s: s.new()))
    labelled(run, "DQV")
    run.write(lambda s: s.file("psd.xml.gz", 30))
    assert {check.state for check in run.candidate.checks()} == {"waived"}
    assert not run.asked


@pytest.mark.parametrize(("tells", "state"), [
    (lambda s, t: s.signoff("OP", "V1", "NO", t), "vetoed"),
    (lambda s, t: s.signoff("ADV", "", "NO", t), "retracted")])
@pytest.mark.parametrize("flavour", ["legacy", "current"])
def test_a_signoff_brings_its_label_without_an_alert_and_a_better_one_takes_it_off(
        tells, state, flavour):
    run = Run(Bench(BAYESTAR, flavour=flavour, start=lambda s: (s.new(), s.file("psd.xml.gz", 3))))
    run.write(tells, 20)
    assert run.candidate.state == f"waived.{state}"
    assert {check.state for check in run.candidate.checks()} == {"waived"}
    kind, instrument = ("OP", "V1") if state == "vetoed" else ("ADV", "")
    run.write(lambda s: s.signoff(kind, instrument, "OK", 40))
    assert run.candidate.state == "open.following"
    assert {check.state for check in run.candidate.checks()} == {"awaiting"}


@pytest.mark.parametrize("reach", [following, finished], ids=lambda f: f.__name__)
def test_an_injection_is_followed_up_unless_its_profile_says_otherwise(reach):
    run = reach()
    state = run.candidate.state
    labelled(run, "INJ")
    assert run.candidate.state == state
    run = reach(waive_injections=True)
    labelled(run, "INJ")
    assert run.candidate.state == "waived.injection"
    assert "INJ" in run.candidate.reason
    labelled(run, "DQV")
    labelled(run, "DQV", off=True)
    assert run.candidate.state == "waived.injection"
    labelled(run, "INJ", off=True)
    assert run.candidate.state == state


def test_an_injection_that_is_followed_up_does_not_keep_it_vetoed():
    run = following()
    labelled(run, "INJ")
    labelled(run, "DQV")
    labelled(run, "DQV", off=True)
    assert run.candidate.state == "open.following"


def test_what_was_complete_before_a_label_came_is_complete_again_without_it():
    run = finished()
    labelled(run, "DQV")
    labelled(run, "DQV", off=True)
    assert run.candidate.state == "closed.complete"


def test_its_states_are_those_of_the_chart():
    assert EVENT.initial() == "open.following"
    assert EVENT.under_way("open.attention") and not EVENT.under_way("waived.vetoed")
