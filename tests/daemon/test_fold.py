"""Inputs that are stepped through again make a candidate as it was; what raises counts for nothing.
"""

import pytest

from fsm.core.charts.policy import default_policy
from fsm.core.engine import snapshot
from fsm.core.engine.engine import Engine
from fsm.core.engine.inputs import Unreadable
from fsm.daemon.fold import Fold
from fsm.io.journal import codec
from fsm.io.jsonio import dumps, loads
from fsm.testing.script import Script
from tests.daemon.in_process import CHARTS, T


@pytest.fixture
def scratch():
    return Engine(*CHARTS, default_policy(CHARTS[0]))


def inputs():
    """A new event, and what is due for it."""
    new = codec.of_line(dumps(Script("G1", T, transit=0.0).new()), T)
    ticks = [codec.of_tick(T + seconds, "G1") for seconds in (60, 120, 600, 1200)]
    return list(enumerate([new, *ticks], 1))


def unreadable(time):
    return codec.Input(time, "G1", codec.ALERT, b"", Unreadable(time, "G1", ValueError("rubbish")))


def folded(scratch, some, configuration=None):
    fold = Fold(scratch, "G1", configuration)
    fold.take(some)
    made = fold.end()
    assert not scratch.candidates and scratch.next_timer() == float("inf")
    return fold, loads(dumps(snapshot.of(made)))


def test_from_a_configuration_on_it_comes_to_the_same(scratch):
    some = inputs()
    whole, made = folded(scratch, some)
    first, configuration = folded(scratch, some[:3])
    rest, again = folded(scratch, some[3:], configuration)
    assert again == made and whole.effects
    assert first.effects + rest.effects == whole.effects


def test_what_raises_counts_as_if_it_were_not_there(scratch):
    some = inputs()
    whole, made = folded(scratch, some)
    broken = [*some[:3], (9, unreadable(T + 300)), *some[3:]]
    fold, again = folded(scratch, broken)
    assert again == made and fold.effects == whole.effects
    (number, graceid, time, trace), = fold.failed
    assert (number, graceid, time) == (9, "G1", T + 300) and "ValueError: rubbish" in trace


def test_what_cannot_be_taken_up_leaves_nothing(scratch):
    _, configuration = folded(scratch, inputs())
    with pytest.raises(KeyError):
        Fold(scratch, "G1", {**configuration, "processes": {"x": {"chart": "demo"}}})
    assert not scratch.candidates and scratch.next_timer() == float("inf")
