"""Whose time it is, where the times of recorded alerts go astray."""

import json
from math import inf

import pytest

from fsm.core.charts.policy import default_policy
from fsm.core.engine.engine import Engine
from fsm.core.times import DAY, JUMP
from fsm.daemon.time_source import AlertClock
from fsm.io.journal import codec
from fsm.io.listeners.files import _stamp
from fsm.io.listeners.inbox import Inbox, Received
from fsm.registry import charts

T = 1_502_000_000.0
END = None


def line(time):
    return json.dumps({"time": time, "topic": "x", "payload": {
        "uid": "G1", "alert_type": "log", "data": {"comment": "hello", "N": 1}}}).encode()


class World:
    """A recorded clock, and what has been taken by it."""

    def __init__(self, wall=T + 3650 * DAY):
        processes, lifecycles = charts()
        self.engine = Engine(processes, lifecycles, default_policy(processes))
        self.inbox, self.clock, self.taken = Inbox(), AlertClock(wall=lambda: wall), []

    def put(self, *times, source="a"):
        for time in times:
            text = None if time is END else line(time)
            arrived = inf if time is END else _stamp(text)[1]
            self.inbox.put(Received(source, "x", text, arrived))
        return self

    def run(self, turns=30):
        for _ in range(turns):
            _, alerts, _ = self.clock.collect(self.inbox, self.engine, False, 0.0)
            self.taken += [codec.of_line(one.line, self.clock.now()) for one in alerts if one.line]
        return self

    @property
    def kinds(self):
        return [row.kind for row in self.taken]


@pytest.mark.parametrize("mistake", [T + JUMP + 2, T + 3000 * DAY, 4e9, 1e308, -5, 3.0, "soon"])
def test_one_time_that_is_a_mistake_does_not_move_the_clock(mistake):
    world = World().put(T, mistake, T + 1, T + 2).run()
    assert world.clock.now() == T + 2
    assert world.kinds == ["alert", "rejected", "alert", "alert"]
    assert "'time'" in world.taken[1].reason


def test_nor_does_it_as_the_first_one():
    world = World().put(4e9, T, T + 1).run()
    assert world.kinds == ["rejected", "alert", "alert"] and world.clock.now() == T + 1


def test_nor_does_it_as_the_last_one_so_far():
    world = World().put(T, T + 2000 * DAY).run()
    assert world.clock.now() == T and world.kinds == ["alert"]
    world.put(T + 5).run()
    assert world.clock.now() == T + 5 and world.kinds == ["alert", "rejected", "alert"]


def test_what_comes_between_from_elsewhere_or_has_no_time_says_nothing_of_it():
    world = World().put(T, T + 2000 * DAY).put(T + 1, source="b").put("soon", T + 2001 * DAY).run()
    assert world.clock.now() == T + 2001 * DAY and world.kinds[3] == "rejected"
    assert world.kinds.count("alert") == 4


def test_a_leap_that_the_next_one_confirms_is_followed():
    world = World().put(T, T + 2000 * DAY, T + 2000 * DAY + 1).run()
    assert world.clock.now() == T + 2000 * DAY + 1 and world.kinds == ["alert"] * 3


@pytest.mark.parametrize(("time", "kind"), [(T + 2000 * DAY, "alert"), (4e9, "rejected")])
def test_the_last_one_of_all_is_believed_where_it_is_no_more_to_come(time, kind):
    assert World().put(T, time, END).run().kinds == ["alert", kind]


def test_a_single_one_is_taken():
    world = World().put(T).run()
    assert world.clock.now() == T and world.kinds == ["alert"]
