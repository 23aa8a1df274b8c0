"""How a daemon ends."""

import sys
from types import SimpleNamespace

import fsm.cli
from fsm.cli.shared import FAILED


def test_a_mistake_is_not_put_down_to_a_journal_that_others_use(postgres):
    module = sys.modules[f"{fsm.cli.__name__}.run"]  # the package has the command of that name
    database = SimpleNamespace(shared=True)
    daemon = SimpleNamespace(journal=SimpleNamespace(database=database, name=postgres.create()))
    assert module._by_mistake(daemon) == FAILED
