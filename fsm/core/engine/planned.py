"""What the checks of a process have in common among all candidates of a profile."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from fsm.core.charts.checks import Check
from fsm.core.charts.policy import Settings
from fsm.core.charts.process import Process
from fsm.core.engine.table import Table, check_tables
from fsm.core.expect.base import Expectation
from fsm.core.interning import LONGEST, once

MOST = 5_000  # that are kept


class Planned(NamedTuple):
    """One check, as each candidate of a profile has it.

    Attributes:
        chart: its :class:`~fsm.core.charts.checks.Check`.
        expects: what its chart expects, with the tags that the profile wants.
        stage: index of its stage.
        name: check name, with its value where there is one for each: ``flag[H1:...:1]``.
        values: the parameters and options that its expectation may refer to.
        within: deadline in seconds after the stage's start; ``warn`` likewise, or None.
        table: what its machine does, :class:`~fsm.core.engine.table.Table`.
    """

    chart: Check
    expects: Expectation
    stage: int
    name: str
    values: Mapping[str, Any]
    within: float
    warn: float | None
    table: Table


_known: dict[tuple[int, int, str], tuple[Process, Settings, tuple[Planned, ...]]] = {}


def planned(chart: Process, settings: Settings, key: str) -> tuple[Planned, ...]:
    """The checks of a process, stage after stage.

    Args:
        chart: its chart.
        settings: its :class:`~fsm.core.charts.policy.Settings`.
        key: what tells it from others of its kind, or "".
    """
    about = (id(chart), id(settings), key)
    known = _known.get(about)
    if known is None:
        if len(_known) >= MOST:
            _known.clear()
        # The two are held, so that no others can have their identities.
        known = (chart, settings, tuple(_made(chart, settings, key)))
        if len(key) <= LONGEST:
            _known[about] = known
    return known[2]


def _made(chart: Process, settings: Settings, key: str) -> list[Planned]:
    values = dict(settings.options)
    if chart.key:
        values[chart.key] = key
        if chart.derive:
            values.update(chart.derive(key))
    tables, made = check_tables(chart), []
    for index, stage in enumerate(chart.stages):
        for check in stage.checks:
            within = settings.deadlines.get(check.name, check.within)
            if within is None:
                continue
            warn = check.warn
            if warn is not None:
                warn = settings.warnings.get(check.name, warn)
            tags = settings.tags.get(check.name)
            expects = check.expects if tags is None else check.expects.tagged(tags)
            made += [Planned(check, expects, index, name, own, within, warn, tables[id(check)])
                     for name, own in _instances(check, values)]
    return made


def _instances(check: Check, values: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The names of a check, one for each of its values, with what each may refer to."""
    if check.each is None:
        return [(check.name, values)]
    made = []
    for value in values[check.each.option]:
        more = check.each.derive(value) if check.each.derive else {}
        made.append((once(f"{check.name}[{value}]"),
                     {**values, check.each.parameter: value, **more}))
    return made
