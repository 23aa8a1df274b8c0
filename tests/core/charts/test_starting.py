"""Which process starts which, and what of it others imply."""

from fsm.chart import Process, Stage, check, file, label, log, new, whenever
from fsm.core.charts import starting
from fsm.registry import charts

PROCESSES = {process.name: process for process in charts()[0]}


def starts(parent, child):
    return starting.starts(PROCESSES[parent], PROCESSES[child])


def process(name, on, *expected, **more):
    checks = [check(f"c{number}", one, within=60) for number, one in enumerate(expected)]
    return Process(name, name, on, [Stage("s", *checks)], **more)


FIRST = process("first", new(), label("EM_READY"))
SECOND = process("second", label("EM_READY"), label("ADVREQ"))
THIRD = process("third", label("ADVREQ") & label("EM_READY"), log("x"))
EITHER = process("either", whenever(label("EM_READY"), label("ADVREQ")), log("x"))


def test_who_starts_whom():
    assert starts("event_creation", "bayestar")
    assert starts("bayestar", "plot_skymap")
    assert starts("sngl_fits", "mult_fits")
    assert starts("advocate_vetting", "retraction_notice")
    assert starts("omegascans", "spectrogram_content")
    assert starts("copied_classification", "classification_plot")
    assert starts("posterior_samples", "estimated_map_annotation")
    assert not starts("posterior_samples", "skymap_annotation")
    assert not starts("pe_failure", "estimated_map_annotation")  # it expects a file of any name
    assert not starts("skymap_sanity", "plot_skymap")
    assert not starts("far", "idq")


def test_nothing_is_started_by_what_must_not_happen():
    never = process("never", new(), label("EM_READY"), family="contradictions")
    assert starting.starts(FIRST, SECOND) and not starting.starts(never, SECOND)


def test_of_several_that_start_one_together_the_last_is_left():
    some = [FIRST, SECOND, THIRD]
    links = starting.starters(some)
    assert links["third"] == ["first", "second"]
    assert starting.nearest(some, links) == {"first": [], "second": ["first"], "third": ["second"]}


def test_of_several_that_start_one_each_the_first_is_left():
    some = [FIRST, SECOND, EITHER]
    assert starting.nearest(some, starting.starters(some))["either"] == ["first"]


def test_what_starts_with_its_candidate():
    assert starting.by_creation(FIRST) and not starting.by_creation(SECOND)
    assert starting.by_creation(process("any", new() | log("begun"), log("x")))
    assert not starting.by_creation(process("file", file("a.txt"), log("x")))


def test_processes_that_start_each_other_are_all_left():
    one, other = (process(name, label(on), label(end)) for name, on, end in
                  (("one", "EM_READY", "ADVREQ"), ("other", "ADVREQ", "EM_READY")))
    assert starting.nearest([one, other], starting.starters([one, other])) == {
        "one": ["other"], "other": ["one"]}


def test_what_waits_for_a_process_is_what_it_starts_but_for_contradictions():
    odd = process("odd", label("EM_READY"), log("x"), family="contradictions")
    chains = starting.Chains({one.name: one for one in (FIRST, SECOND, THIRD, odd)})
    assert chains.waiting(FIRST) == [SECOND] and chains.waiting(THIRD) == []


def test_chains_lead_to_all_that_hangs_on_a_process():
    chains = starting.Chains(PROCESSES)
    assert {"superevent_manager", "preliminary_notice"} <= chains.before(PROCESSES["second_notice"])
    assert "second_notice" not in chains.before(PROCESSES["preliminary_notice"])
    waiting = chains.waiting(PROCESSES["preliminary_notice"])
    assert "second_notice" in [one.name for one in waiting]
    assert "contradictions" not in {one.family for one in waiting}
    assert not any(one.era == "o2" for one in waiting)
