"""Whether sentences of a lifecycle hold, and that two programs find the same of them."""

import attrs
import pytest

from fsm.chart import Lifecycle, Move, Region, State, always, label, leads_to, never
from fsm.registry import charts
from fsm.verify import spin
from fsm.verify.promela import model
from fsm.verify.sentences import refuted, theories
from fsm.verify.verifying import second_opinion

LIFECYCLES = charts()[1]
LIAR = charts("tests.verify.broken.sentence")[1][0]
THEORIES = [theory for one in LIFECYCLES for theory in theories(one)]


def lifecycle(*sentences):
    """One that a label ends, with a region and some sentences."""
    return Lifecycle(
        "told", "Follow-up", kind="superevent",
        states=[State("open"), State("closed"), State("waived", State("bad", waives=True))],
        moves=[Move("all_closed", "open", "closed"), Move("reopened", "closed", "open"),
               Move("bad", ("open", "closed"), "waived.bad", on=label("DQV"))],
        regions=[Region("light", "A light", states=[State("off"), State("on")],
                        moves=[Move("switched", "off", "on", on=label("INJ"))])],
        sentences=sentences)


def wrong(*sentences):
    return [one.sentence for theory in theories(lifecycle(*sentences))
            for one, _ in refuted(theory)]


def test_what_holds_and_what_does_not():
    assert wrong(always("label DQV implies waived"), never("closed and something is open"),
                 leads_to("open", "closed or waived"),
                 always("light is on or not label INJ")) == []
    false = [always("open"), never("light is on"), leads_to("waived", "open"),
             always("light is on implies label INJ")]
    assert set(wrong(*false)) == set(false)


def test_nobody_can_count_on_news():
    assert wrong(leads_to("light is off", "light is on")) != []
    assert wrong(leads_to("light is on", "light is on and (closed or waived)")) == []


def test_the_way_to_where_it_does_not_hold_is_the_shortest():
    against = {one.sentence.text: [what.words() for what in way]
               for theory in theories(LIAR) for one, way in refuted(theory)}
    assert against["light is on implies label INJ"] == ["label INJ", "unlabel INJ"]
    assert against["waived and something is overdue"] == ["label DQV"]


@pytest.mark.parametrize("theory", THEORIES, ids=lambda theory: theory.name)
def test_a_model_names_every_state_and_sentence(theory):
    text = model(theory)
    assert text.count("ltl p") == len(theory.claimed)
    for place, chart in enumerate(theory.product.charts):
        for path in chart.leaves():
            assert f"S{place}_{path.replace('.', '_')}" in text


spinning = pytest.mark.skipif(not spin.installed(), reason="spin is not installed")


@spinning
def test_spin_finds_of_what_is_broken_what_we_find():
    for theory in theories(LIAR):
        ours = [one.sentence for one, _ in refuted(theory)]
        assert [one.sentence for one in spin.refuted(theory)] == ours != []


@spinning
def test_spin_finds_of_a_lifecycle_with_guards_and_settings_what_we_find():
    """That of 2017 asks the profile, and what is missing."""
    event = next(one for one in LIFECYCLES if one.name == "event")
    false = attrs.evolve(event, sentences=(
        always("label INJ implies waived"), never("label INJ and waived.injection"),
        always("waived.injection implies label INJ or waived"),
        never("closed.incomplete and not something is missing")))
    for theory in theories(false):
        ours = [one.sentence for one, _ in refuted(theory)]
        assert [one.sentence for one in spin.refuted(theory)] == ours
        assert len(ours) == 2


@spinning
def test_spin_agrees_on_the_shipped_regions():
    regional = [theory for theory in THEORIES if theory.product.lifecycle is None]
    assert list(second_opinion(regional, [])) == []


@spinning
def test_where_the_two_differ_that_is_a_finding():
    (theory,) = [one for one in theories(LIAR) if one.product.lifecycle is None]
    (found,) = second_opinion([theory], [])
    assert "says spin" in found.says and found.wrong
