"""Imports configurations of the earlier supervisor: one INI file for each group of searches.

The files of its children become profiles, that of its listener what a daemon listens to. Nothing is
dropped in silence: for what is not carried over it is told what answers to it today.
"""

import configparser
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs
import tomli_w

from fsm.core.charts.process import Process
from fsm.core.printable import short
from fsm.errors import ConfigurationError
from fsm.io.config import legacy_children, legacy_general, legacy_listener
from fsm.io.config.legacy_values import Filled

ORDER = ("general", "gracedb", "listen", "mail", "parties", "tell", "health", "logs", "operators",
         "process", "profile")


def imported(files: Iterable[str | Path], processes: Iterable[Process],
             login: Mapping[str, str] | None = None) -> tuple[dict[str, Any], list[str]]:
    """Read configurations of the earlier supervisor.

    Args:
        files: paths: those of children, and that of the listener, which names their nodes.
        processes: charts of all processes there are today.
        login: of :data:`fsm.io.config.legacy_listener.LOGIN` what the listener's command line said.

    Returns:
        (tables, notes): a configuration of today as :func:`fsm.io.config.load.policy` takes it, and
        a sentence for everything that it does not carry over as it was.

    Raises:
        ConfigurationError: where a file cannot be read, or a value is not what it should be.
    """
    notes: list[str] = []
    tables: dict[str, Any] = {}
    children, groups = _read(files, notes)
    profiles, heard = _profiles(children, groups, processes, tables, notes)
    for group in (one for left in groups.values() for one in left):
        notes.append(f"{group.where} childConfig: {group.child} is not among these files, so its "
                     "nodes are not listened to; give it too")
    legacy_children.everything_last(profiles)
    tables |= legacy_listener.queue(heard, notes)
    tables["general"] = legacy_general.switches(profiles)
    tables["listen"] = legacy_listener.listen(heard, login or {}, notes)
    if not tables["listen"]:
        notes.append("no [[listen]]: no listener's configuration among these files tells the nodes")
    tables["mail"] = legacy_general.mail(profiles, tables, notes)
    tables["process"] = legacy_children.common(profiles)
    tables["profile"] = profiles
    notes += legacy_children.not_on(profiles, processes)
    return {name: tables[name] for name in ORDER if tables.get(name)}, [*dict.fromkeys(notes)]


def written(tables: Mapping[str, Any], out: str | Path) -> None:
    """Write a configuration's tables as TOML into a file that must not exist yet."""
    try:
        with open(out, "xb") as stream:
            tomli_w.dump(tables, stream)
    except FileExistsError:
        raise ConfigurationError(f"{out} exists; choose another name, or remove it first") from None


def _read(files, notes):
    """({name: (path, content)} of children, {name: groups} of listeners)."""
    children: dict[str, tuple[str | Path, configparser.ConfigParser]] = {}
    groups: dict[str, list[legacy_listener.Group]] = {}
    for name in files:
        parsed = _parsed(name)
        if legacy_listener.is_listener(parsed):
            for group in legacy_listener.groups(name, parsed, notes):
                groups.setdefault(group.child, []).append(group)
        elif Path(name).stem in children:
            raise ConfigurationError(f"{name}: two children are named {Path(name).stem!r}")
        else:
            children[Path(name).stem] = (name, parsed)
    if not children:
        raise ConfigurationError(f"{', '.join(map(str, files))}: no child's configuration among "
                                 "these; give the files that the listener's childConfig names")
    return children, groups


def _parsed(name):
    parser = configparser.ConfigParser(strict=False, inline_comment_prefixes=(";",),
                                       interpolation=Filled())
    try:
        parser.read_string(Path(name).read_text(encoding="utf-8-sig"), source=str(name))
        for section in parser.sections():
            parser.items(section)  # what is to be filled in may be missing
    except OSError as error:
        raise ConfigurationError(f"{name}: {error.strerror}; expected a configuration of the "
                                 "earlier supervisor") from None
    except (configparser.Error, UnicodeDecodeError) as error:
        words = " ".join(str(error).split())
        raise ConfigurationError(f"{name}: not an INI file: {short(words, 200)}") from None
    return parser


def _profiles(children, groups, processes, tables, notes):
    """(profiles, groups that are heard); what has been dealt with is taken out of ``groups``."""
    charts = {chart.name: chart for chart in processes}
    profiles, heard = [], []
    for stem, (name, parsed) in children.items():
        own = groups.pop(stem, [])
        if not legacy_general.is_supervisor(name, parsed, notes):
            continue
        switches = legacy_general.general(name, parsed, tables, notes)
        netrc = legacy_general.data(name, parsed, tables, notes)
        if netrc:
            own = [attrs.evolve(group, login={"netrc": netrc, **group.login}) for group in own]
        heard += own
        for group in [one for one in own if one.nodes] if own else [None]:
            made = legacy_children.profile(name, parsed, group, charts, notes)
            profiles.append({"name": made.pop("name"), **switches, **made})
    if not profiles:  # a configuration without any would supervise everything
        raise ConfigurationError(f"{', '.join(children)}: none of these supervises any search")
    return profiles, heard
