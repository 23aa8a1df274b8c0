"""The round trip: simulated into the stand-in, recorded from it, replayed; the verdicts are one."""

import json

import pytest

from fsm.core.charts.policy import default_policy
from fsm.errors import ConfigurationError
from fsm.io.gracedb.api import GraceDB
from fsm.io.gracedb.as_of import PastGraceDB
from fsm.io.gracedb.retrying import Caller
from fsm.io.recordings.files import record_of
from fsm.io.recordings.gracedb import RecordedGraceDB
from fsm.registry import charts
from fsm.replay import record
from fsm.replay.replay import Replay
from fsm.simulator.driver import Driver
from fsm.simulator.kinds import KINDS, OF_O2
from fsm.simulator.night import plan, usual_start
from fsm.standin.announce import Announcer
from fsm.standin.app import StandIn
from fsm.standin.server import Server
from fsm.standin.store import Store

KNOWN = charts()
GOOD = {"met", "waived", "not_expected"}
UNRECORDED = ("later-significant",)  # GraceDB does not show which event was preferred before


def verdicts(lines, gracedb=None):
    return states(replayed(lines, gracedb))


def replayed(lines, gracedb=None):
    records = sorted((record_of(json.dumps(line)) for line in lines),
                     key=lambda one: one.alert.received)
    running = Replay(*KNOWN, default_policy(KNOWN[0]), gracedb or RecordedGraceDB(records))
    for _ in running.run(records):
        pass
    return running.outcome


def states(outcome):
    return {(graceid, process, name): check["state"]
            for graceid, one in outcome.configurations.items()
            for process, run in one["processes"].items()
            for name, check in run["checks"].items()}


@pytest.fixture
def world():
    announcer, heard = Announcer(), []
    announcer.listeners.append(heard.append)
    with Server(StandIn(Store(":memory:"), announcer)) as server:
        yield server.url, heard


@pytest.mark.parametrize(("kind", "faults"), [
    ("cbc", {}), ("burst", {}), ("lib", {}), ("cbc-mbta", {}), ("cbc-spiir", {}), ("grb", {}),
    ("supernova", {}), ("cbc-refused", {}), ("cbc-vetoed", {}),
    ("cbc", {"never": 1.0}), ("burst", {"slow": 1.0, "tags": 1.0})])
def test_round_trip(world, kind, faults):
    url, heard = world
    night = plan([kind], 2, 2.0, "round trip", usual_start([kind]))
    written = list(Driver(url, KNOWN[0], faults).run(night))
    assert written[-1][0] == written[-1][1] > 100
    gracedb = GraceDB(Caller(url))
    graceids = record.found(gracedb, f"group: {night[0].fields['group']}")
    assert graceids == [f"{night[0].graceid[0]}10000{number}" for number in (1, 2)]
    recorded = [line for graceid in graceids for line in record.lines(gracedb, graceid)]
    live, again = verdicts(heard, RecordedGraceDB(
        [record_of(json.dumps(line)) for line in recorded])), verdicts(recorded)
    assert again == live
    bad = {state for state in live.values() if state in ("missing", "late", "unverifiable")}
    assert bool(bad) == bool(faults)


def test_what_gracedb_does_not_have(world):
    gracedb = GraceDB(Caller(world[0]))
    with pytest.raises(ConfigurationError, match="GraceDB has no G5"):
        record.lines(gracedb, "G5")
    with pytest.raises(ConfigurationError, match="no GraceID"):
        record.lines(gracedb, "../G5")
    with pytest.raises(ConfigurationError, match="--query"):
        record.found(gracedb, "far < much")


def test_a_server_that_does_not_take_it():
    night = plan(["cbc"], 1, 2.0, 0, 1_767_225_600.0)
    driver = Driver("http://127.0.0.1:9/api/", KNOWN[0], {})
    driver.caller.budget = 0.0
    with pytest.raises(ConfigurationError, match="127.0.0.1:9"):
        list(driver.run(night))


def driven(candidate):
    """What the stand-in announces of a candidate, what a replay against it gives, what it holds."""
    announcer, heard = Announcer(), []
    announcer.listeners.append(heard.append)
    with Server(StandIn(Store(":memory:"), announcer, grouping=True)) as server:
        for _ in Driver(server.url, KNOWN[0], {}).run([candidate]):
            pass
        gracedb = GraceDB(Caller(server.url))
        graceids = dict.fromkeys(line["payload"]["uid"] for line in heard)
        live = replayed(heard, PastGraceDB(gracedb))
        recorded = {graceid: record.lines(gracedb, graceid) for graceid in graceids}
        logs = {graceid: gracedb.caller.call(lambda client, of=graceid: client.logs(of).json())
                for graceid in graceids}
    return heard, live, recorded, {graceid: known["log"] for graceid, known in logs.items()}


def written(lines):
    """By GraceID all entries, and the kinds of all other alerts."""
    entries, others = {}, {}
    for line in lines:
        graceid, what = line["payload"]["uid"], line["payload"]["alert_type"]
        if what == "log":
            entries.setdefault(graceid, []).append(line["payload"]["data"])
        else:
            others.setdefault(graceid, []).append(what)
    return entries, others


def plain(entries):
    """What entries say, each with its number."""
    return [(one["N"], one["comment"], one["filename"], one["file_version"], one["tag_names"])
            for one in entries]


def kinds_of_ends(ends):
    """How checks end; a question in between finds what is on its way, contents may not be told."""
    return {"met" if end in ("found", "unverifiable") else end for end in ends.values()}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in OF_O2])
def test_superevents_through_the_real_client(kind):
    (candidate,) = plan([kind], 1, 2.0, "today", 1_767_225_600.0)
    heard, asked, recorded, logs = driven(candidate)
    superevent = next(name for name in logs if "S" in name)
    simulated = candidate.lines(candidate.graceid, KNOWN[0], {}, superevent=superevent)
    second = f"G{int(candidate.graceid[1:]) + 500_000}"  # before the server gives it an id
    entries, others = written(json.loads(json.dumps(simulated).replace(second, "G100002")))
    # The server has exactly what the recording says, numbers and its own entries included.
    assert {name: plain(known) for name, known in logs.items()} == {
        name: plain(known) for name, known in entries.items()}
    assert written(heard)[1] == others
    live = states(asked)
    if kind in UNRECORDED:  # so that a recording answers, which knows of no file's content
        live = verdicts(heard)
    assert kinds_of_ends(live) == kinds_of_ends(verdicts(simulated))
    assert kinds_of_ends(live) <= GOOD and asked.queries > 1
    assert kind in UNRECORDED or (asked.effects == [] and "unverifiable" not in live.values())
    if kind not in UNRECORDED:
        again = [line for lines in recorded.values() for line in lines]
        assert kinds_of_ends(verdicts(again)) <= GOOD


def test_candidates_of_one_night_keep_their_events_apart():
    announcer, heard = Announcer(), []
    announcer.listeners.append(heard.append)
    with Server(StandIn(Store(":memory:"), announcer, grouping=True)) as server:
        night = plan(["coincident", "swapped"], 6, 60.0, "apart", 1_767_225_600.0)
        for _ in Driver(server.url, KNOWN[0], {}).run(night):
            pass
    last = {line["payload"]["uid"]: line["payload"]["object"] for line in heard
            if "S" in line["payload"]["uid"]}
    members = [name for one in last.values() for name in (*one["gw_events"], *one["em_events"])]
    assert len(last) == 6 and len(members) == len(set(members)) == 12
    assert all([one["em_type"]] == (one["em_events"] or [None]) for one in last.values())


@pytest.mark.parametrize("kind", ["significant", "mdc"])
def test_a_second_night_at_the_same_time_has_candidates_of_its_own(kind):
    announcer = Announcer()
    with Server(StandIn(Store(":memory:"), announcer, grouping=True)) as server:
        for faults in ({}, {"duplicated": 0.2}):
            night = plan([kind], 1, 2.0, 0, 1_767_225_600.0)
            done = list(Driver(server.url, KNOWN[0], faults).run(night))
            assert done[-1][0] == done[-1][1] > 50
        gracedb = GraceDB(Caller(server.url))
        found = gracedb.caller.call(lambda client: list(client.superevents(
            "category: MDC" if kind == "mdc" else "")))
    assert [len(one["gw_events"]) for one in found] == [1, 1]
    assert abs(found[0]["t_0"] - found[1]["t_0"]) == 60.0


def test_a_server_that_makes_no_superevents(world):
    night = plan(["significant"], 1, 2.0, 0, 1_767_225_600.0)
    with pytest.raises(ConfigurationError, match="--superevents"):
        list(Driver(world[0], KNOWN[0], {}).run(night))
