"""What changed charts would change for candidates under way is said beforehand."""

import attrs
import pytest

from fsm.chart import Process, Stage, check, log, new
from fsm.core.charts.policy import default_policy
from fsm.core.engine.engine import Engine
from fsm.daemon.preview import preview
from fsm.daemon.reload import store_all
from tests.daemon.in_process import CHARTS, DEMO, World
from tests.daemon.test_changed_charts import stopped_as

SOON, LATER = (one for _, one in DEMO.checks())


def charts(*stages, name="demo"):
    return (Process(name, "Demo", starts=new(), parties=("owner",), stages=list(stages)),)


@pytest.fixture
def journal(tmp_path):
    """That of a supervisor that has stopped with a candidate under way, one check overdue."""
    world = World(tmp_path / "j.db")
    world.event("G1")
    world.until(120.0)
    world.answer()
    world.turns()
    store_all(stopped_as(world))
    yield world.journal
    world.drop()


def found(journal, *declared):
    scratch = Engine(declared, CHARTS[1], default_policy(declared))
    rows = list(preview(journal, scratch))
    assert not scratch.candidates
    return [(one["change"], one["process"], one["check"]) for one in rows], rows


def test_the_same_charts_change_nothing(journal):
    assert found(journal, DEMO) == ([], [])


def test_each_change_is_named(journal):
    changed = charts(Stage("s", check("later", log("later"), within=900),
                           check("third", log("third"), within=30)))
    kinds, rows = found(journal, *changed)
    assert kinds == [("gone", "demo", "soon"), ("new", "demo", "third"),
                     ("deadline", "demo", "later")]
    assert rows[0]["words"] == ("no chart expects it (overdue): what was told of it is said to be "
                                "over")
    assert rows[2]["words"] == "keeps its 10 min; the charts say 15 min"


def test_a_process_that_is_gone_and_a_stage_that_is_renamed(journal):
    assert found(journal, *charts(Stage("s", SOON, LATER), name="other"))[0] == [
        ("new", "other", ""), ("gone", "demo", "")]
    [row] = found(journal, *charts(Stage("t", SOON, LATER)))[1]
    assert row["words"] == "open.s goes on as open.t"


def test_a_process_that_has_got_a_key_or_is_switched_off(journal):
    keyed = Process("demo", "Demo", starts=log("go {ifo}"), key="ifo", parties=("owner",),
                    stages=[Stage("s", SOON, LATER)])
    [row] = found(journal, keyed)[1]
    assert row["words"] == ("the chart has another key (ifo): what was told of it is said to be "
                            "over")
    [row] = found(journal, attrs.evolve(DEMO, enabled=False))[1]
    assert row["words"] == ("the profile default is without it: what was told of it is said to be "
                            "over")


def test_that_more_has_come_since_it_was_stored_is_said(tmp_path):
    world = World(tmp_path / "k.db")
    world.event("G1")
    world.until(1.0)
    store_all(stopped_as(world))
    world.until(120.0)
    world.answer()
    world.turns()
    [row] = found(world.journal, DEMO)[1]
    assert row["change"] == "state" and row["words"].startswith("more has come since it was stored")
    world.drop()


def test_what_was_not_stored_yet_is_said(tmp_path):
    world = World(tmp_path / "k.db")
    world.event("G1")
    world.until(1.0)
    assert found(world.journal, DEMO)[0] == [("state", "", "")]
    world.drop()
