"""What reports about a label come to: in any order, twice, late, and within one second."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fsm.core.evidence.labels import (
    NOT_KNOWN,
    OFF,
    ON,
    STATED_OFF,
    STATED_ON,
    reported,
    restored,
)


def state(*reports):
    known = NOT_KNOWN
    for report in reports:
        known, _ = reported(known, report)
    return known


def doubtful(*reports):
    known, doubt = NOT_KNOWN, False
    for report in reports:
        known, doubt = reported(known, report)
    return doubt


@pytest.mark.parametrize(("reports", "present", "since"), [
    ([], False, 0.0),
    ([(12, ON, 10)], True, 10),
    ([(12, ON, 10), (32, OFF, 10)], False, 32),  # the date of a removal may be that of the making
    ([(12, ON, 10), (32, OFF, 30)], False, 32),  # or its own
    ([(12, ON, 10), (32, OFF, 30), (52, ON, 50)], True, 50),
    # heard late, in one go
    ([(600, ON, 10), (600.1, OFF, 30), (600.2, ON, 50)], True, 50),
    ([(600, ON, 10), (600.1, OFF, 10), (600.2, ON, 50)], True, 50),
    # off and on within a second
    ([(12, ON, 10), (32.2, OFF, 30), (32.8, ON, 30)], True, 30),
    # out of order
    ([(12, ON, 10), (33, ON, 30), (34, OFF, 20)], True, 30),
    ([(34, OFF, 30), (36, ON, 10)], False, 34),
    # that it was taken off was lost
    ([(12, ON, 10), (52, ON, 50)], True, 50),
    # without dates the order of arrival counts
    ([(10, ON, None), (30, OFF, None)], False, 30),
    ([(10, ON, None), (30, OFF, None), (50, ON, None)], True, 50),
    # a sign-off brings it, and its own alert comes later: it is as old as that says
    ([(15, ON, None), (17, ON, 10)], True, 10),
    ([(12, ON, 10), (15, ON, None)], True, 10),
    ([(12, ON, 10), (15, OFF, None), (600, ON, 50)], True, 50),
    # GraceDB's own word, as of the moment at which it was asked
    ([(12, ON, 10), (40, STATED_OFF, None)], False, 40),
    ([(40, STATED_ON, 10)], True, 10),
    ([(12, ON, 10), (10.5, STATED_OFF, None)], True, 10),
    ([(12, ON, 10), (32, OFF, 30), (31, STATED_ON, 10)], False, 32),
])
def test_state(reports, present, since):
    known = state(*reports)
    assert (known.present, known.since) == (present, since)


@pytest.mark.parametrize("reports", [
    [(12, ON, 10), (32, OFF, 10), (34, ON, 10)],  # again within the second, or the same alert again
    [(10, ON, None), (30, OFF, None), (7210, ON, None)],
])
def test_what_alerts_cannot_tell_is_in_doubt(reports):
    assert doubtful(*reports) and not doubtful(*reports[:-1])


@pytest.mark.parametrize("reports", [
    [(12, ON, 10), (32, OFF, 30), (7212, ON, 10)], [(12, ON, 10), (7212, ON, 10)],
    [(12, ON, 10), (32, OFF, 30), (52, ON, 50), (7232, OFF, 30)]])
def test_a_dated_report_that_comes_again_is_no_news_and_no_doubt(reports):
    assert state(*reports) == state(*reports[:-1]) and not doubtful(*reports)


DATES = st.integers(1, 30).map(float)
REPORTS = st.lists(st.one_of(
    st.tuples(DATES.map(lambda t: t + 0.25), st.sampled_from([ON, OFF]), DATES),
    st.tuples(DATES.map(lambda t: t + 0.5), st.sampled_from([ON, OFF]), st.none()),
    st.tuples(DATES.map(lambda t: t + 0.75), st.sampled_from([STATED_ON, STATED_OFF]), st.none()),
), max_size=8)


@given(REPORTS, st.data())
def test_the_order_in_which_reports_are_added_does_not_matter(reports, data):
    again = data.draw(st.lists(st.sampled_from(reports), max_size=3)) if reports else []
    assert state(*data.draw(st.permutations(reports + again))) == state(*reports)


@given(REPORTS)
def test_a_state_is_restored_whole(reports):
    known = state(*reports)
    assert restored(known.plain()) == known


def test_a_state_of_an_earlier_version_is_restored():
    assert restored([10.0, True])[:2] == (10.0, True)
    assert restored([10.0, False])[:2] == (10.0, False)
