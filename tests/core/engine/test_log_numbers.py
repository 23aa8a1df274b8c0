"""Gaps in the numbers of a log: none on a healthy night, one wherever an alert was lost."""

import json

import pytest

from fsm.core.charts.policy import default_policy
from fsm.core.engine.effects import Ask
from fsm.core.engine.engine import Engine
from fsm.core.engine.inputs import Answer, TickAll
from fsm.core.engine.log_numbers import LogNumbers
from fsm.core.evidence.evidence import Evidence
from fsm.core.evidence.parsing import parse
from fsm.registry import charts
from fsm.simulator.kinds import KINDS
from fsm.simulator.night import plan, usual_start
from fsm.testing.script import CURRENT, LEGACY, Script

NEVER = float("-inf")
CHARTS, LIFECYCLES = charts()
NO_PROCESSES = ()


def alerts(kind):
    """The alerts of one candidate with its events, in the order of arrival."""
    one, = plan([kind], 1, 2.0, "3", usual_start([kind]))
    lines = sorted(one.lines(one.graceid, CHARTS, {}), key=lambda line: line["time"])
    return [parse(line["payload"], line["time"]) for line in lines if line.get("delivered", True)]


def gaps(heard):
    """When a log showed that something was lost, and for how many seconds: by GraceID."""
    known, since, found = {}, {}, {}
    for alert in heard:
        evidence, numbers = known.setdefault(alert.graceid,
                                             (Evidence(alert.graceid), LogNumbers()))
        numbers.hear(alert, evidence, NEVER)
        alert.add_to(evidence)
        if numbers.lost:
            since.setdefault(alert.graceid, alert.received)
        elif alert.graceid in since:
            found.setdefault(alert.graceid, []).append(alert.received - since.pop(alert.graceid))
    return {**found, **{graceid: [float("inf")] for graceid in since}}


@pytest.mark.parametrize("kind", KINDS)
def test_a_healthy_night_has_no_gap_that_lasts(kind):
    lasting = {graceid: most for graceid, times in gaps(alerts(kind)).items()
               if (most := max(times)) > 10.0}
    assert not lasting


@pytest.mark.parametrize("kind", ["cbc", "burst", "grb", "significant", "refused", "coincident"])
def test_any_log_alert_that_is_lost_leaves_a_gap(kind):
    heard = alerts(kind)
    last = {alert.graceid: position for position, alert in enumerate(heard)
            if alert.entry is not None and alert.entry.number is not None}
    lost = [position for position, alert in enumerate(heard)
            if alert.entry is not None and alert.entry.number is not None
            and position != last[alert.graceid]]
    silent = [heard[position] for position in lost if float("inf") not in gaps(
        heard[:position] + heard[position + 1:]).get(heard[position].graceid, ())]
    assert [alert.entry.comment for alert in silent] in ([], ["initial data"])  # as if never heard


@pytest.mark.parametrize("kind", ["cbc", "significant"])
def test_what_comes_twice_closes_no_gap(kind):
    heard = [alert for alert in alerts(kind)
             for _ in range(2 if alert.label or alert.entry is not None else 1)]
    lost = max(alert.entry.number for alert in heard[:len(heard) // 2]
               if alert.entry is not None and alert.entry.number is not None)
    assert gaps(alert for alert in heard
                if alert.entry is None or alert.entry.number != lost) != gaps(heard)


class Listening:
    """An engine that hears a candidate's alerts, with a GraceDB that knows all of them."""

    def __init__(self, script):
        self.script, self.asked, self.dead = script, [], False
        self.engine = Engine(NO_PROCESSES, LIFECYCLES, default_policy(NO_PROCESSES))

    def hear(self, *skipped):
        for line in self.script.lines:
            number = line["payload"].get("data", line["payload"].get("object"))
            if line.get("delivered", True) and not (
                    isinstance(number, dict) and number.get("N") in skipped):
                self.take(parse(line["payload"], line["time"]))
        return self

    def take(self, item):
        for effect in self.engine.step(item).effects:
            if isinstance(effect, Ask):
                self.asked.append(effect.time)
                self.take(self._answer(effect))

    def _answer(self, ask):
        if self.dead:
            return Answer(ask.time, ask.graceid, ask.question, failure="status 503")
        told = [parse(line["payload"], line["time"]) for line in self.script.lines]
        return Answer(ask.time, ask.graceid, ask.question, event={"graceid": ask.graceid},
                      logs=tuple(alert.entry for alert in told
                                 if alert.entry and alert.time <= ask.time))

    def wait(self, seconds=100.0):
        until = self.engine.now + seconds
        while self.engine.next_timer() <= until:
            self.take(TickAll(self.engine.next_timer()))
        self.take(TickAll(until))
        return self

    @property
    def comments(self):
        return {entry.comment for entry in self.engine.candidates["G1"].evidence.logs.values()}


T = 1_700_000_000.0


def script(flavour=CURRENT):
    """Some entries with tags, labels between them; the numbers are those of GraceDB."""
    made = Script("G1", T, flavour, transit=0.0)
    made.new()
    made.log("first", 10, ["one", "two"])
    made.label("EM_READY", 12)
    made.log("second", 20)
    made.log("third", 21)
    return made


FIRST, SECOND, THIRD = 2, 6, 7


@pytest.mark.parametrize("flavour", [CURRENT, LEGACY])
def test_nothing_is_asked_where_nothing_was_lost(flavour):
    assert Listening(script(flavour)).hear().wait().asked == []


@pytest.mark.parametrize("flavour", [CURRENT, LEGACY])
@pytest.mark.parametrize("lost", [FIRST, SECOND])
def test_what_was_lost_is_asked_for_soon_and_once(flavour, lost):
    world = Listening(script(flavour)).hear(lost).wait()
    assert len(world.asked) == 1 and world.asked[0] <= T + 21 + 10
    assert {"first", "second", "third"} <= world.comments
    assert len(world.wait(86_400).asked) == 1


def test_what_comes_late_needs_no_question():
    world = Listening(script()).hear(SECOND)
    late, = (line for line in world.script.lines if line["payload"]["data"].get("N") == SECOND)
    world.take(parse(late["payload"], T + 28))
    assert world.wait().asked == []


def test_where_gracedb_does_not_answer_it_is_not_asked_again_for_that():
    world = Listening(script())
    world.dead = True
    assert len(world.hear(SECOND).wait(400).asked) == 1
    world.script.log("fourth", 600)
    line = world.script.lines[-1]
    world.take(parse(line["payload"], line["time"]))
    assert len(world.wait(86_400).asked) == 1


@pytest.mark.parametrize("nothing", [
    {"failure": "status 503"}, {"unread": {"logs": "it is no list"}}])
def test_an_answer_that_tells_nothing_of_the_log_takes_back_no_label(nothing):
    made = script()
    made.label("DQV", 30)
    made.log("fourth", 31)
    world = Listening(made)
    *first, (last, when) = [(line["payload"], line["time"]) for line in made.lines
                            if line.get("delivered", True)]
    for payload, time in first:
        world.take(parse(payload, time))
    world.take(Answer(world.engine.now, "G1", "", **nothing))
    world.take(parse(last, when))
    assert world.wait().asked == []


def test_after_an_answer_another_question_waits():
    world = Listening(script()).hear(SECOND).wait(20)
    assert len(world.asked) == 1
    for number in range(3):  # whatever else is lost of it
        world.script.log(f"lost {number}", 50 + number)
        world.script.log(f"heard {number}", 50.5 + number)
    lines = world.script.lines[-6:]
    for line in lines[1::2]:
        world.take(parse(line["payload"], line["time"]))
    world.wait(200)
    assert len(world.asked) == 1
    world.wait(200)
    assert len(world.asked) == 2 and "lost 2" in world.comments


def test_own_annotations_are_known_though_they_are_no_evidence():
    made = script()
    made.log("ES: G1: something lacks", 22)
    made.log("fourth", 23)
    assert Listening(made).hear().wait().asked == []


def test_it_is_kept_over_a_restart():
    world = Listening(script()).hear(SECOND)
    kept = json.loads(json.dumps(world.engine.configuration("G1")))
    other = Listening(world.script)
    other.engine.resume(world.engine.now)
    other.engine.restore(kept)
    assert other.engine.configuration("G1") == world.engine.configuration("G1")
    assert other.wait().asked == world.wait().asked != []
    del kept["numbers"]  # journals of earlier versions lack it
    other.engine.release("G1")
    other.engine.restore(kept)


def test_nothing_is_asked_of_what_is_called_off():
    made = script()
    world = Listening(made).hear(FIRST, SECOND, THIRD)
    world.engine.candidates["G1"].reason = "superseded"
    world.hear(SECOND)
    assert world.wait().asked == []


def told(*numbers, time=T):
    """Alerts about log entries of these numbers."""
    return [parse({"uid": "G1", "alert_type": "log", "data": {
        "N": number, "comment": f"entry {number}", "tag_names": [], "created": time}, "object": {}},
        time) for number in numbers]


def labelled(time):
    """The alert that a label was put on."""
    return parse({"uid": "G1", "alert_type": "label_added", "data": {
        "name": "DQV", "created": "2023-11-14 22:13:20 UTC"}, "object": {}}, time)


def heard(numbers, alerts_, answered=NEVER):
    """How many are lost after some alerts, of which the evidence knows nothing."""
    for alert in alerts_:
        numbers.hear(alert, Evidence("G1"), answered)
    return numbers.lost


def test_what_gracedb_has_told_explains_nothing_when_its_alert_comes():
    numbers = LogNumbers(read=9, highest=9)
    assert heard(numbers, [*told(3, 4), labelled(T), *told(11)], answered=T + 60) == 1


def test_a_label_that_is_heard_while_an_answer_is_under_way_counts():
    numbers, evidence = LogNumbers(), Evidence("G1")
    assert heard(numbers, told(1, 2)) == 0
    numbers.look()
    assert heard(numbers, [labelled(T)]) == 0
    numbers.learn(tuple(alert.entry for alert in told(1, 2)), evidence, T)
    assert heard(numbers, told(4)) == 0 and heard(numbers, told(6)) == 1


def test_an_answer_without_entries_takes_nothing_back():
    numbers = LogNumbers(read=9, highest=9)
    numbers.learn((), Evidence("G1"), T)
    assert numbers == LogNumbers(read=9, highest=9)


def test_what_an_answer_tells_beyond_all_alerts_is_known():
    numbers, evidence = LogNumbers(), Evidence("G1")
    assert heard(numbers, told(1, 2)) == 0
    numbers.learn(tuple(alert.entry for alert in told(1, 2, 3, 4)), evidence, T)
    numbers.look()  # and this time GraceDB does not answer
    assert heard(numbers, told(5)) == 0


def test_after_a_question_without_answer_what_comes_late_explains_nothing_else():
    world = Listening(script())
    world.dead = True
    world.hear(SECOND).wait(20)
    late, = (line for line in world.script.lines if line["payload"]["data"].get("N") == SECOND)
    world.take(parse(late["payload"], world.engine.now))
    world.script.log("lost", 60)
    world.script.log("heard", 61)
    line = world.script.lines[-1]
    world.take(parse(line["payload"], line["time"]))
    assert len(world.wait(400).asked) == 2


def test_what_is_heard_while_an_answer_is_under_way_counts():
    numbers, evidence = LogNumbers(), Evidence("G1")
    for alert in told(1, 2, 5):
        numbers.hear(alert, evidence, NEVER)
        alert.add_to(evidence)
    numbers.learn(tuple(alert.entry for alert in told(1, 2, 3, 4)), evidence, T)
    assert numbers.lost == 0 and heard(numbers, told(6)) == 0


@pytest.mark.parametrize("number", [-5, 2 ** 63, 10 ** 4300 - 1])
def test_a_number_that_no_log_has_is_none(number):
    alert, = told(number)
    assert alert.entry.number is None
    world = Listening(script())
    world.take(alert)
    json.dumps(world.hear().engine.configuration("G1"))


@pytest.mark.parametrize("foolish", [9000, 10 ** 18])
def test_one_foolish_number_silences_nothing(foolish):
    world = Listening(script()).hear()
    world.take(told(foolish, time=T + 30)[0])
    world.wait(60)
    assert len(world.asked) == 1
    world.script.log("lost", 700)
    world.script.log("heard", 701)
    line = world.script.lines[-1]
    world.take(parse(line["payload"], line["time"]))
    assert len(world.wait().asked) == 2 and "lost" in world.comments


def test_a_storm_of_gaps_asks_a_dead_gracedb_once_in_a_pause():
    world = Listening(script())
    world.dead = True
    world.hear()
    for number in range(20, 2020, 2):
        world.take(told(number, time=T + 10 + number)[0])
    assert 2000 / 300 <= len(world.asked) <= 2000 / 300 + 2


def test_a_storm_of_doubts_asks_with_growing_pauses():
    world = Listening(script()).hear()
    states = [{"far": 1.0}, {"far": 2.0}]
    for number in range(1000):
        fields = {"graceid": "G1", "group": "CBC", "pipeline": "gstlal", **states[number % 2]}
        world.take(parse({"uid": "G1", "alert_type": "update", "data": fields, "object": fields},
                         T + 400 + number))
    assert 1 <= len(world.wait(400).asked) <= 12


@pytest.mark.parametrize("again", [
    lambda made: made.label("DQV", 30),
    lambda made: made.signoff("OP", "H1", "OK", 30),
    lambda made: made.voevent("Initial", 30)])
def test_what_has_no_number_explains_one_gap_though_it_comes_twice(again):
    made = script()
    again(made)
    twice = made.lines[-1]
    made.log("lost", 32)
    made.log("heard", 33)
    world = Listening(made)
    for line in [*made.lines[:-2], *[twice] * 5, made.lines[-1]]:
        if line.get("delivered", True):
            world.take(parse(line["payload"], max(line["time"], world.engine.now)))
    assert len(world.wait().asked) == 1


def test_a_label_put_on_in_the_second_of_an_answer_counts():
    numbers = LogNumbers(read=9, highest=9)
    assert heard(numbers, [labelled(T + 0.8), *told(11)], answered=T + 0.5) == 0
