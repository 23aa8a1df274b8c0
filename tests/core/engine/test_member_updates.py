"""What a superevent is told of its events."""

from fsm.core.engine.inputs import MemberNews
from fsm.testing.script import CURRENT
from tests.core.engine.world import World


def test_the_values_that_a_superevent_is_told():
    world = World(flavour=CURRENT, superevent="S170806a", nevents=3, offline=False)
    world.alert(world.script.new())
    told, = [one for one in world.effects if isinstance(one, MemberNews)]
    assert told.graceid == "S170806a"
    assert sorted(told.fields) == ["created", "far", "gpstime", "graceid", "group", "instruments",
                                   "offline", "pipeline", "search", "superevent"]
