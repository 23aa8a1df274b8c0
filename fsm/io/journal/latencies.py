"""Reads from a journal how long its checks have taken."""

import sqlite3
from contextlib import closing
from pathlib import Path

from fsm.errors import JournalError

# A process, its check, the state that this has come to, and three spans in seconds.
Span = tuple[str, str, str, float | None, float | None, float | None]


def rows(path: str | Path, since: float) -> list[Span]:
    """The checks that have come to an end.

    Args:
        path: of the journal, which may be in use.
        since: only candidates created since then, unix seconds.

    Returns:
        Tuples (process, check, state, seconds since the candidate's creation, since its process's
        start, since its stage's start; None where the annotation is missing).

    Raises:
        JournalError: where it cannot be read.
    """
    if not Path(path).exists():
        raise JournalError(f"{path}: there is no journal; name it with --journal, or its "
                           "configuration with --config")
    try:
        with closing(sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True,
                                     timeout=10)) as db:
            return db.execute(
                'SELECT process, "check", state, at - created, at - started, at - began '
                "FROM latencies WHERE created >= ? ORDER BY process, \"check\"",
                (max(since, -1e18),)).fetchall()
    except sqlite3.Error as error:
        raise JournalError(f"{path}: no journal with latencies: {error}") from None
