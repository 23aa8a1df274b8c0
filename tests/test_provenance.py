"""Each chart knows the module that declares it, and its era, however it came to be imported."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from fsm.chart import Lifecycle, Move, Process, Region, Stage, State, check, log, new
from fsm.registry import charts, stamp
from fsm.testing.bench import Bench

ROOT = Path(__file__).parents[1]
ONE = ('from fsm.chart import *\n'
       'ONE = Process("one", "One", new(), [Stage("s", check("c", log("x"), within=1))])\n')


@pytest.fixture
def modules(tmp_path, monkeypatch):
    """Writes modules of the package ``ours``."""
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "__init__.py").write_text("")

    def write(**texts):
        for name, text in texts.items():
            (tmp_path / "ours" / f"{name}.py").write_text(text)
        importlib.invalidate_caches()

    yield write
    for name in [one for one in sys.modules if one.partition(".")[0] == "ours"]:
        del sys.modules[name]


@pytest.mark.parametrize("first", [
    "from ours.z import ONE", "from ours.z import ONE as TWO", "from .z import *",
    "import ours.z\nTWO = ours.z.ONE"])
def test_a_chart_is_of_the_module_that_declares_it_not_of_one_that_imports_it(modules, first):
    modules(a=first, z=ONE)
    ((chart,), _) = charts("ours")
    assert (chart.name, chart.module) == ("one", "ours.z")


def test_a_chart_made_by_a_helper_is_of_the_module_at_whose_top_it_stands(modules):
    modules(helper="from fsm.chart import *\ndef make(name):\n    return Process(name, 'M', new(), "
                   '[Stage("s", check("c", log("x"), within=1))])\n',
            a='from ours.helper import make\nONE = make("one")\n',
            b='from ours.helper import make\nTWO = make("two")\n')
    assert [(c.name, c.module) for c in charts("ours")[0]] == [("one", "ours.a"), ("two", "ours.b")]


def test_a_chart_that_a_module_outside_holds_too_is_still_of_its_package(
        modules, tmp_path, monkeypatch):
    (tmp_path / "keeper.py").write_text("LAST = None\n")
    modules(a=f"import keeper\n{ONE}keeper.LAST = ONE\n")
    monkeypatch.delitem(sys.modules, "keeper", raising=False)
    importlib.import_module("keeper")
    assert [chart.module for chart in charts("ours")[0]] == ["ours.a"]


def test_a_copy_of_a_chart_is_of_the_module_that_copies_it_however_often_it_is_asked(modules):
    modules(a=ONE, b='import attrs\nfrom ours.a import ONE as OLD\n'
            'TWO = attrs.evolve(OLD, name="two")\n')
    for _ in range(2):
        assert [(one.name, one.module) for one in charts("ours")[0]] == [
            ("one", "ours.a"), ("two", "ours.b")]


def test_a_package_that_loads_its_names_late_has_no_era_by_that(modules):
    modules(__init__="def __getattr__(name):\n    raise ImportError(name)\n", a=ONE)
    assert [chart.era for chart in charts("ours")[0]] == [""]


@pytest.mark.parametrize(("texts", "era"), [
    ({"__init__": 'ERA = "o2"', "a": ONE}, "o2"), ({"a": ONE}, ""),
    ({"__init__": 'ERA = "o4"\n' + ONE}, "o4"),
    ({"__init__": 'ERA = "o4"', "a": 'ERA = "o2"\n' + ONE}, "o2")])
def test_the_era_is_that_of_the_module_else_of_its_package(modules, texts, era):
    modules(**texts)
    ((chart,), _) = charts("ours")
    assert chart.era == era


def test_a_region_that_stands_nowhere_is_of_its_lifecycle(modules):
    modules(__init__='ERA = "o4"', a='from fsm.chart import *\nSTATES = [State("a"), State("b")]\n'
            'MOVES = [Move("go", "a", "b", on=label("INJ"))]\nALL = Lifecycle("all", "All", '
            'STATES, MOVES, kind="event",\n    regions=[Region("side", "Side", STATES, MOVES)])\n')
    (_, (chart,)) = charts("ours")
    assert (chart.regions[0].module, chart.regions[0].era) == ("ours.a", "o4")


def test_a_chart_that_stands_nowhere_stays_as_it_is():
    chart = Process("one", "One", new(), [Stage("s", check("c", log("x"), within=1))])
    states = (State("a"), State("b"))
    region = Region("side", "Side", states, [Move("go", "a", "b", on=log("x"))])
    stamp(chart, Lifecycle("all", "All", states, [Move("all_closed", "a", "b")], kind="event",
                           regions=[region]))
    assert (chart.module, chart.era, region.module, region.era) == ("", "", "", "")
    assert Bench(chart).flavour == "legacy"


def test_a_bench_knows_the_era_of_what_a_test_has_imported_by_itself(modules):
    modules(__init__='ERA = "o4"', a=ONE)
    chart = importlib.import_module("ours.a").ONE
    assert chart.era == ""
    assert Bench(chart).flavour == "current"
    assert (chart.module, chart.era) == ("ours.a", "o4")


def test_what_a_script_has_imported_is_of_its_own_module():
    code = ("from machines.o4.lifecycles import *; from fsm.registry import drawn, stamp;"
            "stamp(SUPEREVENT); print({(c.module, c.era) for c in drawn([SUPEREVENT])})")
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True,
                          check=True)
    assert sorted(eval(done.stdout)) == [("machines.o4.lifecycles", "o4"),
                                         ("machines.o4.stages", "o4")]
