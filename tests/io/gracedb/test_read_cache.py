"""What has not changed in GraceDB is not read again, through the real client."""

import re

import pytest

from fsm.core.engine.effects import Ask
from fsm.io.gracedb import read_cache
from fsm.standin.faults import Faults

NIGHT = 1_502_000_000.0
EVENT = "G100001"
SIGNED = {"signoff_type": "OP", "instrument": "H1", "status": "OK", "comment": "fine"}


class Asking:
    """One GraceDB that is asked again and again, and which requests each question cost."""

    def __init__(self, standing):
        self.standing, self.gracedb = standing, standing.gracedb()
        self.paths = []

    def __call__(self, after=100.0, graceid=EVENT, wants=()):
        before = len(self.standing.paths())
        answer = self.gracedb.answer(Ask(NIGHT + after, graceid, "q", wants))
        self.paths = [path.removeprefix("/api/") for path in self.standing.paths()[before:]]
        return answer


@pytest.fixture
def asking(standing):
    """An event with two labels, a sign-off and a tagged entry, of which it was asked before."""
    service = standing.service
    service.write_log(NIGHT + 5, EVENT, "hello", tags=["pe"])
    service.put_label(NIGHT + 6, EVENT, "DQV")
    service.put_label(NIGHT + 7, EVENT, "H1OPS")
    service.sign_off(NIGHT + 8, EVENT, SIGNED)
    made = Asking(standing)
    made.first = made()
    assert made.first.unread == {} and len(made.first.logs) == 7
    return made


WHOLE = [f"events/{EVENT}", f"events/{EVENT}/log/", f"events/{EVENT}/labels/",
         f"events/{EVENT}/signoff/"]
NEXT = f"events/{EVENT}/log/8"


def test_what_has_not_changed_is_not_read_again(asking):
    assert asking.paths == WHOLE
    asking(150.0)  # the first time it is seen that the server gives single entries at all
    assert asking.paths == [f"events/{EVENT}", NEXT, f"events/{EVENT}/log/7"]
    again = asking(200.0)
    assert asking.paths == [f"events/{EVENT}", NEXT]
    assert again.time == NIGHT + 200 and again.unread == {} and again.failure == ""
    assert (again.logs, again.labels, again.signoffs, again.event) == (
        asking.first.logs, asking.first.labels, asking.first.signoffs, asking.first.event)


CHANGES = {
    "an entry": lambda service: service.write_log(NIGHT + 150, EVENT, "more"),
    "a label": lambda service: service.put_label(NIGHT + 150, EVENT, "INJ"),
    "a label less": lambda service: service.take_label(NIGHT + 150, EVENT, "DQV"),
    "a tag": lambda service: service.tag(NIGHT + 150, EVENT, 2, "lvem"),
    "a tag less": lambda service: service.untag(NIGHT + 150, EVENT, 2, "pe"),
    "a sign-off": lambda service: service.sign_off(NIGHT + 150, EVENT, {**SIGNED, "instrument":
                                                                        "L1"}),
    "another status": lambda service: service.sign_again(NIGHT + 150, EVENT, SIGNED,
                                                         {"status": "NO"}),
    "another comment": lambda service: service.sign_again(NIGHT + 150, EVENT, SIGNED,
                                                          {"comment": "well"}),
    "a sign-off less": lambda service: service.withdraw(NIGHT + 150, EVENT, SIGNED),
    "a notice": lambda service: service.notice(NIGHT + 150, EVENT, "PR", {}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changes_is_read(asking, change):
    CHANGES[change](asking.standing.service)
    again, fresh = asking(200.0), asking.standing.gracedb().answer(Ask(NIGHT + 200, EVENT, "q", ()))
    assert (again.logs, again.labels, again.signoffs) == (fresh.logs, fresh.labels, fresh.signoffs)
    assert (again.logs, again.labels, again.signoffs) != (
        asking.first.logs, asking.first.labels, asking.first.signoffs)
    assert f"events/{EVENT}/log/" in asking.paths
    asking(300.0)
    asking(310.0)
    assert asking.paths == [f"events/{EVENT}", f"events/{EVENT}/log/{len(again.logs) + 1}"]


def test_a_server_that_gives_no_single_entries_is_read_whole(asking, monkeypatch):
    asking.standing.order(status=404)
    monkeypatch.setattr(Faults, "_meant", lambda _, request: re.search(r"/log/\d+$", request.path))
    asking.standing.service.write_log(NIGHT + 150, EVENT, "more")
    assert len(asking(200.0).logs) == 8
    assert asking.paths == [WHOLE[0], NEXT, f"events/{EVENT}/log/7", *WHOLE[1:]]
    assert len(asking(300.0).logs) == 8 and asking.paths == WHOLE


def test_values_are_always_read(asking):
    asking.standing.service.change(NIGHT + 150, EVENT, {"far": 2e-9})
    assert asking(200.0).event["far"] == 2e-9


def test_another_label_in_the_dictionary_tells_of_a_change_that_has_no_entry_yet(asking):
    asking.standing.service.put_label(NIGHT + 150, EVENT, "INJ", logged=False)
    assert "INJ" in dict(asking(200.0).labels) and asking.paths == WHOLE


@pytest.mark.parametrize("after", [100.0 + read_cache.LASTS + 1, 99.0])
def test_what_was_read_long_ago_or_later_is_read_again(asking, after):
    asking(after)
    assert asking.paths == WHOLE


def test_a_log_of_which_an_entry_lacks_may_get_others_unseen(asking):
    asking.standing.app.store.remove(EVENT, "log", 3, NIGHT + 50)
    newcomer = Asking(asking.standing)
    for after in (200.0, 300.0):
        assert len(newcomer(after).logs) == 6 and newcomer.paths == WHOLE


@pytest.mark.parametrize(("fault", "unread"), [
    ({"status": 503, "part": "/log/8"}, {}), ({"status": 403, "part": "/log/8"}, {}),
    ({"status": 503, "part": "/log/"}, {"logs"})])
def test_where_the_next_entry_cannot_be_asked_for_all_is_read(asking, fault, unread):
    asking.standing.order(**{"times": 99, **fault})
    asking.standing.faults.part = fault["part"]
    answer = asking(200.0)
    assert set(answer.unread) == set(unread)
    assert list(dict.fromkeys(asking.paths)) == [WHOLE[0], NEXT, *WHOLE[1:]]


def test_what_could_not_all_be_read_is_read_again(asking):
    asking.standing.service.write_log(NIGHT + 150, EVENT, "more")
    asking.standing.order(status=503, times=99)
    asking.standing.faults.part = "/signoff"
    assert set(asking(200.0).unread) == {"signoffs"}
    asking.standing.order(status=0)
    assert asking(300.0).unread == {} and f"events/{EVENT}/log/" in asking.paths


def test_a_superevent_and_its_events(asking):
    superevents, service = asking.standing.app.superevents, asking.standing.service
    sid = superevents.create(NIGHT + 120, {
        "category": "P", "t_0": 1186000000.5, "t_start": 1, "t_end": 2,
        "preferred_event": EVENT})["superevent_id"]
    member = (("member", EVENT),)
    for after in (130.0, 135.0):
        asking(after, sid, member)
    again = asking(140.0, sid, member)
    assert asking.paths == [f"superevents/{sid}/", f"superevents/{sid}/logs/2/",
                            f"events/{EVENT}", f"events/{EVENT}/log/9"]
    assert [one.graceid for one in again.members] == [EVENT] and len(again.logs) == 1
    service.create_event(NIGHT, "CBC", "spiir", "AllSky", ("a", b"{}"), {})
    superevents.join(NIGHT + 150, sid, "G100002")
    assert asking(160.0, sid).event["gw_events"] == [EVENT, "G100002"]
    assert f"superevents/{sid}/logs/" in asking.paths
    superevents.expose(NIGHT + 170, sid, "expose")
    assert len(asking(180.0, sid).logs) == 3


def test_of_many_candidates_the_last_are_kept(asking, monkeypatch):
    monkeypatch.setattr(read_cache, "MOST", 2)
    for _ in range(2):
        asking.standing.service.create_event(NIGHT, "CBC", "spiir", "AllSky", ("a", b"{}"), {})
    for graceid in ("G100002", "G100003"):
        asking(graceid=graceid)
    asking()
    assert asking.paths == WHOLE
