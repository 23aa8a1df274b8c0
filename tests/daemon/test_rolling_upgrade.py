"""Supervisors with another chart's deadlines replace those on the same database, in mid-night."""

import json
import time

import psycopg
import pytest

from tests.daemon.live import Live
from tests.daemon.steps import WITHIN

RATE, GRACEIDS = 20, 15  # alerts a second, and about how many candidates
LATER = 40  # seconds within which a step must end by the new rules
CHANGED = f"[process.step]\ndeadlines = {{ end = {LATER} }}\n"


@pytest.fixture
def live(tmp_path, postgres):
    made = Live(tmp_path / "live", postgres.create(), 4)
    for one in made.workers[2:]:
        with (one.folder / "config.toml").open("a") as stream:
            stream.write(CHANGED)
    yield made
    made.end()


def rules(live):
    """The digests of those that run, and by which each candidate was judged last."""
    with psycopg.connect(live.url) as db:
        (running, judged) = (db.execute(query).fetchall() for query in (
            "SELECT rules FROM workers", "SELECT graceid, rules FROM candidates"))
    return {one for (one,) in running}, dict(judged)


def spans(live, feed):
    """For each candidate, within how many seconds each step had to end, in their order."""
    with psycopg.connect(live.url) as db:
        bodies = db.execute("SELECT graceid, body FROM candidates").fetchall()
    for graceid, body in bodies:
        due = {int(name[5:-1]): process["checks"]["end"]["due"]
               for name, process in json.loads(bytes(body))["processes"].items()
               if name.startswith("step[")}
        yield [due[n] - int(feed.fed[graceid, f"A step {n} begins"]) for n in sorted(due)]


def until_all_are_judged_by(live, digest):
    end = time.monotonic() + 60.0
    while set(rules(live)[1].values()) != {digest}:
        assert time.monotonic() < end, rules(live)
        time.sleep(0.2)


def test_new_rules_judge_what_comes_and_nothing_that_was_decided(live):
    old, new = live.workers[:2], live.workers[2:]
    live.start(old)
    (before,), _ = rules(live)
    feed = live.feed(RATE, GRACEIDS)
    until_all_are_judged_by(live, before)
    time.sleep(2.0)  # a part of the night
    live.start(new[:1])
    time.sleep(2.0)  # both judge
    assert len(rules(live)[0]) == 2
    for one, following in ((old[0], new[1:]), (old[1], [])):
        assert one.stop(30) == 0, one.log()[-3000:]
        live.start(following)
    ((after,), _), gone = rules(live), time.time()
    time.sleep(2.0)  # the rest of it
    until_all_are_judged_by(live, after)
    found = live.done(feed)
    assert list(found.faults(live.told())) == []
    assert any(fed > gone for fed in found.waits)
    assert len(rules(live)[1]) == GRACEIDS
    known = list(spans(live, feed))
    assert {span for some in known for span in some} == {WITHIN, LATER}
    assert known == [sorted(some) for some in known]  # none is judged by old rules after new ones
    for one in live.workers:
        assert "Traceback" not in one.log()
