"""The tables in PostgreSQL: as the schema has them, changed beside or only after older programs."""

import shutil

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from fsm.errors import JournalError
from fsm.io.journal.journal import Journal
from fsm.io.journal.postgresql import PostgreSQL
from fsm.io.journal.schema import METADATA
from fsm.io.journal.upgrading import REVISIONS, prepare

NEXT = '''"""One more."""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "{this}", "{before}"
BESIDE = {beside}
def upgrade():
    op.add_column("facts", sa.Column("new{this}", sa.Text))
'''
LATEST = max(path.name[1:5] for path in (REVISIONS / "versions").glob("v*.py"))


@pytest.fixture
def database(postgres):
    made = PostgreSQL(postgres.create())
    yield made
    made.close()


@pytest.fixture
def later(tmp_path):
    """Makes the revisions of a later program, of which each may be made beside the one before."""
    def make(*beside):
        folder = tmp_path / "".join(map(str, beside))
        shutil.copytree(REVISIONS, folder)
        before = LATEST
        for number, may in enumerate(beside):
            this = f"x{number}"
            (folder / "versions" / f"{this}.py").write_text(
                NEXT.format(this=this, before=before, beside=may))
            before = this
        return folder

    return make


def made(database, folder=REVISIONS):
    with database.engine.connect() as db:
        db.exec_driver_sql("BEGIN")
        try:
            prepare(db, folder)
            db.commit()
        except BaseException:
            db.rollback()
            raise
        return {row[0] for row in db.execute(sa.text(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'facts'"))}


def alive(database, seconds=0):
    with database.engine.connect() as db:
        db.execute(sa.text("DELETE FROM workers"))
        db.execute(sa.text("INSERT INTO workers (name, beat) VALUES ('w1', extract(epoch from "
                           f"clock_timestamp()) - {seconds})"))


def test_the_tables_are_those_of_the_schema(database):
    made(database)
    with database.engine.connect() as db:
        context = MigrationContext.configure(db, opts={
            "include_name": lambda name, kind, parents: kind != "table" or name in METADATA.tables})
        differences = compare_metadata(context, METADATA)
    assert differences == []


def test_it_is_made_once(database):
    assert made(database) == made(database) == {"name", "value"}


def test_what_may_be_made_beside_older_programs_is_and_these_go_on(database, later):
    made(database)
    alive(database)
    assert made(database, later(True, True)) == {"name", "value", "newx0", "newx1"}
    assert made(database) == {"name", "value", "newx0", "newx1"}
    Journal(database).close()  # and begin too


def test_what_may_not_waits_until_older_programs_have_stopped(database, later):
    made(database)
    alive(database)
    with pytest.raises(JournalError, match="cannot be made while .* older one run: stop w1"):
        made(database, later(True, False))
    alive(database, 100)
    assert made(database, later(False)) == {"name", "value", "newx0"}
    with pytest.raises(JournalError, match=f"version x0, this program knows up to {LATEST}"):
        made(database)
    with pytest.raises(JournalError, match="use the newer program"):
        Journal(PostgreSQL(database._url))


def test_one_that_is_cut_off_has_changed_nothing(database, later):
    made(database)
    folder = later(True)
    name = folder / "versions" / "x0.py"
    name.write_text(name.read_text() + "    op.execute('rubbish')\n")
    with pytest.raises(JournalError):
        made_of = Journal(database)
        with made_of.writing():
            prepare(made_of.db.whole, folder)
    assert made(database) == {"name", "value"}
