"""LVAlert over a real XMPP server."""

import json
import subprocess
import sys
import time

import attrs
import pytest
from slixmpp.exceptions import IqTimeout

from fsm.io.listeners import HeartbeatRequest, condition, lvalert, lvalert_session
from fsm.io.listeners.lvalert import LVAlert
from tests.io.listeners.conftest import connections, heard


def listener(xmpp, **more):
    made = LVAlert("lvalert", "localhost", ("cbc_gstlal",), netrc=str(xmpp.netrc),
                   host="127.0.0.1", port=xmpp.port, ca_file=str(xmpp.ca_file))
    return attrs.evolve(made, **more)


def alerts(number, size=0):
    return [json.dumps({"uid": f"G{n}", "alert_type": "new", "data": {"x": "y" * size}})
            for n in range(number)]


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


@pytest.fixture
def refused(monkeypatch):
    """Names of nodes that nobody can subscribe to."""
    names, subscribe = set(), lvalert.LVAlertClient.subscribe

    async def some(client, *nodes):
        if names & set(nodes):
            raise IqTimeout(None)
        await subscribe(client, *nodes)

    monkeypatch.setattr(lvalert.LVAlertClient, "subscribe", some)
    monkeypatch.setattr(condition, "PATIENCE", 0.3)
    return names


def test_a_node_that_refuses_is_told_and_the_others_are_heard(xmpp, ears, refused):
    refused.add("cbc_nonsense")
    ear = ears(listener(xmpp, nodes=("cbc_gstlal", "cbc_nonsense"))).until(connections)
    (told,) = ear.until(lambda e: e.reports(wrong=True)).reports(wrong=True)
    assert told.startswith("it cannot subscribe to cbc_nonsense: ")
    xmpp.publish("cbc_gstlal", alerts(1))
    assert heard(ear.until(lambda e: e.lines)) == ["G0"]


def test_where_all_nodes_refuse_it_does_not_listen(xmpp, ears, refused):
    refused.add("cbc_gstlal")
    ear = ears(listener(xmpp)).until(lambda e: e.reports(wrong=True))
    assert "cannot subscribe to cbc_gstlal" in ear.reports(wrong=True)[0]
    assert not connections(ear)


@pytest.fixture
def watchful(monkeypatch):
    """Looks at the subscriptions all the time."""
    monkeypatch.setattr(lvalert_session, "LOOK_AGAIN", 0.2)


def test_a_node_that_was_missing_is_looked_for_again(xmpp, ears, refused, watchful):
    refused.add("cbc_nonsense")
    ear = ears(listener(xmpp, nodes=("cbc_gstlal", "cbc_nonsense"))).until(
        lambda e: e.reports(wrong=True))
    refused.clear()
    ear.until(lambda e: e.reports(wrong=False))
    xmpp.publish("cbc_nonsense", alerts(1))
    assert heard(ear.until(lambda e: e.lines)) == ["G0"]
    assert not ear.condition.restarts


def test_a_node_that_is_deleted_and_made_again_is_subscribed_to_again(xmpp, ears, watchful):
    ear = ears(listener(xmpp)).until(connections)
    xmpp.publish("cbc_gstlal", alerts(1))
    ear.until(lambda e: e.lines)
    xmpp.delete("cbc_gstlal")
    ear.until(lambda e: connections(e) == 2)  # GraceDB is asked for what is missing
    xmpp.publish("cbc_gstlal", alerts(1))
    ear.until(lambda e: len(e.lines) == 2)


def test_a_subscription_that_is_lost_without_a_word_is_made_again(xmpp, ears, watchful):
    ear = ears(listener(xmpp)).until(connections)
    xmpp.unsubscribe("cbc_gstlal")
    ear.until(lambda e: connections(e) == 2)
    assert "the subscription to cbc_gstlal was lost" in ear.anomalies()[0]
    xmpp.publish("cbc_gstlal", alerts(1))
    ear.until(lambda e: e.lines)


def test_where_the_server_gives_notice_that_is_made_good_at_once(xmpp, ears):
    ear = ears(listener(xmpp, publishers=("publisher@localhost",))).until(connections)
    xmpp.unsubscribe("cbc_gstlal")
    xmpp.send("publisher", "cbc_gstlal", kind="delete")
    ear.until(lambda e: connections(e) == 2)
    assert "the subscription to cbc_gstlal was lost" in ear.anomalies()[0]


def test_a_subscription_of_another_connection_is_not_ones_own(xmpp, ears):
    async def subscribe(client):
        await client.plugin["xep_0060"].subscribe("pubsub.localhost", "cbc_gstlal", bare=False)

    xmpp.act("supervisor", subscribe)
    ear = ears(listener(xmpp)).until(connections)
    xmpp.publish("cbc_gstlal", alerts(1))
    assert heard(ear.until(lambda e: e.lines)) == ["G0"]


def test_names_of_servers_are_written_in_any_case(xmpp, ears):
    xmpp.netrc.write_text("machine LOCALHOST login supervisor password secret\n")
    ear = ears(listener(xmpp, server="LOCALHOST")).until(connections)
    xmpp.publish("cbc_gstlal", alerts(1))
    assert heard(ear.until(lambda e: e.lines)) == ["G0"] and not ear.anomalies()


def test_an_item_that_is_just_too_deep_loses_no_other(xmpp, ears):
    ear = ears(listener(xmpp, publishers=("publisher@localhost",))).until(connections)
    xmpp.send("publisher", "cbc_gstlal", ["[" * 1010 + "]" * 1010, *alerts(1)])
    ear.until(lambda e: len(e.lines) == 2)
    assert b"G0" in ear.lines[1].line


def test_every_item_of_a_message_is_taken(xmpp, ears):
    ear = ears(listener(xmpp, publishers=("publisher@localhost",))).until(connections)
    xmpp.send("publisher", "cbc_gstlal", alerts(3))
    assert heard(ear.until(lambda e: len(e.lines) == 3)) == ["G0", "G1", "G2"]


def test_nobody_else_can_send_an_alert(xmpp, ears):
    ear = ears(listener(xmpp, publishers=("publisher@localhost",))).until(connections)
    xmpp.send("stranger", "cbc_gstlal", alerts(2))
    ear.until(lambda e: e.anomalies())
    assert "stranger@localhost" in ear.anomalies()[0] and "is not believed" in ear.anomalies()[0]
    xmpp.publish("cbc_gstlal", alerts(1))
    ear.until(lambda e: e.lines)
    assert len(ear.lines) == 1


def test_nobody_else_can_ask_for_a_heartbeat(xmpp, ears):
    ear = ears(listener(xmpp, heartbeat="es-heartbeat")).until(connections)
    xmpp.send("stranger", "es-heartbeat", [json.dumps({"ptype": "request"})])
    ear.until(lambda e: e.anomalies())
    assert not any(isinstance(one, HeartbeatRequest) for one in ear.news)


def test_two_programs_with_one_resource_are_told_though_each_connects_all_the_time(
        xmpp, ears, monkeypatch):
    monkeypatch.setattr(condition, "PATIENCE", 2.0)
    ears(listener(xmpp, resource="same"))
    ear = ears(listener(xmpp, resource="same")).until(lambda e: len(e.reports(wrong=True)) == 2)
    for told in ear.reports(wrong=True):
        assert "conflict: another program has logged in with the same resource" in told
    assert {one.name for one in ear.news if getattr(one, "wrong", False)} == {
        "listener lvalert", "listener lvalert, unsteady"}
    assert connections(ear) > 2 and not ear.reports(wrong=False)


def test_it_ends_soon_when_nothing_is_wanted_any_more(xmpp, ears):
    ear = ears(listener(xmpp)).until(connections)
    ear.inbox.close()
    ear.listening.join(5)
    assert not ear.listening.listens


def beats(xmpp, ears, *requests):
    """What comes on the heartbeat node, once a supervisor listens and requests are published."""
    monitor = ears(LVAlert("monitor", "localhost", ("es-heartbeat",), netrc=str(xmpp.netrc),
                           host="127.0.0.1", port=xmpp.port, ca_file=str(xmpp.ca_file)))
    monitor.until(connections)
    ear = ears(listener(xmpp, heartbeat="es-heartbeat")).until(connections)
    xmpp.publish("es-heartbeat", requests)
    return monitor, ear


def test_a_heartbeat_is_answered_on_its_node_by_the_main_loop(xmpp, ears):
    request = {"ptype": "request", "server": "localhost", "node": "es-heartbeat", "key": "0f" * 15}
    monitor, ear = beats(xmpp, ears, json.dumps(request))
    ear.until(lambda e: any(isinstance(one, HeartbeatRequest) for one in e.news))
    (heartbeat,) = [one for one in ear.news if isinstance(one, HeartbeatRequest)]
    heartbeat.answer({"hostname": "h", "user": "u", "pid": 7, "name": "es", "lag": 0.0})
    monitor.until(lambda e: len(e.lines) == 2)
    answer = json.loads(monitor.lines[1].line)["payload"]
    assert answer == {**request, "ptype": "response", "hostname": "h", "user": "u", "pid": 7,
                      "name": "es", "lag": 0.0}
    assert ear.lines == []  # it is no alert


def test_what_is_no_request_is_not_answered(xmpp, ears):
    last = {"ptype": "request", "key": ["a", "list"]}
    _, ear = beats(xmpp, ears, "rubbish", "[]", "", json.dumps({"ptype": "response", "key": "x"}),
                   json.dumps(last))
    ear.until(lambda e: any(isinstance(one, HeartbeatRequest) for one in e.news))
    assert sum(isinstance(one, HeartbeatRequest) for one in ear.news) == 1


def test_a_daemon_answers_heartbeats(xmpp, ears, tmp_path):
    journal, config = tmp_path / "j.db", tmp_path / "config.toml"
    config.write_text(xmpp.table("cbc_gstlal") + """
heartbeat = "es-heartbeat"
[operators]
name = "event_supervisor-gstlal"
""")
    monitor = ears(LVAlert("monitor", "localhost", ("es-heartbeat",), netrc=str(xmpp.netrc),
                           host="127.0.0.1", port=xmpp.port, ca_file=str(xmpp.ca_file)))
    monitor.until(connections)
    daemon = subprocess.Popen([sys.executable, "-m", "fsm", "run", "--config", str(config),
                               "--gracedb", "none", "--journal", str(journal)],
                              stderr=(tmp_path / "log").open("w"))
    try:
        end = time.monotonic() + 60
        while not monitor.lines:  # until it listens, nobody answers
            assert time.monotonic() < end, (tmp_path / "log").read_text()
            xmpp.publish("es-heartbeat", [json.dumps({"ptype": "request", "key": "k"})])
            time.sleep(0.5)
            monitor.lines += [one for one in monitor.inbox.take(9)[0] if b"response" in one.line]
        answer = json.loads(monitor.lines[-1].line)["payload"]
        assert (answer["name"], answer["pid"]) == ("event_supervisor-gstlal", daemon.pid)
        assert answer["key"] == "k" and answer["lag"] < 5 and answer["last_alert"] is None
    finally:
        daemon.terminate()
        assert daemon.wait(20) == 0
