"""How the ways fare on which alerts come."""

from types import SimpleNamespace

from fsm.daemon.health.anomalies import Anomalies
from fsm.daemon.health.transports import Transports
from fsm.io.listeners import condition
from fsm.io.listeners.condition import Condition

T = 1_502_000_000.0


def transports(told=()):
    incidents = SimpleNamespace(since=dict.fromkeys(told, T))
    one = Condition("listener x", lambda: T)
    return one, Transports([one], Anomalies(incidents.since, T), incidents)


def over(ways):
    return {report.name for report in ways.reports(T) if not report.wrong}


def test_what_was_told_of_a_listener_that_is_configured_no_more_is_over():
    _, ways = transports(["listener y", "listener y, cbc", "listener y, unsteady", "clock"])
    assert over(ways) >= {"listener y", "listener y, cbc", "listener y, unsteady"}
    assert "clock" not in over(ways)


def test_what_was_told_of_a_topic_is_over_only_when_it_is_seen_that_it_is(monkeypatch):
    monkeypatch.setattr(condition, "PATIENCE", -1.0)
    one, ways = transports(["listener x, cbc"])
    assert "listener x, cbc" not in over(ways)  # it has not connected yet
    one.failed("away")
    assert "listener x, cbc" not in over(ways)
    one.connected({"burst": "", "cbc": "there is none"})
    assert "listener x, cbc" not in over(ways)
    one.connected({"burst": ""})
    assert "listener x, cbc" in over(ways)


def test_a_stray_is_over_in_its_own_time():
    one, ways = transports(["forged alerts at x"])
    one.connected()
    assert "forged alerts at x" not in over(ways)


def test_one_that_is_none_of_these_is_well():
    one, ways = transports()
    one.connected()
    assert ways.well("x") and ways.well("file a.jsonl")
    one.failed("away")
    assert not ways.well("x") and ways.well("file a.jsonl")
