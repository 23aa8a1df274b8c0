"""Addresses of services that apprise knows."""

import pytest

from fsm.errors import ConfigurationError
from fsm.io.delivery.services import check


@pytest.mark.parametrize("address", ["nosuch://secret99/x", "slack://"])
def test_an_address_that_no_service_has_is_refused_without_telling_it(address):
    with pytest.raises(ConfigurationError) as caught:
        check(address)
    assert "secret99" not in str(caught.value) and "apprise" in str(caught.value)


def test_without_the_library_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setattr("fsm.io.delivery.services.available", lambda: False)
    with pytest.raises(ConfigurationError, match=r"pip install 'event-supervisor\[apprise\]'"):
        check("json://localhost/x")
