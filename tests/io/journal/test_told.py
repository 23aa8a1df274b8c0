"""What operators have commanded is found without a look at every alert."""

import sqlalchemy as sa

from fsm.core.engine.inputs import Command
from fsm.io.journal import codec
from fsm.io.journal.told import commands


def filled(journal, alerts=2000):
    """A journal with few commands among many alerts, none after the first."""
    rows = [codec.of_command(Command(float(number), "", "pause", who=f"w{number}"))
            for number in range(5)]
    with journal.writing():
        journal.add([*rows, *(codec.of_tick(9.0, f"G{number}") for number in range(alerts))])
    return journal


def test_commands_are_listed_in_parts_the_last_first(journals):
    journal = filled(journals[0], 10)
    first = commands(journal, most=3)
    assert [one["who"] for one in first] == ["w4", "w3", "w2"]
    rest = commands(journal, most=3, before=first[-1]["number"])
    assert [one["who"] for one in rest] == ["w1", "w0"]
    assert commands(journal, "G1") == commands(journal, before=0) == []


def test_alerts_are_not_looked_at_for_that(journals):
    journal = filled(journals[0])
    asked = []
    sa.event.listen(journal.db.engine, "before_cursor_execute",
                    lambda *given: asked.append(given[2:4]))
    commands(journal, most=200)
    statement, parameters = asked[-1]
    explain = "EXPLAIN QUERY PLAN " if journal.db.dialect.name == "sqlite" else "EXPLAIN "
    if explain == "EXPLAIN ":
        journal.db.exec_driver_sql("ANALYZE inputs")
    plan = str(journal.db.exec_driver_sql(explain + statement, parameters).all())
    assert "inputs_commands" in plan, plan
