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
        self.answers, self.made, self.looked, self.right = Answers(), 0, 0, True
        self.pause = 0.0

    def make(self):
        self.made += 1
        time.sleep(self.pause)
        return Answer(Response(str(self.made)), "mark", ("G1",), "a")

    def is_right(self, answer):
        self.looked += 1
        return self.right

    def get(self, key=("/",), head="a", fresh=60.0):
        return self.answers.get(key, head, fresh, self.is_right, self.make).body


@pytest.fixture
def asked():
    return Asked()


def test_one_of_the_same_head_is_right(asked):
    assert asked.get() == asked.get() == b"1"
    assert (asked.made, asked.looked) == (1, 0)


def test_after_news_it_is_looked_whether_it_is_right_still_once(asked):
    asked.get()
    assert asked.get(head="b") == asked.get(head="b") == b"1" and asked.looked == 1
    asked.right = False
    assert asked.get(head="c") == b"2"


def test_one_that_is_too_old_is_made_anew_without_news(asked):
    asked.get()
    assert asked.get(fresh=0.0) == b"2"
    assert asked.get(head="b", fresh=0.0) == b"3" and asked.looked == 0


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
        asked.answers.get(("/",), "a", 60.0, asked.is_right, fail)
    assert asked.get() == b"1"


def test_only_so_many_are_remembered(asked, monkeypatch):
    monkeypatch.setattr(module, "MOST", 2)
    for name in "abc":
        asked.get(key=(name,))
    assert asked.answers.at_hand(("a",), "a", 60.0) is None
    assert asked.answers.at_hand(("c",), "a", 60.0) is not None
    asked.answers.clear()
    assert asked.answers.at_hand(("c",), "a", 60.0) is None
