"""What the supervisor watches besides candidates: what was missed, silence, its own troubles."""

import logging

import pytest

from fsm.daemon.backfill import AT_ONCE, Backfill
from fsm.io.config.sections import CatchUp
from fsm.io.gracedb.query_pool import Found, QueryPool
from fsm.io.listeners.inbox import Inbox

T = NIGHT = 1_502_000_000.0


class Asked:
    """Notes what is asked."""

    def __init__(self):
        self.searches, self.graceids = [], []

    def search(self, *window):
        self.searches.append(window)

    def ask(self, asks):
        assert all(ask.question == "" for ask in asks)
        self.graceids += [ask.graceid for ask in asks]


def backfill(open_since=None, known=(), retired=(), since=None):
    asked = Asked()
    settings = CatchUp(every=300.0, window=3600.0, again=600.0, queries=("", "group: Test"))
    return asked, Backfill(settings, asked, set(known), set(retired),
                           lambda: open_since or {}, since)


def test_at_the_start_and_then_every_few_minutes_new_ones_are_searched_for():
    asked, catching = backfill()
    for seconds in (0, 299, 300):
        catching.look(T + seconds)
    assert [(since - T, until - T) for since, until, *_ in asked.searches] == [
        (-3600, 0), (-3300, 300)]
    assert asked.searches[0][2].queries == ("", "group: Test")


def test_away_for_longer_than_the_window_it_searches_from_where_the_journal_ends():
    asked, catching = backfill(since=T - 4 * 86400)
    catching.look(T)
    catching.found([], complete=False)  # GraceDB was down as well
    catching.look(T + 300)
    catching.found([])
    catching.look(T + 600)
    assert [since - T for since, *_ in asked.searches] == [-4 * 86400, -4 * 86400, -3000]


def test_away_for_a_moment_it_searches_the_whole_window():
    asked, catching = backfill(since=T - 10)
    catching.look(T)
    assert [since - T for since, *_ in asked.searches] == [-3600]


def test_time_that_goes_back_holds_no_search_up():
    asked, catching = backfill()
    for seconds in (0, -3600, -3590):
        catching.look(T + seconds)
    assert [until - T for _, until, *_ in asked.searches] == [0, -3600]


def test_at_the_start_all_open_ones_of_the_window_are_asked_for_and_later_the_quiet_ones():
    heard = {"G1": T - 10, "G2": T - 4000, "G3": T - 590}
    asked, catching = backfill(heard)
    catching.look(T)
    assert asked.graceids == ["G1", "G3"]
    for graceid in ("G1", "G3"):
        catching.answered(graceid)
    heard["G1"] = T + 200
    catching.look(T + 300)
    assert asked.graceids == ["G1", "G3", "G2", "G3"]


def test_after_a_connection_all_are_asked_for_again():
    asked, catching = backfill({"G1": T})
    catching.look(T)
    catching.answered("G1")
    catching.connected()
    catching.look(T + 59)  # a listener that connects all the time must not cost all the time
    assert asked.graceids == ["G1"]
    catching.look(T + 60)
    assert asked.graceids == ["G1", "G1"] and len(asked.searches) == 2
    catching.answered("G1")
    catching.look(T + 200)
    assert len(asked.searches) == 2


def test_many_that_are_open_are_asked_for_the_more_rarely(monkeypatch):
    monkeypatch.setattr("fsm.daemon.backfill.AT_ONCE", 1000)
    asked, catching = backfill({f"G{n}": T for n in range(300)})
    for second in range(601):
        catching.connected()
        catching.look(T + second)
        for n in range(300):
            catching.answered(f"G{n}")
    assert len(asked.graceids) == 3 * 300  # at the beginning, after 300 s and after 600 s


def test_one_that_does_not_lead_searches_only_after_it_has_missed_something_itself():
    asked, catching = backfill({"G1": T})
    for seconds in (0, 400, 800):
        catching.look(T + seconds, leads=False)
    assert [until - T for _, until, *_ in asked.searches] == [0] and asked.graceids == ["G1"]
    catching.answered("G1")
    catching.connected()
    catching.confirm("G2")
    catching.look(T + 900, leads=False)
    assert asked.graceids == ["G1", "G2", "G1"] and len(asked.searches) == 2


def test_only_those_not_known_of_what_is_found():
    asked, catching = backfill(known=["G1"], retired=["G2"])
    catching.look(T)
    catching.found(["G1", "G2", "G3", "G3"])
    catching.look(T)
    assert asked.graceids == ["G3"]


def test_a_flood_is_asked_for_in_portions():
    asked, catching = backfill({f"G{n}": T for n in range(AT_ONCE + 5)})
    catching.look(T)
    catching.look(T)
    assert len(asked.graceids) == AT_ONCE
    for graceid in asked.graceids[:3]:
        catching.answered(graceid)
    catching.look(T)
    assert len(asked.graceids) == len(set(asked.graceids)) == AT_ONCE + 3


@pytest.mark.parametrize(("error", "found"), [({}, ("G100001",)), ({"status": 503}, ())])
def test_a_search_of_gracedb_itself(standing, caplog, error, found):
    inbox = Inbox()
    query_pool = QueryPool(standing.gracedb(), inbox.tell)
    if error:
        standing.order(**error)
    with caplog.at_level(logging.WARNING, "fsm"):
        query_pool.search(T - 60, T + 60, CatchUp())
        inbox.wait(10)
    assert inbox.take(0)[1] == [Found(found, complete=not error)]
    assert ("could not be searched" in caplog.text) is bool(error)



def test_superevents_are_searched_for_where_there_are_any(standing):
    made = standing.app.superevents.create(NIGHT + 5, {
        "category": "M", "t_start": 1.0, "t_0": 1186000000.5, "t_end": 2.0,
        "preferred_event": "G100001"})
    inbox = Inbox()
    query_pool = QueryPool(standing.gracedb(), inbox.tell)
    query_pool.search(NIGHT - 60, NIGHT + 60, CatchUp(superevents=("category: MDC",)))
    inbox.wait(10)
    assert inbox.take(0)[1] == [Found(("G100001", made["superevent_id"]))]
