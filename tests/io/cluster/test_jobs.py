"""Whoever signals a GraceID has one worker of the cluster told, whatever dies meanwhile."""

import logging
import subprocess
import sys
import threading
import time
from collections import Counter

import pytest

from fsm.io.cluster.jobs import Jobs

SOON = 15.0  # seconds for what takes a moment, on a machine that has much else to do
HOLDER = """
import sys, threading
from fsm.io.cluster.jobs import Jobs
jobs = Jobs(sys.argv[1], lambda signalled: print(signalled.graceid, flush=True), list)
jobs.start()
jobs.signal(["G1"])
threading.Event().wait()
"""
HOSTILE = [
    "G1'; DROP TABLE procrastinate_jobs; --", 'G"1\\",(2)', "{G1,%s,%(jobs)s}", "Gé\u2028💥", "G\0",
    "\ud800", "\\x41", "", " ", "chores", "".join(map(chr, range(0x4e00, 0x4e00 + 20_000))),
    "G" * 5000 + "a", "G" * 5000 + "b"]


def until(condition, seconds=SOON):
    """Wait until a condition holds, and say how long that took."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() < begun + seconds, "that did not happen in time"
        time.sleep(0.01)
    return time.monotonic() - begun


class Worker:
    """A worker of the cluster that acts at once, or holds what it is told.

    Attributes:
        told: GraceIDs, in their order.
        held: what it has been told and is not done.
        holds: whether it does not act at once.
        waiting: the GraceIDs that it says are overdue, or an error.
        looked: when it was asked for these.
    """

    def __init__(self, url, **more):
        self.told, self.held, self.holds, self.waiting, self.looked = [], [], False, [], []
        self.jobs = Jobs(url, self._take, self._overdue, **more)

    def _take(self, signalled):
        self.told.append(signalled.graceid)
        if signalled.graceid == "poison":
            raise ValueError("that is poison")
        if self.holds:
            self.held.append(signalled)
        else:
            signalled.done()

    def _overdue(self):
        self.looked.append(time.monotonic())
        if isinstance(self.waiting, Exception):
            raise self.waiting
        return [graceid for graceid in self.waiting if graceid not in self.told]

    def act(self):
        """Be done with all that it holds, and act at once from now on."""
        self.holds = False
        for signalled in self.held:
            signalled.done()


class Cluster:
    """Workers on a database of their own."""

    def __init__(self, server, url):
        self.server, self.url, self.workers = server, url, []

    def worker(self, **more):
        worker = Worker(self.url, **more)
        self.workers.append(worker)
        worker.jobs.start()
        return worker

    def jobs(self, status=""):
        """The GraceIDs of jobs, by their id."""
        where = f"AND status = '{status}'" if status else ""
        return [graceid for graceid, in self.server.execute(
            "SELECT args->>'graceid' FROM procrastinate_jobs "
            f"WHERE task_name = 'act' {where} ORDER BY id", self.url)]


@pytest.fixture(scope="module")
def prepared(postgres):
    """The address of a database with the tables of jobs."""
    url = postgres.create()
    Jobs(url, print, list).prepare()
    return url


@pytest.fixture
def cluster(postgres, prepared):
    made = Cluster(postgres, postgres.create(like=prepared))
    yield made
    for worker in made.workers:
        worker.jobs.close(5)
    postgres.start()  # whatever a test has done to it
    postgres.drop(made.url)


@pytest.fixture
def notes(caplog):
    """What is told in the log, line by line."""
    caplog.set_level(logging.INFO)
    return lambda: [record.getMessage() for record in caplog.records if record.name == "fsm"]


# -- signals ------------------------------------------------------------------------------------

def test_a_signal_is_told_once_and_leaves_nothing(cluster):
    worker = cluster.worker()
    worker.jobs.signal(["G1"])
    until(lambda: worker.told)
    worker.jobs.signal(["G2"])
    until(lambda: worker.told == ["G1", "G2"] and cluster.jobs() == [])
    assert worker.jobs.lost() == ""


def test_what_was_signalled_before_the_start_is_told(cluster):
    worker = Worker(cluster.url)
    worker.jobs.signal(["G1"])
    worker.jobs.start()
    cluster.workers.append(worker)
    until(lambda: worker.told == ["G1"])


def test_signals_of_one_that_waits_are_one(cluster):
    worker = cluster.worker(at_once=1)
    worker.holds = True
    worker.jobs.signal(["G1"])
    until(lambda: worker.held)
    worker.jobs.signal(["G2"])
    until(lambda: cluster.jobs("todo") == ["G2"])
    worker.jobs.signal(["G3", "G2"])  # of which one waits already
    until(lambda: "G3" in cluster.jobs("todo"))
    assert cluster.jobs("todo") == ["G2", "G3"]
    worker.act()
    until(lambda: worker.told == ["G1", "G2", "G3"])


def test_signals_of_one_that_is_acted_on_are_one_more(cluster):
    worker = cluster.worker(at_once=1)
    worker.holds = True
    for further in ("G1", "G2", "G3"):
        worker.jobs.signal(["G1", further])
        until(lambda further=further: further in cluster.jobs())
        until(lambda: worker.held)
    worker.act()
    until(lambda: "G3" in worker.told)
    assert worker.told == ["G1", "G1", "G2", "G3"]


def test_one_is_done_from_any_thread_and_as_often_as_one_likes(cluster):
    worker = cluster.worker(at_once=1)
    worker.holds = True
    worker.jobs.signal(["G1"])
    until(lambda: worker.held)
    threads = [threading.Thread(target=worker.held[0].done) for _ in range(4)]
    for thread in [*threads, *threads]:
        if thread.ident is None:
            thread.start()
        thread.join()
    worker.jobs.signal(["G2"])
    until(lambda: worker.told == ["G1", "G2"])
    worker.held[0].done()
    assert cluster.jobs("doing") == ["G2"]  # which is another one


def test_many_are_signalled_at_once(cluster):
    worker, graceids = cluster.worker(), [f"G{number}" for number in range(500)]
    begun = time.monotonic()
    worker.jobs.signal(graceids)
    assert time.monotonic() - begun < 0.5  # whoever signals does not wait for the server
    until(lambda: len(worker.told) >= 500)
    assert sorted(worker.told) == sorted(graceids)


def test_workers_share_what_is_signalled(cluster):
    one, other = cluster.worker(at_once=5), cluster.worker(at_once=5)
    one.holds = other.holds = True
    one.jobs.signal([f"G{number}" for number in range(40)])
    until(lambda: len(one.held) >= 5 and len(other.held) >= 5)
    one.act()
    other.act()
    until(lambda: len(one.told) + len(other.told) >= 40)
    until(lambda: cluster.jobs() == [])
    assert Counter(one.told + other.told) == {f"G{number}": 1 for number in range(40)}


def test_any_text_is_told_as_it_is(cluster):
    worker = cluster.worker()
    worker.jobs.signal(HOSTILE)
    until(lambda: len(worker.told) >= len(HOSTILE))
    assert Counter(worker.told) == Counter(HOSTILE)


def test_one_that_cannot_be_taken_is_told_and_holds_up_nobody(cluster, notes):
    worker = cluster.worker(at_once=1)
    worker.jobs.signal(["poison"])
    until(lambda: worker.told)
    worker.jobs.signal(["G1"])
    until(lambda: worker.told[1:] == ["G1"])
    assert [note for note in notes() if "that is poison" in note] == notes()


# -- what waits for too long --------------------------------------------------------------------

def test_what_waits_is_looked_for_once_a_second_in_the_whole_cluster(cluster):
    workers = [cluster.worker() for _ in range(3)]

    def looked():
        return sorted(when for worker in workers for when in worker.looked)

    until(lambda: len(looked()) >= 2)
    from_now = len(looked())
    until(lambda: len(looked()) >= from_now + 4)
    times = looked()[from_now - 1:from_now + 4]
    assert 0.7 < (times[-1] - times[0]) / 4 < 2


def test_what_waits_is_signalled(cluster):
    worker = cluster.worker()
    worker.waiting = ["G1", "G2"]
    until(lambda: sorted(worker.told) == ["G1", "G2"])


def test_a_look_that_fails_is_told_once_and_made_again(cluster, notes):
    worker = cluster.worker()
    worker.waiting = ValueError("no journal")
    until(lambda: len(worker.looked) >= 3)
    assert notes() == ["cluster: GraceIDs that wait cannot be looked for: ValueError: no journal"]
    worker.waiting = ["G1"]
    until(lambda: worker.told == ["G1"])


def test_a_look_that_hangs_holds_up_neither_signals_nor_the_end(cluster):
    hangs, looked, told = threading.Event(), [], []

    def overdue():
        looked.append(1)
        hangs.wait(SOON)
        return []

    jobs = Jobs(cluster.url, lambda one: (told.append(one.graceid), one.done()), overdue, at_once=2)
    jobs.start()
    try:
        until(lambda: looked)
        begun = time.monotonic()
        until(lambda: time.monotonic() > begun + 2.5)  # the next chores come
        jobs.signal(["G1"])
        until(lambda: told == ["G1"], 5)
        assert looked == [1]
        begun = time.monotonic()
        jobs.close(1)
        assert time.monotonic() - begun < 3
    finally:
        hangs.set()
        jobs.close(5)


def test_what_a_killed_worker_had_is_told_to_another(cluster):
    killed = subprocess.Popen([sys.executable, "-c", HOLDER, cluster.url], stdout=subprocess.PIPE,
                              text=True)
    try:
        assert killed.stdout.readline() == "G1\n"
        worker = cluster.worker()
    finally:
        killed.kill()
        killed.wait()
    worker.waiting = ["G1"]
    until(lambda: worker.told, 5)
    until(lambda: cluster.jobs() == [])  # and nothing of the dead one is left
    assert worker.told == ["G1"]


# -- a server that is away ----------------------------------------------------------------------

def works_again(worker, seconds=10):
    """Wait until signals are told again; returns how long that took."""
    begun, number = time.monotonic(), 0
    before = len(worker.told)
    while len(worker.told) == before:
        assert time.monotonic() < begun + seconds, "no signal is told any more"
        worker.jobs.signal([f"again {number}"])
        number += 1
        time.sleep(0.1)
    return time.monotonic() - begun


def test_signals_work_again_after_a_crash_of_the_server(cluster, postgres):
    worker = cluster.worker()
    works_again(worker)
    postgres.stop("immediate")
    worker.jobs.signal(["lost"])
    postgres.start()
    works_again(worker)
    looked = len(worker.looked)
    until(lambda: len(worker.looked) > looked + 1)
    assert worker.jobs.lost() == ""


def test_a_server_that_is_away_for_longer_is_told_once_and_once_that_it_is_back(
        cluster, postgres, notes):
    worker = cluster.worker()
    works_again(worker)
    postgres.kill()
    until(notes)
    away = time.monotonic()
    while time.monotonic() < away + 1.5:  # several attempts to connect
        worker.jobs.signal(["lost"])
        time.sleep(0.1)
    postgres.start()
    works_again(worker)
    until(lambda: len(notes()) >= 2)
    works_again(worker)
    lost, found = notes()
    assert lost.startswith("cluster: signals do not reach the database: ")
    assert lost.endswith("; it goes on trying")
    assert found == "cluster: signals reach the database again"


def test_a_server_that_is_away_at_the_start_is_waited_for(cluster, postgres, notes):
    postgres.stop()
    worker = cluster.worker()
    worker.jobs.signal(["G1"])
    until(notes)
    assert "No such file" in notes()[0] or "refused" in notes()[0]
    assert worker.jobs.lost() == ""
    postgres.start()
    until(lambda: worker.told == ["G1"], 10)


def test_signals_work_again_after_sessions_are_ended(cluster, postgres):
    worker = cluster.worker()
    for _ in range(3):
        works_again(worker)
        postgres.cut()
    works_again(worker)


def test_what_is_under_way_when_the_server_crashes_is_told_anew(cluster, postgres):
    worker = cluster.worker(at_once=1)
    worker.holds = True
    worker.jobs.signal(["G1"])
    until(lambda: worker.held)
    postgres.stop()
    postgres.start()
    until(lambda: worker.told == ["G1"] and works_again(worker))
    worker.act()  # of those, some are from before the crash
    until(lambda: cluster.jobs() == [])


# -- the end ------------------------------------------------------------------------------------

def test_it_ends_in_time_and_leaves_what_is_under_way(cluster):
    one, other = cluster.worker(), cluster.worker()
    one.holds = other.holds = True
    one.jobs.signal(["G1"])
    until(lambda: one.held or other.held)
    ends, stays = (one, other) if one.held else (other, one)
    begun = time.monotonic()
    ends.jobs.close(5)
    assert time.monotonic() - begun < 4
    assert ends.jobs.lost() == "they have been closed"
    ends.held[0].done()  # too late
    ends.jobs.signal(["G2"])
    stays.waiting = ["G1"]
    until(lambda: stays.told == ["G1"], 5)


def test_it_ends_in_time_where_the_server_is_away(cluster, postgres):
    worker = cluster.worker()
    worker.holds = True
    worker.jobs.signal(["G1"])
    until(lambda: worker.held)
    postgres.stop()
    begun = time.monotonic()
    worker.jobs.close(2)
    assert time.monotonic() - begun < 3


def test_what_was_not_started_ends_too(cluster):
    worker = Worker(cluster.url)
    assert worker.jobs.lost() == "they have not been started"
    worker.jobs.close(1)


def test_a_worker_that_is_taken_for_dead_and_lives_goes_on(cluster, postgres):
    worker = cluster.worker()
    works_again(worker)
    postgres.execute("DELETE FROM procrastinate_workers", cluster.url)
    works_again(worker)
