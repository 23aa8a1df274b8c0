"""What kind of candidate it is, in a few words."""

import pytest

from fsm.report.headline import far_in_words, headline


@pytest.mark.parametrize(("far", "words"), [
    (1 / (12 * 365.25 * 86400), "FAR 1 per 12 yr"), (1 / (3 * 86400), "FAR 1 per 3 d"),
    (1 / 7200, "FAR 1 per 2 h"), (2.6e-11, "FAR 1 per 1,220 yr"),
    (1 / (999_999 * 365.25 * 86400), "FAR 1 per 1,000,000 yr"),
    (0.002, "FAR 0.002 Hz"), (0, "FAR 0 Hz"), (1e-30, "FAR 1e-30 Hz"),
    (None, ""), ("nonsense", ""), (float("nan"), ""), (-1, ""),
])
def test_far_in_words(far, words):
    assert far_in_words(far) == words


def test_the_facts():
    assert headline({"group": "CBC", "pipeline": "gstlal", "search": "AllSky", "far": 1e-9,
                     "instruments": "H1,L1", "category": "MDC", "preferred_event": "G1"}) == [
        "CBC gstlal AllSky", "FAR 1 per 31.7 yr", "H1 L1", "category MDC", "preferred event G1"]
    assert headline({"category": "Production"}) == []


def test_a_fact_from_outside_is_short_and_printable():
    (fact,) = headline({"pipeline": "x" * 500 + "\x1b[2J"})
    assert len(fact) <= 60 and fact.isprintable()
