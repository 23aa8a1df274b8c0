"""GraceDB's own client against the stand-in on loopback: answers, writes, contents."""

import gzip
import io
import json
import time
from urllib.parse import parse_qs

import pytest
from astropy.io import fits

from fsm.core.engine.effects import Ask
from fsm.io.gracedb import contents
from fsm.io.gracedb.retrying import CallError

NIGHT = 1_502_000_000.0


def answered(standing, *wants, graceid="G100001", **more):
    return standing.gracedb(**more).answer(Ask(NIGHT + 30, graceid, "q/1", wants))


def upload(standing, name, content):
    standing.service.write_log(NIGHT + 5, "G100001", "hello", (name, content), ["psd"])


def test_a_healthy_event_costs_two_requests(standing):
    upload(standing, "psd.xml.gz", b"x")
    answer = answered(standing)
    assert (answer.failure, answer.labels, answer.signoffs) == ("", (), ())
    assert answer.event["graceid"] == "G100001"
    entry, tagged = answer.logs[-2:]
    assert (entry.comment, entry.time, entry.tags) == ("hello", NIGHT + 5, {"psd"})
    assert tagged.comment == f"Tagged message {entry.number}: psd "
    assert standing.paths() == ["/api/events/G100001", "/api/events/G100001/log/"]


def test_labels_come_with_their_times_and_sign_offs_with_theirs(standing):
    standing.service.put_label(NIGHT + 7, "G100001", "DQV")
    assert answered(standing).labels == (("DQV", NIGHT + 7),)
    assert not any("signoff" in path for path in standing.paths())
    standing.service.put_label(NIGHT + 8, "G100001", "H1OPS")
    standing.service.sign_off(NIGHT + 9, "G100001", {
        "signoff_type": "OP", "instrument": "H1", "status": "OK"})
    answer = answered(standing)
    assert dict(answer.labels) == {"DQV": NIGHT + 7, "H1OK": NIGHT + 9}
    ((key, signoff),) = answer.signoffs
    assert key == ("OP", "H1") and (signoff.status, signoff.time) == ("OK", NIGHT + 9)


def test_contents_and_neighbours(standing):
    upload(standing, "psd.xml.gz", b"x" * 150)
    for number in range(25):
        standing.service.create_event(NIGHT + 40 + number, "CBC", "gstlal", "AllSky",
                                      ("a", b""), {})
    answer = answered(standing, ("content", "psd.xml.gz", 0), ("content", "gone.xml", 0),
                      ("neighbours", "created", NIGHT + 39.5, NIGHT + 60.5, "CBC", "gstlal", "a b"))
    assert answer.failure == ""
    assert answer.contents == {"psd.xml.gz,0": {"size": 150}}
    assert answer.unavailable == frozenset()
    assert len(answer.neighbours["created"]) == 22  # paged to the end, rounded outward
    query = next(path for path in standing.paths() if "query=" in path).partition("?")[2]
    assert parse_qs(query)["query"] == [
        "group: CBC pipeline: gstlal created: 2017-08-06 06:13:59 .. 2017-08-06 06:14:21"]


def sky_map():
    probability = fits.Column(name="PROB", array=[1 / 12] * 12, format="D")
    table = fits.BinTableHDU.from_columns([probability])
    table.header["COORDSYS"] = "C"
    out = io.BytesIO()
    fits.HDUList([fits.PrimaryHDU(), table]).writeto(out)
    return out.getvalue()


@pytest.mark.parametrize("name", ["a.fits", "a.fits.gz"])
def test_a_sky_map_is_downloaded_read_and_removed(standing, monkeypatch, tmp_path, name):
    monkeypatch.setattr(contents.tempfile, "tempdir", str(tmp_path))
    content = gzip.compress(sky_map()) if name.endswith("gz") else sky_map()
    upload(standing, name, content)
    facts = answered(standing, ("content", name, 0)).contents[f"{name},0"]
    assert facts["norm"] == pytest.approx(1.0) and facts["coordsys"] == "C"
    assert facts["size"] == len(content)
    assert list(tmp_path.iterdir()) == []


def test_a_sky_map_that_is_none_or_too_big_is_wrong_and_not_unknown(standing, monkeypatch):
    upload(standing, "a.fits", b"rubbish" * 100)
    wanted = ("content", "a.fits", 0)
    assert "not FITS" in answered(standing, wanted).contents["a.fits,0"]["error"]
    monkeypatch.setattr(contents, "MOST_BYTES", 100)
    assert "more than" in answered(standing, wanted).contents["a.fits,0"]["error"]


@pytest.mark.parametrize("page", [b"<html>Sign in</html>", b"\n<!DOCTYPE html><p>busy</p>"])
def test_a_web_page_instead_of_a_file_is_no_fault_of_the_file(standing, page):
    upload(standing, "em_bright.json", page)
    answer = answered(standing, ("content", "em_bright.json", 0))
    assert not answer.contents and "cannot be used" in answer.unread["em_bright.json,0"]


def test_without_a_reader_sky_maps_are_unavailable(standing, monkeypatch):
    monkeypatch.setattr(contents.skymaps, "available", lambda: False)
    upload(standing, "psd.xml.gz", b"x" * 150)
    answer = answered(standing, ("content", "a.fits", 0), ("content", "psd.xml.gz", 0))
    assert answer.unavailable == {("content", "a.fits", 0)}
    assert answer.contents == {"psd.xml.gz,0": {"size": 150}}


@pytest.mark.parametrize("name", ["../../etc/passwd.fits", "a b.fits", "x" * 300 + ".fits"])
def test_a_name_from_outside_is_no_path_here(standing, name):
    assert answered(standing, ("content", name, 0)).failure == ""


def test_a_candidate_that_gracedb_does_not_know_is_a_failure(standing):
    answer = answered(standing, graceid="G999")
    assert "has no G999" in answer.failure and answer.event is None


def test_several_events_by_one_search(standing):
    standing.service.create_event(NIGHT, "CBC", "gstlal", "", ("a", b""), {})
    found = standing.gracedb().events(["G100001", "G100002", "G7"])
    assert set(found) == {"G100001", "G100002"} and len(standing.paths()) == 1


def comments(standing):
    return [entry["comment"] for entry in standing.app.store.records("G100001", "log")]


def test_a_message_is_written_once_whatever_is_answered(standing):
    standing.order(status=504, after=True, times=1, method="POST")  # done, and denied
    writer = standing.gracedb(budget=5.0)
    for _ in range(2):
        writer.write("G100001", "ES: overdue", ["event_supervisor"], "mark-1")
    assert comments(standing).count("ES: overdue [mark-1]") == 1
    entry = standing.app.store.records("G100001", "log")[-2]
    assert entry["tag_names"] == ["event_supervisor"]


def test_a_label_that_is_on_already_is_no_error(standing):
    for _ in range(2):
        standing.gracedb().label("G100001", "DQV")
    assert standing.service.show("G100001")["labels"] == ["DQV"]


def test_a_message_that_cannot_be_written_is_an_error(standing):
    standing.order(status=403, method="POST")
    with pytest.raises(CallError) as error:
        standing.gracedb().write("G100001", "x", [], "m")
    assert error.value.kind == "refused"


def test_a_superevent_is_asked_for_like_an_event(standing):
    sid = standing.app.superevents.create(NIGHT, {
        "category": "P", "t_0": 1186000000.5, "t_start": 1, "t_end": 2,
        "preferred_event": "G100001"})["superevent_id"]
    standing.service.put_label(NIGHT + 5, sid, "ADVREQ")
    standing.service.sign_off(NIGHT + 9, sid, {"signoff_type": "ADV", "instrument": "",
                                               "status": "OK"})
    standing.service.write_log(NIGHT + 6, sid, "hello")
    answer = answered(standing, graceid=sid)
    assert answer.event["superevent_id"] == sid and dict(answer.labels) == {"ADVOK": NIGHT + 9}
    assert "hello" in [entry.comment for entry in answer.logs]
    assert answer.signoffs[0][0] == ("ADV", "")
    standing.gracedb().write(sid, "ES: fine", ["event_supervisor"], "mark-2")
    assert "ES: fine [mark-2]" in [one.comment for one in answered(standing, graceid=sid).logs]


def test_gracedbs_own_clock(standing):
    assert abs(standing.gracedb().time() - time.time()) < 5
    standing.faults.status, standing.faults.times = 503, 9
    assert standing.gracedb().time() is None


def test_candidates_created_in_a_time(standing):
    for seconds in (100, 200):
        standing.service.create_event(NIGHT + seconds, "CBC", "gstlal", "", ("a", b""), {})
    standing.service.create_event(NIGHT + 200, "Test", "gstlal", "", ("a", b""), {})
    gracedb = standing.gracedb()
    assert gracedb.created(NIGHT + 50, NIGHT + 250) == ["G100003", "G100002"]
    assert gracedb.created(NIGHT + 150, NIGHT + 250, "group: Test") == ["T100001"]


@pytest.mark.parametrize("rows", [[{}], [{"graceid": 5}], {"a": 1}])
def test_a_search_that_finds_rubbish_does_not_look_like_one_that_finds_nothing(standing, rows):
    standing.order(status=200, body=json.dumps({"events": rows}))
    with pytest.raises(CallError):
        standing.gracedb().created(NIGHT, NIGHT + 9)


@pytest.mark.parametrize(("part", "gone"), [("/events/G100001", True), ("/api/", False)])
def test_only_its_own_page_tells_that_a_candidate_is_not_there(standing, part, gone):
    standing.order(status=404, part=part)  # the second is maintenance, say
    answer = answered(standing)
    assert answer.failure and answer.gone is gone
