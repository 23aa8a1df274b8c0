"""LVAlert over a real XMPP server."""

import json

import attrs
import pytest

from fsm.io.listeners import Connected
from fsm.io.listeners.lvalert import LVAlert


def listener(xmpp, **more):
    made = LVAlert("lvalert", "localhost", ("cbc_gstlal",), netrc=str(xmpp.netrc),
                   host="127.0.0.1", port=xmpp.port, ca_file=str(xmpp.ca_file))
    return attrs.evolve(made, **more)


def connections(ear):
    return sum(isinstance(one, Connected) for one in ear.news)


def alerts(number, size=0):
    return [json.dumps({"uid": f"G{n}", "alert_type": "new", "data": {"x": "y" * size}})
            for n in range(number)]


def heard(ear):
    return [json.loads(one.line)["payload"]["uid"] for one in ear.lines]


def test_alerts_of_50_kb_arrive_whole_and_in_order(xmpp, ears):
    ear = ears(listener(xmpp)).until(connections)
    xmpp.publish("cbc_gstlal", alerts(40, 50_000))
    ear.until(lambda e: len(e.lines) >= 40)
    assert heard(ear) == [f"G{n}" for n in range(40)]
    first = json.loads(ear.lines[0].line)
    assert first["topic"] == "cbc_gstlal" and len(first["payload"]["data"]["x"]) == 50_000


def test_other_nodes_are_not_heard(xmpp, ears):
    ear = ears(listener(xmpp)).until(connections)
    xmpp.publish("burst_cwb", alerts(1))
    xmpp.publish("cbc_gstlal", ["not JSON"])
    ear.until(lambda e: e.lines)
    assert json.loads(ear.lines[0].line)["payload"] == "not JSON"


def test_a_server_that_dies_and_comes_back_is_heard_again(xmpp, ears):
    ear = ears(listener(xmpp)).until(connections)
    xmpp.stop()
    xmpp.start()
    ear.until(lambda e: connections(e) == 2)
    xmpp.publish("cbc_gstlal", alerts(1))
    ear.until(lambda e: e.lines)
    assert not ear.reports(wrong=True)  # it was back within a minute


def test_a_wrong_password_is_told(xmpp, ears):
    xmpp.netrc.write_text("machine localhost login supervisor password wrong\n")
    ear = ears(listener(xmpp)).until(lambda e: e.reports(wrong=True))
    assert ear.reports(wrong=True)[0] == "the server refuses the login"


def test_a_certificate_that_is_not_trusted_is_told(xmpp, ears):
    ear = ears(listener(xmpp, ca_file=None)).until(lambda e: e.reports(wrong=True))
    assert ear.reports(wrong=True)[0] == "the server's certificate is not trusted"
    assert not connections(ear)


def test_a_certificate_of_another_server_is_told(xmpp, ears):
    xmpp.stop()
    xmpp.certify("other.example.org")
    xmpp.start()
    ear = ears(listener(xmpp)).until(lambda e: e.reports(wrong=True))
    assert ear.reports(wrong=True)[0] == "the server's certificate is not trusted"
    assert not connections(ear)


@pytest.mark.parametrize(("mode", "words"), [(0o640, "too permissive"), (0o604, "too permissive")])
def test_a_netrc_file_that_others_can_read_is_refused(xmpp, ears, mode, words):
    xmpp.netrc.chmod(mode)
    ear = ears(listener(xmpp)).until(lambda e: e.reports(wrong=True))
    assert words in ear.reports(wrong=True)[0]


@pytest.mark.parametrize(("text", "more", "words"), [
    ("machine example.org login a password b\n", {}, "no entry for machine localhost"),
    ("machine localhost login a password b\n", {"username": "c"}, "and login c"),
    ("what is this\n", {}, "is not used"),
])
def test_a_netrc_file_without_the_password_is_told(xmpp, ears, text, more, words):
    xmpp.netrc.write_text(text)
    ear = ears(listener(xmpp, **more)).until(lambda e: e.reports(wrong=True))
    assert words in ear.reports(wrong=True)[0]


def test_missing_files_are_told(xmpp, ears):
    for more, words in (({"netrc": "/nonexistent"}, "/nonexistent: No such file"),
                        ({"ca_file": "/nonexistent"}, "no file /nonexistent")):
        ear = ears(listener(xmpp, **more)).until(lambda e: e.reports(wrong=True))
        assert words in ear.reports(wrong=True)[0]


def test_it_ends_soon_when_nothing_is_wanted_any_more(xmpp, ears):
    ear = ears(listener(xmpp)).until(connections)
    ear.inbox.close()
    ear.listening.join(5)
    assert not ear.listening._thread.is_alive()
