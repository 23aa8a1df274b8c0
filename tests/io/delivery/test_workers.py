"""Jobs for several targets, done by threads that end only when a test lets them."""

import threading
import time

import pytest

from fsm.io.delivery import workers as module
from fsm.io.delivery.workers import Job, Workers

T = 1_502_000_000.0


def job(number, target="", gravity=0, tries=0):
    return Job(number, "mail", target, gravity, T, tries, 0, b"", False)


class World:
    """Workers whose jobs begin, and go on until they are let go."""

    def __init__(self, at_once=3):
        self.begun, self._gates, self._changed = [], {}, threading.Condition()
        self.workers = Workers("mail", self._do)
        self.workers.at_once = at_once

    def offer(self, *jobs):
        for one in jobs:
            self._gates[one.number] = threading.Event()
        self.workers.offer(jobs)

    def let_go(self, *numbers):
        for number in numbers:
            self._gates[number].set()

    def has_begun(self, *numbers):
        """Wait until just these have begun, in this order."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.begun) >= len(numbers), 10), self.begun
            assert self.begun == list(numbers)

    def close(self):
        self.workers.close()
        self.let_go(*self._gates)

    def _do(self, one):
        with self._changed:
            self.begun.append(one.number)
            self._changed.notify_all()
        self._gates[one.number].wait(30)


@pytest.fixture
def world():
    made = []

    def make(**options):
        made.append(World(**options))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_a_slow_target_holds_no_other(world):
    one = world()
    one.offer(job(1, "slow"), job(2, "slow"), job(3, "slow"))
    one.has_begun(1)
    one.offer(job(4, "quick"))
    one.has_begun(1, 4)
    one.let_go(1)
    one.has_begun(1, 4, 2)


def test_the_gravest_go_first_and_of_these_the_oldest(world):
    one = world(at_once=1)
    one.offer(job(1, "a"))
    one.offer(job(2, "b", gravity=1), job(3, "c"), job(5, "d"))
    one.offer(job(4, "e"))
    one.let_go(1, 2, 3, 4, 5)
    one.has_begun(1, 3, 4, 5, 2)


def test_so_many_at_once_and_one_place_is_kept_from_what_has_failed_before(world):
    one = world(at_once=3)
    one.offer(*(job(number, f"slow{number}", tries=1) for number in (1, 2, 3)))
    one.has_begun(1, 2)
    one.offer(job(4, "new"), job(5, "newer"))
    one.has_begun(1, 2, 4)
    one.let_go(1)
    one.has_begun(1, 2, 4, 5)


def test_where_only_one_is_done_at_a_time_what_has_failed_is_done_too(world):
    one = world(at_once=1)
    one.offer(job(1, tries=7))
    one.has_begun(1)


def test_what_takes_too_long_is_named_once_and_nothing_else_begins_for_its_target(world):
    one = world()
    one.offer(job(1, "slow"), job(2, "slow"), job(3, "quick"))
    one.has_begun(1, 3)
    one.let_go(3)
    one.workers.wait(time.monotonic(), letters=False)
    while one.workers.busy > 1:
        time.sleep(0.001)
    late, left = one.workers.overdue(0.0)
    assert [job.number for job in late] == [1] and [job.number for job in left] == [2]
    assert one.workers.overdue(0.0) == ([], [])
    assert {target: job.number for target, job in one.workers.slow().items()} == {"slow": 1}
    one.let_go(1)
    while one.workers.slow():
        time.sleep(0.001)
    one.offer(job(4, "slow"))
    one.has_begun(1, 3, 4)


def test_a_thread_that_has_nothing_to_do_is_used_again_and_ends_after_a_while(world, monkeypatch):
    monkeypatch.setattr(module, "IDLE", 0.05)
    before, one = threading.active_count(), world()
    for number in range(1, 6):
        one.offer(job(number, "a"))
        one.let_go(number)
        one.has_begun(*range(1, number + 1))
    while threading.active_count() > before:
        time.sleep(0.01)
    one.offer(job(6, "a"))
    one.has_begun(*range(1, 7))


def test_at_the_end_nothing_begins_and_letters_are_waited_for_longer(world):
    one = world(at_once=2)
    one.offer(job(1, "a"), job(2, "b"), job(3, "c"))
    one.has_begun(1, 2)
    one.workers.close()
    one.workers.wait(time.monotonic() + 30, letters=False)  # letters alone are under way
    one.let_go(1)
    threading.Timer(0.05, one.let_go, (2,)).start()
    one.workers.wait(time.monotonic() + 30, letters=True)
    assert not one.workers.busy
    one.offer(job(4, "d"))
    one.has_begun(1, 2)


def test_at_the_end_nobody_waits_for_what_has_been_too_slow(world):
    one = world()
    one.offer(job(1, "a"))
    one.has_begun(1)
    one.workers.overdue(0.0)
    one.workers.close()
    one.workers.wait(time.monotonic() + 30, letters=True)
    assert one.workers.busy
