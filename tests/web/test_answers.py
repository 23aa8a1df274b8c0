"""Answers that are remembered: made once for all who ask at the same time, never shown too long."""

import threading
import time

import pytest
from starlette.responses import Response

from fsm.web import answers as module
from fsm.web.answers import Answer, Answers


class Asked:
    """Answers, and how often one was made or looked at."""

    def __init__(self):
        self.answers, self.made, self.looked, self.now = Answers(), 0, 0, 1
        self.pause, self.fresh, self.about = 0.0, 60.0, ("G1",)

    def make(self):
        self.made += 1
        time.sleep(self.pause)
        marks = None if self.about is None else dict.fromkeys(self.about, (self.now,))
        return Answer(Response(str(self.made)), marks, self.fresh, self.head)

    def marks(self, graceids):
        self.looked += 1
        return dict.fromkeys(graceids, (self.now,))

    def get(self, key=("/",), head="a"):
        self.head = head
        return self.answers.get(key, head, self.marks, self.make).body


@pytest.fixture
def asked():
    return Asked()


def test_one_of_the_same_head_is_right(asked):
    assert asked.get() == asked.get() == b"1"
    assert (asked.made, asked.looked) == (1, 0)


def test_after_news_it_is_looked_whether_it_is_right_still_once(asked):
    asked.get()
    assert asked.get(head="b") == asked.get(head="b") == b"1" and asked.looked == 1
    asked.now = 2
    assert asked.get(head="c") == b"2"


def test_those_that_news_have_not_changed_go_on_together_and_nobody_looks_again(asked):
    for name in "abc":
        asked.get(key=(name,))
    asked.about = None
    asked.get(key=("all",))
    asked.answers.renew("b", asked.marks)
    assert asked.looked == 1
    assert [asked.answers.at_hand((name,), "b") is None for name in (*"abc", "all")] == [
        False, False, False, True]
    asked.now = 2
    asked.answers.renew("c", asked.marks)
    assert asked.answers.at_hand(("a",), "c") is None and asked.get(("a",), "c") == b"5"


def test_what_is_about_no_candidate_at_all_is_right_whatever_happens(asked):
    asked.about = ()
    asked.get()
    asked.answers.renew("b", asked.marks)
    assert asked.answers.at_hand(("/",), "b") is not None and asked.looked == 0


def test_one_that_is_too_old_does_not_go_on(asked):
    asked.fresh = 0.0
    asked.get()
    asked.answers.renew("b", asked.marks)
    assert asked.answers.at_hand(("/",), "b") is None and asked.looked == 0


def test_one_that_is_too_old_is_made_anew_without_news(asked):
    asked.fresh = 0.0
    asked.get()
    assert asked.get() == b"2"
    assert asked.get(head="b") == b"3" and asked.looked == 0


def test_many_who_ask_at_the_same_time_have_it_made_once(asked):
    asked.pause = 0.2
    found = []
    threads = [threading.Thread(target=lambda: found.append(asked.get())) for _ in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found == [b"1"] * 20 and asked.made == 1


def test_one_that_cannot_be_made_is_tried_by_the_next(asked):
    def fail():
        raise OSError("no journal")

    with pytest.raises(OSError):
        asked.answers.get(("/",), "a", asked.marks, fail)
    assert asked.get() == b"1"


def test_only_so_many_are_remembered(asked, monkeypatch):
    monkeypatch.setattr(module, "MOST", 2)
    for name in "abc":
        asked.get(key=(name,))
    assert asked.answers.at_hand(("a",), "a") is None
    assert asked.answers.at_hand(("c",), "a") is not None
    asked.answers.clear()
    assert asked.answers.at_hand(("c",), "a") is None


def test_they_take_only_so_much_room(asked, monkeypatch):
    monkeypatch.setattr(module, "ROOM", 250)
    names = ["a" * 100, "b" * 100, "c" * 100]
    for name in (*names, names[1], names[2]):
        asked.get(key=(name,))
    assert [asked.answers.at_hand((name,), "a") is None for name in names] == [True, False, False]
    asked.fresh = 0.0
    assert asked.get(key=("d" * 300,)) != asked.get(key=("d" * 300,))
    assert asked.answers.at_hand((names[2],), "a") is None
    asked.fresh = 60.0
    for name in names[:2]:  # what was not remembered took no room
        asked.get(key=(name,))
    assert asked.answers.at_hand((names[0],), "a") is not None
