"""Several supervisors on one PostgreSQL decide what one alone decides, whatever becomes of some."""

import random
import signal
import time

import psycopg
import pytest

from fsm.core.charts.policy import default_policy
from fsm.daemon.fold_check import FoldCheck, differences
from fsm.io.journal.check import check
from fsm.registry import charts
from tests.daemon.conftest import Running


class Worker(Running):
    """One of several on a database.

    Args:
        url: the database's.
    """

    def __init__(self, url, folder, recording, *options):
        super().__init__(folder, recording, *options)
        self.url = self.journal = url
        config = folder / "config.toml"
        config.write_text(f'{config.read_text()}[operators]\nsocket = "{folder}/s"\n')

    def rows(self, query):
        try:
            with psycopg.connect(self.url) as db:
                return [tuple(bytes(one) if isinstance(one, memoryview) else one for one in row)
                        for row in db.execute(query).fetchall()]
        except psycopg.Error:
            return []  # there are no tables yet, or no server


class Cluster:
    """Some workers, of which the first follows a recording, and the others an empty one."""

    def __init__(self, folder, url, night, number):
        self.empty = folder / "empty.jsonl"
        folder.mkdir()
        self.empty.touch()
        options = ("--gracedb", night.url, "--clock", "recorded")
        self.workers = [Worker(url, folder / f"w{n}", self.empty if n else night.recording,
                               *options) for n in range(number)]
        self.first = self.workers[0]

    def start(self):
        for one in self.workers:
            one.start()
        return self

    def stop(self):
        for one in self.workers:
            assert one.stop(30) == 0, one.log()[-3000:]

    def end_like(self, calm, night):
        """End, having decided what one alone has."""
        self.first.until(self.first.idle)
        self.stop()
        assert list(differences(calm[0], self.first.archived())) == []
        assert self.told() == calm[1]
        assert night.annotations() == calm[2]
        assert self.wrong() == []

    def kill(self):
        for one in self.workers:
            if one.process and one.process.poll() is None:
                one.kill()

    def wrong(self):
        """What is wrong with the journal that they have left."""
        further = FoldCheck(charts(), default_policy(charts()[0]))
        found = check(self.first.url, at_rest=True, further=further)
        assert found["folded"] and not found["not_folded"]
        return found["findings"]

    def told(self):
        return decided(key for one in self.workers for key in one.told())


def decided(keys):
    """The keys of messages, but for reminders: recorded time leaps from one to the next."""
    return sorted(key for key in keys if "/reminder/" not in key)


@pytest.fixture
def cluster(tmp_path, postgres):
    made = []

    def begin(night, number):
        made.append(Cluster(tmp_path / f"c{len(made)}", postgres.create(), night, number))
        return made[-1]

    yield begin
    for one in made:
        one.kill()


@pytest.fixture(params=["night", "night_of_today"])
def some_night(request):
    return request.getfixturevalue(request.param)


def alone(night, running, folder):
    """What one supervisor decides, with its journal in a file."""
    one = running(folder / "calm", night.recording, "--gracedb", night.url, "--clock", "recorded")
    one.start().until(one.idle).stop()
    found = one.archived(), decided(one.told()), night.annotations()
    night.forget_annotations()
    assert found[0] and found[1] and found[2]
    return found


@pytest.mark.parametrize("number", [1, 3])
def test_they_decide_what_one_alone_decides(some_night, running, cluster, tmp_path, number):
    night = some_night
    calm = alone(night, running, tmp_path)
    some = cluster(night, number).start()
    some.end_like(calm, night)


def test_killed_hung_and_cut_off_at_any_moment_they_decide_the_same(night, running, cluster,
                                                                    tmp_path, postgres):
    calm = alone(night, running, tmp_path)
    some, chance = cluster(night, 3).start(), random.Random("cluster")
    for blow in range(60):
        time.sleep(chance.uniform(0.05, 0.5))
        one = chance.choice(some.workers)
        if blow % 6 == 5:
            one.process.send_signal(signal.SIGSTOP)
            time.sleep(1.0)
            one.process.send_signal(signal.SIGCONT)
        elif blow % 6 == 4:
            postgres.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                             "WHERE application_name LIKE 'fsm%' AND random() < 0.3")
        else:
            one.kill()
            one.start()
    some.end_like(calm, night)
