"""Latencies in the order of the follow-up, each beside its deadline."""

from fsm.core.charts.policy import default_policy
from fsm.registry import charts
from fsm.report.latency import Latency
from fsm.report.latency_groups import grouped

PROCESSES = charts()[0]
PROFILE = default_policy(PROCESSES).profiles[-1]


def row(process, check, creation, state="met", began=10.0):
    return Latency(process, check, state, creation, creation,
                   None if creation is None else creation - began)


def shown(*rows):
    return [(group["title"], [(one["process"], one["check"]) for one in group["rows"]])
            for group in grouped(list(rows), PROCESSES, PROFILE)]


def test_by_kind_and_family_todays_first():
    assert shown(row("bayestar", "skymap", 40.0), row("bayestar_map", "skymap", 30.0),
                 row("check_vectors", "idq", 20.0), row("preliminary_notice", "json", 90.0),
                 row("gone", "x", 5.0)) == [
        ("Notices and circulars, superevents", [("preliminary_notice", "json")]),
        ("Data quality, superevents", [("check_vectors", "idq")]),
        ("Products, events", [("bayestar_map", "skymap")]),
        ("Products, events of the second observing run (2017)", [("bayestar", "skymap")]),
        ("Other", [("gone", "x")])]


def test_processes_in_the_order_of_their_first_annotation_checks_in_that_of_their_chart():
    ((_, rows),) = shown(row("second_notice", "json", 300.0),
                         row("preliminary_notice", "avro", 80.0),
                         row("preliminary_notice", "json", 85.0),
                         row("initial_notice", "json", None, "missing"))
    assert rows == [("preliminary_notice", "json"), ("preliminary_notice", "avro"),
                    ("second_notice", "json"), ("initial_notice", "json")]


def test_the_deadline_counts_from_where_its_time_began_in_the_median():
    ((made,),) = [group["rows"] for group in grouped(
        [row("preliminary_notice", "json", 90.0, began=began) for began in (20.0, 30.0, 70.0)],
        PROCESSES, PROFILE)]
    assert (made["within"], made["due"], made["number"]) == (300, 330.0, 3)


def test_without_chart_or_annotation_there_is_no_deadline():
    ((gone,), (never,)) = [group["rows"] for group in reversed(grouped(
        [row("gone", "x", 5.0), row("far", "far", None, "missing")], PROCESSES, PROFILE))]
    assert gone["due"] is None and gone["within"] is None
    assert never["due"] is None and never["missing"] == 1
    assert never["spans"] == {"met": [], "found": [], "late": []}
