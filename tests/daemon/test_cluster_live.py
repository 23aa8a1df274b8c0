"""Several supervisors in real time lose nothing and do nothing twice, whatever becomes of some."""

import time

import psycopg
import pytest

from tests.daemon.live import Live
from tests.servers.hosts import Hosts
from tests.servers.postgres import Postgres

RATE = 20  # alerts a second
KILLED, HUNG, RESTARTED = 5.0, 8.0, 10.0  # seconds that an alert may wait after that
SLACK = 10.0  # seconds more where the machine has much else to do
SILENT = 8.0  # seconds for which one hangs, or is cut off


@pytest.fixture
def server():
    """A server of its own, which may be crashed."""
    made = Postgres()
    yield made.start()
    made.remove()


@pytest.fixture
def live(tmp_path, server):
    made = Live(tmp_path / "live", server.create()).start()
    yield made
    made.end()


def test_killed_at_the_worst_moments(live):
    feed = live.feed(RATE)
    for number, moment in enumerate(("step", "commit", "heard", "step", "commit", "heard")):
        live.kill(live.workers[number % 3], moment)
    found = live.done(feed)
    assert list(found.faults(live.told())) == []
    assert found.longest() < KILLED + SLACK


def test_hung_cut_off_and_the_server_crashed(live, server):
    feed = live.feed(RATE)
    live.hang(live.workers[0], "commit", SILENT)  # which has a candidate, and a transaction
    for _ in range(2):
        server.cut()
        time.sleep(1.0)
    server.stop("immediate")
    server.start()
    time.sleep(2.0)
    found = live.done(feed)
    assert list(found.faults(live.told())) == []
    assert found.longest() < max(HUNG, RESTARTED) + SLACK


def test_signals_are_lost_and_their_tables_are_locked(live):
    feed = live.feed(RATE)
    with psycopg.connect(live.url) as db:
        db.execute("LOCK TABLE procrastinate_jobs")
        for one in live.workers[:2]:
            live.kill(one, "heard")
        time.sleep(KILLED)  # what they had heard and told nobody of must not wait for the lock
        before = time.time() - KILLED
        assert not live.waiting(before - SLACK)
    found = live.done(feed)
    assert list(found.faults(live.told())) == []
    assert found.longest() < KILLED + SLACK


def test_a_host_is_cut_off_and_returns(tmp_path):
    hosts = Hosts(2)
    server = Postgres(address=hosts.address).start()
    live = Live(tmp_path / "live", server.create(), 2, before=hosts.before)
    try:
        feed = live.start().feed(RATE)
        time.sleep(1.0)
        for host in (0, 1):
            hosts.cut(host)
            time.sleep(SILENT)
            hosts.heal(host)
            live.until_alive(live.workers[host])
        found = live.done(feed)
        assert list(found.faults(live.told())) == []
        assert found.longest() < HUNG + SLACK
    finally:
        live.end()
        server.remove()
        hosts.remove()
