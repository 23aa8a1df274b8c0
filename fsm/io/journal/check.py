"""Looks for what is wrong in a journal, without changing anything; its supervisor may run."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import sqlalchemy as sa

from fsm.core.engine.effects import Ask, Transition
from fsm.core.engine.inputs import Unreadable
from fsm.core.evidence.fields import Plain
from fsm.io.journal import codec, consistency
from fsm.io.journal.codec import unpacked
from fsm.io.journal.findings import MOST, Findings
from fsm.io.journal.migrations import MIGRATIONS, lacking
from fsm.io.journal.outgoing import read_effect
from fsm.io.journal.reading import Opened, opened
from fsm.io.journal.schema import (
    ALARMS,
    ARCHIVE,
    CANDIDATES,
    FACTS,
    HISTORY,
    INPUTS,
    METADATA,
    OUTBOX,
    POST,
    QUESTIONS,
)
from fsm.io.jsonio import loads

AT_ONCE = 500  # rows that are fetched together
Further: TypeAlias = Callable[[sa.Connection, Findings], Plain]
Progress: TypeAlias = Callable[[str, int, int], object]  # doing what, how many are done, of all


def unseen(doing: str, done: int, whole: int) -> None:
    """The progress that nobody looks at."""


def check(where: str | Path, quick: bool = False, at_rest: bool = False,
          further: Further | None = None, progress: Progress = unseen) -> Plain:
    """What there is in a journal, and what is wrong.

    Args:
        where: path of its file, or address of its database.
        quick: whether indexes are not compared with their tables, nor contents read.
        at_rest: whether nothing may wait to be acted on.
        further: function that is called last, with a connection and :class:`Findings`; what it
            returns is added.
        progress: called now and then.

    Returns:
        A mapping with ``journal``, ``version`` (of a file), ``sound``, ``findings`` (sentences)
        and, as far as they can be read, the numbers of ``inputs``, ``not_acted_on``,
        ``candidates``, ``archived`` and ``waiting`` messages.

    Raises:
        JournalError: where there is none, or it may not be read.
    """
    with opened(where) as journal:
        found: Plain = {"journal": journal.name, "version": None, "sound": False,
                        "bytes": journal.size}
        findings = Findings(journal)
        with findings.of("it cannot be read"):
            if journal.now is None:
                found["version"] = journal.db.exec_driver_sql("PRAGMA user_version").scalar_one()
                _structure(journal.db, findings, quick)
        if _is_of_today(found["version"], journal, findings):
            if at_rest:
                with findings.of("what waits cannot be read"):
                    consistency.rest(journal.db, findings, journal.now)
            _look(journal, findings, found, quick, progress)
            if further:
                with findings.of("not everything could be looked at"):
                    found.update(further(journal.db, findings))
    told = findings.told()
    return {**found, "sound": not told, "findings": told}


def _look(journal: Opened, findings: Findings, found: Plain, quick: bool,
          progress: Progress) -> None:
    db = journal.db
    with findings.of("its tables cannot be counted"):
        found.update(consistency.counts(db))
        consistency.places(db, findings)
    if quick:
        return
    with findings.of("its tables cannot be compared"):
        consistency.times(db, findings)
        consistency.doubles(db, findings)
        if journal.now is not None:
            consistency.claims(db, findings, journal.now)
    _contents(db, findings, lambda done: progress("reading inputs", done, found.get("inputs", 0)))
    with findings.of("its letters cannot be read"):
        consistency.letters(db, findings)


def _structure(db: sa.Connection, findings: Findings, quick: bool) -> None:
    pragma = "quick_check" if quick else "integrity_check"
    for (said,) in db.exec_driver_sql(f"PRAGMA {pragma}({MOST})"):
        if said != "ok":
            findings.add(pragma, f"{pragma}: {' '.join(said.split())}")


def _is_of_today(version: int | None, journal: Opened, findings: Findings) -> bool:
    """Whether its tables can be judged; one of an older version need not have them."""
    if journal.now is None and version is None:
        return False
    if version is not None and version > len(MIGRATIONS):
        findings.add("version", f"it has version {version}, this program knows up to "
                                f"{len(MIGRATIONS)}: use the newer program that wrote it")
        return False
    missing = None
    with findings.of("its tables cannot be read"):
        missing = lacking(journal.db)
    is_none = missing is not None and f"the table {INPUTS.name}" in missing
    if version is not None and version < len(MIGRATIONS) or (
            missing and len(missing) == len(METADATA.tables) and is_none):
        if is_none:
            findings.add("version", "it is no journal: it has no table of inputs")
        return False
    for one in missing or ():
        findings.add("missing", f"it lacks {one}")
    return missing == []


def _input(time: Any, graceid: Any, kind: Any, body: Any) -> None:
    for text in (graceid, kind):
        text.encode()  # raises where it is no UTF-8
    item = codec.read(float(time), graceid, kind, body).item
    if isinstance(item, Unreadable):
        raise item.error


def _alarm(later: Any, reminded: Any, body: bytes) -> None:
    float(later), int(reminded), read_effect(body)


# What is read of which table: its key, the columns, and how they are read.
_READ: tuple[tuple[sa.Table, str, tuple[str, ...], Callable[..., object]], ...] = (
    (INPUTS, "number", ("time", "graceid", "kind", "body"), _input),
    (CANDIDATES, "graceid", ("body",), lambda body: body and loads(body)),
    (ARCHIVE, "graceid", ("body",), lambda body: loads(unpacked(body))),
    (OUTBOX, "number", ("body",), read_effect),
    (POST, "number", ("body",), read_effect),
    (ALARMS, "name", ("next", "reminded", "body"), _alarm),
    (HISTORY, "number", ("body",), lambda body: [Transition(*one) for one in loads(body)]),
    (QUESTIONS, "question", ("body",), lambda body: Ask(**loads(body))),
    (FACTS, "name", ("value",), loads),
)


def _contents(db: sa.Connection, findings: Findings, progress: Callable[[int], object]) -> None:
    """Read everything that a supervisor may have to read."""
    for table, key, columns, read in _READ:
        # As they are there: columns of the schema would refuse what is not of their types.
        wanted: list[Any] = [sa.column(name) for name in (key, *columns)]
        query = sa.select(*wanted).select_from(table)
        with findings.of(f"the table {table.name} cannot be read to its end"):
            rows = db.execute(query, execution_options={"yield_per": AT_ONCE})
            for count, (name, *values) in enumerate(rows):
                if table is INPUTS and count % AT_ONCE == 0:
                    progress(count)
                try:
                    read(*values)
                except Exception as error:  # whatever damage leads to
                    findings.add(table.name, f"{table.name} {name}: cannot be read "
                                             f"({type(error).__name__}: {error!s:.80})")
