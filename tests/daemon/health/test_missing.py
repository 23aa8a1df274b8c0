"""A supervisor that gives no sign of life is told by the one that leads; no clock is waited for."""

import pytest

from fsm.daemon.health.incidents import Incidents
from fsm.daemon.health.missing import Missing
from fsm.io.journal.journal import Journal
from fsm.io.journal.membership import ABSENT, FORGOTTEN, Membership
from fsm.io.journal.postgresql import PostgreSQL

T = 1_502_000_000.0


class Cluster:
    """Supervisors on one database, in which time passes as the test says."""

    def __init__(self, url):
        self.url, self.journals, self.now = url, [], T
        self.told = []

    def join(self, instance):
        """Another supervisor, which leads where nobody else does."""
        self.journals.append(Journal(PostgreSQL(self.url)))
        one = Membership(self.journals[-1], "", instance)
        self.beat(one)
        return one

    def beat(self, *members):
        for one in members:
            with one.journal.writing():
                one.beat()
                one.inherit()

    def leave(self, one):
        with one.journal.writing():
            one.leave()

    def passes(self, seconds, *alive):
        """So much time, in which these live."""
        self.now += seconds
        execute(self.journals[0], f"UPDATE workers SET beat = beat - {seconds}",
                f"UPDATE leases SET until = until - {seconds}, since = since - {seconds}")
        for one in alive:  # as they would have done all the time
            with one.journal.writing():
                one.journal.db.exec_driver_sql(
                    "UPDATE leases SET until = extract(epoch FROM clock_timestamp()) + 3 "
                    f"WHERE holder = '{one.name}'")
        self.beat(*alive)

    def look(self, one):
        """What is told when one looks, as (check, outcome)."""
        incidents = Incidents(one.journal, one.instance)
        reports = list(Missing(one, incidents).reports(self.now))
        with one.journal.writing():
            found = incidents.effects(incidents.news(reports, self.now), self.now)
        self.told += [(notify.check, notify.outcome) for notify in found]
        return found


def execute(journal, *statements):
    with journal.writing():
        for one in statements:
            journal.db.exec_driver_sql(one)


@pytest.fixture
def cluster(postgres):
    made = Cluster(postgres.create())
    yield made
    for one in made.journals:
        one.close()


GONE, BACK = ("supervisor on b", "failure"), ("supervisor on b", "recovery")


def test_one_that_is_killed_is_told_once_and_that_another_is_in_its_place(cluster):
    a, b = cluster.join("a"), cluster.join("b")
    cluster.passes(ABSENT + 1, a, b)
    assert cluster.look(a) == []
    cluster.passes(ABSENT - 1, a)
    assert cluster.look(a) == []
    cluster.passes(2, a)
    (told,) = cluster.look(a)
    assert "no sign of life for 1 min 1 s" in told.message and cluster.told == [GONE]
    cluster.passes(500, a)
    assert cluster.look(a) == []
    again = cluster.join("b")
    assert cluster.look(a) and cluster.told == [GONE, BACK]
    cluster.passes(ABSENT + 1, a, again)
    cluster.leave(again)  # which also forgets the one in whose place it was
    cluster.passes(2 * ABSENT, a)
    assert cluster.look(a) == []


def test_one_that_has_ended_properly_is_not_missed(cluster):
    a, b = cluster.join("a"), cluster.join("b")
    cluster.leave(b)
    cluster.passes(3 * ABSENT, a)
    assert cluster.look(a) == []


def test_only_who_leads_tells_and_who_leads_next_does_not_tell_it_again(cluster):
    a, _, c = cluster.join("a"), cluster.join("b"), cluster.join("c")
    cluster.passes(2 * ABSENT, a, c)
    assert cluster.look(c) == []
    assert len(cluster.look(a)) == 1
    cluster.leave(a)
    cluster.beat(c)
    cluster.passes(2 * ABSENT, c)
    assert cluster.look(c) == [] and cluster.told == [GONE]
    cluster.passes(FORGOTTEN, c)
    (told,) = cluster.look(c)
    assert cluster.told == [GONE, BACK] and "not expected any more" in told.message


def test_nobody_is_missed_before_all_had_time_to_begin_again(cluster):
    a, b = cluster.join("a"), cluster.join("b")
    cluster.passes(10 * ABSENT)  # as the database was away
    cluster.beat(a)
    assert cluster.look(a) == []
    cluster.beat(b)
    cluster.passes(ABSENT + 1, a, b)
    assert cluster.look(a) == []


def test_a_rolling_restart_tells_nothing(cluster):
    members = [cluster.join(name) for name in "abc"]
    for number in range(6):
        name = "abc"[number % 3]
        if number % 2:  # else it is killed
            cluster.leave(members[number % 3])
        others = [one for one in members if one.instance != name]
        cluster.passes(ABSENT / 2, *others)
        for one in others:
            cluster.look(one)
        members[number % 3] = cluster.join(name)
        cluster.passes(ABSENT / 2, *members)
        for one in members:
            cluster.look(one)
    assert cluster.told == []
