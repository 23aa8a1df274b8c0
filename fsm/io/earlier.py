"""Imports configurations of the earlier supervisor: one INI file for each group of searches.

A section there is a process or its start here; see :mod:`fsm.io.earlier_names`. Nothing is dropped
in silence: what has no place today is told.
"""

import configparser
from itertools import product
from pathlib import Path

import tomli_w

from fsm.core.times import finite
from fsm.errors import ConfigurationError
from fsm.io.earlier_names import CHILDREN, GENERAL, NUMBERS, PARTIES, SECTIONS, TEXTS, UNUSED

MATCHED = ("group", "pipeline", "search")
SWITCHES = ("annotate", "warnings")


def imported(files, processes):
    """Read configurations of the earlier supervisor.

    Args:
        files: paths: those of children, and that of the listener, which names their nodes.
        processes: charts of all processes there are today.

    Returns:
        (tables, notes): a configuration of today as :func:`fsm.io.config.policy` takes it, and a
        sentence for everything that it does not carry over.

    Raises:
        ConfigurationError: where a file cannot be read, or a value is not what it should be.
    """
    notes, children, nodes = [], {}, {}
    for name in files:
        parsed = _parsed(name)
        if any(parsed.has_option(section, "childconfig") for section in parsed.sections()):
            nodes.update(_nodes(name, parsed, notes))
        elif Path(name).stem in children:
            raise ConfigurationError(f"{name}: two children are named {Path(name).stem!r}")
        else:
            children[Path(name).stem] = (name, parsed)
    if not children:
        raise ConfigurationError(f"{', '.join(map(str, files))}: no child's configuration among "
                                 "these; give the files that the listener's childConfig names")
    tables, profiles = {"general": {}}, []
    for stem, (name, parsed) in children.items():
        profiles.append(_profile(name, parsed, nodes.get(stem), processes, notes))
        _general(name, parsed, tables["general"], notes)
    _everything_last(profiles, notes)
    tables["process"] = _common(profiles)
    tables["profile"] = profiles
    return tables, [*dict.fromkeys(notes), *_unknown_then(profiles, processes)]


def written(tables, out):
    """Write a configuration's tables as TOML into a file that must not exist yet."""
    try:
        with open(out, "xb") as stream:
            tomli_w.dump(tables, stream)
    except FileExistsError:
        raise ConfigurationError(f"{out} exists; choose another name, or remove it first") from None


def _parsed(name):
    parser = configparser.RawConfigParser(strict=False, inline_comment_prefixes=(";",))
    try:
        parser.read_string(Path(name).read_text(encoding="utf-8"), source=str(name))
    except OSError as error:
        raise ConfigurationError(f"{name}: {error.strerror}; expected a configuration of the "
                                 "earlier supervisor") from None
    except (configparser.Error, UnicodeDecodeError) as error:
        words = " ".join(str(error).split())
        raise ConfigurationError(f"{name}: not an INI file: {words}") from None
    return parser


def _nodes(name, parsed, notes):
    """The nodes that each child hears, by the name of its file."""
    found = {}
    for section in parsed.sections():
        if not parsed.has_option(section, "childconfig"):
            notes.append(f"{name}: [{section}] configures the listener itself")
            continue
        heard = parsed.get(section, "nodes", fallback="").split()
        searches = [node for node in heard if not _is_own(node)]
        found[Path(parsed.get(section, "childconfig")).stem] = (section, searches)
        left = set(parsed.options(section)) - {"nodes", "childconfig"}
        notes.extend(f"{name}: [{section}] {option}: belonged to the earlier queue"
                     for option in sorted(left))
    return found


def _is_own(node):
    return node.startswith("command-") or node.endswith("-heartbeat")


def _profile(name, parsed, heard, processes, notes):
    """One child as a profile, its processes' tables included."""
    charts = {chart.name: chart for chart in processes}
    stem = Path(name).stem
    profile = {"name": heard[0] if heard else stem, **_conditions(name, stem, heard, notes)}
    made = {}
    for section in parsed.sections():
        if section == "general":
            continue
        known = SECTIONS.get(section.lower())
        if known is None:
            reason = UNUSED.get(section.lower(), "there is no such process")
            notes.append(f"{name}: [{section}]: {reason}")
            continue
        process, checks = known
        table = made.setdefault(process, {})
        for option, value in parsed.items(section):
            where = f"{name}: [{section}] {option}"
            _carry(where, option, (value or "").strip(), table, checks, charts[process], notes)
    profile["only"] = [chart for chart in charts if chart in made]
    profile["process"] = {process: made[process] for process in profile["only"] if made[process]}
    return profile


def _carry(where, option, value, table, checks, chart, notes):
    if option in checks:
        seconds = _number(where, value)
        table.setdefault("deadlines", {}).update(dict.fromkeys(checks[option], seconds))
    elif option == "far thr":
        table["far_threshold"] = _number(where, value)
    elif option in PARTIES:
        _tell(where, PARTIES[option], value.split(), table, notes)
    elif NUMBERS.get(option) in chart.options:
        table.setdefault("options", {})[NUMBERS[option]] = _number(where, value)
    elif TEXTS.get(option) in chart.options:
        table.setdefault("options", {})[TEXTS[option]] = value.split()
    elif option == "ignore inj" and value.lower() == "true":
        return  # as today
    else:
        notes.append(f"{where} = {value}: {UNUSED.get(option, 'nothing today answers to it')}")


def _tell(where, key, parties, table, notes):
    """Two sections of one process may tell different people: today's process tells them all."""
    if key not in table:
        table[key] = parties
    elif sorted(table[key]) != sorted(parties):
        table[key] = [*dict.fromkeys([*table[key], *parties])]
        notes.append(f"{where}: both this section's and its other section's are told of all checks "
                     f"of the process: {' '.join(table[key])}")


def _conditions(name, stem, heard, notes):
    """To which candidates a child's profile applies: by its nodes, or by the file's name."""
    if heard is None:
        plain = "".join(sign for sign in stem.lower() if sign.isalnum())
        known = next((key for key in CHILDREN if key in plain), None)
        if known:
            return {key: list(values) for key, values in CHILDREN[known].items()}
        notes.append(f"{name}: to which candidates it applies, which neither its name nor a "
                     "listener's configuration tells; it is written to apply to all")
        return {}
    parts = [(node.split("_", 2) + ["", ""])[:3] for node in heard[1]]
    found = {}
    for key, column in zip(MATCHED, zip(*parts, strict=True), strict=False):
        if all(column):
            found[key] = list(dict.fromkeys(column))
    wanted = {tuple(part[:len(found)]) for part in parts}
    if set(product(*found.values())) != wanted:
        notes.append(f"{name}: its nodes as such; the profile applies to any of "
                     + "; ".join(f"{key} {', '.join(values)}" for key, values in found.items()))
    return found


def _general(name, parsed, general, notes):
    for option, value in parsed.items("general") if parsed.has_section("general") else ():
        where = f"{name}: [general] {option}"
        if option not in SWITCHES:
            reason = GENERAL.get(option, "nothing today answers to it")
            notes.append(f"{where} = {value}: {reason}")
            continue
        try:
            switch = parsed.getboolean("general", option)
        except ValueError:
            raise ConfigurationError(f"{where}: expected True or False, not {value!r}") from None
        if general.setdefault(option, switch) != switch:
            notes.append(f"{where} = {value}: today's holds for all searches and is "
                         f"{general[option]}, as in the files before")


def _number(where, value):
    number = finite(value)
    if number is None or number < 0:
        raise ConfigurationError(f"{where}: expected a number from 0 on, not {value!r}")
    return number


def _everything_last(profiles, notes):
    """The narrower profile first, since the first that matches holds; one at most for all."""
    profiles.sort(key=lambda profile: -sum(key in profile for key in MATCHED))
    unlimited = [p["name"] for p in profiles if not any(key in p for key in MATCHED)]
    if len(unlimited) > 1:
        raise ConfigurationError(f"nothing tells to which candidates each of {', '.join(unlimited)}"
                                 " applies; give the listener's configuration too")


def _common(profiles):
    """Take out of the profiles the processes' tables that are the same wherever they are on."""
    common = {}
    for process in dict.fromkeys(name for profile in profiles for name in profile["process"]):
        having = [p["process"].get(process) for p in profiles if process in p["only"]]
        if all(table == having[0] for table in having):
            common[process] = having[0]
            for profile in profiles:
                profile["process"].pop(process, None)
    for profile in profiles:
        if not profile["process"]:
            del profile["process"]
    return common


def _unknown_then(profiles, processes):
    """The processes that no section of the earlier system stands for are off, and said to be."""
    known = {process for process, _ in SECTIONS.values()}
    new = [chart.name for chart in processes if chart.name not in known]
    on = {name for profile in profiles for name in profile["only"]}
    return [f"not on, because the earlier system had no such process: {', '.join(new)}; put those "
            "wanted into the profiles' 'only'"] if on and new else []
