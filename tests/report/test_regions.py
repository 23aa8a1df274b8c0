"""Where a candidate is in its regions: passed, present, possible."""

from fsm.chart import Lifecycle, Move, Region, State, label
from fsm.core.engine.effects import Transition
from fsm.report.regions import regions_as_data

STAGE = Region("stage", "Stage", [State("early", State("first"), State("second")), State("late"),
                                  State("never")],
               [Move("on", "early.first", "early.second", on=label("EM_READY")),
                Move("done", "early", "late", on=label("ADVOK")),
                Move("refused", "late", "never", on=label("ADVNO"))])
CHART = Lifecycle("life", "Life", [State("open"), State("closed")],
                  [Move("all_closed", "open", "closed"), Move("reopened", "closed", "open")],
                  kind="event", regions=[STAGE])


def moved(time, name, source, dest, check=""):
    return Transition(time, "G1", name, check, "t", source, dest, "")


def states(stage, *history, life="open"):
    made = regions_as_data(CHART, {"since": 100.0, "state": life, "regions": {"stage": stage}},
                           history)
    return {one["name"]: [(s["path"], s["how"], s["since"]) for s in one["states"]] for one in made}


def test_in_the_beginning():
    assert states("early.first") == {
        "lifecycle": [("open", "present", 100.0), ("closed", "possible", None)],
        "stage": [("early.first", "present", 100.0), ("early.second", "possible", None),
                  ("late", "possible", None)]}


def test_what_was_passed_has_its_time():
    found = states("late", moved(110.0, "stage", "early.first", "early.second"),
                   moved(120.0, "stage", "early.second", "late"))
    assert found["stage"] == [
        ("early.first", "passed", 100.0), ("early.second", "passed", 110.0),
        ("late", "present", 120.0), ("never", "possible", None)]


def test_a_state_entered_again_is_there_once_with_its_last_time():
    found = states("early.first", moved(110.0, "", "open", "closed"),
                   moved(120.0, "", "closed", "open"))
    assert found["lifecycle"][0] == ("closed", "passed", 110.0)
    assert found["lifecycle"][1] == ("open", "present", 120.0)


def test_what_is_not_of_its_chart_is_left_alone():
    """A command of an operator is in the history too, and a process may have a region's name."""
    found = states("early.first", moved(110.0, "stage", "awaiting", "met", check="c"),
                   moved(120.0, "", "open", "open"), moved(130.0, "stage", "open.s", "closed.x"))
    assert found == states("early.first")
