"""A chart that cannot work is refused where it is written, by its name."""

import pytest

from fsm.chart import (
    Each,
    Lifecycle,
    Move,
    Process,
    Region,
    Stage,
    State,
    check,
    file,
    label,
    log,
    new,
)
from fsm.core.charts.families import FAMILIES, OTHER
from fsm.errors import ChartError
from fsm.registry import charts

OK = Stage("s", check("c", log("x"), within=60))


def process(*stages, **more):
    return Process("demo", "Demo", **{"starts": new(), "stages": stages or (OK,), **more})


def lifecycle(states, *moves):
    return Lifecycle("demo", "Demo", states, moves, kind="event")


STATES = (State("open", State("a"), State("b")), State("closed"))


@pytest.mark.parametrize(("make", "words"), [
    (lambda: Process("Bad Name", "x", new(), (OK,)), "lower-case"),
    (lambda: Process("demo", "x", new(), ()), "no stage"),
    (lambda: process(OK, OK), "two stages named 's'"),
    (lambda: process(Stage("s")), "no check"),
    (lambda: process(Stage("s", *OK.checks, *OK.checks)), "two checks named 'c'"),
    (lambda: process(OK, Stage("t", check("c", log("y"), within=9))), "two checks named 'c'"),
    (lambda: process(Stage("s", check("c", log("x"), within=None, warn=3))), "before its deadline"),
    (lambda: process(when=log("{ifo}")), "may only refer to its options"),
    (lambda: process(Stage("s", check("c", log("x", tags="tags"), within=9))), "{tags}"),
    (lambda: process(Stage("s", check("c", log("x", after=log("{y}")), within=9))), "{y}"),
    (lambda: Region("demo", "x", STATES, [Move("all_closed", "open.a", "open.b")]), "never fires"),
    (lambda: process(Stage("s", check("c", log("x"), within=-1))), "deadline"),
    (lambda: process(Stage("s", check("c", "log", within=1))), "expectation"),
    (lambda: process(Stage("s", check("c", log("x"), within=9, warn=9))), "before its deadline"),
    (lambda: process(Stage("s", check("c", log("{what}"), within=9))), "{what}"),
    (lambda: process(Stage("s", check("c", log("x"), within=9, each=Each("o", "p")))), "'o'"),
    (lambda: process(starts="psd.xml.gz"), "'starts'"),
    (lambda: process(key="ifo"), "'ifo'"),
    (lambda: process(family="notice"), "did you mean 'notices'"),
    (lambda: process(family=["notices"]), "'family'"),
    (lambda: process(runbook=["wait"]), "'runbook'"),
    (lambda: process(noun=3), "'noun'"),
    (lambda: process(Stage("s", check("c", log("x"), within=9, title=3))), "'title'"),
    (lambda: process(per="ifos"), "'per'"),
    (lambda: lifecycle(()), "no state"),
    (lambda: lifecycle(STATES), "'open.b' is reached by no transition"),
    (lambda: lifecycle(STATES, Move("all_closed", "open", "nowhere")), "'nowhere'"),
    (lambda: lifecycle(STATES, Move("whatever", "open", "closed")), "never fires"),
    (lambda: lifecycle((State("open"), State("open"))), "two states"),
])
def test_refused(make, words):
    with pytest.raises(ChartError) as told:
        make()
    assert words in str(told.value)
    assert "demo" in str(told.value) or "Bad" in str(told.value)


def test_a_lifecycle_that_works():
    chart = lifecycle(STATES, Move("attention_needed", "open.a", "open.b"),
                      Move("done", "open", "closed", on=label("INJ")))
    assert chart.initial() == "open.a"
    assert set(chart.leaves()) == {"open.a", "open.b", "closed"}


def test_charts_are_frozen():
    with pytest.raises(AttributeError):
        process().name = "other"


def test_every_shipped_chart_has_a_source_and_a_title():
    processes, lifecycles = charts()
    for chart in (*processes, *lifecycles):
        assert chart.source and chart.title and chart.module.startswith("machines.")
    assert [chart.name for chart in processes if chart.family == OTHER] == []


def test_a_process_of_no_family_is_of_the_last_one():
    assert process().family == OTHER == list(FAMILIES)[-1]


def test_two_charts_of_one_name_are_refused(tmp_path, monkeypatch):
    package = tmp_path / "twins"
    package.mkdir()
    (package / "__init__.py").write_text("")
    body = ("from fsm.chart import *\n"
            "P = Process('twin', 'Twin', new(), [Stage('s', check('c', log('x'), within=1))])\n")
    (package / "a.py").write_text(body)
    (package / "b.py").write_text(body)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ChartError, match=r"twins\.a and in twins\.b"):
        charts("twins")


def test_file_template_with_key():
    chart = process(Stage("s", check("c", file("{fits}.png"), within=5)),
                    starts=file("{fits}"), key="fits")
    assert chart.parameters() >= {"fits", "graceid"}
