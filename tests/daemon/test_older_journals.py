"""A journal that an earlier version has written, in the midst of its work, is gone on with."""

import gzip
import json
from pathlib import Path

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "tests/io/journal"
LINES = gzip.decompress((KEPT / "version_7.jsonl.gz").read_bytes()).decode().splitlines()
TAKEN = 48  # lines of it that were taken when that version was killed
OPTIONS = ("--gracedb", "none", "--clock", "recorded")


def recorded(path, lines):
    """These, and a sign of life weeks later, which ends it all."""
    late = {"time": json.loads(lines[-1])["time"] + 40 * 86400, "topic": "",
            "payload": {"uid": "heartbeat", "alert_type": ""}}
    path.write_text("\n".join([*lines, json.dumps(late)]) + "\n")
    return path


def ended(one):
    one.start().until(one.idle).stop()
    return one.archived(), [key for key in one.told() if "/reminder/" not in key]


def test_one_of_version_7_comes_to_what_one_comes_to_that_was_never_interrupted(running, tmp_path):
    calm = ended(running(tmp_path / "calm", recorded(tmp_path / "all", LINES), *OPTIONS))
    older = running(tmp_path / "older", recorded(tmp_path / "rest", LINES[TAKEN:]), *OPTIONS)
    older.journal.write_bytes(gzip.decompress((KEPT / "version_7.db.gz").read_bytes()))
    assert older.rows("PRAGMA user_version") == [(7,)]
    assert ended(older) == calm
    assert set(calm[0]) == {"G450002", "S231115c"} and calm[1]
    places = older.rows("SELECT graceid, COUNT(*), MIN(seq), MAX(seq) FROM inputs "
                        "WHERE graceid != '' GROUP BY graceid")
    assert all(number == last and first == 1 for _, number, first, last in places)
