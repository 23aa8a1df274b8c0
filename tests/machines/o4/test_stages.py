"""What goes on beside the follow-up of a superevent: alert stage, quality, coincidence, events."""

import pytest

from fsm.core.engine.inputs import MemberNews
from fsm.testing.bench import CREATED_TODAY, Bench, Run
from fsm.testing.script import PREFERRED
from machines.o4.chirp_mass_copy import CHIRP_MASS_COPY
from machines.o4.stages import ALERT_STAGE, COINCIDENCE_STAGE, EVENTS, QUALITY

SID = "S170806a"


def files(kind):
    return lambda s, t: s.file(f"{SID}-{kind}.json", t)


def on(name):
    return lambda s, t: s.label(name, t)


def off(name):
    return lambda s, t: s.unlabel(name, t)


STAGE = {
    "candidate.collecting": (),
    "candidate.ready": ("EM_READY",),
    "less_significant.locked": ("LOW_SIGNIF_LOCKED",),
    "less_significant.sent": ("LOW_SIGNIF_PRELIM_SENT",),
    "early_warning": ("EARLY_WARNING",),
    "significant.locked": ("SIGNIF_LOCKED",),
    "significant.preliminary": ("GCN_PRELIM_SENT",),
    "significant.vetting": ("DQR_REQUEST",),
    "published.approved": ("ADVOK",),
    "published.initial": ("initial",),
    "published.update": ("update",),
    "retracted.decided": ("ADVNO",),
    "retracted.sent": ("retraction",),
}
NOTICES = ("initial", "update", "retraction")
ORDER = list(STAGE)


def annotate(name):
    return files(name) if name in NOTICES else on(name)


def reached(region, labels):
    run = Run(Bench(CHIRP_MASS_COPY))
    for number, name in enumerate(labels):
        run.write(annotate(name), 10 + number)
    return run, run.candidate.regions[region]


@pytest.mark.parametrize(("source", "dest"), [
    (source, dest) for number, source in enumerate(ORDER[:-1]) for dest in ORDER[number + 1:]])
def test_every_later_stage_is_reached_from_every_earlier_one(source, dest):
    run, region = reached("alert_stage", STAGE[source])
    assert region.state == source
    run.write(annotate(STAGE[dest][0]), 60)
    skipped = (source == "early_warning" and dest.startswith("less"))
    assert region.state == (source if skipped else dest)


def test_an_earlier_label_that_comes_late_takes_nothing_back():
    run, region = reached("alert_stage", ("SIGNIF_LOCKED", "GCN_PRELIM_SENT"))
    for name in ("LOW_SIGNIF_LOCKED", "EM_READY", "EARLY_WARNING", "SIGNIF_LOCKED"):
        run.write(on(name), 80)
    assert region.state == "significant.preliminary"


def test_a_changed_mind_publishes_what_was_retracted():
    run, region = reached("alert_stage", ("SIGNIF_LOCKED",))
    run.write(lambda s, t: s.signoff("ADV", "", "NO", t), 60)
    assert region.state == "retracted.decided"
    run.write(files("retraction"), 70)
    assert region.state == "retracted.sent"
    run.write(lambda s, t: s.signoff("ADV", "", "OK", t), 80)
    assert region.state == "published.approved"
    run.write(lambda s, t: s.signoff("ADV", "", "NO", t), 90)
    assert region.state == "retracted.decided"


def test_labels_that_are_known_from_the_beginning_count():
    labels = {"labels": ["SIGNIF_LOCKED", "EM_READY"]}
    run = Run(Bench(CHIRP_MASS_COPY, fields=labels))
    assert run.candidate.regions["alert_stage"].state == "significant.locked"


@pytest.mark.parametrize(("annotations", "state"), [
    ([], "unknown"), ([on("DQOK")], "good"), ([on("DQV")], "bad"),
    ([on("DQOK"), on("DQV")], "bad"), ([on("DQV"), off("DQV"), on("DQOK")], "good"),
    ([on("INJ")], "injection"), ([on("DQOK"), on("INJ")], "injection"),
    ([on("DQV"), on("INJ")], "injection"), ([on("INJ"), off("INJ")], "unknown"),
    ([on("DQV"), on("DQOK"), off("DQV")], "good"), ([on("DQV"), off("DQV")], "unknown"),
    ([on("DQOK"), off("DQOK")], "unknown"),
    ([on("INJ"), on("DQV"), off("INJ")], "bad"), ([on("INJ"), on("DQOK"), off("INJ")], "good"),
    ([on("DQV"), on("INJ"), off("DQV"), on("DQOK"), off("INJ")], "good")])
def test_the_quality_of_the_data(annotations, state):
    run, region = reached("quality", ())
    for number, one in enumerate(annotations):
        run.write(one, 10 + number)
    assert region.state == state


@pytest.mark.parametrize(("labels", "state"), [
    ((), "none"), (("EM_COINC",), "coincident"), (("RAVEN_ALERT",), "published"),
    (("SOG_READY",), "fit"), (("EM_COINC", "RAVEN_ALERT"), "published"),
    (("EM_COINC", "SOG_READY"), "fit"), (("RAVEN_ALERT", "SOG_READY"), "fit")])
def test_the_coincidence(labels, state):
    assert reached("coincidence_stage", labels)[1].state == state


def test_attention_that_an_event_needs_is_shown_by_its_superevent():
    run, region = reached("events", ())
    for state, expected in (("open.following", "calm"), ("open.attention", "attention"),
                            ("open.following", "calm"), ("open.attention", "attention"),
                            ("closed.complete", "calm")):
        run.take(MemberNews(CREATED_TODAY + 60, SID, PREFERRED, state))
        assert region.state == expected


def test_the_moves_have_their_names_in_histories():
    assert [move.trigger for move in ALERT_STAGE.moves] == [
        "ready", "low_locked", "low_sent", "warned_early", "locked", "preliminary_sent",
        "quality_asked", "approved", "initial_sent", "updated", "refused", "retraction_sent"]
    assert [move.trigger for region in (QUALITY, COINCIDENCE_STAGE, EVENTS)
            for move in region.moves] == [
        "injected", "bad", "good", "unsettled", "coincident", "published", "fit", "troubled",
        "calmed"]
