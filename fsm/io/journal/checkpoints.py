"""Takes what the write-ahead log has into a journal's file, beside the main loop.

SQLite does it by itself too, but within a commit, and whoever waits for that would wait for both.
"""

import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path


class Checkpoints:
    """Does it on a connection of its own.

    Args:
        path: of the journal's file, which is open.
        lost: tells what has become of that under its name, "" where it is all right.
    """

    def __init__(self, path: Path, lost: Callable[[], str]) -> None:
        self._path, self._lost = path, lost
        self._beside = ThreadPoolExecutor(1, thread_name_prefix="checkpoint")
        self._under_way: Future[None] | None = None
        self._db: sqlite3.Connection | None = None
        self._closed = False

    def begin(self) -> None:
        """Begin it, unless one is under way, or it is closed."""
        if not self._closed and (self._under_way is None or self._under_way.done()):
            self._under_way = self._beside.submit(self._do)

    def close(self) -> None:
        """Wait for that which is under way, and do no more."""
        self._closed = True
        self._beside.shutdown()
        if self._db is not None:
            self._db.close()

    def _do(self) -> None:
        with suppress(sqlite3.Error):  # whatever it is, a commit meets it too
            if self._db is None and not self._lost():
                self._db = sqlite3.connect(f"{self._path.as_uri()}?mode=rw", uri=True,
                                           check_same_thread=False)
            if self._db is not None:
                self._db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
