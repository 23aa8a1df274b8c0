"""Journals in a file of SQLite and in a PostgreSQL database, to be looked at and broken."""

import shutil

import pytest
import sqlalchemy as sa

from fsm.io.journal.postgresql import PostgreSQL
from fsm.io.journal.sqlite import SQLite

KINDS = ("file", "database")


class Stored:
    """A journal that nobody has open.

    Args:
        where: path of its file, or address of its database.
    """

    def __init__(self, where):
        self.where = where
        self.in_file = not str(where).startswith("postgresql://")

    def database(self):
        """What the journal is opened with."""
        return (SQLite if self.in_file else PostgreSQL)(self.where)

    def execute(self, *statements, **values):
        """Execute statements; returns the rows of the last one."""
        url = sa.URL.create("sqlite", database=str(self.where)) if self.in_file else \
            self.where.replace("://", "+psycopg://")
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        with engine.begin() as db:
            for one in statements:
                made = db.execute(sa.text(one), values if one is statements[-1] else {})
            return [tuple(row) for row in made] if made.returns_rows else []

    def without_constraint(self, table):
        """Take the unique constraints of a table away."""
        if self.in_file:
            self.execute(f"CREATE TABLE copied AS SELECT * FROM {table}", f"DROP TABLE {table}",
                         f"ALTER TABLE copied RENAME TO {table}")
            return
        for (name,) in self.execute("SELECT conname FROM pg_constraint WHERE contype = 'u' "
                                    f"AND conrelid = '{table}'::regclass"):
            self.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")


class Journals:
    """Makes them, of one kind.

    Args:
        kind: one of ``KINDS``.
        folder: for files.
        postgres: :class:`~tests.servers.postgres.Postgres`.
    """

    def __init__(self, kind, folder, postgres):
        self.kind, self.folder, self.postgres, self._made = kind, folder, postgres, []

    def new(self, like=None):
        """A new one without tables, or such as another one is."""
        if self.kind == "file":
            path = self.folder / f"j{len(self._made)}.db"
            if like:
                shutil.copy(like.where, path)
            made = Stored(path)
        else:
            made = Stored(self.postgres.create(like.where if like else ""))
        self._made.append(made)
        return made

    def drop(self, made):
        """Remove one."""
        if made.in_file:
            made.where.unlink()
        else:
            self.postgres.drop(made.where)


def breakable(fill):
    """Two fixtures: journals of each kind with one in which all is well, and one like that which
    may be broken.

    Args:
        fill: function that puts into a new journal what it should hold.
    """
    @pytest.fixture(scope="module", params=KINDS)
    def sound(request, tmp_path_factory, postgres):
        journals = Journals(request.param, tmp_path_factory.mktemp("sound"), postgres)
        stored = journals.new()
        fill(stored)
        return journals, stored

    @pytest.fixture
    def stored(sound):
        journals, like = sound
        made = journals.new(like)
        yield made
        journals.drop(made)

    return sound, stored
