"""Simulated nights: healthy ones are silent, faults do what they are named after."""

import json
import re
import time

import pytest

from fsm.cli.gracedb import simulate
from fsm.core.charts.policy import default_policy
from fsm.core.engine.effects import Notify
from fsm.errors import ConfigurationError
from fsm.io.config.load import load
from fsm.io.recordings.files import record_of
from fsm.io.recordings.gracedb import RecordedGraceDB
from fsm.registry import charts
from fsm.replay.replay import Replay
from fsm.simulator.faults import OF_FOLLOWUPS, rates
from fsm.simulator.kinds import KINDS, OF_O2
from fsm.simulator.night import plan, usual_start

KNOWN = charts()
NEW_YEAR = 1_767_225_600.0


def lines(kinds=("cbc", "burst"), events=2, seed=0, faults=()):
    night = plan(kinds, events, 2.0, seed, NEW_YEAR)
    return [line for one in night for line in one.lines(one.graceid, KNOWN[0], dict(faults))]


def replayed(made, policy=None):
    records = sorted((record_of(json.dumps(line)) for line in made),
                     key=lambda record: record.alert.received)
    policy = policy or default_policy(KNOWN[0])
    running = Replay(*KNOWN, policy, RecordedGraceDB(records))
    for _ in running.run(records):
        pass
    return running.outcome


def troubled(outcome):
    """(GraceID, process) of all that somebody was told of."""
    return {(effect.graceid, effect.process.partition("[")[0]) for effect in outcome.effects
            if isinstance(effect, Notify)}


def test_a_night_without_faults_is_silent():
    for seed in range(3):
        outcome = replayed(lines(events=4, seed=seed))
        assert outcome.effects == [] and len(outcome.configurations) == 4


# Processes of its own search that a healthy night must have closed, by kind.
PARTS = {
    "cbc": {"bayestar", "bayestar_no_virgo", "lalinf"}, "cbc-mbta": {"bayestar", "lalinf"},
    "cbc-pycbc": {"bayestar", "em_bright"}, "cbc-spiir": {"bayestar_no_virgo", "lalinf"},
    "burst": {"cwb_pe", "bayeswave_pe", "lib_pe"}, "burst-long": {"cwb_pe", "lib_pe"},
    "cbc-refused": {"advocate_signoff", "lalinf"}, "cbc-vetoed": {"operator_signoff", "lalinf"},
    "lib": {"lib_pe", "far"}, "grb": set(), "grb-swift": set(), "supernova": set(),
}


REFUSED = {"cbc-refused": "waived.retracted", "cbc-vetoed": "waived.vetoed"}


@pytest.mark.parametrize("kind", OF_O2)
@pytest.mark.parametrize("configured", [None, "o2"])
def test_a_healthy_night_of_2017_is_silent(kind, configured):
    policy = load(configured, KNOWN[0]) if configured else None
    for seed in range(2):
        night = plan([kind], 2, 2.0, seed, usual_start([kind]))
        made = [line for one in night for line in one.lines(one.graceid, KNOWN[0], {})]
        outcome = replayed(made, policy)
        told = [effect for effect in outcome.effects if getattr(effect, "outcome", "") != "success"]
        assert told == [] and len(outcome.configurations) == 2
        for one in outcome.configurations.values():
            processes = {name.partition("[")[0] for name in one["processes"]}
            assert one["state"] == REFUSED.get(kind, "closed.complete")
            expected = PARTS[kind] | {"idq", "segdb2grcdb", "lldq_report"}
            off = {"advocate_signoff", "operator_signoff"} if configured else set()
            assert expected - off <= processes


@pytest.mark.parametrize("kind", [kind for kind in OF_O2 if kind not in REFUSED])
@pytest.mark.parametrize("fault", ["never", "wrong"])
def test_a_fault_of_any_search_of_2017_is_noticed(kind, fault):
    assert any(troubled(replayed(lines([kind], 1, seed, {fault: 1.0}))) for seed in range(4))


def test_candidates_of_2017_have_ids_and_topics_of_their_kind():
    made = {kind: lines([kind], 1)[0] for kind in OF_O2}
    assert made["lib"]["topic"] == "burst_lib_allsky"
    assert made["grb"]["topic"] == "external_fermi_grb"
    assert {kind for kind, line in made.items() if line["payload"]["uid"] == "E100001"} == {
        "grb", "grb-swift", "supernova"}


def test_the_same_seed_is_the_same_night():
    wrong = rates("all=0.3")
    assert lines(seed=5, faults=wrong) == lines(seed=5, faults=wrong)
    assert lines(seed=5, faults=wrong) != lines(seed=6, faults=wrong)


@pytest.mark.parametrize("fault", ["never", "slow", "wrong"])
def test_a_fault_of_a_follow_up_is_noticed(fault):
    struck = [replayed(lines(events=1, seed=seed, faults={fault: 1.0})) for seed in range(8)]
    noticed = [troubled(outcome) for outcome in struck]
    # Some annotations have room, or others to serve for them, or nobody has switched them on.
    assert sum(map(bool, noticed)) >= 4


@pytest.mark.parametrize("fault", OF_FOLLOWUPS)
def test_a_fault_strikes_only_annotations(fault):
    good, bad = lines(events=1), lines(events=1, faults={fault: 1.0})
    assert len(bad) <= len(good) and bad[0] == good[0]


def test_an_omitted_annotation_takes_no_number():
    made = lines(events=1, faults={"omitted": 0.2})
    assert len(made) < 0.9 * len(lines(events=1))
    numbers = [line["payload"]["object"]["N"] for line in made
               if line["payload"]["alert_type"] == "update"
               and "voevent_type" not in line["payload"]["object"]]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))


def test_lost_duplicated_and_reordered_alerts_change_no_verdict():
    made = lines(events=3, faults={"lost": 0.2, "duplicated": 0.2, "reordered": 0.2})
    assert any(not line.get("delivered", True) for line in made)
    assert troubled(replayed(made)) == set()


@pytest.mark.parametrize(("text", "read"), [
    ("", {}), ("dies", {"dies": 1.0}), ("slow=0.2, lost=0.01", {"slow": 0.2, "lost": 0.01})])
def test_rates(text, read):
    assert rates(text) == read


def test_all_faults_at_once():
    assert set(rates("all=0.1").values()) == {0.1} and len(rates("all")) == 9


@pytest.mark.parametrize("text", ["dead", "slow=much", "slow=2", "lost=-1", "lost=nan"])
def test_what_is_no_fault_is_a_clear_error(text):
    with pytest.raises(ConfigurationError, match="--faults"):
        rates(text)


def test_the_command_tells_all_kinds():
    told = set(re.findall(r"[\w-]+", simulate.help))
    assert set(KINDS) <= told


def test_a_night_is_in_the_time_of_its_candidates():
    years = [time.gmtime(usual_start(kinds)).tm_year for kinds in (["cbc"], ["cbc", "mdc"])]
    assert years == [2017, 2026]


def test_an_unknown_kind_names_the_closest():
    with pytest.raises(ConfigurationError, match="cbc"):
        plan(["cbs"], 1, 2.0, 0, NEW_YEAR)


OF_TODAY = [kind for kind in KINDS if kind not in OF_O2]
ENDS = {"E": ("closed.complete", "waived.refuted"), "S": ("closed.complete", "waived.retracted"),
        "G": ("closed.complete",)}


# Questions of a healthy superevent: one about the files of its event, one about its own, and one
# about their new versions with each further notice or another preferred event.
QUESTIONS = {**dict.fromkeys(("rechecked", "by-hand", "early-upgraded", "upgraded", "swapped"), 4),
             "signed-again": 5, "estimated": 5, "later-significant": 6}


def today(kind, events=2, seed=0, faults=()):
    return lines([kind], events, seed, faults)


@pytest.mark.parametrize("kind", OF_TODAY)
def test_a_healthy_superevent_tells_nobody_and_asks_once_about_its_files(kind):
    for seed in range(3):
        outcome = replayed(today(kind, seed=seed))
        assert outcome.effects == [] and outcome.queries <= 2 * QUESTIONS.get(kind, 3)
        superevents = [name for name in outcome.configurations if "S" in name]
        assert len(superevents) == 2 and all(name.startswith("MS" if kind == "mdc" else "S")
                                             for name in superevents)
        assert all(one["state"] in ENDS[name.removeprefix("M")[0].replace("1", "G")]
                   for name, one in outcome.configurations.items())


@pytest.mark.parametrize(("kind", "stage"), [
    ("significant", "published.initial"), ("less-significant", "less_significant.sent"),
    ("retracted", "retracted.sent"), ("refused", "retracted.sent"),
    ("estimated", "published.update"), ("vetoed", "retracted.sent"),
    ("injected", "retracted.sent"), ("updated", "published.update"),
    ("signed-again", "published.initial"), ("later-significant", "published.initial"),
    ("early-upgraded", "published.initial")])
def test_where_a_superevent_ends(kind, stage):
    outcome = replayed(today(kind, 1))
    (superevent,) = [one for name, one in outcome.configurations.items() if "S" in name]
    assert superevent["regions"]["alert_stage"] == stage


@pytest.mark.parametrize("fault", ["never", "slow", "wrong"])
def test_faults_of_superevents_are_noticed(fault):
    assert any(troubled(replayed(today("significant", 1, seed, {fault: 1.0})))
               for seed in range(3))


def test_eras_are_told_apart_by_their_payloads():
    other = json.loads(json.dumps(today("significant", 1, "x")).replace("G100001", "G700001"))
    outcome = replayed(lines(events=2) + other)
    processes = {name: set(one["processes"]) for name, one in outcome.configurations.items()}
    assert outcome.effects == []
    assert any("segdb2grcdb" in some for some in processes.values())
    (superevent,) = [some for name, some in processes.items() if name.startswith("S")]
    assert "preliminary_notice" in superevent and "segdb2grcdb" not in superevent


@pytest.mark.parametrize("kind", ["significant", "early-warning", "unmodelled"])
def test_without_contents_a_night_is_as_silent_and_asks_no_more(kind):
    bare = [{key: part for key, part in line.items() if key != "contents"}
            for line in today(kind)]
    outcome = replayed(bare)
    assert outcome.effects == [] and outcome.queries <= 6
    assert all(one["state"] == "closed.complete" for one in outcome.configurations.values())


def test_empty_products_are_told_to_their_parties():
    made = [{**line, "contents": {"size": 0}} if "contents" in line else line
            for line in today("significant", 1)]
    told = {(one.process, party) for one in replayed(made).effects if isinstance(one, Notify)
            for party in one.to}
    assert {("skymap_content[bayestar.multiorder.fits]", "sky localization"),
            ("properties_content[em_bright.json]", "em-followup"),
            ("classification_content[gstlal.p_astro.json]", "pipeline"),
            ("chirp_mass_content[mchirp_source.json]", "em-followup"),
            ("spectrogram_content[H1_omegascan.png]", "data quality")} <= told
