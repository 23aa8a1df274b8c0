"""Every process with its start, checks, deadlines and parties, as plain data."""

from collections.abc import Collection, Iterable
from typing import Any

import attrs

from fsm.core.charts.checks import Check
from fsm.core.charts.policy import Policy, Profile, Settings
from fsm.core.charts.process import Process
from fsm.errors import ChartError, closest


def processes_as_data(processes: Iterable[Process], profile: Profile) -> list[dict[str, Any]]:
    """The processes as plain data.

    Args:
        processes: their charts.
        profile: :class:`~fsm.core.charts.policy.Profile` whose settings are shown.
    """
    return [process_as_data(chart, profile.settings[chart.name]) for chart in processes]


def profile_as_data(processes: Iterable[Process], profile: Profile,
                    policy: Policy) -> dict[str, Any]:
    """What holds in a profile, as plain data.

    Args:
        processes: charts of all processes.
        profile: :class:`~fsm.core.charts.policy.Profile`.
        policy: the :class:`~fsm.core.charts.policy.Policy` it belongs to.
    """
    return {
        "profile": profile.name,
        "annotate": list(profile.annotate) if policy.annotate else [],
        "warnings": policy.warnings and profile.warnings,
        "injections": "waive" if profile.waive_injections else "follow",
        "timing": attrs.asdict(policy.timing),
        "processes": processes_as_data(processes, profile),
    }


def of_era(processes: Iterable[Process], era: str) -> list[Process]:
    """Those of the processes that candidates of an era have."""
    return [chart for chart in processes if chart.era in ("", era)]


def named(processes: Iterable[Process], names: Collection[str], era: str) -> list[Process]:
    """Those of the processes that are named, of whichever era; all of an era where none is.

    Raises:
        ChartError: where a name is not known.
    """
    if not names:
        return of_era(processes, era)
    known = {chart.name: chart for chart in processes}
    for name in names:
        if name not in known:
            raise ChartError(f"there is no process {name!r}; {closest(name, known)}")
    return [known[name] for name in names]


def asked(check: Check) -> bool:
    """Whether a check is of what only GraceDB can tell, which is never late: its time is that of
    the supervisor's own question."""
    return bool(check.expects.asks) and not check.expects.timed


def process_as_data(chart: Process, settings: Settings) -> dict[str, Any]:
    """A process as plain data; :mod:`fsm.report.wording` has words for it.

    Args:
        chart: of the process.
        settings: how it is supervised, as a profile says or as the chart itself declares.
    """
    return {
        "name": chart.name, "title": chart.title, "module": chart.module, "source": chart.source,
        "enabled": settings.enabled, "starts": chart.starts.words(),
        "begun_by": chart.begun_by, "key": chart.key,
        "per": chart.per, "renews": chart.renews, **_conditions(chart),
        "always": chart.always, "far_threshold": settings.far_threshold, "gravity": chart.gravity,
        "family": chart.family, "runbook": chart.remedy,
        "escalation": [{"after": step.after, "to": list(step.to)} for step in settings.escalation],
        "options": {k: list(v) if isinstance(v, tuple) else v for k, v in settings.options.items()},
        "parties": {name: list(getattr(settings, name))
                    for name in ("success", "warning", "failure", "exception")},
        "stages": [{"name": stage.name,
                    "checks": [_check(check, settings) for check in stage.checks]}
                   for stage in chart.stages],
    }


def _conditions(chart: Process | Check) -> dict[str, str | None]:
    return {"condition": None if chart.when is None else chart.when.words(),
            "unless": None if chart.unless is None else chart.unless.words()}


def _check(check: Check, settings: Settings) -> dict[str, Any]:
    warn = None if check.warn is None else settings.warnings.get(check.name, check.warn)
    tags = settings.tags.get(check.name)
    expects = check.expects if tags is None else check.expects.tagged(tags)
    within = settings.deadlines.get(check.name, check.within)
    none = check.each is not None and not settings.options.get(check.each.option, True)
    return {
        "name": check.name, "expects": expects.words(), **_conditions(check),
        "within": within, "warn": warn, "off": within is None or none,
        "from_start": check.from_start, "each": check.each.option if check.each else None,
    }
