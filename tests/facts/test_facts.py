"""Every chart against the table of facts, both ways: deadlines, texts, tags, parties, conditions.

The table, one file for each era and family, is written apart from the charts, each entry with its
source. What the catalogues list and no chart expects, on purpose: that a better event is preferred
(today, section 5, row 1), that a superevent is exposed (7, row 10), circulars that people send (8,
row 9), that an external event joins (12c, row 1), the health of the chain itself (15).
"""

import tomllib
from pathlib import Path

import pytest

from fsm.registry import charts

PLACE = Path(__file__).parent
ERAS = ("o2", "o4")
CHARTS = {chart.name: chart for chart in charts()[0]}
DEFAULTS = {"renews": True, "enabled": True, "always": False}
ROUNDED = 1e-3  # relative: rates are given with four digits
SAID_APART = ("source", "why")  # of entries, not of charts


def entries():
    """All entries of the table as (era, family, name, entry)."""
    return [pytest.param(era, path.stem, name, entry, id=name)
            for era in ERAS for path in sorted((PLACE / era).glob("*.toml"))
            for name, entry in tomllib.loads(path.read_text(encoding="utf-8")).items()]


def in_words(named):
    """Expectations by their names in words, without those that are None."""
    return {name: expected.words() for name, expected in named.items() if expected is not None}


def check_as_told(check):
    """A check of a chart in the form of the table."""
    told = in_words({"expects": check.expects, "when": check.when, "unless": check.unless})
    told |= {name: value for name, value in (("within", check.within), ("warn", check.warn))
             if value is not None}
    if check.each is not None:
        told["each"] = f"{check.each.option} as {check.each.parameter}"
    return told | {name: True for name in ("at_deadline", "from_start") if getattr(check, name)}


def as_told(chart):
    """A chart in the form of the table."""
    told = in_words({"starts": chart.starts, "when": chart.when, "unless": chart.unless})
    told |= {name: getattr(chart, name) for name in ("key", "per", "gravity")
             if getattr(chart, name)}
    told |= {name: getattr(chart, name) for name, usual in DEFAULTS.items()
             if getattr(chart, name) != usual}
    if chart.options:
        told["options"] = {name: about(value) for name, value in chart.options.items()}
    return told | {"of": list(chart.of), "parties": list(chart.parties), "checks": {
        f"{stage.name}.{check.name}": check_as_told(check) for stage, check in chart.checks()}}


def about(value):
    """A value of an option, as what the table's rounded one equals."""
    if isinstance(value, float):
        return pytest.approx(value, rel=ROUNDED)
    return list(value) if isinstance(value, tuple) else value


def of_chart(entry):
    """An entry without what is said in it about itself."""
    return {name: of_chart(value) if isinstance(value, dict) else value
            for name, value in entry.items() if name not in SAID_APART}


@pytest.mark.parametrize(("era", "family", "name", "entry"), entries())
def test_a_chart_says_what_the_table_says(era, family, name, entry):
    chart = CHARTS[name]
    assert (chart.era, chart.family) == (era, family)
    assert of_chart(entry) == as_told(chart)
    assert list(entry["checks"]) == list(as_told(chart)["checks"])  # in this order


def test_every_chart_is_in_the_table_once():
    names = [param.values[2] for param in entries()]
    assert sorted(names) == sorted(CHARTS)


@pytest.mark.parametrize(("era", "family", "name", "entry"), entries())
def test_an_entry_has_its_source(era, family, name, entry):
    assert entry["source"].startswith(("section", "approval, section", "decision: "))
