"""Brings the tables of a journal in PostgreSQL up to date, while others may be using them."""

from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import Script, ScriptDirectory

from fsm.errors import JournalError
from fsm.io.journal.schema import FACTS, NOW, WORKERS
from fsm.io.journal.upserts import upsert

REVISIONS = Path(__file__).parent / "revisions"
OLDEST = "oldest revision"  # the fact: the oldest one whose programs can use the tables as they are
GONE = 60.0  # seconds without a sign of life after which a supervisor does not count


def prepare(db: sa.Connection, revisions: Path = REVISIONS) -> None:
    """Make the tables, or what is new of them, within the caller's transaction.

    Args:
        db: SQLAlchemy connection.
        revisions: folder with Alembic's modules.

    Raises:
        JournalError: where a newer program has made them such that this one cannot use them, or
            supervisors of an older one run that could not after that.
    """
    config = Config(attributes={"connection": db})
    config.set_main_option("script_location", str(revisions))
    scripts = ScriptDirectory.from_config(config)
    ours = list(scripts.walk_revisions())  # the newest first
    there = MigrationContext.configure(db).get_current_revision()
    names = [one.revision for one in ours]
    if there is not None and there not in names:
        _as_newer(db, there, names)
        return
    fresh = ours[:names.index(there)] if there is not None else ours
    if fresh:
        breaking = [one for one in fresh if not one.module.BESIDE]
        if there is not None and breaking:
            _wait_for_older(db, breaking)
        command.upgrade(config, "head")
        if breaking:
            db.execute(upsert(FACTS, ["name"], ["value"]),
                       {"name": OLDEST, "value": f'"{breaking[0].revision}"'})


def _as_newer(db: sa.Connection, there: str, known: Sequence[str]) -> None:
    oldest = db.scalar(sa.select(FACTS.c.value).where(FACTS.c.name == OLDEST)) or ""
    if oldest.strip('"') not in known:
        raise JournalError(f"its tables have version {there}, this program knows up to "
                           f"{known[0]}: use the newer program that made them")


def _wait_for_older(db: sa.Connection, breaking: Sequence[Script]) -> None:
    alive = db.scalars(sa.select(WORKERS.c.name).where(WORKERS.c.beat > NOW - GONE)).all()
    if alive:
        raise JournalError(f"version {breaking[0].revision} of its tables cannot be made while "
                           f"supervisors of an older one run: stop {', '.join(alive)}, and start "
                           "this one again")
