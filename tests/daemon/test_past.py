"""A candidate as it was: made again of the inputs that the journal has of it up to some time."""

import pytest

from fsm.core.charts.policy import default_policy
from fsm.core.engine import inputs
from fsm.core.engine.effects import Retired
from fsm.core.engine.engine import Engine
from fsm.core.engine.inputs import Command
from fsm.daemon.past import configuration_at
from fsm.errors import ControlError
from fsm.io.journal import codec
from fsm.io.journal.journal import Journal
from fsm.io.jsonio import dumps
from fsm.testing.script import Script
from tests.daemon.in_process import CHARTS, T


@pytest.fixture
def scratch():
    return Engine(*CHARTS, default_policy(CHARTS[0]))


@pytest.fixture
def journal(tmp_path):
    """A new event, a message ten seconds later, a look after two minutes, its retirement."""
    script = Script("G1", T, transit=0.0)
    new, later = script.new(), script.log("soon", 10)
    made = Journal(tmp_path / "j.db")
    rows = [codec.of_line(dumps(new), T), codec.of_line(dumps(later), T + 10),
            codec.of_tick(T + 120, "G1"),
            codec.of_command(Command(T + 200, "G1", inputs.RETIRE, "somebody"))]
    with made.writing():
        numbers = made.add(rows)
        made.acted_on((number, row.time, seq) for seq, (number, row)
                      in enumerate(zip(numbers, rows, strict=True), 1))
    yield made
    made.close()


def states(configuration):
    return {(name, check): plain["state"] for name, process in configuration["processes"].items()
            for check, plain in process["checks"].items()}


def test_it_is_as_it_was_then(journal, scratch):
    first, then, later = (configuration_at(journal, scratch, "G1", T + after)
                          for after in (5, 15, 130))
    assert states(first) == {("demo", "soon"): "awaiting", ("demo", "later"): "awaiting"}
    assert states(then) == states(later) == {("demo", "soon"): "met", ("demo", "later"): "awaiting"}
    assert not scratch.candidates and scratch.next_timer() == float("inf")


def test_after_it_has_left_it_is_as_it_was_last(journal, scratch):
    assert configuration_at(journal, scratch, "G1", T + 900) == configuration_at(
        journal, scratch, "G1", T + 199)


def test_before_anything_was_heard_there_is_nothing_to_show(journal, scratch):
    with pytest.raises(ControlError, match="nothing was known of it by 20"):
        configuration_at(journal, scratch, "G1", T - 1)
    with pytest.raises(ControlError, match="nothing was known of it"):
        configuration_at(journal, scratch, "G9", T)


def test_of_pruned_inputs_only_the_last_state_is_known(journal, scratch):
    with journal.writing():
        journal.archive(Retired(T, "G7", {}))
    with pytest.raises(ControlError, match="pruned"):
        configuration_at(journal, scratch, "G7", T)
