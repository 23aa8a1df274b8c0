"""Reads what a child of the earlier supervisor was told besides its processes.

Those are the sections ``general`` and ``data``, in which each child had settings that are one
daemon's today, and the letters, which the machine's mail program sent.
"""

from configparser import RawConfigParser
from pathlib import Path
from typing import Any

from fsm.core.charts.outcomes import FAILURE, SUCCESS
from fsm.io.config.legacy_names import GENERAL, UNKNOWN
from fsm.io.config.legacy_values import MAIL_HOST, section_of, switch

SUPERVISOR = "event_supervisor"
BOTH = [FAILURE, SUCCESS]  # what it annotated
MAIL = {"server": MAIL_HOST, "port": 25, "security": "none",
        "sender": f"event-supervisor@{MAIL_HOST}"}


def is_supervisor(name: object, parsed: RawConfigParser, notes: list[str]) -> bool:
    """Whether a child was a supervisor: the listener could start other programs too."""
    kind = parsed.get(section_of(parsed, "general") or "general", "process_type",
                      fallback=SUPERVISOR).strip()
    if kind != SUPERVISOR:
        notes.append(f"{name}: [general] process_type = {kind}: it was another program; what one "
                     "that approves candidates does is watched by the processes approval_...")
    return kind == SUPERVISOR


def general(name: object, parsed: RawConfigParser, tables: dict[str, Any],
            notes: list[str]) -> dict[str, Any]:
    """Read a child's section ``general``.

    Args:
        name: of its file.
        parsed: what this holds.
        tables: what all children say together, which is added to.
        notes: as of :func:`~fsm.io.config.legacy_children.profile`.

    Returns:
        What is the child's own: ``annotate`` and ``warnings`` of its profile.
    """
    own: dict[str, Any] = {}
    section = section_of(parsed, "general") or "general"
    for option, value in _items(parsed, "general"):
        where = f"{name}: [general] {option}"
        if option == "annotate":
            own[option] = BOTH if switch(where, parsed, section, option) else False
        elif option == "warnings":
            own[option] = switch(where, parsed, section, option)
        elif option == "gracedb":
            _once(where, tables, "gracedb", "url", value, notes)
        elif option == "log_directory":
            _logs(where, tables, value, notes)
        else:
            notes.append(f"{where} = {value}: {GENERAL.get(option, UNKNOWN)}")
    return own


def data(name: object, parsed: RawConfigParser, tables: dict[str, Any], notes: list[str]) -> str:
    """Read a child's section ``data``, meant for heartbeats; returns its netrc file, or ""."""
    netrc = ""
    for option, value in _items(parsed, "data"):
        where = f"{name}: [data] {option}"
        if option == "name":
            _name(where, tables, value, notes)
        elif option == "netrc":
            netrc = value
        else:
            notes.append(f"{where} = {value}: {UNKNOWN}")
    return netrc


def switches(profiles: list[dict[str, Any]]) -> dict[str, Any]:
    """Take out of the profiles the switches that are the same in all; returns these."""
    made = {}
    for option in ("annotate", "warnings"):
        given = [profile.get(option) for profile in profiles]
        if given[0] is not None and all(value == given[0] for value in given):
            made[option] = given[0]
            for profile in profiles:
                del profile[option]
    return made


def mail(profiles: list[dict[str, Any]], tables: dict[str, Any],
         notes: list[str]) -> dict[str, Any]:
    """The table ``mail`` where anybody has an address, which there are none but e-mail's."""
    told = [process.get(key) for profile in profiles for process in profile["process"].values()
            for key in ("success", "failure", "exception")]
    if not tables.get("parties"):
        notes.append("no file names whom the supervisor tells of its own troubles: write operators "
                     "= [...] into [parties]")
    if not any(told) and not tables.get("parties"):
        return {}
    notes.append("the machine's mail program sent letters: [mail] server = localhost, port 25, "
                 f"without encryption or login; as sender write an address instead of "
                 f"{MAIL['sender']} to which answers may go")
    return dict(MAIL)


def _items(parsed, section):
    name = section_of(parsed, section)
    if name is None:
        return []
    return [(option, (value or "").strip().strip('"')) for option, value in parsed.items(name)
            if option not in parsed.defaults()]


def _once(where, tables, table, key, value, notes):
    """Settings of one daemon, of which the first child's holds."""
    if value and tables.setdefault(table, {}).setdefault(key, value) != value:
        shown = ["one that is not shown" if "@" in one else one
                 for one in (value, tables[table][key])]
        notes.append(f"{where} = {shown[0]}: {table}.{key} is one for all searches, {shown[1]}, as "
                     "in the files before")


def _name(where, tables, value, notes):
    """By which heartbeats are answered: that of one of many children would be that of no other."""
    given = tables.setdefault("operators", {}).setdefault("name", value)
    if given != value:
        tables["operators"]["name"] = SUPERVISOR
        notes.append(f"{where} = {value}: operators.name is one for all searches, {SUPERVISOR}; "
                     "have the monitor of heartbeats expect it")


def _logs(where, tables, value, notes):
    """A folder of its own: in it the logs of old candidates are deleted in the end."""
    folder = str(Path(value or ".") / "supervisor")
    notes.append(f"{where} = {value}: the logs are in {folder}, so that those of the earlier "
                 "system are left as they are")
    _once(where, tables, "logs", "folder", folder, notes)
