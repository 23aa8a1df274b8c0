"""Approval: every transition of the region, by messages, labels, files and sign-offs."""

import pytest

from fsm.core.engine.inputs import TickAll
from fsm.testing.bench import CREATED, GRACEID, Bench, Run, labelled, said, uploaded
from machines.o2.lldq_report import LLDQ_REPORT

FIRST, SECOND, THIRD = ("pending.new_to_preliminary", "pending.preliminary_to_initial",
                        "pending.initial_to_update")
SENT = said("AP: State: new_to_preliminary --> preliminary_to_initial.")
REACH = {FIRST: [], SECOND: [SENT], THIRD: [SENT, labelled("EM_READY")],
         "complete": [SENT, labelled("EM_READY"), labelled("PE_READY")]}
REFUSALS = [labelled(name) for name in ("DQV", "INJ", "H1NO", "L1NO", "V1NO", "ADVNO")]
REFUSALS += [said("AP: State: new_to_preliminary --> rejected."),
             lambda s, t: s.signoff("OP", "L1", "NO", t),
             lambda s, t: s.signoff("ADV", "", "NO", t)]
ROWS = [
    # source, trigger, what tells it, destination
    *((FIRST, "preliminary_sent", tells, SECOND)
      for tells in (SENT, uploaded(f"{GRACEID}-1-Preliminary.xml"))),
    *((source, "ready", tells, THIRD) for source in (FIRST, SECOND)
      for tells in (labelled("EM_READY"), uploaded(f"{GRACEID}-2-Initial.xml"),
                    said("AP: Received EM_READY label. Sending initial VOEvent."))),
    *((source, "estimated", tells, "complete") for source in (FIRST, SECOND, THIRD)
      for tells in (labelled("PE_READY"), uploaded(f"{GRACEID}-3-Update.xml"),
                    said("AP: Received PE_READY label. Sending update VOEvent."))),
    *((source, "rejected", tells, "rejected") for source in REACH for tells in REFUSALS),
    *((source, "throttled", labelled("EM_Throttled"), "throttled") for source in REACH),
]


def reached(source, flavour="legacy"):
    run = Run(Bench(LLDQ_REPORT, flavour=flavour))
    for number, tells in enumerate(REACH[source]):
        run.write(tells, 10 + number)
    assert state(run) == source
    return run


def state(run):
    return run.candidate.regions["approval"].state


@pytest.mark.parametrize("flavour", ["legacy", "current"])
@pytest.mark.parametrize(("source", "trigger", "tells", "dest"), ROWS,
                         ids=[f"{s}--{t}{n}-->{d}" for n, (s, t, _, d) in enumerate(ROWS)])
def test_transition(source, trigger, tells, dest, flavour):
    run = reached(source, flavour)
    run.write(tells, 60)
    moves = [(t.trigger, t.source, t.dest) for t in run.fired if t.process == "approval"]
    assert moves[-1] == (trigger, source, dest)
    assert state(run) == dest


def test_an_earlier_message_that_comes_later_does_not_move_it_back():
    run = reached(THIRD)
    run.write(SENT, 5)
    assert state(run) == THIRD


def test_what_is_rejected_stays_so():
    run = reached(SECOND)
    run.write(labelled("DQV"), 50)
    run.write(lambda s: s.unlabel("DQV", 60))
    run.write(labelled("EM_READY"), 70)
    assert state(run) == "rejected"
    assert run.candidate.state == "open.following"


def test_an_injection_that_is_treated_as_real_is_not_rejected():
    run = reached(FIRST)
    run.write(said("AP: Found hardware injection +/- 2 seconds of event gpstime but treating as "
                   "real event in config."), 10)
    run.write(labelled("INJ"), 11)
    assert state(run) == FIRST
    run.write(SENT, 20)
    assert state(run) == SECOND


def test_it_is_found_from_what_GraceDB_tells_of_a_candidate_heard_of_late():
    run = Run(Bench(LLDQ_REPORT, start=lambda s: s.log("something", 100)))
    known = [alert for tells in (SENT, uploaded(f"{GRACEID}-2-Initial.xml"))
             for alert in run.written(tells, 30)]
    run.take(TickAll(run.engine.next_timer()))
    run.answer_all(alerts=known)
    assert state(run) == THIRD


def test_it_survives_being_stored():
    run = reached(THIRD)
    plain = run.engine.configuration(GRACEID)
    assert plain["regions"] == {"approval": THIRD}
    assert run.engine.restore(plain).regions["approval"].state == THIRD


def test_it_runs_beside_the_follow_up():
    run = reached(SECOND)
    run.pass_time(CREATED + 20)
    assert run.candidate.state == "open.attention"
    assert state(run) == SECOND
