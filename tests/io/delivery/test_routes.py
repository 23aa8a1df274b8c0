"""Which addresses are told of what, by its severity."""

import pytest

from fsm.io.addresses import named
from fsm.io.delivery.routes import Route, channel_of, let_through

TELEPHONE = named("twilio://token@example.org")
ROUTES = [Route(channel="Twilio", severity="critical"),
          Route(channel="mail", parties=("advocates",), severity="major")]


@pytest.mark.parametrize(("address", "party", "severity", "told"), [
    (TELEPHONE, "operators", "critical", True), (TELEPHONE, "operators", "major", False),
    (TELEPHONE, "advocates", "test", False), ("a@example.org", "operators", "test", True),
    ("a@example.org", "advocates", "major", True), ("a@example.org", "advocates", "minor", False),
    (named("slack://a"), "advocates", "low", True)])
def test_where_a_route_applies_it_must_let_it_through(address, party, severity, told):
    assert let_through(ROUTES, address, party, severity) is told


def test_of_several_routes_one_is_enough():
    routes = [*ROUTES, Route(channel="twilio", parties=("operators",), severity="minor")]
    assert let_through(routes, TELEPHONE, "operators", "minor")
    assert not let_through(routes, TELEPHONE, "advocates", "minor")


def test_the_channel_of_an_address_is_that_of_its_name():
    assert channel_of(TELEPHONE) == channel_of("twilio://x") == "twilio"
    assert channel_of("a@example.org") == "mail"
