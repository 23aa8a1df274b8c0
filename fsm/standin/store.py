"""What the stand-in remembers: one SQLite file, so that it survives a restart."""

import json
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from fsm.core.evidence.fields import Plain

TABLES = """
CREATE TABLE IF NOT EXISTS objects (id TEXT PRIMARY KEY, kind TEXT, created REAL, fields TEXT);
CREATE TABLE IF NOT EXISTS records (
    id TEXT, sort TEXT, name TEXT, created REAL, ended REAL, fields TEXT);
CREATE INDEX IF NOT EXISTS records_of ON records (id, sort, name);
CREATE TABLE IF NOT EXISTS files (
    id TEXT, name TEXT, version INTEGER, content BLOB, PRIMARY KEY (id, name, version));
"""
EVENT, SUPEREVENT = "event", "superevent"
LOG, LABEL, SIGNOFF, VOEVENT = "log", "label", "signoff", "voevent"
NOTICE, OBSERVATION, PERMISSION = "notice", "observation", "permission"
PRESENT = float("inf")
_THEN = "created <= ? AND (ended IS NULL OR ended > ?)"


class Store:
    """Events, superevents, and what was written about them.

    Args:
        path: of the SQLite file; ``:memory:`` keeps nothing.

    Attributes:
        moment: for which events, superevents and records are shown, unix seconds; changes within
            an event's own values are not kept.
    """

    def __init__(self, path: str | Path) -> None:
        self._lock, self.moment = threading.RLock(), PRESENT
        self._after: list[Callable[[], object]] | None = None
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.executescript("PRAGMA journal_mode = WAL;" + TABLES)

    def __enter__(self) -> Self:
        """One change at a time; where it ends with an error, it has not been."""
        self._lock.acquire()
        self._db.execute("BEGIN")
        self._after = []
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        try:
            self._db.execute("COMMIT" if error is None else "ROLLBACK")
            calls, self._after = self._after or [], None
            for call in calls if error is None else ():
                call()
        finally:
            self.moment = PRESENT
            self._lock.release()

    def then(self, call: Callable[[], object]) -> None:
        """Call a function once the present change is kept, and never where it is not."""
        if self._after is None:
            call()
        else:
            self._after.append(call)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def _rows(self, query: str, *values: object) -> list[Any]:
        with self._lock:
            return self._db.execute(query, values).fetchall()

    # -- events and superevents -----------------------------------------------------------------

    def put(self, graceid: str, kind: str, created: float, fields: Plain) -> None:
        """Keep an event or superevent, new or changed."""
        self._rows("INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?)", graceid, kind, created,
                   json.dumps(fields))

    def get(self, graceid: str) -> Plain | None:
        """The values of an event or superevent, None where there is none."""
        found = self._rows("SELECT fields FROM objects WHERE id = ? AND created <= ?", graceid,
                           self.moment)
        return json.loads(found[0][0]) if found else None

    def ids_of(self, kind: str) -> list[str]:
        """The ids of all of a kind, the newest first."""
        return [row[0] for row in self._rows("SELECT id FROM objects WHERE kind = ? AND created "
                                             "<= ? ORDER BY created DESC, id DESC", kind,
                                             self.moment)]

    def ids(self, prefix: str) -> list[str]:
        """All ids that begin with a prefix."""
        return [row[0] for row in self._rows("SELECT id FROM objects WHERE id GLOB ?",
                                             prefix + "*")]

    # -- log entries, labels, sign-offs, notices ------------------------------------------------

    def add(self, graceid: str, sort: str, name: str | int, created: float, fields: Plain) -> None:
        """Keep a record about one of them; one of the same name ends."""
        self.remove(graceid, sort, name, created)
        self._rows("INSERT INTO records VALUES (?, ?, ?, ?, NULL, ?)", graceid, sort, str(name),
                   created, json.dumps(fields))

    def correct(self, graceid: str, sort: str, name: str | int, fields: Plain) -> None:
        """Change a record that stays the same one."""
        self._rows("UPDATE records SET fields = ? WHERE id = ? AND sort = ? AND name = ? AND ended "
                   "IS NULL", json.dumps(fields), graceid, sort, str(name))

    def records(self, graceid: str, sort: str) -> list[Plain]:
        """The records of one sort, in the order in which they were made."""
        rows = self._rows(f"SELECT fields FROM records WHERE id = ? AND sort = ? AND {_THEN} "
                          "ORDER BY rowid", graceid, sort, self.moment, self.moment)
        return [json.loads(row[0]) for row in rows]

    def count(self, graceid: str, sort: str) -> int:
        """How many records of one sort there are."""
        return self._rows(f"SELECT COUNT(*) FROM records WHERE id = ? AND sort = ? AND {_THEN}",
                          graceid, sort, self.moment, self.moment)[0][0]

    def record(self, graceid: str, sort: str, name: str | int) -> Plain | None:
        """One record, None where there is none."""
        rows = self._rows("SELECT fields FROM records WHERE id = ? AND sort = ? AND name = ? AND "
                          f"{_THEN}", graceid, sort, str(name), self.moment, self.moment)
        return json.loads(rows[0][0]) if rows else None

    def remove(self, graceid: str, sort: str, name: str | int, time: float) -> None:
        """End a record at a time, unix seconds."""
        self._rows("UPDATE records SET ended = ? WHERE id = ? AND sort = ? AND name = ? AND ended "
                   "IS NULL", time, graceid, sort, str(name))

    # -- other names ----------------------------------------------------------------------------

    def name(self, other: str, graceid: str, time: float) -> None:
        """Have an event or superevent known by another name too."""
        self.add("", "name", other, time, {"graceid": graceid})

    def named(self, name: str) -> str:
        """The GraceID behind a name, which is that itself where there is no other."""
        known = self.record("", "name", name)
        return known["graceid"] if known else name

    # -- files ----------------------------------------------------------------------------------

    def upload(self, graceid: str, name: str, content: bytes) -> int:
        """Keep a file's content as its next version; returns the version, from 0."""
        version = len(self._rows("SELECT 1 FROM files WHERE id = ? AND name = ?", graceid, name))
        self._rows("INSERT INTO files VALUES (?, ?, ?, ?)", graceid, name, version, content)
        return version

    def files(self, graceid: str) -> list[tuple[str, int]]:
        """Pairs (name, version) of all files."""
        return self._rows("SELECT name, version FROM files WHERE id = ? ORDER BY rowid", graceid)

    def content(self, graceid: str, name: str, version: int | None = None) -> bytes | None:
        """The content of a file, of its newest version where none is given; None without it."""
        newest = "SELECT content FROM files WHERE id = ? AND name = ? "
        if version is None:
            rows = self._rows(newest + "ORDER BY version DESC LIMIT 1", graceid, name)
        else:
            rows = self._rows(newest + "AND version = ?", graceid, name, version)
        return rows[0][0] if rows else None
