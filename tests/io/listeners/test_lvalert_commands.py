"""Orders that come as messages: their words, and over a real XMPP server who may give them."""

import json
import threading

import attrs
import pytest

from fsm.errors import ControlError
from fsm.io.control import Request
from fsm.io.listeners.lvalert_commands import LONGEST, command_of, said
from tests.io.listeners.conftest import connections
from tests.io.listeners.test_lvalert import listener


@pytest.mark.parametrize(("text", "name", "arguments"), [
    ("status", "status", {}), (" show  G1\n", "show", {"graceid": "G1"}),
    ("waive G1", "waive", {"graceids": ["G1"]}),
    ("waive G1 idq[H1] start", "waive", {"graceids": ["G1"], "process": "idq[H1]",
                                        "check": "start"}),
    ("retire G1 G2", "retire", {"graceids": ["G1", "G2"]}), ("retry", "retry", {"graceids": []}),
    ('{"command": "tell", "parties": ["a"], "message": "b"}', "tell",
     {"parties": ["a"], "message": "b"}),
    ("tell operators a  trial", "tell", {"parties": ["operators"], "message": "a trial"}),
    ("retire --profile cbc", "retire", {"profile": "cbc", "graceids": []}),
    ("help", "help", {}),
    ('{"uid": "command", "alert_type": "clearGraceID", "object": {"graceid": "G1"}}', "retire",
     {"graceids": ["G1"]}),
])
def test_an_order_in_words_or_as_json(text, name, arguments):
    assert command_of(text) == (name, arguments)


@pytest.mark.parametrize(("text", "words"), [
    ("", "an empty command"), ("stop", "no command 'stop' may come from afar"),
    ("statsu", "did you mean 'status'"), ("pause now", "nothing is meant by 'now'"),
    ("{", "a JSON object"), ("{" * 100_000, "a JSON object"),
    ('{"command": "inject", "alert": "{}"}', "no command 'inject'"), ("{}", "no command ''"),
    ('{"command": ' + "[" * 990 + "]" * 990 + "}", "nested so deeply|no command"),
    ('{"uid": "command", "alert_type": "printQueue"}', "today's command is 'status'"),
    ('{"uid": "command", "alert_type": "raiseException"}', "there is none today"),
])
def test_what_is_no_order_is_named(text, words):
    with pytest.raises(ControlError, match=words):
        command_of(text)


def test_answers_are_text_of_a_bounded_length():
    assert said(error="why") == "refused: why"
    assert said(error="\uffff\x00").isprintable() and said(result={"a": "\ufffe"}).isprintable()
    assert json.loads(said(result={"listed": list(range(100))}))["listed"] == list(range(20))
    assert len(said(result="x" * 100_000)) < LONGEST + 100


def serving(ear, note=str):
    """Answer each order as a supervisor would, until it is set."""
    done = threading.Event()

    def serve():
        while not done.is_set():
            ear.inbox.wait(0.1)
            for one in ear.inbox.take(100)[1]:
                if isinstance(one, Request):
                    note(one)
                    one.answer(result={"who": one.who, "command": one.name, **one.arguments})

    threading.Thread(target=serve, daemon=True).start()
    return done


def test_who_is_allowed_is_answered_and_nobody_else(xmpp, ears):
    allowed = attrs.evolve(listener(xmpp), operators=("publisher@localhost",))
    ear = ears(allowed).until(connections)
    done = serving(ear)
    assert json.loads(xmpp.ask("publisher", "show G1")) == {
        "who": "publisher@localhost", "command": "show", "graceid": "G1"}
    assert "no command 'stop' may come from afar" in xmpp.ask("publisher", "stop")
    assert xmpp.ask("stranger", "show G1", seconds=1) is None
    done.set()


def test_two_connections_of_one_account_take_an_order_once(xmpp, ears):
    one, other = (attrs.evolve(listener(xmpp), operators=("publisher@localhost",), heartbeat=node)
                  for node in ("", "beat"))
    first = ears(one).until(connections)
    ears(other, inbox=first.inbox).until(connections)
    taken, done = [], serving(first, lambda request: taken.append(request.name))
    assert json.loads(xmpp.ask("publisher", "show G1"))["command"] == "show"
    assert "no command 'stop'" in xmpp.ask("publisher", "stop")
    assert xmpp.ask("publisher", "help").startswith("Commands: status [GRACEID]")
    assert json.loads(xmpp.ask("publisher", "pause"))["command"] == "pause"
    done.set()
    assert taken == ["show", "pause"]


def test_a_stranger_leaves_a_line_in_the_log(xmpp, ears, caplog):
    ears(attrs.evolve(listener(xmpp), operators=("publisher@localhost",))).until(connections)
    assert xmpp.ask("stranger", "status", seconds=1) is None
    assert xmpp.ask("stranger", "status", seconds=1) is None
    assert caplog.text.count("a message of stranger@localhost is no command") == 1


def test_without_a_list_nobody_is(xmpp, ears):
    ear = ears(listener(xmpp)).until(connections)
    done = serving(ear)
    assert xmpp.ask("publisher", "status", seconds=1) is None
    done.set()


CONFIG = """
[gracedb]
url = ""
{listen}
operators = ["publisher@localhost"]
"""


def test_a_daemon_does_as_it_is_told(xmpp, daemons):
    daemon = daemons(CONFIG.format(listen=xmpp.table("cbc_gstlal")))
    daemon.until(lambda: xmpp.ask("publisher", "pause", seconds=2))
    assert json.loads(xmpp.ask("publisher", '{"command": "status"}'))["paused"]["who"] \
        == "publisher@localhost"
    told = xmpp.ask("publisher", "status").splitlines()
    assert told[-1] == "letters are held back, by publisher@localhost"
    assert told[-2].startswith("0 candidates, 0 open checks")
    assert "did you mean 'parties'" in xmpp.ask("publisher", '{"command": "tell", "partis": ["a"]}')
    assert daemon.rows("SELECT COUNT(*) FROM inputs WHERE kind = 'command'")[0] >= 1
