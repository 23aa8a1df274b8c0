"""A journal is a recording: replayed by the same rules, it tells what its supervisor told."""

import pytest

from fsm.core.charts.policy import default_policy
from fsm.core.engine.effects import Notify
from fsm.registry import charts
from fsm.replay import from_files


@pytest.fixture(params=["night", "night_of_today"])
def some_night(request):
    return request.getfixturevalue(request.param)


def test_a_replay_of_the_journal_tells_what_the_daemon_told(some_night, running, tmp_path):
    night = some_night
    daemon = running(tmp_path / "d", night.recording, "--gracedb", night.url, "--clock",
                     "recorded").start()
    daemon.until(daemon.idle).stop()
    known = charts()
    outcome = from_files.from_files([str(daemon.journal)], known, default_policy(known[0]))
    told = sorted(one.key for one in outcome.effects if isinstance(one, Notify))
    really = [key for key in daemon.told() if "/reminder/" not in key]
    assert told == really
