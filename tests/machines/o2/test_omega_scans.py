"""Omega scans: keyed by their channel sets, in any order."""

import attrs
import pytest

from fsm.core.charts.policy import default_policy
from fsm.testing.bench import CREATED, Bench, Run, expectations, said, transitions, uploaded
from machines.o2.omega_scans import CIT_OMEGA_SCAN, H1_OMEGA_SCAN, IDQ_OMEGA_SCAN, L1_OMEGA_SCAN

BEGUN, FINISHED = "automatic OmegaScans begun for: ", "automatic OmegaScans finished for: "
REMARK = ". The single scans are not tracked."


def bench(chart, chanset):
    return Bench(chart, options={"chansets": (chanset,)}, right={
        "launch.start": said(BEGUN + chanset + REMARK),
        "scan.data": uploaded(f"{chanset}.json"),
        "scan.finish": said(FINISHED + chanset),
    })


H1 = bench(H1_OMEGA_SCAN, "h1_r-standard")
L1 = bench(L1_OMEGA_SCAN, "l1_r-standard")
CIT = bench(CIT_OMEGA_SCAN, "v1_llhoft")
IDQ = Bench(
    IDQ_OMEGA_SCAN, start=lambda s: (s.new(), s.log(BEGUN + "H1.ovl-7" + REMARK, 5)),
    right={"scan.data": uploaded("H1.ovl-7.json"), "scan.finish": said(FINISHED + "H1.ovl-7")})


@transitions(H1, L1, CIT, IDQ)
def test_transition(bench, row):
    bench.check_row(row)


@expectations(H1, L1, CIT, IDQ)
def test_expectation(bench, case):
    bench.check_case(case)


def scanned(message):
    run = Run(Bench(IDQ_OMEGA_SCAN))
    run.write(said(message), 5)
    return run.candidate.runs


@pytest.mark.parametrize(("message", "key"), [
    ("begun for: h1_a, h1_b" + REMARK, "h1_a+h1_b"),
    ("begun for: h1_b, h1_a", "h1_a+h1_b"),
    ("begun for: v1_llhoft", "v1_llhoft"),
    ("begun for: v1_llhoft.", "v1_llhoft"),
    ("begun for: L1:GDS-CALIB_STRAIN.x, z. More", "L1:GDS-CALIB_STRAIN.x+z"),
    ("begun for: z, h1_r-reduced, h1_r-standard, y", "y+z"),
    ("begun for: h1_r-reduced, x", "h1_r-reduced+x"),
])
def test_any_other_list_is_a_scan_of_its_own(message, key):
    assert list(scanned("automatic OmegaScans " + message)) == [f"idq_omega_scan[{key}]"]


@pytest.mark.parametrize("message", [
    BEGUN + "h1_r-reduced, h1_r-standard" + REMARK, BEGUN + "h1_r-standard, h1_r-reduced",
    BEGUN + "v1_llhoft, l1_llhoft, h1_llhoft", BEGUN, BEGUN + ".", "begun for: x", BEGUN + "<b>"])
def test_the_sites_lists_in_any_order_and_rubbish_are_not(message):
    assert not scanned(message)


@pytest.mark.parametrize("names", ["h1_r-reduced, h1_r-standard", "h1_r-standard, h1_r-reduced"])
def test_a_site_may_name_its_sets_in_any_order(names):
    run = Run(Bench(H1_OMEGA_SCAN))
    run.write(said(BEGUN + names + REMARK), 5)
    run.write(said(FINISHED + names), 500)
    assert run.check("launch.start").state == run.check("scan.finish").state == "met"


def test_the_message_of_another_list_does_not_close_a_sites_scan():
    run = Run(Bench(H1_OMEGA_SCAN))
    run.write(said(BEGUN + "h1_r-reduced"), 5)
    run.write(said(BEGUN + "h1_r-reduced, h1_more"), 6)
    assert run.check("launch.start").state == "awaiting"


def test_a_site_may_scan_more_than_it_is_expected_to():
    run = Run(Bench(H1_OMEGA_SCAN))
    run.write(said(BEGUN + "h1_r-reduced, h1_more, h1_r-standard" + REMARK), 5)
    run.write(uploaded("h1_r-standard.json"), 400)
    run.write(said(FINISHED + "h1_r-reduced, h1_more, h1_r-standard"), 500)
    assert {c.name: c.state for c in run.process.checks} == {
        "start": "met", "data[h1_r-reduced]": "awaiting", "data[h1_r-standard]": "met",
        "finish": "met"}


def test_what_a_site_scans_beyond_that_is_followed_up_by_itself():
    run = Run(Bench(IDQ_OMEGA_SCAN))
    run.write(said(BEGUN + "h1_r-reduced, h1_more, h1_r-standard" + REMARK), 5)
    run.write(said(FINISHED + "h1_r-reduced, h1_more, h1_r-standard"), 500)
    run.pass_time(CREATED + 1300)
    assert {c.name: c.state for c in run.process.checks} == {
        "data[h1_more]": "overdue", "finish": "met"}


def test_a_list_that_a_profile_gives_to_a_site_is_no_scan_of_its_own():
    profile = default_policy([H1_OMEGA_SCAN, IDQ_OMEGA_SCAN]).profiles[0]
    settings = profile.settings["h1_omega_scan"]
    profile.settings["h1_omega_scan"] = attrs.evolve(settings, options={"chansets": ("x", "y")})
    assert IDQ_OMEGA_SCAN.keyed({"comment": BEGUN + "y, x"}, None, profile) is None
    assert IDQ_OMEGA_SCAN.keyed({"comment": BEGUN + "h1_r-reduced, h1_r-standard"}, None, profile)
