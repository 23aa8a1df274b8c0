"""Procrastinate's tables are made once, by whoever comes first, and must fit."""

import sys
import threading

import pytest

from fsm.errors import JournalError
from fsm.io.cluster.jobs import Jobs


def jobs_at(url):
    return Jobs(url, print, list)


def test_several_workers_prepare_at_the_same_moment(postgres):
    url, errors, together = postgres.create(), [], threading.Barrier(5)

    def prepare():
        together.wait()
        try:
            jobs_at(url).prepare()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=prepare) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert errors == []
    assert postgres.execute("SELECT count(*) FROM procrastinate_jobs", url) == [(0,)]


def test_what_is_there_is_kept(postgres):
    url = postgres.create()
    jobs_at(url).prepare()
    postgres.execute("INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('a', 'b')",
                     url)
    jobs_at(url).prepare()
    assert postgres.execute("SELECT count(*) FROM procrastinate_jobs", url) == [(1,)]


def test_tables_of_an_earlier_version_are_refused(postgres):
    url = postgres.create()
    jobs_at(url).prepare()
    postgres.execute("DROP FUNCTION procrastinate_fetch_job_v2", url)
    with pytest.raises(JournalError, match="another version, without procrastinate_fetch_job_v2"):
        jobs_at(url).prepare()


def test_tables_that_another_worker_has_upgraded_already_are_taken(postgres):
    url = postgres.create()
    jobs_at(url).prepare()
    postgres.execute("CREATE FUNCTION procrastinate_fetch_job_v9() RETURNS int "
                     "LANGUAGE sql AS 'SELECT 1'", url)
    jobs_at(url).prepare()


def test_whoever_may_not_make_them_is_told_so(postgres):
    url = postgres.create()
    postgres.execute("DROP ROLE IF EXISTS poor")
    postgres.execute("CREATE ROLE poor LOGIN")
    with pytest.raises(JournalError, match="permission denied for schema public"):
        jobs_at(url.replace("supervisor@", "poor@")).prepare()


@pytest.mark.parametrize(("url", "words"), [
    ("postgresql://me:hunter2@127.0.0.1:9/fsm", "refused"),
    ("postgresql://me:hunter2@127.0.0.1:x/fsm", "invalid")])
def test_a_server_that_is_away_is_told_without_the_password(url, words):
    with pytest.raises(JournalError, match=words) as caught:
        jobs_at(url).prepare()
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("name", ["procrastinate", "psycopg", "psycopg_pool"])
@pytest.mark.parametrize("begin", [Jobs.prepare, Jobs.start])
def test_a_missing_package_is_told(name, begin, monkeypatch):
    for module in list(sys.modules):
        if module.split(".")[0] in ("procrastinate", "psycopg", "psycopg_pool") \
                or module.startswith("fsm.io.cluster."):
            monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(JournalError, match=rf"{name} is missing: pip install "
                                           r"'event-supervisor\[cluster\]'"):
        begin(jobs_at("postgresql://localhost/fsm"))
