"""The shipped profiles: of the second observing run, against the table of what ran in it; of today.
"""

import pytest

from fsm.io.config.daemon import running
from fsm.io.config.listen import ListenIgwnAlert
from fsm.io.config.load import load, read
from fsm.registry import charts

PROCESSES, _ = charts()
O2 = load("o2", PROCESSES)
CBC, CWB, LONG, OLIB, EXT = "cbc", "cwb", "long", "olib", "ext"
BURST = {CWB, LONG, OLIB}
SEARCHES = {CBC, *BURST}
EVERYWHERE = {*SEARCHES, EXT}

RAN = {
    "notify": EVERYWHERE, "event_creation": SEARCHES, "far": SEARCHES, "local_rate": EVERYWHERE,
    "creation_rate": EVERYWHERE, "external_triggers": SEARCHES, "unblind_injections": SEARCHES,
    "lldq_report": EVERYWHERE, "idq": EVERYWHERE, "h1_omega_scan": EVERYWHERE,
    "l1_omega_scan": EVERYWHERE, "cit_omega_scan": EVERYWHERE, "segdb2grcdb": EVERYWHERE,
    "skymap_sanity": SEARCHES, "plot_skymap": SEARCHES, "skyviewer": set(), "sngl_fits": SEARCHES,
    "mult_fits": SEARCHES, "bayestar": {CBC}, "bayestar_no_virgo": {CBC}, "em_bright": {CBC},
    "lalinf": {CBC}, "bayeswave_pe": {CWB}, "cwb_pe": {CWB, LONG}, "lib_pe": BURST,
}
EVENTS = {
    ("gstlal", CBC): ("CBC", "gstlal", "HighMass"),
    ("gstlal-spiir", CBC): ("CBC", "gstlal-spiir", None),
    ("mbta", CBC): ("CBC", "MBTAOnline", None), ("pycbc", CBC): ("CBC", "pycbc", "AllSky"),
    ("cwb", CWB): ("Burst", "CWB", "AllSky"), ("cwb-long", LONG): ("Burst", "CWB", "AllSkyLong"),
    ("olib", OLIB): ("Burst", "LIB", "AllSky"), ("external", EXT): ("External", "Fermi", "GRB"),
}
DEADLINES = {
    "notify": {"notice": 10}, "far": {"far": 0}, "external_triggers": {"search": 300},
    "unblind_injections": {"search": 30}, "lldq_report": {"report": 1}, "plot_skymap": {"plot": 60},
    "bayestar": {"start": 60, "skymap": 90, "finish": 90}, "bayestar_no_virgo": {"skymap": 150},
    "em_bright": {"classification": 720},
    "lalinf": {"start": 3600, "skymap": 172800, "finish": 172800},
    "sngl_fits": {"start": 120, "html": 600, "finish": 600},
    "cwb_pe": {"ced": 120, "estimate": 120, "skymap": 120},
}


def profile(event):
    return O2.profile_for(dict(zip(("group", "pipeline", "search"), event, strict=True)))


@pytest.mark.parametrize("named, event", EVENTS.items(),
                         ids=lambda value: "-".join(map(str, value)))
def test_each_search_has_the_processes_that_it_had(named, event):
    name, column = named
    found = profile(event)
    assert found.name == name
    on = {process for process in RAN if found.settings[process].enabled}
    assert on == {process for process, columns in RAN.items() if column in columns}


@pytest.mark.parametrize("process", DEADLINES)
def test_deadlines(process):
    assert profile(("CBC", "gstlal", None)).settings[process].deadlines == DEADLINES[process]


@pytest.mark.parametrize("event, process, far", [
    (("CBC", "pycbc", None), "lalinf", 1.65343e-6),
    (("Burst", "CWB", "AllSky"), "lib_pe", 2.777778e-4),
    (("Burst", "CWB", "AllSkyLong"), "lib_pe", 2.777778e-4),
    (("Burst", "LIB", "AllSky"), "lib_pe", 1.666667e-2),
    (("Burst", "CWB", "AllSky"), "bayeswave_pe", None),
])
def test_thresholds(event, process, far):
    assert profile(event).settings[process].far_threshold == far


def test_new_candidates_are_announced_to_the_operators():
    assert profile(("CBC", "gstlal", None)).settings["notify"].success == ("operators",)


def test_it_tells_every_deadline_of_what_ran():
    settings = profile(("CBC", "gstlal", None)).settings
    for chart in PROCESSES:
        if RAN.get(chart.name):
            timed = {check.name for _, check in chart.checks() if check.within is not None}
            untold = timed - set(settings[chart.name].deadlines)
            assert untold <= {"finish"} | ({"start"} if chart.name == "cwb_pe" else set()), chart


def fields(**more):
    return {"group": "CBC", "pipeline": "gstlal", "search": "AllSky", "superevent": None, **more}


@pytest.mark.parametrize(("name", "values", "profile"), [
    ("o4", {}, "production"), ("o4", {"search": "MDC"}, "mdc"), ("o4", {"group": "Test"}, "test"),
    ("o4", {"search": "EarlyWarning"}, "early-warning"),
    ("o4", {"category": "MDC", "superevent_id": "MS1"}, "mdc"),
    ("o4", {"category": "Test", "superevent_id": "TS1"}, "test"),
    ("o4-playground", {}, "playground"), ("o4-playground", {"search": "MDC"}, "mdc"),
    ("o2", {}, "unconfigured")])
def test_which_profile_treats_a_candidate_of_today(name, values, profile):
    assert load(name, PROCESSES).profile_for(fields(**values)).name == profile


def test_what_is_without_superevents_is_of_the_earlier_era():
    found = load("o4", PROCESSES).profile_for({"group": "CBC", "pipeline": "gstlal"})
    assert found.name == "unconfigured"


def test_mock_data_are_not_checked_and_tests_are_left_alone():
    made = load("o4", PROCESSES)
    assert not made.named("mdc").settings["check_vectors"].enabled
    assert made.named("mdc").settings["preliminary_notice"].enabled
    assert not any(one.enabled for one in made.named("test").settings.values())
    assert made.named("production").settings["check_vectors"].enabled


@pytest.mark.parametrize("name", ["o4", "o4-playground"])
def test_todays_profiles_say_where_to_listen(name):
    made = running(read(name))
    heard, = made.listen
    assert isinstance(heard, ListenIgwnAlert)
    assert {"superevent", "mdc_superevent"} <= set(heard.topics)
    assert made.catch_up.superevents == ("", "category: MDC")
