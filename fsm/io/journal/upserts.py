"""Rows that may be there already: one way to write them that both databases take.

SQLite has taken over PostgreSQL's ``ON CONFLICT``, so the statement of that serves for both.
"""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import Insert, insert


def add_new(table: sa.Table) -> Insert:
    """A statement that adds rows, but for those that any of the table's keys knows already."""
    return insert(table).on_conflict_do_nothing()


def upsert(table: sa.Table, keys: Iterable[str], columns: Iterable[str]) -> Insert:
    """A statement that adds rows, or changes columns of those that there are.

    Args:
        table: one of :mod:`fsm.io.journal.schema`.
        keys: names of the columns that tell a row from others.
        columns: names of those that are changed.
    """
    made = insert(table)
    return made.on_conflict_do_update(index_elements=list(keys),
                                      set_={name: made.excluded[name] for name in columns})
