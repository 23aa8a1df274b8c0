"""Makes the settings of processes: what charts declare, changed by what a configuration says."""

from collections.abc import Mapping
from typing import Annotated, Any

import attrs

from fsm.core.charts.policy import Settings
from fsm.core.charts.process import Process
from fsm.core.printable import quoted
from fsm.errors import ConfigurationError, closest
from fsm.io.config.structure import structured
from fsm.io.config.tables import ProcessTable

PLAIN = ("enabled", "far_threshold", "success", "warning", "failure", "exception")


def _none_fits_all(values: tuple[str, ...]) -> None:
    if not all(map(str.strip, values)):
        raise ConfigurationError("an empty text fits anything; leave it out")


Texts = Annotated[tuple[str, ...], _none_fits_all]


def changed(where: str, said: Mapping[str, ProcessTable], settings: Mapping[str, Settings],
            charts: Mapping[str, Process]) -> dict[str, Settings]:
    """Settings with what a configuration says.

    Args:
        where: it is said.
        said: name of a process to what is said of it.
        settings: name of a process to its settings so far, of all processes.
        charts: likewise to its chart.

    Raises:
        ConfigurationError: where it names what there is not, or cannot be.
    """
    made = dict(settings)
    for name, one in said.items():
        known_process(where, name, charts)
        made[name] = _settings(f"{where}.{name}", one, made[name], charts[name])
    return made


def known_process(where: str, name: str, charts: Mapping[str, Process]) -> None:
    """Refuse the name of a process that there is not.

    Raises:
        ConfigurationError: where there is none.
    """
    if name not in charts:
        raise ConfigurationError(f"{where}: there is no process {quoted(name)}; "
                                 f"{closest(name, charts)}")


def _settings(where: str, said: ProcessTable, settings: Settings, chart: Process) -> Settings:
    _check_times(where, said, chart)
    _check_tags(f"{where}.tags", said.tags, chart)
    given = attrs.asdict(said, recurse=False)
    made = attrs.evolve(
        settings, **{key: given[key] for key in PLAIN if given[key] is not None},
        deadlines={**settings.deadlines, **said.deadlines},
        warnings={**settings.warnings, **said.warnings},
        options={**settings.options, **_options(f"{where}.options", said.options, chart)},
        tags={**settings.tags, **said.tags})
    _warnings_first(where, made, chart)
    return made


def _check_times(where: str, said: ProcessTable, chart: Process) -> None:
    _checks(f"{where}.deadlines", said.deadlines, chart)
    checks = _checks(f"{where}.warnings", said.warnings, chart)
    for name in said.warnings:
        if checks[name].warn is None:
            raise ConfigurationError(f"{where}.warnings.{name}: this check has no warning in its "
                                     "chart")


def _check_tags(where: str, tags: Mapping[str, Any], chart: Process) -> None:
    checks = _checks(where, tags, chart)
    for name in tags:
        if checks[name].expects.tagged(()) == checks[name].expects:
            raise ConfigurationError(f"{where}.{name}: this check expects neither a message nor a "
                                     "file of its own, so that it has no tags")


def _checks(where: str, named: Mapping[str, Any], chart: Process) -> dict[str, Any]:
    """The checks of a process by name; a table may name no others."""
    checks = {check.name: check for _, check in chart.checks()}
    for name in named:
        if name not in checks:
            raise ConfigurationError(f"{where}: process {chart.name} has no check {quoted(name)}; "
                                     f"{closest(name, checks)}")
    return checks


def _warnings_first(where: str, settings: Settings, chart: Process) -> None:
    for _, check in chart.checks():
        if check.warn is None:
            continue
        warn = settings.warnings.get(check.name, check.warn)
        within = settings.deadlines.get(check.name, check.within)
        if within is not None and warn >= within:
            raise ConfigurationError(f"{where}: the warning of {check.name} ({warn:g} s) must come "
                                     f"before its deadline ({within:g} s)")


def _options(where: str, given: Mapping[str, Any], chart: Process) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in given.items():
        if name not in chart.options:
            raise ConfigurationError(f"{where}: process {chart.name} has no option {quoted(name)}; "
                                     f"{closest(name, chart.options)}")
        made[name] = structured(_kind(chart.options[name]), value, f"{where}.{name}")
    return made


def _kind(default: Any) -> Any:
    """What kind of values an option has, by that of its chart."""
    if isinstance(default, tuple):
        return Texts
    return str if isinstance(default, str) else float
