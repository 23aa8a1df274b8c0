"""Scripts write as GraceDB does: in the order of time, with its own entries and its labels."""

import pytest

from fsm.testing.script import CURRENT, LEGACY, Script, story

T = 1_500_000_000.0


def written(script):
    """(N or kind of alert, message or label, whether there is an alert) of each line."""
    lines = [(line["payload"]["alert_type"], line["payload"]["data"], line.get("delivered", True))
             for line in script.lines]
    return [(data["N"], data["comment"], told) if what == "log" else (what, data.get("name"), told)
            for what, data, told in lines]


def labels(script):
    return [line["payload"]["object"]["labels"] for line in script.lines]


def test_a_label_is_an_entry_too():
    script = Script("G1", T, CURRENT)
    script.log("before", 1)
    script.label("INJ", 2)
    script.unlabel("INJ", 3)
    script.log("after", 4)
    assert written(script) == [
        (1, "before", True), (2, "Label: INJ", False), ("label_added", "INJ", True),
        (3, "Deleted label: INJ", False), ("label_removed", "INJ", True), (4, "after", True)]
    assert labels(script) == [[], ["INJ"], ["INJ"], [], [], []]


def test_a_sign_off_takes_its_request_off_in_silence():
    script = Script("S170714a", T)
    script.label("ADVREQ", 1)
    del script.lines[:]
    script.signoff("ADV", "", "OK", 2)
    assert written(script) == [
        ("label_added", "ADVOK", True),
        (2, "Advocate signoff certified status as OK: 'fine'; label ADVREQ removed and label ADVOK "
            "applied", False),
        (3, "Tagged message 2: em_follow.", False), ("signoff_created", None, True)]
    assert labels(script)[-1] == ["ADVOK"]


def test_a_changed_sign_off_and_a_withdrawn_one():
    script = Script("S170714a", T)
    script.signoff("ADV", "", "OK", 2)
    script.signoff("ADV", "", "NO", 3)
    assert written(script)[-5:] == [
        ("label_removed", "ADVOK", True), ("label_added", "ADVNO", True),
        (3, "Advocate signoff updated: status OK -> NO, label ADVOK removed, label ADVNO applied",
         False), (4, "Tagged message 3: em_follow.", False), ("signoff_updated", None, True)]
    script.withdraw("ADV", "", 4)
    assert written(script)[-5:] == [
        ("label_removed", "ADVNO", True), ("label_added", "ADVREQ", True),
        (5, "Advocate signoff deleted: ADVNO removed and ADVREQ reapplied", False),
        (6, "Tagged message 5: em_follow.", False), ("signoff_deleted", None, True)]
    assert labels(script)[-1] == ["ADVREQ"]


def test_in_2017_the_label_of_a_sign_off_had_no_alert():
    script = Script("G1", T, LEGACY)
    script.signoff("OP", "H1", "OK", 2)
    told = [line["payload"] for line in script.lines if line.get("delivered", True)]
    assert [alert["alert_type"] for alert in told] == ["signoff"]
    script.withdraw("OP", "H1", 3)
    told = [line["payload"] for line in script.lines if line.get("delivered", True)]
    assert [alert["description"] for alert in told] == ["OK", "H1OPS"]
    entries = [line["payload"]["object"] for line in script.lines
               if line["payload"]["alert_type"] == "update"]
    assert [(one["N"], one["comment"]) for one in entries] == [
        (1, "Label: H1OK"), (2, "operator signoff certified status as OK for H1: fine"),
        (3, "Label: H1OPS"), (4, "deleted operator signoff status for H1")]


@pytest.mark.parametrize(("graceid", "end"), [("G1", " "), ("S170714a", ".")])
def test_an_entry_with_tags_is_followed_by_the_server_s_own(graceid, end):
    script = Script(graceid, T, CURRENT)
    script.log("map", 1, ("sky_loc", "public"))
    script.log("next", 2)
    assert written(script) == [
        (1, "map", True), (2, f"Tagged message 1: sky_loc{end}", False),
        (3, f"Tagged message 1: public{end}", False), (4, "next", True)]


def test_the_logs_of_events_tell_of_their_superevents():
    script = Script("S170714a", T, preferred_event="G1")
    event, other = script.member("G1", superevent=None), script.member("G2", superevent=None)
    for one in (event, script, other):
        one.new()
    other.enter(script, 2)
    script.join("G2", 2)
    script.update(3, {"preferred_event": "G2"})
    said = {}
    for line in script.lines:
        if line["payload"]["alert_type"] == "log":
            entry = line["payload"]["data"]
            said.setdefault(line["payload"]["uid"], []).append((entry["N"], entry["comment"]))
            assert line["delivered"] is False
    t_0 = script.fields["t_0"]
    assert said == {
        "S170714a": [
            (1, f"Superevent created with t_start={t_0 - 1}, t_0={t_0}, t_end={t_0 + 1}, "
                "preferred_event=G1"),
            (2, "Added event: G2"),
            (3, "Updated superevent parameters: preferred_event: G1 -> G2")],
        "G1": [(1, "Original Data"), (2, "Set as preferred event for superevent: S170714a"),
               (3, "Removed as preferred event for superevent: S170714a")],
        "G2": [(1, "Original Data"), (2, "Added to superevent: S170714a"),
               (3, "Set as preferred event for superevent: S170714a")]}


def test_a_superevent_shows_its_preferred_event_as_it_is():
    script = Script("S170714a", T, preferred_event="G1")
    event, other = script.member("G1"), script.member("G2", far=1e-12)
    event.label("SKYMAP_READY", 1)
    line = script.new(2)
    assert line["payload"]["object"]["preferred_event_data"]["labels"] == ["SKYMAP_READY"]
    line = script.update(3, {"preferred_event": "G2"})
    assert line["payload"]["object"]["preferred_event_data"]["graceid"] == "G2"
    assert line["payload"]["object"]["far"] == other.fields["far"] == 1e-12
    told = [one["payload"]["alert_type"] for one in script.lines if one.get("delivered", True)]
    assert told[-2:] == ["removed_as_preferred", "selected_as_preferred"]


@story
def backwards(script):
    """What comes last is told first, and a label twice."""
    script.file("a.png", 9, "second")
    script.label("INJ", 7)
    script.file("a.png", 5, "first")
    script.label("INJ", 8)


@pytest.mark.parametrize("nested", [False, True])
def test_a_story_is_written_in_the_order_of_its_times(nested):
    script = Script("G1", T, CURRENT)
    told = story(lambda script: backwards(script))(script) if nested else backwards(script)
    assert told is script and not script.planning
    assert written(script) == [(1, "first", True), (2, "Label: INJ", False),
                               ("label_added", "INJ", True), (3, "second", True)]
    assert [line["payload"]["data"].get("file_version") for line in script.lines] == [
        0, None, None, 1]


def test_what_is_planned_may_be_changed_before_it_is_written():
    script = Script("G1", T, CURRENT, transit=0.0, pace=2.0)
    changes = script.planned(backwards)
    assert script.lines == [] and [change.after for change in changes] == [9, 7, 5, 8]
    changes[2].after = 20
    script.write(changes[2:])
    assert [line["time"] for line in script.lines] == [T + 16, T + 16, T + 40]
