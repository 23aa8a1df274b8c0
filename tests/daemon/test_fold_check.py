"""What comes of the inputs again is what a journal has, and whatever is not so is found."""

import json
import zlib

import pytest
from click.testing import CliRunner

from fsm.cli import main
from fsm.core.charts.policy import default_policy
from fsm.core.engine.effects import Annotate, Notify
from fsm.daemon import fold_check
from fsm.daemon.fold_check import FoldCheck
from fsm.daemon.rules import Rules
from fsm.io.journal.check import check
from fsm.io.recordings.payloads import CURRENT
from fsm.registry import charts
from fsm.testing.script import Script
from tests.daemon.in_process import People, T, World
from tests.servers.journals import breakable

DAY = 86400.0
CHARTS = charts()


class Only(People):
    """A channel for effects of one kind."""

    def __init__(self, kind):
        super().__init__()
        self.kind = kind

    def takes(self, effect):
        return isinstance(effect, self.kind)


def acted(stored):
    """Have a supervisor act on a superevent with an event, on an event that leaves, and on one of
    which all is expected."""
    world = World(stored.database(), CHARTS)
    world.outbox.use({"people": Only(Notify), "gracedb": Only(Annotate)})
    world.supervisor.candidates.store_after = 3
    superevent = Script("S170814a", T, CURRENT, transit=0.0)
    member = superevent.member("G1")
    member.new(0)
    superevent.new(1)
    member.label("EM_READY", 30)
    world.event("G2")
    for line in superevent.lines:
        world.alert(line)
    for seconds in (60, 300, 3600, DAY, 8 * DAY, 20 * DAY, 28 * DAY, 28 * DAY + 3600,
                    28 * DAY + 7200, 28 * DAY + 14400):
        if seconds > 28 * DAY:
            world.event("G3", 28 * DAY + 1)
        world.until(seconds)
        world.answer()
        world.turns()
    world.drop()


sound, stored = breakable(acted)


def found(stored):
    return check(stored.where, further=FoldCheck(CHARTS, default_policy(CHARTS[0])))


def wrong(stored):
    return "\n".join(found(stored)["findings"])


def first(stored, query):
    return stored.execute(query)[0][0]


def test_all_is_as_it_comes_of_the_inputs(stored):
    made = found(stored)
    assert made["findings"] == [] and (made["folded"], made["not_folded"]) == (4, 0)
    assert (made["candidates"], made["archived"]) == (1, 3)
    assert stored.execute("SELECT channel FROM outbox WHERE key LIKE 'G1/%' GROUP BY channel "
                          "ORDER BY channel") == [("gracedb",), ("people",)]
    assert first(stored, "SELECT COUNT(*) FROM inputs WHERE kind = 'member'") > 1
    assert first(stored, "SELECT stored FROM candidates") > 0


@pytest.mark.parametrize(("statement", "words"), [
    ("UPDATE candidates SET state = 'x'", "G3: as it is listed, state is 'x', by its inputs"),
    ("UPDATE candidates SET open = 99", "G3: as it is listed, open is 99, by its inputs"),
    ("UPDATE candidates SET timer = 1", "G3: as it is listed, timer is 1.0, by its inputs"),
    ("DELETE FROM candidates", "G3: it is not under supervision, and by its inputs it is"),
    ("DELETE FROM archive WHERE graceid = 'G2'", "G2: it is not in the archive"),
    ("UPDATE archive SET graceid = 'G3' WHERE graceid = 'G2'", "G3: it is in the archive, and by"),
    ("INSERT INTO candidates (graceid, seq, stored) SELECT graceid, MAX(seq), 0 FROM inputs WHERE "
     "graceid = 'G2' GROUP BY graceid", "G2: it is under supervision, and by its inputs it is not"),
    ("UPDATE inputs SET body = '}' WHERE number = 1", "input 1 about it raises"),
    ("UPDATE outbox SET body = '{}'", "not everything could be looked at"),
])
def test_what_is_not_is_found(stored, statement, words):
    stored.execute(statement)
    assert words in wrong(stored)


@pytest.mark.parametrize("kind", ["notify", "annotate"])
def test_messages_that_lack_and_that_nothing_wants(stored, kind):
    name = {"notify": "message", "annotate": "annotation"}[kind]
    rows = stored.execute("SELECT number, key, body FROM outbox WHERE key LIKE 'G1/%'")
    number, key = next((number, key) for number, key, body in rows
                       if json.loads(bytes(body))["kind"] == kind)
    stored.execute(f"UPDATE outbox SET key = 'G1/other' WHERE number = {number}")
    assert f"G1: by its inputs there is the {name} {key}: the outbox has none" in wrong(stored)
    assert f"G1: the outbox has the {name} G1/other: by its inputs there is none" in wrong(stored)


def test_a_configuration_that_is_not_what_comes_of_the_inputs(stored):
    stored.execute("UPDATE candidates SET body = :body", body=changed(
        bytes(first(stored, "SELECT body FROM candidates"))))
    assert "G3: as stored after input " in wrong(stored)
    assert "reason is 'other', by its inputs ''" in wrong(stored)
    body = zlib.decompress(first(stored, "SELECT body FROM archive WHERE graceid = 'G2'"))
    stored.execute("UPDATE archive SET body = :body WHERE graceid = 'G2'", body=changed(body))
    assert "G2: as archived, reason is 'other', by its inputs ''" in wrong(stored)


def changed(body):
    plain = json.loads(body)
    plain["reason"] = "other"
    return json.dumps(plain).encode()


def test_inputs_that_were_acted_on_in_another_order(stored):
    stored.execute("UPDATE inputs SET seq = -1 WHERE graceid = 'G2' AND seq = 1",
                   "UPDATE inputs SET seq = 1 WHERE graceid = 'G2' AND seq = 3",
                   "UPDATE inputs SET seq = 3 WHERE graceid = 'G2' AND seq = -1")
    assert "G2: it is not under supervision, and by its inputs it is" in wrong(stored)


def test_news_of_an_event_are_inputs_of_its_superevent(stored):
    number = first(stored, "SELECT MAX(number) FROM inputs WHERE kind = 'member'")
    stored.execute(f"UPDATE inputs SET kind = 'tick' WHERE number = {number}")
    assert "G1: by its inputs S170814a has 1 more input with news of it of " in wrong(stored)
    stored.execute(f"UPDATE inputs SET kind = 'member' WHERE number = {number}")
    assert found(stored)["sound"]
    stored.execute(
        "INSERT INTO inputs (number, time, graceid, kind, body) "
        f"SELECT 100000, time, graceid, kind, body FROM inputs WHERE number = {number}")
    assert "G1: S170814a has 1 input with news of it of " in wrong(stored)


def test_who_has_failed_or_lost_inputs_is_left_alone(stored):
    number = first(stored, "SELECT number FROM inputs WHERE graceid = 'G2' AND seq = 2")
    stored.execute(f"INSERT INTO failed VALUES ({number}, 'G2', 1, 'Error', NULL)",
                   "UPDATE candidates SET state = 'x'",
                   "DELETE FROM inputs WHERE graceid = 'G3' AND seq = 1")
    made = found(stored)
    assert (made["folded"], made["not_folded"]) == (2, 2)
    assert "listed" not in "".join(made["findings"])


def test_one_that_came_again_after_it_had_left_is_left_alone(stored):
    stored.execute("DELETE FROM inputs WHERE graceid = 'G2'",
                   "UPDATE archive SET time = 1 WHERE graceid = 'G2'",
                   "INSERT INTO inputs (number, time, graceid, kind, body, seq) SELECT 100000, "
                   "time, 'G2', kind, body, 1 FROM inputs WHERE graceid = 'G3' AND seq = 1")
    made = found(stored)
    assert made["sound"] and (made["folded"], made["not_folded"]) == (3, 1)


def test_what_was_dropped_as_too_old_is_not_missed(stored):
    stored.execute("DELETE FROM outbox WHERE channel = 'people'",
                   "DELETE FROM archive WHERE graceid = 'G2'")
    stored.execute("INSERT INTO outbox (key, channel, body, target) VALUES ('x', 'people', :body, "
                   "'')", body=b'{"kind": "notify", "time": 1, "graceid": "", "process": "", '
                               b'"check": "", "outcome": "test", "to": [], "message": "", "key": '
                               b'"x"}')
    assert "there is the message G1/" in wrong(stored) and "not in the archive" in wrong(stored)
    stored.execute(f"INSERT INTO facts VALUES ('dropped before', '{T + 30 * DAY}')",
                   f"INSERT INTO facts VALUES ('forgotten before', '{T + 30 * DAY}')")
    assert found(stored)["sound"]


def test_the_command(stored, tmp_path):
    done = CliRunner().invoke(main, ["journal", "check", "--fold", str(stored.where)])
    assert done.exit_code == 0, done.output
    assert "is sound" in done.stdout and "4 candidates folded again" in done.stdout
    stored.execute("UPDATE candidates SET state = 'x'")
    done = CliRunner().invoke(main, ["journal", "check", "--fold", "--json", str(stored.where)])
    assert done.exit_code == 1 and "candidate G3: as it is listed" in json.loads(
        done.stdout)["findings"][0]
    config = tmp_path / "c.toml"
    config.write_text("[general]\nwarnings = 3\n")
    done = CliRunner().invoke(main, ["journal", "check", "--fold", str(stored.where), "--config",
                                     str(config)])
    assert done.exit_code == 2


def test_who_was_judged_by_other_rules_is_left_alone_and_named(stored):
    mine = Rules(CHARTS).digest(default_policy(CHARTS[0]))
    stored.execute(f"UPDATE candidates SET state = 'x', rules = '{mine}'")
    assert "G3: as it is listed" in wrong(stored) and found(stored)["other_rules"] == []
    stored.execute("UPDATE candidates SET rules = 'x'")
    made = found(stored)
    assert made["sound"] and (made["folded"], made["other_rules"]) == (3, ["G3"])
    done = CliRunner().invoke(main, ["journal", "check", "--fold", str(stored.where)])
    assert "other rules than those of --config judged them last: 1 candidate: G3" in done.stderr


def test_progress_is_told(stored):
    told = []
    check(stored.where, further=FoldCheck(CHARTS, default_policy(CHARTS[0]),
                                          lambda *some: told.append(some)))
    assert told == [("folding candidates", done, 4) for done in range(4)]


def test_differences_are_named_by_their_place():
    one, other = {"a": {"b": 1, "c": [1]}, "d": 2}, {"a": {"b": 1, "c": [2]}}
    assert list(fold_check.differences(one, other)) == [("a/c", [1], [2]), ("d", 2, None)]
    assert list(fold_check.differences(one, one)) == []
