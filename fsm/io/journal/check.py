"""Looks for what is wrong in a journal, without changing anything; its supervisor may run."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

from fsm.core.engine.effects import Ask, Transition
from fsm.core.engine.inputs import Unreadable
from fsm.core.evidence.fields import Plain
from fsm.errors import JournalError
from fsm.io.journal import codec
from fsm.io.journal.codec import unpacked
from fsm.io.journal.errors import meant
from fsm.io.journal.migrations import MIGRATIONS, lacking
from fsm.io.journal.outgoing import read_effect
from fsm.io.jsonio import loads
from fsm.io.paths import shown

# Candidates, the place of the last input acted on by themselves and by the inputs, and how many of
# these are missing; the first ones may have been dropped when it had left, before it came again.
_PLACES = ("SELECT c.graceid, c.seq, COALESCE(MAX(i.seq), 0) AS last, "
           "MAX(i.seq) - MIN(i.seq) + 1 - COUNT(i.seq) AS missing FROM candidates AS c "
           "LEFT JOIN inputs AS i ON i.graceid = c.graceid GROUP BY c.graceid, c.seq "
           "HAVING c.seq <> last OR missing <> 0")
MOST = 20  # findings of one kind that are told one by one


def there(path: str | Path) -> Path:
    """Refuse a journal that is none, or cannot be opened; returns its path without links.

    Raises:
        JournalError: which says what is there instead.
    """
    path, name = Path(path), shown(path)
    try:
        real = path.resolve(strict=True)
        if not real.is_file():
            raise JournalError(f"{name}: it is no file, so no journal")
        if not os.access(real, os.R_OK):  # opened and closed, it would lose SQLite's locks on it
            raise JournalError(f"{name}: you may not read it")
        return real
    except FileNotFoundError:
        raise JournalError(f"{name}: there is no journal; give its file, or its configuration with "
                           "--config") from None
    except OSError as error:
        raise JournalError(f"{name}: {error.strerror}") from None


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that cannot write, to a journal that may be in use.

    Args:
        path: as :func:`there` returns it.
    """
    address = f"file:{quote_from_bytes(str(path).encode('utf-8', 'surrogateescape'))}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=10, isolation_level=None)) as db:
        yield db


def quick_fault(path: Path) -> str:
    """The first damage that a quick look finds, in SQLite's words; "" for none.

    Args:
        path: as :func:`there` returns it.

    Raises:
        JournalError: where it cannot be read.
    """
    try:
        with reading(path) as db:
            said = [line for (line,) in db.execute("PRAGMA quick_check(1)") if line != "ok"]
    except sqlite3.Error as error:
        raise meant(path, error) from None
    return " ".join(said[0].split()) if said else ""


def check(path: str | Path, quick: bool = False) -> Plain:
    """What there is in a journal, and what is wrong.

    Args:
        path: of its file.
        quick: whether indexes are not compared with their tables, nor contents read.

    Returns:
        A mapping with ``journal``, ``version``, ``sound``, ``findings`` (sentences) and, as far as
        they can be read, the numbers of ``inputs``, ``not_acted_on``, ``candidates``, ``archived``
        and ``waiting`` messages.

    Raises:
        JournalError: where there is no file, or it may not be read.
    """
    real = there(path)
    found: Plain = {"journal": str(path), "version": None, "sound": False,
                    "bytes": real.stat().st_size}
    with reading(real) as db:
        findings = _Findings()
        with findings.of("it cannot be read"):
            db.execute("BEGIN")  # one state of it, whatever is written meanwhile
            found["version"] = db.execute("PRAGMA user_version").fetchone()[0]
            _structure(db, findings, quick)
        if _is_of_today(found["version"], db, findings):
            _consistency(db, findings, found)
            if not quick:
                _contents(db, findings)
    told = findings.told()
    return {**found, "sound": not told, "findings": told}


class _Findings:
    """Sentences, of each kind not too many."""

    def __init__(self) -> None:
        self._kinds: dict[str, list[str]] = {}

    def add(self, kind: str, sentence: str) -> None:
        self._kinds.setdefault(kind, []).append(sentence)

    @contextmanager
    def of(self, what: str) -> Iterator[None]:
        """What the database cannot do within is a finding."""
        try:
            yield
        except sqlite3.Error as error:
            self.add(what, f"{what}: {error}")

    def told(self) -> list[str]:
        told = []
        for kind, sentences in self._kinds.items():
            told += sentences[:MOST]
            if len(sentences) > MOST:
                told.append(f"{kind}: {len(sentences) - MOST} more of this kind")
        return told


def _structure(db: sqlite3.Connection, findings: _Findings, quick: bool) -> None:
    pragma = "quick_check" if quick else "integrity_check"
    for (said,) in db.execute(f"PRAGMA {pragma}({MOST})"):
        if said != "ok":
            findings.add(pragma, f"{pragma}: {' '.join(said.split())}")


def _is_of_today(version: int | None, db: sqlite3.Connection, findings: _Findings) -> bool:
    """Whether its tables can be judged; one of an older version need not have them."""
    if version is None:
        return False
    if version > len(MIGRATIONS):
        findings.add("version", f"it has version {version}, this program knows up to "
                                f"{len(MIGRATIONS)}: use the newer program that wrote it")
        return False
    if version < len(MIGRATIONS):
        with findings.of("it cannot be read"):
            if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'inputs'").fetchone():
                findings.add("version", "it is no journal: it has no table of inputs")
        return False
    missing = []
    with findings.of("its tables cannot be read"):
        missing = lacking(db.execute)
    for one in missing:
        findings.add("missing", f"it lacks {one}")
    return not missing


def _consistency(db: sqlite3.Connection, findings: _Findings, found: Plain) -> None:
    """What the tables say of each other."""
    def number(query: str, *values: Any) -> int:
        return db.execute(query, values).fetchone()[0] or 0

    with findings.of("its tables cannot be counted"):
        found.update({name: number(f"SELECT COUNT(*) FROM {table}") for name, table in (
            ("inputs", "inputs"), ("not_acted_on", "inputs WHERE seq IS NULL"),
            ("candidates", "candidates"), ("archived", "archive"),
            ("waiting", "outbox WHERE done IS NULL"))})
        for graceid, seq, last, missing in db.execute(_PLACES):
            if seq != last:
                findings.add("candidate", f"candidate {graceid}: as it is after input {seq} about "
                                          f"it, but {last} is the last that was acted on")
            if missing:
                findings.add("candidate", f"candidate {graceid}: {missing} of its inputs up to "
                                          f"{last} are missing")
        for graceid, stored, seq in db.execute("SELECT graceid, stored, seq FROM candidates "
                                               "WHERE stored > seq"):
            findings.add("candidate", f"candidate {graceid}: stored after input {stored} about it, "
                                      f"but {seq} is the last that was acted on")


def _input(time: float, graceid: Any, kind: Any, body: Any) -> None:
    item = codec.read(float(time), _text(graceid), _text(kind), body).item
    if isinstance(item, Unreadable):
        raise item.error


def _text(value: Any) -> Any:
    return value.decode() if isinstance(value, bytes) else value


def _alarm(later: Any, reminded: Any, body: bytes) -> None:
    float(later), int(reminded), read_effect(body)


# What is read of which table: its key, the columns, and how they are read.
_READ: tuple[tuple[str, str, str, Callable[..., object]], ...] = (
    ("inputs", "number", "time, graceid, kind, body", _input),
    ("candidates", "graceid", "body", lambda body: body and loads(body)),
    ("archive", "graceid", "body", lambda body: loads(unpacked(body))),
    ("outbox", "number", "body", read_effect),
    ("post", "number", "body", read_effect),
    ("alarms", "name", "next, reminded, body", _alarm),
    ("history", "number", "body", lambda body: [Transition(*one) for one in loads(body)]),
    ("questions", "question", "body", lambda body: Ask(**loads(body))),
    ("facts", "name", "value", loads),
)


def _contents(db: sqlite3.Connection, findings: _Findings) -> None:
    """Read everything that a supervisor may have to read."""
    db.text_factory = bytes  # what is no UTF-8 is a row's matter, not its table's
    for table, key, columns, read in _READ:
        with findings.of(f"the table {table} cannot be read to its end"):
            for name, *values in db.execute(f"SELECT {key}, {columns} FROM {table}"):
                try:
                    read(*values)
                except Exception as error:  # whatever damage leads to
                    name = name.decode("utf-8", "replace") if isinstance(name, bytes) else name
                    findings.add(table, f"{table} {name}: cannot be read "
                                        f"({type(error).__name__}: {error!s:.80})")
