"""What an annotation means to others is found as the engine finds whom its news concern."""

import pytest

from fsm.core.charts.catalogue import Charts
from fsm.core.charts.policy import EARLIER, TODAY, default_policy
from fsm.core.evidence.entries import LogEntry
from fsm.errors import ChartError
from fsm.registry import charts
from fsm.report.explaining import change_of, explained, explained_process
from fsm.report.processes import named

PROCESSES, LIFECYCLES = charts()
CHARTS, POLICY = Charts(PROCESSES, LIFECYCLES), default_policy(PROCESSES)


def of(kind, text, era=TODAY):
    return explained([change_of(kind, text)], CHARTS, POLICY, era)


def names(rows):
    return {row["process"] for row in rows}


def test_a_label():
    (found,) = of("label", "ADVNO").values()
    assert [row["process"] for row in found["starts"]] == ["retraction_notice"]
    (expected,) = found["expected"]
    assert (expected["process"], expected["check"], expected["within"]) == (
        "advocate_vetting", "signoff", 3600)
    assert "rapid response" in expected["told"]
    assert "preliminary_notice" in names(found["conditions"])
    assert {("superevent", "waived.retracted"), ("alert_stage", "retracted.decided")} <= {
        (row["region"], row["to"]) for row in found["moves"]}
    assert "opposite_labels" in names(found["contradictions"])


def test_a_file_with_its_version_or_without():
    found = of("file", "bayestar.multiorder.fits")
    assert found == of("file", "bayestar.multiorder.fits,1")
    assert "bayestar_map" in names(found["event"]["expected"])
    assert {"process": "bayestar_map", "stage": "label", "check": "",
            "words": "begins when localize is done"} in found["event"]["waits"]
    assert "skymap_content" in names(found["superevent"]["starts"])


def test_a_label_in_any_case():
    assert of("label", "advno") == of("label", "ADVNO") and of("label", "ADVNOO") == {}


def test_a_file_that_checks_name_is_not_that_of_a_check_that_takes_any_name():
    expected = names(of("file", "bayestar.multiorder.fits")["superevent"]["expected"])
    assert expected == {"copied_skymap"}
    assert "posterior_samples" in names(of("file", "Bilby.multiorder.fits")["superevent"][
        "expected"])


def test_a_message_after_which_others_come():
    (found,) = of("message", "Superevent cleaned up after first preliminary alert").values()
    assert "second_notice" in names(found["expected"])
    assert ("second_notice", "json") in {(row["process"], row["check"]) for row in found["waits"]}
    assert "copied_skymap" in names(found["starts"])


def test_a_text_that_has_the_anchor_alone_is_not_meant():
    """The router finds more than is meant, which judging sorts out."""
    found = of("file", "nothing-preliminary.json.txt")
    assert "preliminary_notice" not in names(found.get("superevent", {}).get("expected", []))


def test_each_era_has_its_own():
    assert "bayestar" not in names(of("file", "bayestar.fits.gz").get("event", {}).get(
        "expected", []))
    assert "bayestar" in names(of("file", "bayestar.fits.gz", EARLIER)["event"]["expected"])
    assert of("label", "nonsense") == {}


def test_a_process():
    made = explained_process(CHARTS.processes["advocate_vetting"], CHARTS, POLICY)
    assert made["process"]["name"] == "advocate_vetting"
    assert "superevent_manager" in made["started_by"]
    found = made["kinds"]["superevent"]
    assert {"initial_notice", "retraction_notice"} <= names(found["starts"])
    assert "advocate_vetting" not in {row.get("process") for rows in found.values()
                                      for row in rows}


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_every_process_can_be_explained(process):
    made = explained_process(process, CHARTS, POLICY)
    assert made["process"]["name"] == process.name


@pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=lambda chart: chart.name)
def test_whatever_starts_by_a_label_is_started_by_it(lifecycle):
    era = lifecycle.era or TODAY
    for process in PROCESSES:
        if lifecycle.kind in process.of and process.era in ("", era) \
                and process.family != "contradictions":
            for hint in process.starts.hints():
                if hint.kind == "label":
                    found = of("label", hint.label, era)[lifecycle.kind]
                    assert process.name in names(found["starts"])


def test_hostile_texts_are_nothing():
    for text in ("", "\0", "(" * 200, "{graceid}", "x" * 100_000):
        assert isinstance(of("message", text), dict) and isinstance(of("file", text), dict)
    assert isinstance(change_of("file", "a,b,1"), LogEntry)


def test_mistaken_names_are_told():
    with pytest.raises(ChartError, match="did you mean 'bayestar'"):
        named(PROCESSES, ["bayestr"], "")
