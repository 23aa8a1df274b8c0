"""What operators look at: a party's morning, health, commands, and the configuration in force."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import attrs
import sqlalchemy as sa

from fsm.core.charts.keys import without_key
from fsm.core.evidence.fields import Plain
from fsm.core.times import DAY
from fsm.daemon import wiring
from fsm.daemon.reload import ONLY_AT_START
from fsm.io.addresses import is_url, named
from fsm.io.journal import failed_inputs
from fsm.io.journal.told import commands
from fsm.notify.missed import WEEK, misses, of_party
from fsm.notify.problems import problems
from fsm.report.latency import read_open, statistics, suggested
from fsm.web.candidates import NotKnown
from fsm.web.pulse import Beat
from fsm.web.rights import Rights
from fsm.web.source import Look

COMMANDS_SHOWN = 200
NUMBER = re.compile(r"[0-9]{1,18}")
SECRET = re.compile(r"passw|secret|token|netrc|credential|key$", re.IGNORECASE)
PEOPLE = ("parties", "last_words")  # whose addresses are secrets themselves
HIDDEN = "(hidden)"
WEB_AT_START = ("url", "bind")  # all else of that table counts at once


def party(look: Look, name: str, now: float) -> Plain:
    """What a party has missed in the last day, and what is still open.

    Args:
        look: at the journal.
        name: of the party.
        now: unix seconds.

    Raises:
        NotKnown: where there is no such party.
    """
    settings = look.settings
    known = {*settings.running.parties, *wiring.told_parties(settings.policy)}
    if name not in known:
        raise NotKnown(f"there is no party {name:.80}")
    told = list(misses(look.journal, now - (1 + WEEK) * DAY, now))
    found = of_party(told, name, now, settings.context)
    alarms = [one for one in look.reminders.all() if name in one.message.to]
    wanted = {without_key(one["process"]) for one in found["false_alarms"]}
    stats = [one for process in sorted(wanted)
             for one in statistics(read_open(look.journal.opened, process))]
    return {"party": name, "parties": sorted(known), "since": now - DAY, **found,
            "open": problems(alarms, settings.context, now),
            "proposed": suggested(stats) if stats else {},
            "reached": bool(settings.context.book.addresses([name]))}


def party_rows(document: Plain) -> Iterator[list[object]]:
    """The misses of a party as rows of a table, the head first; times in seconds."""
    yield ["process", "title", "checks", "candidates", "a day in the week before",
           "longest lateness", "have not come"]
    for one in document["processes"]:
        yield [one["process"], one["title"], one["checks"], " ".join(one["candidates"]),
               round(one["before"], 2), "" if one["longest"] is None else round(one["longest"], 1),
               one["never"]]


def health(look: Look, beat: Beat) -> Plain:
    """How the supervisor fares, by what it has last said of itself and what the journal has."""
    settings = look.settings
    return {"alive": beat.alive, "why": beat.why, "heard": beat.heard, "status": beat.status,
            "failed": [failed_inputs.short(one) for one in failed_inputs.waiting(look.journal)],
            "own": problems(look.reminders.of(""), settings.context, beat.heard or 0.0),
            "unreached": wiring.unreached(settings.policy, settings.running),
            "journal": {"name": look.journal.name, "bytes": look.journal.opened.size},
            "memory": resident(os.getpid()), "rules": rules(look)}


def rules(look: Look) -> list[Plain]:
    """Which rules are in force where: the workers of a shared journal, each with what it judges by.
    """
    from fsm.io.journal.schema import WORKERS

    rows = look.journal.db.execute(sa.select(
        WORKERS.c.name, WORKERS.c.host, WORKERS.c.process, WORKERS.c.version, WORKERS.c.rules,
        WORKERS.c.began, WORKERS.c.beat).order_by(WORKERS.c.name))
    return [dict(row._mapping) for row in rows]


def resident(pid: int) -> int | None:
    """The memory that a process has, bytes; None where the system does not tell."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except (OSError, IndexError):
        return None
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def given_commands(look: Look, before: str = "") -> Plain:
    """Commands of operators, the last first, with who and why.

    Args:
        look: at the journal.
        before: the number of a command, as somebody has given it: only those before it are shown;
            "" for the last ones.
    """
    number = int(before) if NUMBER.fullmatch(before) else None
    found = commands(look.journal, most=COMMANDS_SHOWN + 1, before=number)
    shown = found[:COMMANDS_SHOWN]
    return {"commands": shown, "before": number,
            "older": shown[-1]["number"] if len(found) > COMMANDS_SHOWN else None}


def configuration(look: Look, beat: Beat, name: str | None, rights: Rights) -> Plain:
    """The configuration as the pages have read it, and what is known of the one the daemon runs.

    Args:
        look: with the settings.
        beat: how the daemon fares.
        name: of the configuration, None for that without any.
        rights: as they are now.
    """
    running = attrs.evolve(look.settings.running, web=rights.running.web)
    tables = {field.name: safe(field.name, _plain(getattr(running, field.name)))
              for field in attrs.fields(type(running))}
    status = beat.status or {}
    in_force: Plain | None = status.get("configured") or None
    return {"name": name or "", "tables": tables, "since": status.get("since"),
            "changed": changed(name), "read": look.settings.read, "in_force": in_force,
            "waits": [*rights.faults, *_waiting(look, rights, in_force, changed(name))],
            "profiles": [one.name for one in look.settings.policy.profiles],
            "timing": attrs.asdict(look.settings.policy.timing),
            "warnings": look.settings.policy.warnings, "annotate": look.settings.policy.annotate}


def changed(name: str | None) -> float | None:
    """When the file of a configuration was written last, unix seconds; None where there is none."""
    try:
        return os.stat(name).st_mtime if name else None
    except OSError:
        return None


def _waiting(look: Look, rights: Rights, in_force: Plain | None, written: float | None
             ) -> Iterator[str]:
    """The tables that are other than those which are in force: they wait for a reload or a
    restart."""
    if in_force is None:
        yield "the supervisor has not said which configuration it runs"
    elif written is not None and written > in_force["read"]:
        yield "it was written after the supervisor had read it, which waits for a reload"
    for name in (in_force or {}).get("after_restart", ()):
        yield f"[{name}] has changed since the supervisor was started; it counts after a restart"
    there = rights.running
    for field in attrs.fields(type(there)):
        if field.name != "web" and (
                getattr(there, field.name) != getattr(look.settings.running, field.name)):
            yield (f"[{field.name}] has changed; it counts only after a "
                   f"{'restart' if field.name in ONLY_AT_START else 'reload'}")
    for key in WEB_AT_START:
        if getattr(there.web, key) != getattr(rights.began, key):
            yield f"web.{key} has changed; it counts only after the pages were started again"


def _plain(value: Any) -> Any:
    if attrs.has(type(value)):
        return {field.name: _plain(getattr(value, field.name))
                for field in attrs.fields(type(value)) if not field.name.startswith("_")}
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def safe(key: str, value: Any) -> Any:
    """A value of a configuration without secrets: what has a telling name is hidden, and of
    addresses what only those need to know who reach them.

    Args:
        key: its name.
        value: plain.
    """
    if isinstance(value, dict):
        inside = {name: key if key in PEOPLE else name for name in value}
        return {name: safe(inside[name], one) for name, one in value.items()}
    if isinstance(value, list):
        return [safe(key, one) for one in value]
    if not isinstance(value, str) or not value:
        return value
    if SECRET.search(key):
        return HIDDEN
    if is_url(value):
        return named(value) if key in PEOPLE else _address(value)
    return value


def _address(value: str) -> str:
    """A web address or that of a database without account and query; of another kind its name."""
    parts = urlsplit(value)
    if parts.scheme in ("http", "https", "postgresql", "kafka"):
        host = parts.netloc.rpartition("@")[2]
        return f"{parts.scheme}://{host}{parts.path}"
    return named(value)
