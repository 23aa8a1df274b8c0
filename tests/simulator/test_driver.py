"""The round trip: simulated into the stand-in, recorded from it, replayed; the verdicts are one."""

import json

import pytest

from fsm.apps import record
from fsm.apps.replay import Replay
from fsm.core.profile import default_policy
from fsm.errors import ConfigurationError
from fsm.io.calling import Caller
from fsm.io.gracedb import GraceDB
from fsm.io.recorded import RecordedGraceDB
from fsm.io.recording import record_of
from fsm.registry import charts
from fsm.simulator.driver import Driver
from fsm.simulator.night import plan
from fsm.standin.announce import Announcer
from fsm.standin.app import StandIn
from fsm.standin.server import Server
from fsm.standin.store import Store

KNOWN = charts()


def verdicts(lines, gracedb=None):
    records = sorted((record_of(json.dumps(line)) for line in lines),
                     key=lambda one: one.alert.received)
    running = Replay(*KNOWN, default_policy(KNOWN[0]), gracedb or RecordedGraceDB(records))
    for _ in running.run(records):
        pass
    return {(graceid, process, name): check["state"]
            for graceid, one in running.outcome.configurations.items()
            for process, run in one["processes"].items()
            for name, check in run["checks"].items()}


@pytest.fixture
def world():
    announcer, heard = Announcer(), []
    announcer.listeners.append(heard.append)
    with Server(StandIn(Store(":memory:"), announcer)) as server:
        yield server.url, heard


@pytest.mark.parametrize(("kind", "faults"), [
    ("cbc", {}), ("burst", {}), ("cbc", {"never": 1.0}), ("burst", {"slow": 1.0, "tags": 1.0})])
def test_round_trip(world, kind, faults):
    url, heard = world
    night = plan([kind], 2, 2.0, "round trip", 1_767_225_600.0)
    written = list(Driver(url, KNOWN[0], faults).run(night))
    assert written[-1][0] == written[-1][1] > 200
    gracedb = GraceDB(Caller(url))
    graceids = record.found(gracedb, "group: " + ("CBC" if kind == "cbc" else "Burst"))
    assert graceids == ["G100001", "G100002"]
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


@pytest.mark.parametrize("kinds", [["significant", "retracted"], ["coincident"], ["mdc"],
                                   ["early-warning", "less-significant"]])
def test_superevents_through_the_real_client(kinds):
    announcer, heard = Announcer(), []
    announcer.listeners.append(heard.append)
    with Server(StandIn(Store(":memory:"), announcer, grouping=True)) as server:
        night = plan(kinds, 2, 2.0, "today", 1_767_225_600.0)
        for _ in Driver(server.url, KNOWN[0], {}).run(night):
            pass
        states = verdicts(heard)
        assert set(states.values()) <= {"met", "waived", "not_expected"}
        superevents = {name for name, *_ in states if "S" in name}
        assert len(superevents) == 2
        # What GraceDB itself shows of the superevent and its event is the same.
        gracedb = GraceDB(Caller(server.url))
        sid = superevents.pop()
        shown = gracedb.caller.call(lambda c: c.superevent(sid).json())
        lines = [line for graceid in (sid, *shown["gw_events"], *shown["em_events"])
                 for line in record.lines(gracedb, graceid)]
        assert set(verdicts(lines).values()) <= {"met", "waived", "not_expected"}


def test_a_server_that_makes_no_superevents(world):
    night = plan(["significant"], 1, 2.0, 0, 1_767_225_600.0)
    with pytest.raises(ConfigurationError, match="--superevents"):
        list(Driver(world[0], KNOWN[0], {}).run(night))
