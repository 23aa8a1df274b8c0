"""Reads the configuration of the earlier supervisor's listener: who heard what, and its queue.

Each of its sections was a program of its own, a child, with the nodes that it heard. Today one
daemon hears them all.
"""

from collections.abc import Iterable, Mapping
from configparser import RawConfigParser
from pathlib import Path
from typing import Any

import attrs

from fsm.io.config.legacy_names import CHECKS_EACH, LISTENER, QUEUE, SERVER, UNKNOWN
from fsm.io.config.legacy_values import addresses, number

LOGIN = ("server", "username", "netrc", "resource")
ORDERS = ("fsm status, retire, acknowledge and retry, of this group alone with --profile, and fsm "
          "show, waive and tell; from afar they come as messages of the accounts in 'operators' of "
          "[[listen]]")
SHARED = ("recipients", *QUEUE)  # options that a section without a child has for all


@attrs.frozen
class Group:
    """A child as the listener's file describes it.

    Attributes:
        where: the file and the section, for notes.
        name: of the section.
        child: name of the child's own file, without its ending.
        nodes: of searches.
        heartbeat: node on which it answered; "" for none.
        login: of :data:`LOGIN` those that are known.
        options: all others, by their names in lower case.
    """

    where: str
    name: str
    child: str
    nodes: tuple[str, ...]
    heartbeat: str
    login: dict[str, str]
    options: dict[str, str]


def is_listener(parsed: RawConfigParser) -> bool:
    """Whether a file is that of a listener."""
    return any(parsed.has_option(section, "childconfig") for section in parsed.sections())


def groups(name: object, parsed: RawConfigParser, notes: list[str]) -> list[Group]:
    """The children of a listener's file, each a :class:`Group`."""
    found, logins, shared = [], {}, {}
    for section in parsed.sections():
        where = f"{name}: [{section}]"
        options = {option: (value or "").strip() for option, value in parsed.items(section)}
        login = {key: options.pop(key) for key in LOGIN if options.get(key)}
        if "childconfig" in options:
            found.append(_group(where, section, options, login, notes))
        else:
            logins.update(login)
            shared.update({key: options[key] for key in SHARED if key in options})
            notes.extend(f"{where} nodes: {node}: this section has no child that hears it; name it "
                         "in that of one" for node in options.get("nodes", "").split())
        notes.extend(_unused(where, options))
    return [attrs.evolve(group, login={**logins, **group.login},
                         options={**shared, **group.options}) for group in found]


def _group(where, section, options, login, notes):
    nodes: list[str] = []
    beats: list[str] = []
    for node in options.get("nodes", "").split():
        if node.startswith("command-"):
            notes.append(f"{where} nodes: {node}: it is not listened to; its commands are {ORDERS}")
        else:
            (beats if node.endswith("-heartbeat") else nodes).append(node)
    if len(beats) > 1:
        notes.append(f"{where} nodes: {', '.join(beats[1:])}: 'heartbeat' of [[listen]] is one "
                     f"node, {beats[0]}")
    if not nodes:
        notes.append(f"{where} nodes: none of a search, so it becomes no profile")
    return Group(where, section, Path(options["childconfig"]).stem, tuple(nodes),
                 beats[0] if beats else "", login, options)


def _unused(where, options):
    for option, value in options.items():
        if option in ("nodes", "childconfig", *SHARED):
            continue
        shown = "" if option == "password" else f" = {value}"
        yield f"{where} {option}{shown}: {LISTENER.get(option, UNKNOWN)}"


def listen(heard: Iterable[Group], given: Mapping[str, str],
           notes: list[str]) -> list[dict[str, Any]]:
    """The tables ``listen``: one for each node on which a heartbeat is answered, or login.

    Args:
        heard: the groups.
        given: of :data:`LOGIN` what the listener's command line said.
        notes: as of :func:`~fsm.io.config.legacy_children.profile`.
    """
    together: dict[tuple[str, ...], list[Group]] = {}
    for group in heard:
        if group.nodes:
            login = {**group.login, **given}
            key = (group.heartbeat, *(login.get(option, "") for option in LOGIN))
            together.setdefault(key, []).append(group)
    several = len(together) > 1
    return [_table(dict(zip(("heartbeat", *LOGIN), key, strict=True)), some, several, notes)
            for key, some in together.items()]


def _table(options, some, several, notes):
    names = ", ".join(group.name for group in some)
    if not options["server"]:
        options["server"] = SERVER
        notes.append(f"no file names LVAlert's server: {SERVER} as it was without one; "
                     "'fsm config import --server HOST' for another")
    made = {"kind": "lvalert", **({"name": f"lvalert {names}"} if several else {}),
            "server": options["server"],
            "nodes": [*dict.fromkeys(node for group in some for node in group.nodes)]}
    made |= {key: options[key] for key in ("username", "netrc", "resource", "heartbeat")
             if options[key]}
    if several and options["resource"]:
        made["resource"] += "-" + some[0].name.replace(" ", "-")
        notes.append(f"resource = {options['resource']}: each connection needs its own, so that of "
                     f"{names} is {made['resource']}")
    notes.append(f"the password for LVAlert must be in {options['netrc'] or '~/.netrc'}: machine "
                 f"{options['server']} login {options['username'] or 'NAME'} password SECRET")
    return made


def queue(heard: list[Group], notes: list[str]) -> dict[str, Any]:
    """What the warnings about the queue were, as tables ``health``, ``tell`` and ``parties``."""
    if not any(option in group.options for group in heard for option in ("recipients", *QUEUE)):
        return {}
    limits, pauses, most = ([number(f"{group.where} {option}", group.options.get(option, default))
                             for group in heard] for option, default in QUEUE.items())
    limit = max(1, round(sum(limits) * CHECKS_EACH))
    notes.append(f"warnThr: health.waiting_checks = {limit} is for the open checks of all searches "
                 "together; each child counted its processes, which had two checks on average")
    tell: dict[str, float] = {"reminders": max(0, int(max(most)).bit_length() - 1)}
    if min(pauses):
        tell["remind"] = min(pauses)
    notes.append("warnDelay, maxWarn: tell.remind and tell.reminders hold for all that is wrong; "
                 f"each further pause is twice as long, so {tell['reminders']} reminders take as "
                 f"long as {max(most):g} warnings did")
    told = [one for group in heard for one in addresses(
        f"{group.where} recipients", group.options.get("recipients", ""), notes)]
    return {"health": {"waiting_checks": limit}, "tell": tell,
            **({"parties": {"operators": [*dict.fromkeys(told)]}} if told else {})}
