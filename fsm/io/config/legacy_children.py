"""Makes a profile of the configuration of one of the earlier supervisor's children.

A section there is a process or its start here; see :mod:`fsm.io.config.legacy_names`.
"""

from collections.abc import Iterable, Iterator, Mapping
from configparser import RawConfigParser
from itertools import product
from pathlib import Path
from typing import Any

from fsm.core.charts.policy import EARLIER, search_of
from fsm.core.charts.process import Process
from fsm.errors import ConfigurationError
from fsm.io.config.legacy_listener import Group
from fsm.io.config.legacy_names import (
    CHILDREN,
    NEVER_STARTED,
    NUMBERS,
    PARTIES,
    SECTIONS,
    TAGNAMES,
    TEXTS,
    UNKNOWN,
    UNUSED,
)
from fsm.io.config.legacy_values import addresses, number
from fsm.io.config.load import RESERVED

MATCHED = ("group", "pipeline", "search")
NARROWEST = ("searches", "search", "pipeline", "group")  # which says most, first
AROUND = ("general", "data")  # sections that are about no process


def profile(name: str | Path, parsed: RawConfigParser, group: Group | None,
            charts: Mapping[str, Process], notes: list[str]) -> dict[str, Any]:
    """One child as a profile.

    Args:
        name: of its file.
        parsed: what this holds.
        group: the :class:`~fsm.io.config.legacy_listener.Group` that it was; None where no
            listener's file tells.
        charts: name to chart of all processes there are today.
        notes: where sentences are put about what is not carried over.

    Returns:
        Its table, the processes' tables included.
    """
    title = group.name if group else Path(name).stem
    made: dict[str, dict[str, Any]] = {}
    for section in parsed.sections():
        if section.lower() not in AROUND:
            _section(name, parsed, section, made, charts, notes)
    never = {SECTIONS[section][0] for section in NEVER_STARTED}
    return {"name": f"earlier {title}" if title in RESERVED else title,
            **_conditions(name, group, notes),
            "only": [chart for chart in charts if chart in made and chart not in never],
            "process": {chart: made[chart] for chart in charts if made.get(chart)}}


def _section(name, parsed, section, made, charts, notes):
    known = SECTIONS.get(section.lower())
    if known is None:
        notes.append(f"{name}: [{section}]: {UNUSED.get(section.lower(), UNKNOWN)}")
        return
    process, checks = known
    if section.lower() in NEVER_STARTED:
        notes.append(f"{name}: [{section}]: it was never started, so {process} is off; its name in "
                     "the profile's 'only' switches it on, with the options that are carried over")
    table = made.setdefault(process, {})
    for option, value in parsed.items(section):
        where = f"{name}: [{section}] {option}"
        _carry(where, option, (value or "").strip(), table, checks, charts[process], notes,
               option in parsed.defaults())


def _carry(where, option, value, table, checks, chart, notes, inherited):
    if option in checks:
        seconds = number(where, value)
        table.setdefault("deadlines", {}).update(dict.fromkeys(checks[option], seconds))
    elif option == "far thr":
        table["far_threshold"] = number(where, value)
    elif option in PARTIES:
        told = addresses(where, value, notes)
        for key in PARTIES[option]:
            _tell(where, key, told, table, notes)
    elif NUMBERS.get(option) in chart.options:
        table.setdefault("options", {})[NUMBERS[option]] = number(where, value)
    elif option == TAGNAMES and any(check.name == "skymap" for _, check in chart.checks()):
        table.setdefault("tags", {})["skymap"] = value.split()
    elif TEXTS.get(option) in chart.options:
        table.setdefault("options", {})[TEXTS[option]] = value.split()
    elif inherited:
        pass  # told once, of the section itself
    elif value and (option, value.lower()) != ("ignore inj", "true"):  # which it always is today
        notes.append(f"{where} = {value}: {UNUSED.get(option, UNKNOWN)}")


def _tell(where, key, parties, table, notes):
    """Two sections of one process may tell different people: today's process tells them all."""
    if key not in table:
        table[key] = list(parties)
    elif sorted(table[key]) != sorted(parties):
        before, table[key] = table[key], [*dict.fromkeys([*table[key], *parties])]
        if not before or not parties:
            return
        notes.append(f"{where}: all checks of the process tell those of its other list or section "
                     f"too: {' '.join(table[key])}")


def _conditions(name, group, notes):
    """To which candidates a child's profile applies: by its nodes, or by the file's name."""
    if group is None:
        return _by_name(name, notes)
    parts = [search_of(node) for node in group.nodes]
    columns = [list(dict.fromkeys(column)) for column in zip(*parts, strict=True)]
    if set(product(*columns)) != set(parts) or any("" in some and any(some) for some in columns):
        return {"searches": list(group.nodes)}
    return {key: column for key, column in zip(MATCHED, columns, strict=True) if any(column)}


def _by_name(name, notes):
    plain = "".join(sign for sign in Path(name).stem.lower() if sign.isalnum())
    known = next((key for key in CHILDREN if key in plain), None)
    if known:
        return {key: list(values) for key, values in CHILDREN[known].items()}
    notes.append(f"{name}: to which candidates it applies, which neither its name nor a "
                 "listener's configuration tells; it is written to apply to all")
    return {}


def everything_last(profiles: list[dict[str, Any]]) -> None:
    """The narrower profile first, since the first that matches holds; one at most for all."""
    profiles.sort(key=lambda profile: [key not in profile for key in NARROWEST])
    unlimited = [p["name"] for p in profiles if not any(key in p for key in NARROWEST)]
    if len(unlimited) > 1:
        raise ConfigurationError(f"nothing tells to which candidates each of {', '.join(unlimited)}"
                                 " applies; give the listener's configuration too")


def common(profiles: list[dict[str, Any]]) -> dict[str, Any]:
    """Take out of the profiles the processes' tables that are the same wherever they are on."""
    made = {}
    for process in dict.fromkeys(name for profile in profiles for name in profile["process"]):
        having = [p["process"].get(process) for p in profiles
                  if process in p["only"] or process in p["process"]]
        if all(table == having[0] for table in having):
            made[process] = having[0]
            for profile in profiles:
                profile["process"].pop(process, None)
    for profile in profiles:
        if not profile["process"]:
            del profile["process"]
    return made


def not_on(profiles: list[dict[str, Any]], processes: Iterable[Process]) -> Iterator[str]:
    """Yield a sentence on the processes that no section of the earlier system stands for."""
    known = {process for process, _ in SECTIONS.values()}
    new = [chart.name for chart in processes
           if chart.name not in known and chart.era in ("", EARLIER)]
    if new and any(profile["only"] for profile in profiles):
        yield (f"not on, because the earlier system had no such process: {', '.join(new)}; put "
               "those wanted into the profiles' 'only'")
