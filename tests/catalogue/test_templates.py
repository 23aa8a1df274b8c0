"""Every template of today's charts has an instance in the catalogue, and none by accident."""

import json
import re

import pytest

from fsm.core.charts.policy import TODAY
from fsm.registry import charts
from tests.catalogue.catalogued import catalogue

ROWS = catalogue("o4")
PROCESSES = [chart for chart in charts()[0] if chart.era == TODAY]
REGIONS = [region for lifecycle in charts()[1] for region in lifecycle.regions
           if lifecycle.kind in ("superevent", "external")]


def expectations():
    """(owner, kinds of candidates, expectation) of all that charts declare."""
    for chart in PROCESSES:
        checks = [one for _, check in chart.checks() for one in (check.expects, check.when)]
        for expected in (chart.starts, chart.when, *checks):
            if expected is not None:
                yield chart.name, chart.of, expected
    for region in REGIONS:
        for move in region.moves:
            yield region.name, ("superevent",), move.on


# Where a chart knows more than the catalogue, or otherwise.
DISAGREED = {
    "external_from_url.png": "no picture of a map by hand is catalogued",
    "retraction-emcoinc-circular.txt": "a retraction has one draft, with a coincidence or without",
}


def case(*values, name):
    """A parameter, which may fail where it is known to."""
    reasons = [reason for end, reason in DISAGREED.items() if name.endswith(end)]
    return pytest.param(*values, id=name, marks=[pytest.mark.xfail(reason=one) for one in reasons])


def templates():
    """Each template once for each owner, as pytest parameters."""
    known = {}
    for name, of, expected in expectations():
        for hint in expected.hints():
            if hint.template is not None:
                known.setdefault((name, hint.kind, hint.template), of)
    return [case(kind, template, of, name=f"{name}-{template.text}")
            for (name, kind, template), of in known.items()]


def matched(kind, template, instance):
    """Whether a template takes a (file name, comment)."""
    name, comment = instance
    return template.whole(name) is not None if kind == "file" else any(
        True for _ in template.within(comment))


def rows_of(kind, template, of):
    """The rows on such candidates of which the template takes an instance."""
    return [row for row in ROWS if set(row.on) & set(of)
            and any(matched(kind, template, one) for one in row.instances())]


@pytest.mark.parametrize(("kind", "template", "of"), templates())
def test_a_template_has_a_real_instance(kind, template, of):
    assert rows_of(kind, template, of), f"nothing in the catalogue is like {template.text!r}"


# Parts of templates that are meant for several rows, with what these have in common.
SEVERAL = {
    "Kafka alert notice sent to": "every kind of notice",
    "{map}": "any sky map, any picture of one",
    "{prefix}": "any posterior samples", "p_astro": "whoever classifies",
    "_skymap|": "whoever brings the map of an external event",
    "Automated DQ check before": "both occasions", "(?P<map>": "any sky map but combined ones",
    "(?P<product>": "whatever of its kind is looked into",
}
FREE = re.compile(r"|\.|\{\w+\}")  # any message with the right tag, or what an option names


@pytest.mark.parametrize(("kind", "template", "of"), templates())
def test_a_template_takes_nothing_else_by_accident(kind, template, of):
    rows = rows_of(kind, template, of)
    subjects = {tuple(row.files) if kind == "file" else row.row for row in rows}
    meant = FREE.fullmatch(template.text) or any(part in template.text for part in SEVERAL)
    assert len(subjects) <= 1 or meant, sorted(row.row for row in rows)


def asked_for():
    """(process, parameters that a real start brings, expectations with them)."""
    for chart in PROCESSES:
        asked = [check.expects for _, check in chart.checks() if check.within is not None]
        for hint in chart.starts.hints():
            if hint.kind == "file" and hint.template.parameters:
                names = {name for row in ROWS if set(row.on) & set(chart.of)
                         for name, _ in row.instances()}
                found = {json.dumps(hint.template.whole(name)) for name in names
                         if hint.template.whole(name)}
                yield from ((chart, json.loads(one), asked) for one in sorted(found))


@pytest.mark.parametrize(("chart", "values", "asked"), [
    case(*one, name=f"{one[0].name}-{','.join(one[1].values())}") for one in asked_for()])
def test_what_a_start_asks_for_is_in_the_catalogue(chart, values, asked):
    names = {name for row in ROWS if set(row.on) & set(chart.of) for name, _ in row.instances()}
    for expected in asked:
        wanted = {hint.template.written(values) for hint in expected.hints()
                  if hint.kind == "file"}
        assert wanted & names or None in wanted or not wanted, f"nobody makes {wanted}"
