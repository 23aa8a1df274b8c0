"""Problems as plain data: what letters, operators and pages are told of them."""

import json

import pytest

from fsm.core.engine.effects import Notify
from fsm.io.delivery.address_book import AddressBook
from fsm.notify.alarms import Alarm
from fsm.notify.problems import Context, gracedb_page, problems
from fsm.registry import charts

T = 1_767_225_600.0
CHARTS = {chart.name: chart for chart in charts()[0]}
BOOK = AddressBook({"em-followup": ["follow@example.org", "slack://secret"]})
CONTEXT = Context(CHARTS, BOOK, "https://gracedb.example.org/", "https://es.example.org",
                  {"preliminary_notice": "https://wiki.example.org/notices"})


def alarm(process, check="json", since=T, graceid="S260101f", outcome="failure", **more):
    message = Notify(T + 1, graceid, process, check, outcome, ("operators",), "gone", "k", "e",
                     since, "significant")
    return Alarm("", message, **{"reminded": 0, "next": T, **more})


def found(*alarms, others=()):
    return problems(alarms, CONTEXT, T + 60, others)


def test_a_problem_says_all_that_is_known_of_it():
    (one,) = found(alarm("preliminary_notice", reminded=2, acknowledged="shift", note="known",
                         until=T + 99),
                   alarm("preliminary_notice", "avro", T + 5, acknowledged="shift"))
    assert json.loads(json.dumps(one)) == one
    assert {name: one[name] for name in ("graceid", "process", "family", "severity", "due", "late",
                                         "reminders", "meant", "caused_by", "follows", "runbook",
                                         "gracedb", "page")} == {
        "graceid": "S260101f", "process": "preliminary_notice", "family": "notices",
        "meant": "preliminary_notice", "severity": "critical", "due": T, "late": 60.0,
        "reminders": 2, "caused_by": "", "follows": [], "runbook": "https://wiki.example.org/notices",
        "gracedb": "https://gracedb.example.org/superevents/S260101f/view/",
        "page": "https://es.example.org/c/S260101f/preliminary_notice"}
    assert one["acknowledged"] == {
        "by": "shift", "note": "known", "until": T + 99,
        "words": "acknowledged by shift until 2026-01-01 00:01:39 UTC: known"}
    assert [check["check"] for check in one["checks"]] == ["json", "avro"]
    assert one["checks"][0] == {"process": "preliminary_notice", "check": "json",
                                "outcome": "failure", "found": "gone", "expected": "e", "due": T}
    assert "Clean-up and second significant notice" in one["waits"]
    assert one["parties"]["em-followup"][0] == "follow@example.org"
    assert "secret" not in json.dumps(one) and one["parties"]["rapid response"] == []
    assert one["told"][0] == {"time": T + 1, "outcome": "failure", "to": ["operators"]}


def test_what_is_acknowledged_in_part_is_not_acknowledged():
    (one,) = found(alarm("preliminary_notice", acknowledged="shift"),
                   alarm("preliminary_notice", "avro"))
    assert one["acknowledged"] is None


def test_processes_that_only_a_key_tells_apart_are_one_problem():
    (one,) = found(alarm("omegascans[L1]", "plot"), alarm("omegascans[H1]", "plot", T - 5))
    assert one["process"] == "omegascans[H1]" and one["due"] == T - 5
    assert one["processes"] == ["omegascans[H1]", "omegascans[L1]"]
    assert one["meant"] == "omegascans"
    assert [check["process"] for check in one["checks"]] == one["processes"]
    assert one["page"].endswith("/omegascans%5BH1%5D")


@pytest.mark.parametrize("other", [
    alarm("omegascans[H1]", "plot", outcome="recovery"), alarm("omegascans[H1]", "plot",
                                                               graceid="S260101g"),
    alarm("omegascans[H1]", "plot", acknowledged="shift")])
def test_what_is_over_elsewhere_or_acknowledged_is_a_problem_of_its_own(other):
    some = found(alarm("omegascans[L1]", "plot"), alarm("omegascans[V1]", "plot"), other)
    assert len(some) == 2
    here = {one["process"]: one["meant"] for one in some if one["graceid"] == "S260101f"}
    assert here == ({one: one for one in here} if len(here) > 1
                    else {"omegascans[L1]": "omegascans"})


def test_keys_with_different_checks_say_which():
    (one,) = found(alarm("idq[H1]", "start"), alarm("idq[L1]", "finish"))
    assert one["what"] == "no iDQ (H1 start, L1 finish)"


def test_what_another_one_causes_is_under_it_at_any_distance():
    (root,) = found(alarm("second_notice", since=T + 20), alarm("superevent_manager", "ready"),
                    alarm("preliminary_notice", since=T + 10))
    assert root["process"] == "superevent_manager"
    assert [one["process"] for one in root["follows"]] == ["preliminary_notice", "second_notice"]
    assert {one["caused_by"] for one in root["follows"]} == {"superevent_manager"}


def test_nobody_overlooks_what_follows_from_what_somebody_has_acknowledged():
    known = alarm("superevent_manager", "request", acknowledged="shift")
    notice = alarm("preliminary_notice", since=T + 100)
    assert [one["process"] for one in found(known, notice)] == [
        "preliminary_notice", "superevent_manager"]
    (one,) = found(known, alarm("preliminary_notice", since=T + 100, acknowledged="shift"))
    assert [two["process"] for two in one["follows"]] == ["preliminary_notice"]


def test_a_problem_stands_where_the_gravest_under_it_would():
    roots = found(alarm("omegascans[H1]", "plot"), alarm("preliminary_notice", since=T + 100),
                  alarm("superevent_manager", "request"),
                  alarm("check_vectors", "state", graceid="S260101e"))
    assert roots[0]["process"] == "superevent_manager"
    assert roots[0]["follows"][0]["severity"] == "critical" != roots[0]["severity"]


def test_a_cause_may_have_been_told_before():
    (one,) = found(alarm("preliminary_notice", since=T + 10),
                   others=[alarm("superevent_manager", "ready")])
    assert one["caused_by"] == "superevent_manager"


@pytest.mark.parametrize("other", [
    alarm("superevent_manager", "ready", T + 99), alarm("superevent_manager", "ready",
                                                        graceid="S260101g"),
    alarm("superevent_manager", "ready", outcome="recovery"),
    alarm("superevent_manager", "ready", outcome="exception"), alarm("gwskynet", since=T - 1)])
def test_what_is_later_elsewhere_over_or_unlinked_is_no_cause(other):
    (one,) = found(alarm("preliminary_notice", since=T + 10), others=[other])
    assert one["caused_by"] == ""


def test_pages_of_events_and_superevents():
    web = "https://gracedb.example.org/"
    assert gracedb_page(web, "G1") == "https://gracedb.example.org/events/G1/view/"
    assert gracedb_page("", "G1") == gracedb_page(web, "") == gracedb_page(web, "../evil") == ""
    assert CONTEXT.page("G1", "idq[H1]/../x") == "https://es.example.org/c/G1/idq%5BH1%5D%2F..%2Fx"
    assert CONTEXT.page("../evil", "far") == Context().page("G1", "far") == ""
