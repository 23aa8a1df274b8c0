"""The lifecycles of superevents, their events and external events: every transition."""

import pytest

from fsm.core.engine.inputs import Answer
from fsm.testing.bench import CREATED_TODAY, WAIVING, Bench, Run, labelled, unlabelled
from machines.o4.amplfi import AMPLFI
from machines.o4.annotations import CHIRP_MASS, COINC_UPLOAD
from machines.o4.chirp_mass_copy import CHIRP_MASS_COPY
from machines.o4.external_events import COINCIDENCE
from machines.o4.notices import SECOND_NOTICE

WAITING = {
    "superevent": (Bench(CHIRP_MASS_COPY, start=lambda s: (s.new(), s.label("DQR_REQUEST", 5))),
                   lambda s, t: s.file("mchirp_source.json", t, tags=("em_follow", "public"),
                                       comment="Chirp mass estimate uploaded to superevent"),
                   "retracted"),
    "event": (Bench(COINC_UPLOAD), lambda s, t: s.file("coinc.xml", t), "superseded"),
    "external": (Bench(COINCIDENCE, start=lambda s: (s.new(), s.label("EM_COINC", 5)),
                       fields={"group": "External"}),
                 lambda s, t: (s.file("coincidence_far.json", t), s.label("SKYMAP_READY", t),
                               s.label("EM_READY", t)), "refuted"),
}
CLEANED = "Superevent cleaned up after first preliminary alert"
LATE, NEVER = CREATED_TODAY + 400, CREATED_TODAY + 90_000


@pytest.fixture(params=WAITING)
def kind(request):
    return request.param


def reached(kind, state):
    """A candidate of a kind in a state, and how its annotations come."""
    bench, comes, _ = WAITING[kind]
    run = Run(bench)
    if state == "open.attention":
        run.pass_time(LATE)
    elif state == "closed.incomplete":
        run.pass_time(NEVER)
    elif state == "closed.complete":
        run.write(comes, 20)
    assert run.candidate.state == state
    return run, comes


def moves(run, act):
    seen = len(run.fired)
    act(run)
    return [(t.trigger, t.source, t.dest) for t in run.fired[seen:] if not t.process]


def write(comes):
    return lambda run: run.write(comes, run.engine.now - CREATED_TODAY + 1)


def test_attention_is_needed_while_something_is_overdue(kind):
    run, comes = reached(kind, "open.following")
    fired = moves(run, lambda r: r.pass_time(LATE))
    assert ("attention_needed", "open.following", "open.attention") in fired


def test_attention_ends_when_what_was_overdue_has_come_and_more_is_awaited(kind):
    bench, overdue, comes = {
        "superevent": (Bench(SECOND_NOTICE, start=lambda s: (
            s.new(), s.label("GCN_PRELIM_SENT", 5))), 350, lambda s, t: s.log(CLEANED, t)),
        "event": (Bench(AMPLFI, fields={"pipeline": "aframe"}), 310, lambda s, t: (
            s.file("amplfi.posterior_samples.hdf5", t), s.file("amplfi.multiorder.fits", t))),
        "external": (WAITING["external"][0], 100, lambda s, t: s.file("coincidence_far.json", t)),
    }[kind]
    run = Run(bench)
    run.pass_time(CREATED_TODAY + overdue)
    assert run.candidate.state == "open.attention"
    assert ("attention_over", "open.attention", "open.following") in moves(run, write(comes))


def test_it_is_closed_when_all_is_there_or_given_up(kind):
    run, comes = reached(kind, "open.following")
    assert ("all_closed", "open.following", "closed.complete") in moves(run, write(comes))
    run, comes = reached(kind, "open.attention")
    fired = moves(run, lambda r: r.pass_time(NEVER))
    assert ("all_closed", "open.attention", "closed.incomplete") in fired


def test_what_comes_at_last_makes_it_complete(kind):
    run, comes = reached(kind, "closed.incomplete")
    assert ("all_closed", "closed.incomplete", "closed.complete") in moves(run, write(comes))


@pytest.mark.parametrize("state", ["open.following", "open.attention", "closed.complete",
                                   "closed.incomplete"])
def test_a_label_ends_it_and_its_removal_begins_it_again(kind, state):
    bench, _, end = WAITING[kind]
    run, _ = reached(kind, state)
    fired = moves(run, write(labelled(WAIVING[bench.chart.of[0]])))
    assert (end, state, f"waived.{end}") in fired
    fired = moves(run, write(unlabelled(WAIVING[bench.chart.of[0]])))
    assert ("needed_again", f"waived.{end}", "open.following") in fired


@pytest.mark.parametrize("state", ["open.following", "open.attention", "closed.complete",
                                   "closed.incomplete"])
def test_what_gracedb_does_not_know_is_followed_up_when_it_does(kind, state):
    run, _ = reached(kind, state)

    def answered(**how):
        return lambda run: run.take(Answer(run.engine.now + 1, run.candidate.graceid, "", **how))

    fired = moves(run, answered(failure="no such", gone=True))
    assert ("unknown", state, "waived.unknown") in fired
    fired = moves(run, answered(event=dict(run.candidate.evidence.fields)))
    assert ("needed_again", "waived.unknown", "open.following") in fired


@pytest.mark.parametrize(("chart", "begins", "fields"), [
    (CHIRP_MASS_COPY, labelled("DQR_REQUEST"), {}),
    (CHIRP_MASS, lambda s, t: s.file("bayestar.multiorder.fits", t), {}),
    (COINCIDENCE, labelled("EM_COINC"), {"group": "External"})])
def test_what_is_expected_anew_opens_it_again(chart, begins, fields):
    run = Run(Bench(chart, fields=fields))
    assert run.candidate.state == "closed.complete"
    assert ("reopened", "closed.complete", "open.following") in moves(run, write(begins))
