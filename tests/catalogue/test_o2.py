"""Simulated nights of the second observing run against the catalogue of that time."""

import pytest

from fsm.simulator.kinds import OF_O2
from fsm.simulator.night import plan
from tests.catalogue.catalogued import GROUPING, catalogue, found

ROWS = catalogue("o2")


def changes(kind):
    (one,) = plan([kind], 1, 2.0, "catalogue", 1_767_225_600.0)
    return [change for change in one.changes("G1", (), {}) if change.what not in GROUPING]


@pytest.mark.parametrize("kind", OF_O2)
def test_nothing_is_simulated_that_the_catalogue_does_not_list(kind):
    unknown = [(change.what, change.data) for change in changes(kind)
               if not all(found(ROWS, change))]
    assert unknown == []


def test_all_that_the_catalogue_lists_is_simulated():
    shown = set()
    for kind in OF_O2:
        for change in changes(kind):
            shown.update(*found(ROWS, change))
    missing = {(row.row, part) for row in ROWS if not row.optional
               for row, part in row.parts() if (row, part) not in shown}
    assert missing == set()
