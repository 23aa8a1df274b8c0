"""Stopped dead at each boundary of its work, the supervisor goes on as if nothing had happened.

In the suite the night is short; ``make faults`` takes longer ones too, and many more pairs.
"""

import os
import random

import pytest

from tests.faults.boundaries import killed, recorded
from tests.faults.night import SHORT, night
from tests.faults.outcome import outcome
from tests.faults.running import supervised
from tests.faults.world import World

SIZE = int(os.environ.get("FSM_FAULTS", 0))
NIGHTS = {"short": night(**SHORT)}
if SIZE:
    NIGHTS |= {name: night(name) for name in ("superevent_mdc_dies", "superevent_early_warning")}
PARTS = 4  # which may be run side by side
PAIRS = 1000 * SIZE or 48


class Calm:
    """A night that is not disturbed, with what there is at each of its boundaries."""

    def __init__(self, folder, some_night):
        self.folder, self.night = folder, some_night
        recorder = recorded(folder / "calm", self.night)
        self.names, self.states = recorder.names, recorder.states
        self.outcome = outcome(recorder.world)
        self._runs = 0

    def new(self):
        """A folder for another run."""
        self._runs += 1
        return self.folder / f"run{self._runs}"

    def goes_on(self, state):
        """What is wrong where a supervisor goes on from a state to the end of the night."""
        world = World(self.new(), state)
        supervised(world, self.night)
        found = list(outcome(world).faults(self.outcome))
        world.remove()
        return found


@pytest.fixture(scope="module", params=NIGHTS)
def calm(request, tmp_path_factory):
    return Calm(tmp_path_factory.mktemp("n"), NIGHTS[request.param])


def test_the_night_has_all_kinds_of_boundaries(calm):
    told = calm.outcome
    assert told.messages and told.entries and told.letters and told.candidates and told.latencies
    assert len(set(told.messages)) == len(told.messages) and not told.findings
    assert not any(told.left.values())
    for words in ("before a transaction", "a transaction is written", "a transaction is committed",
                  "after a message's file", "GraceDB has an annotation", "a letter is on its way",
                  "the mail server has a letter", "a question is put", "GraceDB has answered",
                  "after a snapshot", "after pruning", "after a reload", "after leaving",
                  "a command is done", "a command is answered", "after CREATE", "after a step"):
        assert words in calm.names, words


@pytest.mark.parametrize("part", range(PARTS))
def test_stopped_dead_at_any_boundary_it_comes_to_the_same(calm, part):
    """Two boundaries with the same files, and the same known to others, are one."""
    for name, state in calm.states[part::PARTS]:
        assert calm.goes_on(state) == [], name


@pytest.mark.parametrize("part", range(PARTS))
def test_stopped_dead_twice_it_comes_to_the_same(calm, part):
    chance = random.Random(f"pairs {part}")
    for _ in range(PAIRS // PARTS):
        place = chance.randrange(len(calm.states))
        name, state = calm.states[place]
        left = len(calm.names) - int(name.partition(":")[0])
        number = chance.randint(1, max(1, left))
        killer = killed(calm.new(), calm.night, state, number)
        killer.world.remove()
        after, second = killer.left or ("its end", killer.world.last)
        assert calm.goes_on(second) == [], f"{name}, then {number}: {after}"
