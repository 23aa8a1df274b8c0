"""A past candidate is told as the alerts that it must have caused."""

import json

import pytest
from werkzeug.wrappers import Response

from fsm.core.engine.effects import Ask
from fsm.io.gracedb.as_of import PastGraceDB
from fsm.io.gracedb.reconstruct import lines
from fsm.io.gracedb.retrying import CallError
from fsm.io.recordings.files import record_of

NIGHT = 1_502_000_000.0


@pytest.fixture
def annotated(standing):
    said = standing.service.write_log
    said(NIGHT + 10, "G100001", "early", ("psd.xml.gz", b"x" * 150))
    standing.service.put_label(NIGHT + 20, "G100001", "DQV")
    said(NIGHT + 30, "G100001", "later")
    standing.service.take_label(NIGHT + 40, "G100001", "DQV")
    return standing


@pytest.fixture
def superevent(standing):
    """A superevent of which a second event and an external one become members later."""
    standing.service.create_event(NIGHT + 3, "CBC", "pycbc", "AllSky", ("a", b"{}"), {})
    standing.service.create_event(NIGHT + 4, "External", "Fermi", "GRB", ("a", b"{}"), {})
    sid = standing.app.superevents.create(NIGHT + 5, {
        "category": "P", "t_0": 1186000000.5, "t_start": 1, "t_end": 2,
        "preferred_event": "G100001"})["superevent_id"]
    standing.app.superevents.join(NIGHT + 60, sid, "G100002")
    standing.app.superevents.join(NIGHT + 90, sid, "E100001")
    return sid


def shown(made):
    return [(line["payload"]["uid"], line["payload"]["alert_type"], line["time"] - NIGHT)
            for line in made if line.get("delivered", True)]


def test_lines_show_the_alerts_that_there_were(annotated):
    made, unread = lines(annotated.gracedb(), "G100001")
    assert shown(made) == [("G100001", what, after) for what, after in (
        ("new", 0), ("log", 10), ("label_added", 20), ("log", 30),
        ("label_removed", 40))]
    assert unread == {}


def test_a_superevent_takes_its_events_along_since_when_they_are_in_it(standing, superevent):
    made, unread = lines(standing.gracedb(), superevent)
    changes = [one for one in shown(made) if one[1] != "log"]
    assert changes == [
        ("G100001", "new", 0), ("G100002", "new", 3), ("E100001", "new", 4),
        (superevent, "new", 5), (superevent, "event_added", 5),
        ("G100001", "added_to_superevent", 5),
        (superevent, "event_added", 60), ("G100002", "added_to_superevent", 60),
        (superevent, "event_added", 90), ("E100001", "added_to_superevent", 90)]
    assert unread == {}


def test_who_is_in_it_is_told_as_of_the_time(standing, superevent):
    made, _ = lines(standing.gracedb(), superevent)
    states = {(line["payload"]["uid"], line["time"] - NIGHT): line["payload"]["object"]
              for line in made}
    assert states[superevent, 5]["gw_events"] == ["G100001"]
    assert states[superevent, 60]["gw_events"] == ["G100001", "G100002"]
    assert states[superevent, 60]["em_events"] == []
    assert states[superevent, 90]["em_events"] == ["E100001"]
    assert states["G100002", 3]["superevent"] is None
    alert = record_of(json.dumps(next(
        line for line in made if shown([line]) == [("G100002", "added_to_superevent", 60)]))).alert
    assert alert.superevent == superevent and alert.snapshot["superevent"] == superevent


def test_an_event_is_not_preferred_before_it_is_in_it(standing, superevent):
    standing.service.change(NIGHT + 70, superevent, {"preferred_event": "G100002"})
    made, _ = lines(standing.gracedb(), superevent)
    states = [line["payload"]["object"] for line in made if line["payload"]["uid"] == superevent]
    assert [(state["preferred_event"], state["preferred_event_data"]["pipeline"], state["far"])
            for state in (states[0], states[-1])] == [
        ("G100001", "gstlal", 1e-9), ("G100002", "pycbc", None)]


def spoil(standing, path, status=404):
    serve = standing.app._served
    standing.app._served = lambda request: (
        Response("no", status) if request.path.endswith(path) else serve(request))


@pytest.mark.parametrize(("path", "unread"), [
    ("G100001/labels/", {"G100001": ["labels"]}), ("G100001/voevent/", {"G100001": ["notices"]}),
    ("G100001/log/", {"G100001": ["logs"]}), ("G100001/signoff/", {"G100001": ["signoffs"]}),
    ("/events/G100002", {"S": ["G100002"]}), ("/files/psd.xml.gz,0", {"G100001": ["psd.xml.gz,0"]}),
])
def test_what_cannot_be_read_is_named_and_all_else_is_shown(annotated, superevent, path, unread):
    whole = shown(lines(annotated.gracedb(), superevent)[0])
    spoil(annotated, path)
    made, named = lines(annotated.gracedb(), superevent)
    assert {one.replace(superevent, "S"): list(parts) for one, parts in named.items()} == unread
    assert set(shown(made)) <= set(whole) and len(shown(made)) > len(whole) / 2


def test_a_candidate_itself_that_cannot_be_read_is_an_error(standing):
    with pytest.raises(CallError):
        lines(standing.gracedb(), "G999")


def test_answers_of_the_past_name_what_is_unread_too(annotated, superevent):
    for path in ("G100001/labels/", "/events/G100002", "/files/psd.xml.gz,0"):
        spoil(annotated, path)
    past = PastGraceDB(annotated.gracedb())
    wants = (("member", "G100001"), ("member", "G100002"))
    answer = past.answer(Ask(NIGHT + 95, superevent, "q", wants))
    assert "G100002" in answer.unread["G100002"] and len(answer.members) == 1
    assert list(answer.members[0].unread) == ["labels"] and answer.members[0].labels is None
    answer = past.answer(Ask(NIGHT + 95, "G100001", "q", (("content", "psd.xml.gz", 0),)))
    assert set(answer.unread) == {"labels", "psd.xml.gz,0"} and not answer.unavailable
    assert answer.failure == "" and len(answer.logs) >= 3
