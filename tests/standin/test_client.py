"""The stand-in's fidelity: the whole repertoire of GraceDB's own client, over HTTP on loopback."""

import json

import pytest
import requests
from ligo.gracedb.exceptions import HTTPError
from ligo.gracedb.rest import GraceDb

from fsm.core.evidence.parsing import parse
from fsm.io.gracedb.retrying import TIME_HEADER
from fsm.standin.announce import Announcer
from fsm.standin.app import StandIn
from fsm.standin.server import Server
from fsm.standin.store import Store

GPS = 1_186_000_000.25


class World:
    """A stand-in with a client, and the alerts it announced."""

    def __init__(self, path=":memory:", flavour="current", **more):
        self.announcer, self.lines = Announcer(None, flavour), []
        self.announcer.listeners.append(self.lines.append)
        self.app = StandIn(Store(path), self.announcer, **more)

    def client(self, server, **more):
        return GraceDb(server.url, retries=0, **more)

    @property
    def alerts(self):
        return [line["payload"]["alert_type"] for line in self.lines]


@pytest.fixture
def world():
    return World()


@pytest.fixture
def client(world):
    with Server(world.app) as server:
        yield world.client(server)


def made(client, group="CBC", pipeline="gstlal", search="AllSky", **values):
    values = {"far": 1e-9, "gpstime": GPS, "instruments": "H1,L1", **values}
    return client.create_event(group, pipeline, "coinc.json", search=search,
                               filecontents=json.dumps(values)).json()


def test_ping_and_the_root(client):
    assert client.ping().status_code == 200
    assert "EM_READY" in client.allowed_labels and "gstlal" in client.pipelines


def test_an_event_is_created_and_read(client, world):
    event = made(client)
    assert event["graceid"] == "G100001" and event["far"] == 1e-9
    assert event.pop("warnings") == []
    assert client.event("G100001").json() == event
    assert world.alerts == ["new"]
    alert = parse(world.lines[0]["payload"], world.lines[0]["time"])
    assert (alert.what, alert.graceid) == ("new", "G100001")


@pytest.mark.parametrize(("group", "search", "letter"), [
    ("Test", "AllSky", "T"), ("CBC", "MDC", "M"), ("External", "GRB", "E"), ("Burst", "", "G")])
def test_ids_tell_the_kind(client, group, search, letter):
    pipeline = {"External": "Fermi", "Burst": "CWB"}.get(group, "gstlal")
    assert made(client, group, pipeline, search)["graceid"][0] == letter


def test_an_event_is_replaced(client, world):
    made(client)
    client.replace_event("G100001", "coinc.json", filecontents=json.dumps({"far": 2e-9}))
    assert client.event("G100001").json()["far"] == 2e-9
    assert world.alerts[-1] == "update"


def test_labels_given_at_upload(client):
    event = client.create_event("CBC", "gstlal", "x", filecontents="x", labels=["INJ"]).json()
    assert client.event(event["graceid"]).json()["labels"] == ["INJ"]


def test_logs_with_files_versions_and_tags(client):
    graceid = made(client)["graceid"]
    for content in (b"one", b"two"):
        client.write_log(graceid, "a map", "m.fits", content, tag_name=["sky_loc", "lvem"])
    client.write_log(graceid, "said", tag_name="pe", label="DQV")
    logs = client.logs(graceid).json()["log"]
    maps = [entry for entry in logs if entry["filename"] == "m.fits"]
    assert [entry["file_version"] for entry in maps] == [0, 1]
    assert maps[0]["tag_names"] == ["sky_loc", "lvem"]
    assert client.logs(graceid, maps[0]["N"]).json() == maps[0]
    assert client.files(graceid, "m.fits").read() == b"two"
    assert client.files(graceid, "m.fits,0").read() == b"one"
    assert {"m.fits", "m.fits,0", "m.fits,1"} <= set(client.files(graceid).json())
    assert client.event(graceid).json()["labels"] == ["DQV"]


def test_tags_are_added_without_alert(client, world):
    graceid = made(client)["graceid"]
    number = client.write_log(graceid, "hello").json()["N"]
    count = len(world.lines)
    client.add_tag(graceid, number, "public")
    assert client.tags(graceid, number).json()["tags"] == [{"name": "public"}]
    assert len(world.lines) == count
    with pytest.raises(HTTPError) as error:
        client.add_tag(graceid, number, "public")
    assert error.value.status_code == 409


def test_labels(client, world):
    graceid = made(client)["graceid"]
    assert client.write_label(graceid, "DQV").status_code == 201
    assert client.write_label(graceid, "DQV").status_code == 200
    assert [row["name"] for row in client.labels(graceid).json()["labels"]] == ["DQV"]
    assert client.labels(graceid, "DQV").json()["name"] == "DQV"
    assert client.remove_label(graceid, "DQV").status_code == 204
    assert world.alerts[-2:] == ["label_added", "label_removed"]
    with pytest.raises(HTTPError) as error:
        client.remove_label(graceid, "DQV")
    assert error.value.status_code == 404
    with pytest.raises(NameError):
        client.write_label(graceid, "NONSENSE")


def test_sign_offs_of_an_event(client, world):
    graceid = made(client)["graceid"]
    client.write_label(graceid, "H1OPS")
    url = f"{client.service_url}events/{graceid}/signoff/"
    client.post(url, data={"signoff_type": "OP", "instrument": "H1", "status": "OK"})
    assert client.get(url).json()["signoffs"][0]["status"] == "OK"
    assert client.event(graceid).json()["labels"] == ["H1OK"]
    assert world.alerts[-2:] == ["label_added", "signoff_created"]


def test_notices(client, world):
    graceid = made(client)["graceid"]
    client.create_voevent(graceid, "PR")
    assert client.voevents(graceid).json()["voevents"][0]["voevent_type"] == "PR"
    assert world.alerts[-1] == "voevent"
    assert f"{graceid}-1-Preliminary.xml" in client.files(graceid).json()


def test_searches_are_paged_to_their_end(client):
    for _ in range(23):
        made(client)
    assert len(list(client.events("group: CBC pipeline: gstlal"))) == 23
    assert client.num_events("group: CBC") == 23
    assert len({event["graceid"] for event in client.events("gstlal", count=5)}) == 23
    with pytest.raises(HTTPError) as error:
        list(client.events("far < much"))
    assert error.value.status_code == 400


def refusal(call, *arguments, **more):
    with pytest.raises(HTTPError) as error:
        call(*arguments, **more)
    assert error.value.status_code == 400
    return error.value.text


def superevent(client, search="AllSky", **more):
    graceid = made(client, search=search)["graceid"]
    return client.create_superevent(GPS - 1, GPS, GPS + 1, graceid, **more).json()


def test_superevents(client, world):
    shown = superevent(client, "MDC", category="M", labels=["EM_READY"])
    sid = shown["superevent_id"]
    assert sid == "MS170805a" and shown["gw_events"] == ["M100001"]
    assert superevent(client, "MDC", category="M")["superevent_id"] == "MS170805b"
    assert client.superevent(sid).json()["preferred_event_data"]["graceid"] == "M100001"
    other = made(client, search="MDC")["graceid"]
    client.add_event_to_superevent(sid, other)
    client.update_superevent(sid, preferred_event=other)
    assert client.event(other).json()["superevent"] == sid
    assert {"event_added", "added_to_superevent", "selected_as_preferred"} <= set(world.alerts)
    client.remove_event_from_superevent(sid, "M100001")
    assert client.superevent(sid).json()["gw_events"] == [other]
    found = client.superevents(f"category: MDC event: {other}")
    assert [row["superevent_id"] for row in found] == [sid]
    assert list(client.superevents("")) == []  # mock data are hidden unless named
    assert "not modify" in refusal(client.update_superevent, sid, preferred_event=other)


def test_annotations_of_a_superevent(client, world):
    sid = superevent(client)["superevent_id"]
    number = client.write_log(sid, "hello", "a.txt", b"x", tag_name=["pe"]).json()["N"]
    client.add_tag(sid, number, "public")
    assert client.logs(sid, number).json()["tag_names"] == ["pe", "public"]
    assert client.files(sid, "a.txt").read() == b"x"
    client.write_label(sid, "ADVREQ")
    assert "already applied" in refusal(client.write_label, sid, "ADVREQ")
    client.create_signoff(sid, "ADV", "OK", "fine")
    assert client.signoffs(sid).json()["signoffs"][0]["comment"] == "fine"
    assert client.superevent(sid).json()["labels"] == ["ADVOK"]
    client.update_signoff(sid, "ADV", status="NO")
    assert client.signoffs(sid, "ADV").json()["status"] == "NO"
    assert client.superevent(sid).json()["labels"] == ["ADVNO"]
    assert "cannot be manually added" in refusal(client.write_label, sid, "ADVOK")
    assert world.lines[-1]["topic"] == "superevent"


@pytest.mark.parametrize("graceid", ["G999999", "S170806a"])
def test_what_is_not_there_is_404(client, graceid):
    asked = client.event if graceid[0] == "G" else client.superevent
    for call in (asked, client.logs, client.labels, client.files):
        with pytest.raises(HTTPError) as error:
            call(graceid)
        assert error.value.status_code == 404


def test_it_survives_a_restart(tmp_path):
    first = World(tmp_path / "s.db")
    with Server(first.app) as server:
        graceid = made(first.client(server))["graceid"]
    first.app.store.close()
    again = World(tmp_path / "s.db")
    with Server(again.app) as server:
        client = again.client(server)
        assert client.event(graceid).json()["graceid"] == graceid
        assert made(client)["graceid"] == "G100002"


def test_permissions():
    world = World(token="secret")
    with Server(world.app) as server:
        with pytest.raises(HTTPError) as error:
            world.client(server).ping()
        assert error.value.status_code == 401
        stranger = world.client(server)
        stranger.headers["Authorization"] = "Bearer other"
        assert stranger.ping().status_code == 200
        with pytest.raises(HTTPError) as error:
            made(stranger)
        assert error.value.status_code == 403


def test_tls(tmp_path, monkeypatch):
    world = World()
    with Server(world.app, tls=tmp_path) as server:
        with pytest.raises(requests.exceptions.SSLError):
            world.client(server).ping()
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", server.certificate)
        assert world.client(server).ping().status_code == 200
    assert (tmp_path / "standin.key").stat().st_mode & 0o077 == 0


def test_simulated_time_and_the_flavour_of_2016(tmp_path):
    world = World(flavour="legacy")
    with Server(world.app) as server:
        client = world.client(server)
        client.headers[TIME_HEADER] = "1502000000"
        made(client)
        assert client.event("G100001").json()["created"] == "2017-08-06 06:13:20 UTC"
    assert world.lines[0]["time"] == 1502000000.0
    assert [line["payload"]["alert_type"] for line in world.lines] == ["new"]


def test_lost_alerts_are_in_the_file_as_not_delivered(tmp_path):
    announcer, heard = Announcer(tmp_path / "a.jsonl"), []
    announcer.listeners.append(heard.append)
    announcer.lose = 1.0
    with Server(StandIn(Store(":memory:"), announcer)) as server:
        made(GraceDb(server.url, retries=0))
    lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    assert heard == [] and [line["delivered"] for line in lines] == [False]


@pytest.mark.parametrize(("fault", "words"), [
    ({"status": 503}, "503"), ({"status": 429, "retry_after": 1}, "429"), ({"half": True}, ""),
])
def test_faults_on_demand(client, world, fault, words):
    graceid = made(client)["graceid"]
    url = client.service_url.replace("/api/", "/standin/faults")
    assert requests.put(url, json={**fault, "times": 1, "part": graceid}, timeout=5).ok
    with pytest.raises(requests.exceptions.RequestException, match=words or None):
        client.event(graceid)
    assert client.event(graceid).json()["graceid"] == graceid


def test_a_broken_gateway_does_what_it_denies(client, world):
    graceid = made(client)["graceid"]
    world.app.faults.status, world.app.faults.after, world.app.faults.times = 502, True, 1
    with pytest.raises(HTTPError):
        client.write_log(graceid, "hello")
    assert client.logs(graceid).json()["log"][-1]["comment"] == "hello"


def test_a_request_that_says_its_time_is_shown_what_there_was_by_then(client):
    def at(seconds):
        client.headers[TIME_HEADER] = str(1_502_000_000 + seconds)

    def seen():
        labels = [label["name"] for label in client.labels("G100001").json()["labels"]]
        return labels, len(client.logs("G100001").json()["log"])

    at(0)
    made(client)
    at(10)
    client.write_label("G100001", "EM_READY")
    at(20)
    client.remove_label("G100001", "EM_READY")
    at(30)
    client.write_label("G100001", "EM_READY")
    shown = []
    for seconds in (5, 15, 25, 35):
        at(seconds)
        shown.append(seen())
    assert shown == [([], 1), (["EM_READY"], 2), ([], 3), (["EM_READY"], 4)]
    at(-5)
    with pytest.raises(HTTPError, match="404"):
        client.event("G100001")
    assert list(client.events("created: 2017-08-06 00:00:00 .. 2017-08-07 00:00:00")) == []
    del client.headers[TIME_HEADER]
    assert seen() == (["EM_READY"], 4)


@pytest.fixture
def grouping():
    announcer, heard = Announcer(), []
    announcer.listeners.append(heard.append)
    with Server(StandIn(Store(":memory:"), announcer, grouping=True)) as server:
        client = GraceDb(server.url, force_noauth=True)

        def upload(far, search="AllSky", group="CBC", gpstime=GPS):
            content = json.dumps({"far": far, "gpstime": gpstime, "instruments": "H1,L1"})
            return client.create_event(group, "gstlal", "x.data", search=search,
                                       filecontents=content).json()

        yield client, upload, heard


def test_events_near_in_time_become_one_superevent(grouping):
    client, upload, heard = grouping
    first, second, other = upload(1e-8), upload(1e-9, gpstime=GPS + 0.5), upload(1e-8,
                                                                              gpstime=GPS + 60)
    assert first["superevent"] == second["superevent"] == "S170805a"
    assert other["superevent"] == "S170805b"
    shown = client.superevent("S170805a").json()
    assert shown["gw_events"] == [first["graceid"], second["graceid"]]
    assert shown["preferred_event"] == first["graceid"]
    told = [line["payload"]["alert_type"] for line in heard]
    assert told.count("added_to_superevent") == 3
    assert (told.count("selected_as_preferred"), told.count("event_added")) == (2, 1)


@pytest.mark.parametrize(("about", "superevent"), [
    ({"far": 1e-3}, None), ({"far": None}, None), ({"far": 1e-8, "search": "MDC"}, "MS170805a"),
    ({"far": 1e-8, "group": "Test"}, "TS170805a"), ({"far": 1e-8, "group": "External",
                                                     "search": "GRB"}, None)])
def test_which_events_are_put_into_superevents(grouping, about, superevent):
    _, upload, _ = grouping
    made = upload(**about)
    assert made["superevent"] == superevent and made["processing_status"] == "uploaded"


def test_what_else_is_done_with_superevents_is_announced(grouping):
    client, upload, heard = grouping
    event = upload(1e-8)["graceid"]
    client.modify_permissions("S170805a", "expose")
    client.modify_permissions("S170805a", "hide")
    client.add_pipeline_preferred_event("S170805a", event)
    client.confirm_superevent_as_gw("S170805a")
    client.write_label("S170805a", "ADVREQ")
    client.create_signoff("S170805a", "ADV", "OK", "fine")
    client.delete_signoff("S170805a", "ADV")
    client.write_emobservation("S170805a", "Test", [1.0], [1.0], [1.0], [1.0],
                               ["2017-08-05T00:00:00"], [1.0])
    told = [line["payload"]["alert_type"] for line in heard]
    assert {"exposed", "hidden", "update", "confirmed_as_gw", "signoff_deleted",
            "emobservation"} <= set(told)
    assert client.superevent("S170805a").json()["labels"] == ["ADVREQ"]
    shown = client.superevent("S170805a").json()
    assert shown["gw_id"] == "GW170805A"
    assert shown["pipeline_preferred_events"]["gstlal"]["graceid"] == event


def test_a_gracedb_of_2017_knows_no_superevents(world, client):
    assert "superevent" not in client.event(made(client)["graceid"]).json()
