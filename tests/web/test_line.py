"""A supervisor that hangs costs the pages a thread, and is not flooded by them."""

import socket
import threading
import time

import pytest

from fsm.core.charts.policy import default_policy
from fsm.errors import CommandRefused, ControlError
from fsm.io.config.sections import Running
from fsm.io.control.server import Control
from fsm.web import pulse
from fsm.web.line import Line
from fsm.web.pulse import Pulse
from fsm.web.source import Source
from tests.daemon.in_process import CHARTS, World
from tests.web.conftest import until


class Hung:
    """Who serves a socket, and takes no connection."""

    def __init__(self, path):
        self.way = socket.socket(socket.AF_UNIX)
        self.way.bind(path)
        self.way.listen(16)
        self.way.setblocking(False)

    def waiting(self):
        """Take those that are in its queue."""
        made = []
        try:
            while True:
                made.append(self.way.accept()[0])
        except BlockingIOError:
            return made


@pytest.fixture
def hung(short):
    made = Hung(str(short / "s"))
    yield made
    made.way.close()


def asking():
    return [one for one in threading.enumerate() if one.name.startswith("ask ")]


def test_a_hung_supervisor_has_one_question_in_its_queue(hung, short, monkeypatch):
    for name in ("KNOCK", "ASK", "HUNG"):
        monkeypatch.setattr(pulse, name, 0.0)
    world = World(short / "j.db")
    source = Source(str(short / "j.db"), lambda: (CHARTS, default_policy(CHARTS[0]), Running()))
    made = Pulse(source, str(short / "s"))
    for _ in range(30):
        made.look()
    assert len(asking()) == 1
    assert "has not answered for" in made.beat.why
    waiting = []
    until(lambda: waiting.extend(hung.waiting()) or len(waiting) > 1)
    assert len(waiting) == 2  # the first knock, and the question
    hung.way.close()
    for one in waiting:
        one.close()
    until(lambda: not asking())
    made.look()
    assert "does not run" in made.beat.why
    world.drop()


def test_the_configuration_is_read_again_when_a_supervisor_has_begun_since(short, monkeypatch):
    for name in ("KNOCK", "ASK"):
        monkeypatch.setattr(pulse, name, 0.0)
    world, read = World(short / "j.db"), []

    def load():
        read.append(1)
        return CHARTS, default_policy(CHARTS[0]), Running()

    since = time.time() - 60.0
    control = Control(short / "s", lambda request: request.answer(result={
        "host": "pod", "pid": 1, "since": since, "now": None}))
    control.start()
    made = Pulse(Source(str(short / "j.db"), load), str(short / "s"))

    def looked():
        heard = made.beat.heard
        until(lambda: made.look() or made.beat.heard != heard)
        return len(read)

    assert (looked(), looked()) == (1, 1)  # it had begun before
    since += 120.0  # another one, which a container gives the same number
    until(lambda: looked() == 2)
    assert looked() == 2
    made = Pulse(made.source, str(short / "s"))  # which hears of one that has begun meanwhile
    until(lambda: looked() == 3)
    control.close()
    world.drop()


def test_an_answer_is_not_waited_for_longer_than_wanted(hung, short):
    line = Line(str(short / "s"), 2)
    began = time.monotonic()
    for words in ("within 0.1 s", "within 0.1 s", "not answered others"):
        with pytest.raises(ControlError, match=words):
            line.ask(0.1, "status")
    assert time.monotonic() - began < 2.0
    for one in hung.waiting():
        one.close()
    until(lambda: not asking())
    with pytest.raises(ControlError, match="within"):
        line.ask(0.1, "status")


def test_it_goes_on_after_there_was_no_thread(short, monkeypatch):
    def start(thread):
        raise RuntimeError("can't start new thread")

    line = Line(str(short / "s"), 1)
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", start)
        assert line.put("status") is None
    with pytest.raises(ControlError, match="no supervisor is there"):
        line.ask(5.0, "status")


def test_what_is_answered_is_passed_on(short):
    def answer(request):
        if request.name == "status":
            request.answer(result=request.arguments)
        else:
            request.answer(error="no such command")

    control = Control(short / "s", answer)
    control.start()
    line = Line(str(short / "s"), 1)
    for _ in range(3):
        assert line.ask(5.0, "status", brief=True) == {"brief": True}
        with pytest.raises(CommandRefused, match="no such command"):
            line.ask(5.0, "nothing")
    control.close()
