"""Stopped dead at each boundary of a migration, a journal is migrated by who opens it next."""

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

from fsm.io.journal.journal import Journal
from tests.faults.boundaries import Recorder, told_of
from tests.faults.world import State, World

KEPT = Path(__file__).parents[1] / "io/journal/version_7.db.gz"


def dumped(path):
    """All that is in a journal."""
    with closing(sqlite3.connect(path)) as db:
        return [db.execute("PRAGMA user_version").fetchone(), *db.iterdump()]


def test_stopped_dead_while_it_is_migrated(tmp_path):
    recorder = Recorder(World(tmp_path / "calm", State((("journal.db", gzip.decompress(
        KEPT.read_bytes())),))))
    with told_of(recorder.world):
        Journal(recorder.world.folder / "journal.db").close()
    calm = dumped(recorder.world.folder / "journal.db")
    assert "after ALTER" in recorder.names and len(recorder.states) > 3
    for number, (name, state) in enumerate(recorder.states):
        world = World(tmp_path / f"{number}", state)
        Journal(world.folder / "journal.db").close()
        assert dumped(world.folder / "journal.db") == calm, name
