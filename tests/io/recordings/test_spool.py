"""What is put aside comes back as it was, and a full disk is said plainly."""

import errno
import tempfile

import pytest

from fsm.core.engine.effects import Notify
from fsm.core.evidence.alert import Alert
from fsm.core.evidence.entries import LogEntry, Signoff
from fsm.errors import RecordingError
from fsm.io.recordings import spool
from fsm.io.recordings.spool import Rows, Spool, Table

TOLD = Notify(1.5, "G1", "idq", "start", "failure", ("a", "b"), "nothing came", "key")


@pytest.fixture(params=[0, 4_000_000], ids=["on the disk", "in memory"])
def room(request, monkeypatch):
    monkeypatch.setattr(spool, "IN_MEMORY", request.param)


def test_rows_are_read_in_their_order_as_often_as_one_likes(room):
    rows = Rows()
    assert list(rows) == [] and not rows
    made = [TOLD._replace(time=float(number)) for number in range(2 * spool.BLOCK + 3)]
    for number, one in enumerate(made):
        rows.append(one)
        assert len(rows) == number + 1
    assert list(rows) == made == list(rows)
    assert type(next(iter(rows))) is Notify


@pytest.mark.parametrize("one", [
    Alert("G1", "log", 1.0, 2.0, entry=LogEntry(1.0, 3, "hello", "a.fits", 1, frozenset({"pe"}))),
    Alert("S1", "new", 1.0, 2.0, {"far": 1e-9}, labels=("INJ",), superevent=None, today=True),
    Alert("G1", "signoff", 1.0, 2.0, signoff=(("OP", "H1"), Signoff(2.0, "OK")), made=0.5)])
def test_alerts_come_back_as_they_were(room, one):
    table = Table()
    table["a"] = [one, one.entry]
    alert, entry = table["a"]
    assert alert == one and alert.entry is entry


def test_a_table_holds_what_it_was_given_last(room):
    table = Table()
    for key, value in (("a", {"x": (1, 2)}), ("b", None), ("a", {"x": [3]})):
        table[key] = value
    assert dict(table) == {"a": {"x": [3]}, "b": None}
    table.drop("a")
    table.drop("a")
    del table["b"]
    assert "a" not in table and len(table) == 0
    with pytest.raises(KeyError):
        table["a"]


def test_a_full_disk_is_said_with_what_to_do(monkeypatch):
    class Full:
        def seek(self, place):
            """Go nowhere."""

        def write(self, data):
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "SpooledTemporaryFile", lambda size: Full())
    with pytest.raises(RecordingError, match="the disk is full.*TMPDIR"):
        Spool().put("anything")
