"""Killed at any moment, the supervisor goes on as if nothing had happened."""

import random
import time

import pytest

from fsm.core.charts.policy import default_policy
from fsm.core.engine.effects import Annotate, Notify
from fsm.registry import charts
from fsm.replay import from_files


@pytest.fixture(params=["night", "night_of_today"])
def some_night(request):
    return request.getfixturevalue(request.param)


def test_a_night_with_many_kills_ends_like_an_undisturbed_one(some_night, running, tmp_path):
    night = some_night
    options = ("--gracedb", night.url, "--clock", "recorded")
    calm = running(tmp_path / "calm", night.recording, *options).start()
    calm.until(calm.idle).stop()
    annotations = night.annotations()
    assert annotations and calm.told() and len(calm.archived()) >= 6
    night.forget_annotations()

    chance, at_work = random.Random("chaos"), 0
    killed = running(tmp_path / "killed", night.recording, *options)
    steps = calm.rows("SELECT MAX(number) FROM inputs")[0][0]
    for _ in range(night.kills):
        before = _progress(killed)
        killed.start()
        goal = before + chance.uniform(0.0, 1.0) * steps / night.kills
        killed.until(lambda goal=goal: _progress(killed) >= goal or killed.idle())
        time.sleep(chance.uniform(0, 0.01))
        at_work += not killed.idle()
        killed.kill()
    killed.start().until(killed.idle).stop()

    assert at_work > night.kills / 2
    assert killed.archived() == calm.archived()
    assert killed.told() == calm.told()
    assert night.annotations() == annotations
    assert len(set(killed.told())) == len(killed.told())


def test_a_replay_decides_what_the_daemon_decided(some_night, running, tmp_path):
    night = some_night
    daemon = running(tmp_path / "d", night.recording, "--gracedb", night.url, "--clock",
                     "recorded").start()
    daemon.until(daemon.idle).stop()
    known = charts()
    outcome = from_files.from_files([night.recording], known, default_policy(known[0]), night.url)
    told = sorted(one.key for one in outcome.effects if isinstance(one, Notify))
    assert [key for key in daemon.told() if "/reminder/" not in key] == told
    assert len(night.annotations()) == sum(isinstance(e, Annotate) for e in outcome.effects)
    decided = {graceid: {(name, process["state"], check, one["state"], one["why"])
                         for name, process in configuration["processes"].items()
                         for check, one in process["checks"].items()}
               for graceid, configuration in daemon.archived().items()}
    assert decided == {graceid: {(name, process["state"], check, one["state"], one["why"])
                                 for name, process in configuration["processes"].items()
                                 for check, one in process["checks"].items()}
                       for graceid, configuration in outcome.configurations.items()}


def test_a_replay_of_the_journal_tells_what_the_daemon_told(some_night, running, tmp_path):
    daemon = running(tmp_path / "d", some_night.recording, "--gracedb", some_night.url, "--clock",
                     "recorded").start()
    daemon.until(daemon.idle).stop()
    known = charts()
    outcome = from_files.from_files([daemon.journal], known, default_policy(known[0]))
    told = sorted(one.key for one in outcome.effects if isinstance(one, Notify))
    assert told == [key for key in daemon.told() if "/reminder/" not in key]


def _progress(running):
    rows = running.rows("SELECT MAX(number) FROM inputs")
    return (rows[0][0] or 0) if rows else 0
