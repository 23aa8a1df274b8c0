"""How grave problems are, by their charts and candidates."""

import pytest

from fsm.core.charts.severity import SEVERITIES, rank, severity, significance_of
from fsm.core.evidence.evidence import Evidence
from fsm.registry import charts

CHARTS = {chart.name: chart for chart in charts()[0]}


def evidence(graceid="S260101f", *labels, **fields):
    made = Evidence(graceid)
    made.add_fields(fields, 1.0)
    for name in labels:
        made.state_label(name, True, 1.0, 1.0)
    return made


@pytest.mark.parametrize(("graceid", "labels", "fields", "found"), [
    ("S260101f", (), {}, ""),
    ("S260101f", ("LOW_SIGNIF_LOCKED",), {}, "less significant"),
    ("S260101f", ("EARLY_WARNING", "ADVREQ"), {}, "early warning"),
    ("S260101f", ("EARLY_WARNING", "ADVNO"), {}, "significant"),
    ("S260101f", ("LOW_SIGNIF_LOCKED", "EARLY_WARNING", "SIGNIF_LOCKED"), {}, "significant"),
    ("G298048", ("ADVREQ",), {}, "significant"),
    ("MS260101f", ("SIGNIF_LOCKED",), {}, "mock"),
    ("TS260101f", (), {"category": "Test"}, "test"),
    ("G1", (), {"group": "Test"}, "test"),
    ("G1", (), {"group": "CBC", "search": "MDC"}, "mock")])
def test_a_candidate_is_as_significant_as_its_category_and_labels_say(graceid, labels, fields,
                                                                      found):
    assert significance_of(evidence(graceid, *labels, **fields)) == found


@pytest.mark.parametrize(("name", "significance", "found"), [
    ("preliminary_notice", "significant", "critical"),
    ("retraction_notice", "", "critical"),
    ("preliminary_notice", "early warning", "major"),
    ("less_significant_notice", "significant", "major"),
    ("less_significant_notice", "less significant", "minor"),
    ("check_vectors", "significant", "major"),
    ("advocate_vetting", "significant", "major"),
    ("opposite_labels", "significant", "major"),
    ("gwskynet", "significant", "minor"),
    ("gwskynet", "less significant", "low"),
    ("properties_plot", "significant", "low"),
    ("properties_plot", "less significant", "low"),
    ("preliminary_notice", "mock", "test"),
    ("preliminary_notice", "test", "test")])
def test_severity_follows_from_chart_and_candidate(name, significance, found):
    assert severity(CHARTS[name], significance) == found


def test_what_belongs_to_no_process_is_major():
    assert severity(None, "") == "major"


def test_the_order_is_that_of_severity_then_candidates_then_families():
    ordered = [("preliminary_notice", "significant"), ("less_significant_notice", "significant"),
               ("check_vectors", "significant"), ("check_vectors", ""),
               ("preliminary_notice", "early warning"), ("gwskynet", "significant"),
               ("check_vectors", "less significant"), ("properties_plot", "significant"),
               ("preliminary_notice", "mock"), ("gwskynet", "mock"), ("preliminary_notice", "test")]
    ranks = [rank(CHARTS[name], significance) for name, significance in ordered]
    assert ranks == sorted(ranks) and len(set(ranks)) == len(ranks)
    assert [SEVERITIES[one[0]] for one in ranks] == [
        severity(CHARTS[name], significance) for name, significance in ordered]


def test_a_significance_of_another_version_sorts_like_an_unknown_one():
    assert rank(None, "unheard of") == rank(None, "")
