"""Which kind of candidate its values tell."""

import pytest

from fsm.core.charts.policy import category_of


@pytest.mark.parametrize(("fields", "category"), [
    ({"superevent_id": "S230518a", "category": "MDC"}, "mdc"),
    ({"superevent_id": "S230518a"}, "production"), ({"superevent_id": "MS230518a"}, "mdc"),
    ({"superevent_id": "TS230518a", "category": None}, "test"),
    ({"group": "Test"}, "test"), ({"group": "CBC", "search": "MDC"}, "mdc"), ({}, "production"),
])
def test_category(fields, category):
    assert category_of(fields) == category
